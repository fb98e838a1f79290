//! What can be given in `constraints`, by the attribute's type; the values that `one_of` leaves for a default; column types
//! of migrations.

use super::values::written;
use super::{Completion, CompletionKind, Place};
use crate::dsl::constraints::constraints_of;
use crate::elixir::eval::Value;

/// Types that a column of a migration can have.
const COLUMN_TYPES: &[&str] = &[
    "text",
    "citext",
    "varchar",
    "string",
    "bigint",
    "integer",
    "smallint",
    "bigserial",
    "serial",
    "uuid",
    "binary",
    "boolean",
    "decimal",
    "float",
    "date",
    "time",
    "time_usec",
    "utc_datetime",
    "utc_datetime_usec",
    "naive_datetime",
    "map",
    "jsonb",
];

impl Place<'_> {
    /// The keys of `constraints`.
    pub(super) fn constraints(&self) -> Vec<Completion> {
        // `constraints` is an option inside of `constraints` only for arrays; what is in there is not told apart.
        if self.statement.brackets.len() > 1 {
            return Vec::new();
        }
        let Some(ty) = self.type_of_statement() else { return Vec::new() };
        constraints_of(&ty)
            .map(|constraint| Completion {
                documentation: Some(constraint.doc.clone()),
                ..self.item(format!("{}: ", constraint.name), CompletionKind::Option, None)
            })
            .collect()
    }

    /// The type that the attribute or argument at the cursor has: `string`, `array`.
    fn type_of_statement(&self) -> Option<String> {
        let words = self.statement.words.iter().filter(|(key, _)| key.is_none());
        if let Some((_, word)) = words.clone().nth(1) {
            return Some(word.trim_start_matches(':').to_owned());
        }
        if self.statement.head.as_deref() != Some("constraints") {
            // `{:array, :string}` is no single word.
            return (words.count() == 1 && self.statement.index > 1).then(|| "array".to_owned());
        }
        let value = self.enclosing.last()?.positional().nth(1)?;
        Some(value.as_atom().map_or_else(|| "array".to_owned(), str::to_owned))
    }

    /// Values that the constraint `one_of` of an attribute allows.
    pub(super) fn enumerated(&self) -> Vec<Completion> {
        let own = self.statement.words.iter().find(|(key, _)| key.is_none());
        let name = match own {
            Some((_, word)) => word.trim_start_matches(':').to_owned(),
            None => {
                let first = self.enclosing.last().and_then(|call| call.positional().next());
                first.and_then(|name| name.as_atom()).unwrap_or_default().to_owned()
            }
        };
        let attribute = self.own().and_then(|resource| resource.attribute(&name));
        let one_of = attribute.and_then(|attribute| attribute.constraints.get("one_of").cloned());
        let values = one_of.as_ref().and_then(Value::as_list).unwrap_or_default();
        let atoms = values.iter().filter_map(Value::as_atom);
        atoms.map(|atom| self.item(written(atom), CompletionKind::Value, Some("one_of".to_owned()))).collect()
    }

    /// Types for `migration_types title: …`.
    pub(super) fn column_types(&self) -> Vec<Completion> {
        COLUMN_TYPES.iter().map(|ty| self.item(written(ty), CompletionKind::Type, None)).collect()
    }
}
