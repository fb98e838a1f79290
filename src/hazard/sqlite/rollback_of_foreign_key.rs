//! AM-Q12: a migration with a foreign key cannot be rolled back.

use crate::diff::operation::{Change, Direction, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q12",
    title: "A migration that adds a foreign key cannot be rolled back",
    severity: Severity::Information,
    lock: None,
    docs: "ash_sqlite writes a `raise` into `down` for every foreign key that `up` adds, also where `down` goes on to \
           drop the whole table. `mix ecto.rollback` stops there, and so does the named run that wants to replace a \
           migration made with `--dev`.\n\nDelete the `raise` from the generated file where the table or the column is \
           dropped anyway.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let operations = changes.operations.iter().enumerate();
    operations.filter_map(|(index, operation)| refused(changes, index, operation)).collect()
}

fn refused(changes: &ChangeSet<'_>, index: usize, operation: &Operation) -> Option<Finding> {
    let Change::DropForeignKey { attribute, direction: Direction::Down } = &operation.change else { return None };
    let name = column(&operation.on, &attribute.source);
    let dropped = if changes.creates(&operation.on) { "table" } else { "column" };
    Some(RULE.rollback_finding(
        index,
        format!("Rolling back raises at the foreign key of {name}"),
        format!("Delete the `raise` from `down` if the {dropped} is dropped there anyway."),
    ))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{create_table, drop_foreign_key, on, referring};

    #[test]
    fn new_tables_too() {
        let drop = |table| on(table, drop_foreign_key(referring("shelf_id", "shelves", "id"), Direction::Down));
        expect![[r#"
            0 (rollback): Rolling back raises at the foreign key of jars.shelf_id
                Delete the `raise` from `down` if the table is dropped there anyway.
            2 (rollback): Rolling back raises at the foreign key of lids.shelf_id
                Delete the `raise` from `down` if the column is dropped there anyway.
        "#]]
        .assert_eq(&show(&RULE, &[drop("jars"), on("jars", create_table()), drop("lids")]));
    }
}
