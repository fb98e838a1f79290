//! AM-Q01: a column is altered.

use super::rebuild;
use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q01",
    title: "SQLite cannot alter a column",
    severity: Severity::Error,
    lock: None,
    docs: "ash_sqlite generates `modify` for a changed type, null option, default or reference. SQLite has no such \
           statement: ecto_sqlite3 raises `ALTER COLUMN not supported by SQLite3` when the migration runs, and the \
           migration stays pending.\n\nReplace the `modify` in the generated file by a rebuild of the table, or leave \
           the column as it is: SQLite checks declared types only in `STRICT` tables, and Ash casts values, applies \
           defaults and refuses nil by itself.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AlterAttribute { new_attribute, .. } = &operation.change else { return None };
        let name = column(&operation.on, &new_attribute.source);
        Some(RULE.finding(
            index,
            format!("The migration raises `ALTER COLUMN not supported by SQLite3` at `modify` of {name}"),
            rebuild(&operation.on),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{attribute, on};

    #[test]
    fn every_modify_raises() {
        let change = Change::AlterAttribute { old_attribute: attribute("label"), new_attribute: attribute("label") };
        expect![[r#"
            0: The migration raises `ALTER COLUMN not supported by SQLite3` at `modify` of jars.label
                (rebuild jars)
        "#]]
        .assert_eq(&show(&RULE, &[on("jars", change)]));
    }
}
