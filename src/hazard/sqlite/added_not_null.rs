//! AM-Q03: a new column refuses null and has no default.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::{Attribute, ColumnType};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q03",
    title: "A new column that refuses null needs a default",
    severity: Severity::Warning,
    lock: None,
    docs: "`ALTER TABLE … ADD COLUMN … NOT NULL` without a default fails on a table with rows: `Cannot add a NOT NULL \
           column with default value NULL`. (An empty table takes it.) ash_sqlite leaves static defaults of attributes \
           out of the column, so `default: 0` on the attribute does not help; `migration_defaults` does.\n\nFor \
           `:utc_datetime` and `:naive_datetime` ecto_sqlite3 leaves `NOT NULL` out instead, silently: the column \
           takes null.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddAttribute { attribute } = &operation.change else { return None };
        if attribute.allow_nil || attribute.primary_key {
            return None;
        }
        let name = column(&operation.on, &attribute.source);
        if loses_not_null(attribute) {
            return Some(
                RULE.finding(
                    index,
                    format!("{name} will take null: ecto_sqlite3 adds columns of this type without NOT NULL"),
                    "Nothing to do if Ash is the only one to write; otherwise rebuild the table with the constraint."
                        .to_owned(),
                ),
            );
        }
        let serial = attribute.generated && attribute.references.is_none();
        if attribute.default != "nil" && !serial {
            return None;
        }
        let source = &attribute.source;
        Some(RULE.finding(
            index,
            format!("Adding {name} fails if the table has rows: it refuses null and has no default"),
            format!(
                "Give the column a default in the `sqlite` section, or add it nullable, fill it, and rebuild the \
                 table later:\n\n```elixir\nmigration_defaults {source}: \"\\\"\\\"\"\n```"
            ),
        ))
    })
}

/// `column_change/2` of ecto_sqlite3. A default is kept, and then rows have a value.
fn loses_not_null(attribute: &Attribute) -> bool {
    let is = |name: &str| attribute.column_type == ColumnType::Atom(name.to_owned());
    attribute.references.is_none() && (is("utc_datetime") || is("naive_datetime"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{add, attribute, on};

    #[test]
    fn rows_would_have_null() {
        let required = Attribute { allow_nil: false, ..attribute("label") };
        let with_default = Attribute { default: "\"x\"".to_owned(), ..required.clone() };
        let moment = Attribute { column_type: ColumnType::Atom("utc_datetime".to_owned()), ..required.clone() };
        let operations = [required, with_default, attribute("free"), moment].map(|new| on("jars", add(new)));
        expect![[r#"
            0: Adding jars.label fails if the table has rows: it refuses null and has no default
                Give the column a default in the `sqlite` section, or add it nullable, fill it, and rebuild the table later:
                
                ```elixir
                migration_defaults label: "\"\""
                ```
            3: jars.label will take null: ecto_sqlite3 adds columns of this type without NOT NULL
                Nothing to do if Ash is the only one to write; otherwise rebuild the table with the constraint.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
