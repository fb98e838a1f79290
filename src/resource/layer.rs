//! The `postgres` and `sqlite` sections: what the data layer is told about the table.

use super::check_constraint::{self, CheckDeclaration};
use super::custom_index;
use super::custom_statement;
use super::finding::{Fact, Findings};
use super::options::{Options, convert, keyword_pairs};
use super::reference::{self, ReferenceOptions};
use super::sections::{Declaration, nested};
use super::types::Database;
use crate::elixir::eval::{Context, Node, Origin, Scope, Value, apply};
use crate::elixir::name::last_part;
use crate::snapshot::{CustomIndex, CustomStatement, OnDelete};

/// The section's options, defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub database: Database,
    pub table: Fact<Option<String>>,
    pub schema: Fact<Option<String>>,
    /// Module name of the repo for writing.
    pub repo: Fact<Option<String>>,
    pub migrate: Fact<bool>,
    pub polymorphic: Fact<bool>,
    pub base_filter_sql: Fact<Option<String>>,
    pub create_table_options: Fact<Option<String>>,
    pub strict: Fact<bool>,
    /// Attribute names with migration types.
    pub migration_types: Pairs,
    /// Attribute names with the text of defaults.
    pub migration_defaults: Pairs,
    pub ignored_attributes: Fact<Vec<String>>,
    pub skipped_identities: Fact<Vec<String>>,
    pub identity_index_names: Pairs,
    pub identity_wheres: Pairs,
    pub calculations: Pairs,
    pub references: Vec<ReferenceOptions>,
    pub polymorphic_on_delete: Fact<Option<OnDelete>>,
    pub polymorphic_on_update: Fact<Option<String>>,
    pub polymorphic_name: Fact<Option<String>>,
    pub custom_indexes: Vec<(CustomIndex, Origin)>,
    pub custom_statements: Vec<(CustomStatement, Origin)>,
    pub check_constraints: Vec<CheckDeclaration>,
    /// The version of the data layer that the project is locked to: major, minor, patch.
    pub locked_version: Option<(u64, u64, u64)>,
    /// The first block of the section.
    pub origin: Origin,
    /// Where single options stand.
    pub places: Vec<(&'static str, Origin)>,
}

/// A keyword list of names.
pub type Pairs = Fact<Vec<(String, Value)>>;

/// The value of `name` in a keyword list; `Err` when it may be there.
pub fn pair(pairs: &Pairs, name: &str) -> Fact<Option<Value>> {
    match pairs {
        Ok(pairs) => Ok(pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())),
        Err(unknown) => Err(unknown.clone()),
    }
}

/// The text of `name` in a keyword list; `nil` is not there.
pub fn text_pair(pairs: &Pairs, name: &str, origin: &Origin) -> Fact<Option<String>> {
    match pair(pairs, name)? {
        Some(value) if !value.is_nil() => {
            // An atom where a string is expected goes into the text all the same.
            let text = |value: &Value| value.as_text().or(value.as_atom()).map(str::to_owned);
            convert(&value, origin, "a string", text).map(Some)
        }
        _ => Ok(None),
    }
}

/// Reads the section of `database` of the resource `module`; `None` when the resource has none.
pub fn layer(
    declaration: &Declaration,
    database: Database,
    module: &str,
    context: &Context,
    findings: &mut Findings,
) -> Option<Layer> {
    let name = match database {
        Database::Postgres => "postgres",
        Database::Sqlite => "sqlite",
    };
    let section = declaration.merged(name)?;
    let options = Options::entity(&section, 0);
    let pairs = |name: &str| -> Pairs {
        match options.read(name, "a keyword list", |value| Some(value.clone()))? {
            Some(value) => keyword_pairs(&value, &section.origin),
            None => Ok(Vec::new()),
        }
    };
    let table = options.text("table");
    let index_table = table.clone().ok().flatten().unwrap_or_else(|| last_part(module).to_owned());
    let references = nested(&section, "references");
    let reference_options = references.as_ref().map(|node| Options::entity(node, 0));
    let reference_option = |name: &str| -> Fact<Option<String>> {
        reference_options.as_ref().map_or(Ok(None), |options| options.atom(name))
    };
    let entries = |name: &str| nested(&section, name).map(|node| node.children).unwrap_or_default();
    unknown_entries(&section, findings);
    let names = ["table", "schema", "repo", "migrate?", "base_filter_sql", "create_table_options", "strict?"];
    Some(Layer {
        database,
        schema: if database == Database::Postgres { options.text("schema") } else { Ok(None) },
        repo: repo(&options, module, context),
        migrate: options.bool("migrate?").map(|given| given.unwrap_or(true)),
        polymorphic: options.bool("polymorphic?").map(|given| given.unwrap_or(false)),
        base_filter_sql: options.text("base_filter_sql"),
        create_table_options: options.text("create_table_options"),
        strict: options.bool("strict?").map(|given| given.unwrap_or(false)),
        migration_types: pairs("migration_types"),
        migration_defaults: pairs("migration_defaults"),
        ignored_attributes: options.atoms("migration_ignore_attributes").map(Option::unwrap_or_default),
        skipped_identities: options.atoms("skip_unique_indexes").map(Option::unwrap_or_default),
        identity_index_names: pairs("identity_index_names"),
        identity_wheres: pairs("identity_wheres_to_sql"),
        calculations: pairs("calculations_to_sql"),
        polymorphic_on_delete: match &reference_options {
            Some(options) => options.read("polymorphic_on_delete", "an on_delete action", reference::on_delete),
            None => Ok(None),
        },
        polymorphic_on_update: reference_option("polymorphic_on_update"),
        polymorphic_name: reference_options.as_ref().map_or(Ok(None), |options| {
            options.read("polymorphic_name", "a name", |value| value.as_text().or(value.as_atom()).map(str::to_owned))
        }),
        references: references.iter().flat_map(|node| reference::references(node, findings)).collect(),
        custom_indexes: custom_index::custom_indexes(&entries("custom_indexes"), database, &index_table, findings),
        custom_statements: custom_statement::custom_statements(&entries("custom_statements"), database, findings),
        check_constraints: match database {
            Database::Postgres => check_constraint::check_constraints(&entries("check_constraints"), findings),
            Database::Sqlite => Vec::new(),
        },
        locked_version: None,
        origin: section.origin.clone(),
        places: names.into_iter().filter_map(|name| Some((name, options.get(name)?.1))).collect(),
        table,
    })
}

/// `AshPostgres.DataLayer.Info.repo/2`: a repo, or a function that is asked for the one to write to.
fn repo(options: &Options, module: &str, context: &Context) -> Fact<Option<String>> {
    let read = |value: &Value| value.as_module().map(str::to_owned);
    let Some((function @ Value::Function(_), origin)) = options.get("repo") else {
        return options.read("repo", "a repo module", read);
    };
    let arguments = vec![Value::module(module), Value::atom("mutate")];
    let chosen = apply(origin.range, &function, arguments, &Scope::file(origin.file.clone()), context);
    convert(&chosen, &origin, "a function that gives a repo module", read).map(Some)
}

/// Code in the section that is not understood may set any option.
fn unknown_entries(section: &Node, findings: &mut Findings) {
    for unknown in section.children.iter().filter_map(|child| child.unknown.as_ref()) {
        findings.unknown("", unknown);
    }
}
