//! The SQL that the generator asks for and that only the author can give: of the condition of an identity, of a
//! calculation among its keys, of a base filter.
//!
//! Where an expression can mean one thing only in the database, the entry is offered with its SQL. Everything else gets an
//! entry to fill in, whose text no database takes for SQL.

use super::file::File;
use crate::dsl::check::PLACEHOLDER;
use crate::elixir::ModulePlace;
use crate::elixir::inspect;
use crate::ide::analysis::Fix;
use crate::ide::condition;
use crate::ide::quick_fixes::{self, Insertion, option_value};
use crate::snapshot::Attribute;
use crate::syntax::{Call, Expr};

/// Letters of an expression that a text to fill in repeats.
const SHOWN: usize = 80;

impl File<'_> {
    /// For what the generator refuses with `message` at the declaration `call`: the entry that it asks for.
    pub(super) fn missing_sql(&self, message: &str, call: &Call, module: &ModulePlace) -> Option<Fix> {
        let body = self.body(module);
        if message.contains("`postgres.identity_wheres_to_sql`") {
            let name = call.positional().next()?.as_atom()?;
            let set = |value: &str| quick_fixes::set_pair(self.text, body, "identity_wheres_to_sql", name, value);
            let what = format!("identity_wheres_to_sql {name}");
            return self.sql_entry("the condition", &what, option_value(call, "where")?, module, &set);
        }
        if message.contains("`postgres.calculations_to_sql`") {
            let (_, rest) = message.split_once("an entry for :")?;
            let name = rest.split(' ').next()?;
            let set = |value: &str| quick_fixes::set_pair(self.text, body, "calculations_to_sql", name, value);
            let what = format!("calculations_to_sql {name}");
            return self.sql_entry("the calculation", &what, calculation(body, name)?, module, &set);
        }
        let set = |value: &str| quick_fixes::set_layer_option(self.text, body, "base_filter_sql", value);
        let resource = quick_fixes::section(body, "resource")?;
        let filter = option_value(resource, "base_filter")?;
        self.sql_entry("the base filter", "base_filter_sql", filter, module, &set)
    }

    fn sql_entry(
        &self,
        of: &str,
        entry: &str,
        expression: &Expr,
        module: &ModulePlace,
        set: &dyn Fn(&str) -> Option<Insertion>,
    ) -> Option<Fix> {
        if let Some(sql) = self.sql_of(expression, module) {
            return Some(self.fix(format!("Give {of} as SQL: {sql}"), set(&inspect::string(&sql))?));
        }
        let source = expression.range.slice(self.text).split_whitespace().collect::<Vec<_>>().join(" ");
        let mut shown: String = source.chars().take(SHOWN).collect();
        if shown.len() < source.len() {
            shown.push('…');
        }
        let edit = set(&inspect::string(&format!("{PLACEHOLDER}{shown}")))?;
        Some(self.fix(format!("Add an entry to fill in with the SQL of {of}: {entry}"), edit))
    }

    /// The SQL of an expression that compares columns of the resource with plain values.
    fn sql_of(&self, expression: &Expr, module: &ModulePlace) -> Option<String> {
        let project = &self.project.state.project;
        let resource = project.resource(&module.name)?;
        let desired = project.desired_of(&module.name).next()?;
        let column = |attribute: &str| -> Option<&Attribute> {
            let source = resource.attribute(attribute)?.source.as_ref().ok()?;
            let path = format!("attributes.{source}");
            // A type that is not known could be any.
            if desired.unresolved.iter().any(|unresolved| unresolved.path.starts_with(&path)) {
                return None;
            }
            desired.snapshot.attributes.iter().find(|attribute| attribute.source == *source)
        };
        condition::to_sql(expression, &column)
    }
}

/// The expression of a calculation that stands in the module.
fn calculation<'e>(body: &'e [Expr], name: &str) -> Option<&'e Expr> {
    let section = quick_fixes::section(body, "calculations")?;
    let inner = section.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call);
    let mut named = inner.filter(|call| call.positional().next().and_then(Expr::as_atom) == Some(name));
    named.find(|call| call.local_name() == Some("calculate"))?.positional().nth(2)
}
