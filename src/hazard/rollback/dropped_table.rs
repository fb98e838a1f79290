//! AM-B01: a dropped table does not come back.

use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-B01",
    title: "Rolling back does not bring a dropped table back",
    severity: Severity::Information,
    lock: None,
    docs: "The generator writes only a comment into `down` for a table that `up` drops: rolling back succeeds and leaves \
           the database without the table, so that the next migrations down the line fail on it.\n\nIf the migration may \
           have to be rolled back, write the `create table` into `down` yourself (`ashls diff --down` of the migration that \
           made the table shows it), and keep a copy of the rows.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let dropped = |(index, operation): (usize, &crate::diff::Operation)| {
        matches!(operation.change, Change::DropTable).then(|| {
            RULE.rollback_finding(
                index,
                format!("Rolling back does not bring {} back: `down` has only a comment", table(&operation.on)),
                "Write the `create table` into `down` by hand if the migration may have to be rolled back.".to_owned(),
            )
        })
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
    fn a_comment_is_no_way_back() {
        expect![[r#"
            0 (rollback): Rolling back does not bring posts back: `down` has only a comment
                Write the `create table` into `down` by hand if the migration may have to be rolled back.
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", Change::DropTable)]));
    }
}
