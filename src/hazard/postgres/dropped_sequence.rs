//! AM-R05: the sequence of a column that is no longer counted.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};
use crate::snapshot::Strategy;

pub(super) static RULE: Rule = Rule {
    code: "AM-R05",
    title: "A sequence is dropped while its column uses it",
    severity: Severity::Error,
    lock: None,
    docs: "When a `bigserial` column becomes a plain one, ash_postgres writes `DROP SEQUENCE`, but leaves the default \
           `nextval(…)` that uses it, unless the column gets another default: `cannot drop sequence … because other objects \
           depend on it`. In a migration of the tenants it looks for the table in the public schema.\n\nDrop the default in the \
           generated file first: `execute(\"ALTER TABLE … ALTER COLUMN … DROP DEFAULT\")`; for tenants, name the schema \
           (`prefix()`).",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::SerialSequenceTransition { column: source, to_serial, .. } = &operation.change else { return None };
        let name = column(&operation.on, source);
        let message = if operation.on.multitenancy.strategy == Some(Strategy::Context) {
            format!("The sequence of {name} is looked for in the public schema: the migration fails")
        } else if !to_serial && keeps_default(changes, operation, source) {
            format!("The sequence of {name} cannot be dropped, because the column's default still uses it")
        } else {
            return None;
        };
        let recipe = format!("Before it: `execute(\"ALTER TABLE … ALTER COLUMN {source} DROP DEFAULT\")`.");
        Some(RULE.finding(index, message, recipe))
    })
}

/// Whether nothing replaces the default that counts.
fn keeps_default(changes: &ChangeSet<'_>, operation: &Operation, source: &str) -> bool {
    changes.on(&operation.on).any(|other| {
        matches!(&other.change, Change::AlterAttribute { new_attribute, .. }
            if new_attribute.source == source && new_attribute.default == "nil")
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on, statement};
    use crate::snapshot::{Attribute, ColumnType};

    #[test]
    fn without_another_default() {
        let plain = Attribute { column_type: ColumnType::Atom("bigint".to_owned()), ..attribute("number") };
        let serial = Attribute { generated: true, ..plain.clone() };
        let transition = |to_serial| {
            let (column, statement) = ("number".to_owned(), statement(""));
            on("posts", Change::SerialSequenceTransition { column, to_serial, statement })
        };
        let alter = |default: &str| {
            let new_attribute = Attribute { default: default.to_owned(), ..plain.clone() };
            on("posts", Change::AlterAttribute { old_attribute: serial.clone(), new_attribute })
        };
        expect![[r#"
            1: The sequence of posts.number cannot be dropped, because the column's default still uses it
                Before it: `execute("ALTER TABLE … ALTER COLUMN number DROP DEFAULT")`.
        "#]]
        .assert_eq(&show(&RULE, &[alter("nil"), transition(false)]));
        assert_eq!(show(&RULE, &[alter("0"), transition(false)]), "");
        assert_eq!(show(&RULE, &[transition(true)]), "");
    }
}
