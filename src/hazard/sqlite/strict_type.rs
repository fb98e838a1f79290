//! AM-Q13: a strict table has a column of a type that strict tables do not know.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::{Attribute, ColumnType};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q13",
    title: "A strict table does not know this column type",
    severity: Severity::Error,
    lock: None,
    docs: "A `STRICT` table takes only INT, INTEGER, REAL, TEXT, BLOB and ANY as column types. ecto_sqlite3 writes \
           `:float` as NUMERIC, `:decimal` as DECIMAL, and types that it does not know, as `:citext`, in capitals: \
           SQLite refuses the table with `unknown datatype`.\n\nGive the column another type with `migration_types`, \
           or make the table without `strict?`.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let operations = changes.operations.iter().enumerate();
    operations.filter_map(|(index, operation)| refused(changes, index, operation)).collect()
}

fn refused(changes: &ChangeSet<'_>, index: usize, operation: &Operation) -> Option<Finding> {
    let Change::AddAttribute { attribute } = &operation.change else { return None };
    let is_strict = |other: &Operation| matches!(other.change, Change::CreateTable { strict: true, .. });
    if !changes.on(&operation.on).any(is_strict) {
        return None;
    }
    let written = refused_type(attribute)?;
    let (name, source) = (column(&operation.on, &attribute.source), &attribute.source);
    Some(RULE.finding(
        index,
        format!("SQLite refuses the strict table: {name} has the unknown type {written}"),
        format!("For example:\n\n```elixir\nmigration_types {source}: :text\n```"),
    ))
}

/// What ecto_sqlite3 writes for the type (`DataType.column_type/2`), if a strict table refuses it.
fn refused_type(attribute: &Attribute) -> Option<String> {
    let ColumnType::Atom(name) = &attribute.column_type else { return None };
    match name.as_str() {
        "id" | "serial" | "bigserial" | "boolean" | "integer" | "bigint" | "int" | "real" | "text" | "blob" | "any" => {
            None
        }
        "string" | "binary" | "date" | "time" | "time_usec" | "timestamp" | "array" | "map" | "uuid" | "binary_id" => {
            None
        }
        "utc_datetime" | "utc_datetime_usec" | "naive_datetime" | "naive_datetime_usec" => None,
        "float" => Some("NUMERIC".to_owned()),
        other => Some(other.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{add, attribute, on};

    #[test]
    fn only_in_strict_tables() {
        let create = |strict| on("jars", Change::CreateTable { create_table_options: None, strict });
        let typed = |name: &str| {
            on("jars", add(Attribute { column_type: ColumnType::Atom(name.to_owned()), ..attribute("a") }))
        };
        expect![[r#"
            1: SQLite refuses the strict table: jars.a has the unknown type NUMERIC
                For example:
                
                ```elixir
                migration_types a: :text
                ```
            2: SQLite refuses the strict table: jars.a has the unknown type CITEXT
                For example:
                
                ```elixir
                migration_types a: :text
                ```
        "#]]
        .assert_eq(&show(&RULE, &[create(true), typed("float"), typed("citext"), typed("bigint")]));
        assert_eq!(show(&RULE, &[create(false), typed("float")]), "");
    }
}
