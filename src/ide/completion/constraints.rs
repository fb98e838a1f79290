//! What can be given in `constraints`, by the attribute's type; the values that `one_of` leaves for a default; column types
//! of migrations.

use super::values::written;
use super::{Completion, CompletionKind, Place};
use crate::elixir::eval::Value;

/// Constraints of Ash's own types (`Ash.Type.String` and the others), with what they mean.
const CONSTRAINTS: &[(&[&str], &str, &str)] = &[
    (&["atom", "string", "ci_string"], "one_of", "The only values that are accepted."),
    (&["string", "ci_string"], "max_length", "Most characters that are accepted."),
    (&["string", "ci_string"], "min_length", "Fewest characters that are accepted."),
    (&["string", "ci_string"], "match", "Regular expression that the value must match."),
    (&["string", "ci_string"], "trim?", "Take white space away at both ends."),
    (&["string", "ci_string"], "allow_empty?", "Whether an empty string is a value; it becomes `nil` otherwise."),
    (&["ci_string"], "casing", "Whether the value is stored in small or in large letters."),
    (&["integer", "float", "decimal"], "min", "Smallest value that is accepted."),
    (&["integer", "float", "decimal"], "max", "Largest value that is accepted."),
    (&["float", "decimal"], "greater_than", "Values must be larger than this."),
    (&["float", "decimal"], "less_than", "Values must be smaller than this."),
    (&["decimal"], "precision", "Digits in all. It shows in the column's type."),
    (&["decimal"], "scale", "Digits behind the point. It shows in the column's type."),
    (
        &["utc_datetime", "utc_datetime_usec", "naive_datetime", "datetime", "time"],
        "precision",
        "Seconds or microseconds.",
    ),
    (
        &["utc_datetime", "utc_datetime_usec", "naive_datetime", "datetime"],
        "cast_dates_as",
        "How a date becomes a time.",
    ),
    (&["map", "keyword", "struct"], "fields", "The fields of the value, each with its type."),
    (&["struct"], "instance_of", "The struct's module."),
    (&["union"], "types", "The types that a value may have."),
    (&["union"], "storage", "How the value is stored."),
    (&["module"], "behaviour", "A behaviour that the module must implement."),
    (&["module"], "protocol", "A protocol that the module must implement."),
    (&["array"], "items", "Constraints of each item."),
    (&["array"], "min_length", "Fewest items that are accepted."),
    (&["array"], "max_length", "Most items that are accepted."),
    (&["array"], "nil_items?", "Whether items may be `nil`."),
    (&["array"], "remove_nil_items?", "Leave out items that are `nil`."),
    (&["array"], "empty_values", "Values of items that count as `nil`."),
];

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
        let fits = CONSTRAINTS.iter().filter(|(types, _, _)| types.contains(&ty.as_str()));
        fits.map(|(_, name, doc)| Completion {
            documentation: Some((*doc).to_owned()),
            ..self.item(format!("{name}: "), CompletionKind::Option, None)
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
