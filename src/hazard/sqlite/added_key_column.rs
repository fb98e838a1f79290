//! AM-Q05: a new column is part of the primary key.

use super::rebuild;
use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q05",
    title: "SQLite cannot add a column to the primary key",
    severity: Severity::Error,
    lock: None,
    docs: "`ALTER TABLE … ADD COLUMN … PRIMARY KEY` (and `UNIQUE`) is refused, with or without rows: `Cannot add a \
           PRIMARY KEY column`. For uniqueness alone, an identity does: its index is made by a statement of its \
           own.\n\nRebuild the table with the new key.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddAttribute { attribute } = &operation.change else { return None };
        attribute.primary_key.then(|| {
            let name = column(&operation.on, &attribute.source);
            RULE.finding(index, format!("SQLite refuses to add {name} to the primary key"), rebuild(&operation.on))
        })
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{add, attribute, on};
    use crate::snapshot::Attribute;

    #[test]
    fn key_columns_are_refused() {
        let key = Attribute { primary_key: true, ..attribute("code") };
        expect![[r#"
            0: SQLite refuses to add jars.code to the primary key
                (rebuild jars)
        "#]]
        .assert_eq(&show(&RULE, &[on("jars", add(key)), on("jars", add(attribute("label")))]));
    }
}
