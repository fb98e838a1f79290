//! AM-D02: a table is dropped.

use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-D02",
    title: "A removed resource drops its table",
    severity: Severity::Warning,
    lock: None,
    docs: "All rows are gone, and the generated rollback does not bring the table back. The statement fails while \
           another table still has a foreign key to it.\n\nAnswer no to the question (the snapshot remembers it), or \
           keep the resource with `migrate? false`, until the data has been moved or saved.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let dropped = |(index, operation): (usize, &crate::diff::Operation)| {
        let Change::DropTable = operation.change else { return None };
        let name = table(&operation.on);
        Some(RULE.finding(
            index,
            format!("Table {name} is dropped with all its rows; rolling back does not restore it"),
            "Keep the table for now (answer no, or `--keep`), and drop it when its data has been saved and no foreign \
             key points at it."
                .to_owned(),
        ))
    };
    changes.existing().filter_map(dropped).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::on;

    #[test]
    fn a_drop_is_reported() {
        expect![[r#"
            0: Table posts is dropped with all its rows; rolling back does not restore it
                Keep the table for now (answer no, or `--keep`), and drop it when its data has been saved and no foreign key points at it.
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", Change::DropTable)]));
    }
}
