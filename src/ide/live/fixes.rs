//! Which repair a finding has: for those that can be repaired in one way only.

use super::file::File;
use super::questions;
use super::sections::call_at;
use crate::diff::Question;
use crate::diff::operation::Change;
use crate::elixir::ModulePlace;
use crate::elixir::inspect;
use crate::ide::analysis::{Fix, FixEdit, Issue, Severity};
use crate::ide::quick_fixes::{self, Insertion};
use crate::pending::{NULLABLE_KEY, nullable_key, stored_attribute};
use crate::resource::{self, DesiredSnapshot, Unresolved, index_name};
use crate::snapshot::{ColumnType, CustomIndex};
use crate::syntax::Call;
use crate::text::Range;

/// Bytes that PostgreSQL keeps of a name.
const LONGEST_NAME: usize = 63;

impl File<'_> {
    /// The call whose declaration is `range`, in a file that is open.
    pub(super) fn call(&self, range: Range) -> Option<&Call> {
        if !self.columns {
            return None;
        }
        call_at(self.expressions(), range)
    }

    /// For a column that seems to be renamed: the attribute can keep it.
    pub(super) fn keep_column(&self, question: &Question, attribute: Range) -> Option<Fix> {
        let column = questions::old_column(question)?;
        let edit = quick_fixes::keep_column(self.text, self.call(attribute)?, column)?;
        Some(self.fix(format!("Keep the column: source: :{column}"), edit))
    }

    /// For a rule that speaks of a pending change whose declaration stands at `here`.
    pub(super) fn of_rule(&self, code: &str, change: &Change, module: &ModulePlace, here: Range) -> Option<Fix> {
        let call = self.call(here)?;
        match (code, change) {
            ("AM-I01", _) => {
                let name = call.positional().next()?.as_atom()?;
                let edit = quick_fixes::index_reference(self.text, self.body(module), name)?;
                Some(self.fix(format!("Add an index for {name}"), edit))
            }
            ("AM-L06", Change::AddCustomIndex { .. }) => {
                let edit = quick_fixes::set_option(self.text, call, "concurrently", "true")?;
                Some(self.fix("Build the index concurrently".to_owned(), edit))
            }
            ("AM-N01", Change::AddCustomIndex { index, .. }) => {
                self.name_custom_index(call, &shortened(&self.index_name(index, module)?))
            }
            _ => None,
        }
    }

    /// For what a verifier or the generator refuses.
    pub(super) fn of_issue(&self, issue: &resource::Issue, module: &ModulePlace, table: &str) -> Option<Fix> {
        let message = &issue.message;
        let call = self.call(issue.origin.range)?;
        if message.contains("has a name that is too long") {
            let identity = call.positional().next()?.as_atom()?;
            let table = table.rsplit('.').next().unwrap_or(table);
            let name = shortened(&format!("{table}_{identity}_index"));
            let value = inspect::string(&name);
            let edit = quick_fixes::set_pair(self.text, self.body(module), "identity_index_names", identity, &value)?;
            return Some(self.fix(format!("Name the index {name}"), edit));
        }
        if message.contains("_to_sql`") || message.contains("`base_filter_sql`") {
            return self.missing_sql(message, call, module);
        }
        if message.starts_with("Found reference configuration for relationship") {
            let edit = quick_fixes::remove(self.text, issue.origin.range)?;
            return Some(self.fix("Remove this reference".to_owned(), edit));
        }
        if message.contains("contains invalid index name characters") {
            let desired = self.project.state.project.desired_of(&module.name).next()?;
            let path = desired.origins.iter().find(|(_, origin)| origin.range == issue.origin.range)?.0;
            let name = path.strip_prefix("custom_indexes.")?;
            return self.name_custom_index(call, &shortened(&plain(name)));
        }
        None
    }

    fn name_custom_index(&self, index: &Call, name: &str) -> Option<Fix> {
        let edit = quick_fixes::set_option(self.text, index, "name", &inspect::string(name))?;
        Some(self.fix(format!("Name the index {name}"), edit))
    }

    fn index_name(&self, index: &CustomIndex, module: &ModulePlace) -> Option<String> {
        if index.name.is_some() {
            return None;
        }
        let desired = self.project.state.project.desired_of(&module.name).next()?;
        Some(index_name(&desired.snapshot.table, None, &index.fields))
    }

    /// A fact that could not be read, but that the newest snapshot has: it can be written down as it is there.
    pub(super) fn made_explicit(
        &self,
        fact: &Unresolved,
        desired: &DesiredSnapshot,
        module: &ModulePlace,
    ) -> Option<Fix> {
        let (source, what) = fact.path.strip_prefix("attributes.")?.rsplit_once('.')?;
        if !self.columns {
            return None;
        }
        let resource = self.project.state.project.resource(&module.name)?;
        let mut attributes = resource.attributes.iter();
        let attribute = attributes.find(|it| it.source.as_ref().is_ok_and(|it| it == source))?;
        let stored = stored_attribute(&self.project.state, desired, source)?;
        let (option, value) = match what {
            "type" if stored.size.is_none() && stored.precision.is_none() && stored.scale.is_none() => {
                ("migration_types", migration_type(&stored.column_type))
            }
            "default" => ("migration_defaults", inspect::string(&stored.default)),
            _ => return None,
        };
        let edit = quick_fixes::set_pair(self.text, self.body(module), option, &attribute.name, &value)?;
        Some(
            self.fix(format!("Make it explicit as in the newest snapshot: {option} {}: {value}", attribute.name), edit),
        )
    }

    /// A new identity over a foreign key that may be null.
    pub(super) fn nullable_key(&self, change: &Change, module: &ModulePlace, here: Range) -> Option<Issue> {
        if !self.columns {
            return None;
        }
        let key = nullable_key(&self.project.state.project, &module.name, change)?;
        let relationship = key.relationship;
        let declared = self.here(&relationship.origin).and_then(|range| self.call(range));
        let edit = declared.and_then(|call| quick_fixes::set_option(self.text, call, "allow_nil?", "false"));
        let fix = edit.map(|edit| self.fix(format!("Require {}: allow_nil?: false", relationship.name), edit));
        Some(Issue {
            range: here,
            code: NULLABLE_KEY.into(),
            severity: Severity::Information,
            message: key.message(),
            fixes: fix.into_iter().collect(),
            ..Issue::default()
        })
    }

    pub(super) fn fix(&self, title: String, (range, text): Insertion) -> Fix {
        Fix { title, edits: vec![FixEdit { path: self.absolute(self.path), range, text }], preferred: false }
    }
}

/// A name that PostgreSQL keeps whole, with the ending of an index.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let mut kept = String::new();
    for character in name.chars() {
        if kept.len() + character.len_utf8() + "_index".len() > LONGEST_NAME {
            break;
        }
        kept.push(character);
    }
    kept.trim_end_matches('_').to_owned() + "_index"
}

/// As `migration_types` has it.
fn migration_type(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Atom(name) => inspect::atom(name),
        ColumnType::Array(element) => format!("{{:array, {}}}", migration_type(element)),
    }
}

/// A name of letters, digits and underscores.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for character in name.chars() {
        let word = if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '_' };
        if word != '_' || !plain.ends_with('_') {
            plain.push(word);
        }
    }
    plain.trim_matches('_').to_owned()
}
