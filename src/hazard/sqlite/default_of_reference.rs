//! AM-Q06: a new column has a foreign key and a default.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q06",
    title: "A new foreign key column cannot have a default",
    severity: Severity::Warning,
    lock: None,
    docs: "With `PRAGMA foreign_keys=ON`, which ecto_sqlite3 sets unless configured otherwise, a table with rows \
           refuses `ADD COLUMN … DEFAULT … REFERENCES …`: `Cannot add a REFERENCES column with non-NULL default \
           value`. (An empty table takes it.)\n\nLeave the default out, and fill the rows with an `UPDATE`.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddAttribute { attribute } = &operation.change else { return None };
        if attribute.references.is_none() || attribute.default == "nil" {
            return None;
        }
        let name = column(&operation.on, &attribute.source);
        Some(RULE.finding(
            index,
            format!("Adding {name} fails if the table has rows: a foreign key column cannot have a default there"),
            "Leave the default out, and set the value of old rows with `UPDATE` in the same migration.".to_owned(),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{add, on, referring};
    use crate::snapshot::Attribute;

    #[test]
    fn both_together_are_refused() {
        let plain = referring("shelf_id", "shelves", "id");
        let with_default = Attribute { default: "\"1\"".to_owned(), ..plain.clone() };
        expect![[r#"
            1: Adding jars.shelf_id fails if the table has rows: a foreign key column cannot have a default there
                Leave the default out, and set the value of old rows with `UPDATE` in the same migration.
        "#]]
        .assert_eq(&show(&RULE, &[plain, with_default].map(|attribute| on("jars", add(attribute)))));
    }
}
