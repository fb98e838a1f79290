//! AM-Q02: a foreign key is dropped or changed.

use super::rebuild;
use crate::diff::operation::{Change, Direction, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q02",
    title: "SQLite cannot drop a foreign key",
    severity: Severity::Error,
    lock: None,
    docs: "For a changed or removed reference ash_sqlite writes `raise \"SQLite does not support dropping foreign key \
           constraints. …\"` into the migration: it stops there, every time.\n\nReplace the `raise`, and what follows \
           for this column, by a rebuild of the table. Or take the change of the reference back.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::DropForeignKey { attribute, direction: Direction::Up } = &operation.change else { return None };
        let name = &attribute.references.as_ref()?.name;
        let column = column(&operation.on, &attribute.source);
        Some(RULE.finding(
            index,
            format!("The migration raises, because SQLite cannot drop foreign key {name} of {column}"),
            rebuild(&operation.on),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{drop_foreign_key, on, referring};

    #[test]
    fn only_the_drop_in_up_stops_the_migration() {
        let drop = |direction| on("jars", drop_foreign_key(referring("shelf_id", "shelves", "id"), direction));
        expect![[r#"
            0: The migration raises, because SQLite cannot drop foreign key shelves_id_fkey of jars.shelf_id
                (rebuild jars)
        "#]]
        .assert_eq(&show(&RULE, &[drop(Direction::Up), drop(Direction::Down)]));
    }
}
