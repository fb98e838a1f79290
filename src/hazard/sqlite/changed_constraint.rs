//! AM-Q08: a constraint of an existing table is added, dropped or altered.

use super::rebuild;
use crate::diff::operation::{Change, Direction, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q08",
    title: "SQLite cannot change the constraints of a table",
    severity: Severity::Error,
    lock: None,
    docs: "A changed primary key becomes `drop constraint(…)`, at which ecto_sqlite3 raises `SQLite3 does not support \
           ALTER TABLE DROP CONSTRAINT.`, and a changed deferrability becomes `ALTER TABLE … ALTER CONSTRAINT`, a \
           syntax error. The same holds for adding a constraint.\n\nRebuild the table.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let table = table(&operation.on);
        let recipe = rebuild(&operation.on);
        let key = format!("ecto_sqlite3 raises: SQLite cannot drop the primary key of {table}");
        match &operation.change {
            Change::RemovePrimaryKey { .. } => Some(RULE.finding(index, key, recipe)),
            Change::RemovePrimaryKeyDown { .. } => Some(RULE.rollback_finding(index, key, recipe)),
            Change::AlterDeferrability { references: Some(target), direction } => {
                let name = &target.name;
                let message = format!("`ALTER CONSTRAINT {name}` of {table} is a syntax error in SQLite");
                Some(match direction {
                    Direction::Up => RULE.finding(index, message, recipe),
                    Direction::Down => RULE.rollback_finding(index, message, recipe),
                })
            }
            Change::AddCheckConstraint { constraint } | Change::RemoveCheckConstraint { constraint } => {
                let name = &constraint.name;
                let message = format!("SQLite cannot add or drop constraint {name} of {table}");
                Some(RULE.finding(index, message, recipe))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{on, reference};

    #[test]
    fn keys_and_deferrability() {
        let alter = |references, direction| on("jars", Change::AlterDeferrability { references, direction });
        let operations = [
            on("jars", Change::RemovePrimaryKey { keys: Vec::new() }),
            on("jars", Change::RemovePrimaryKeyDown { commented: false }),
            alter(Some(reference("shelves", "id")), Direction::Up),
            alter(None, Direction::Up),
            alter(Some(reference("shelves", "id")), Direction::Down),
        ];
        expect![[r#"
            0: ecto_sqlite3 raises: SQLite cannot drop the primary key of jars
                (rebuild jars)
            1 (rollback): ecto_sqlite3 raises: SQLite cannot drop the primary key of jars
                (rebuild jars)
            2: `ALTER CONSTRAINT shelves_id_fkey` of jars is a syntax error in SQLite
                (rebuild jars)
            4 (rollback): `ALTER CONSTRAINT shelves_id_fkey` of jars is a syntax error in SQLite
                (rebuild jars)
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
