//! AM-L12: a new column that the database counts up.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L12",
    title: "A new serial column rewrites the table",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "`bigserial` is a column with the default `nextval(…)`, which differs from row to row: adding it numbers all \
           rows, so the table and its indexes are rewritten under ACCESS EXCLUSIVE.\n\nAdd a plain `bigint` column and a \
           sequence, set the default for new rows, and number old rows in batches.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddAttribute { attribute } = &operation.change else { return None };
        attribute.is_serial().then(|| {
            let (name, table) = (column(&operation.on, &attribute.source), table(&operation.on));
            RULE.finding(
                index,
                format!("Adding {name} numbers all rows: {table} is rewritten, and reads and writes wait"),
                "Add a `bigint` column without a default, then the sequence as its default, then fill in batches."
                    .to_owned(),
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, attribute, on};
    use crate::snapshot::{Attribute, ColumnType};

    #[test]
    fn only_generated_numbers() {
        let number = |generated| Attribute {
            generated,
            column_type: ColumnType::Atom("bigint".to_owned()),
            ..attribute("number")
        };
        expect![[r#"
            0: Adding posts.number numbers all rows: posts is rewritten, and reads and writes wait
                Add a `bigint` column without a default, then the sequence as its default, then fill in batches.
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", add(number(true))), on("posts", add(number(false)))]));
    }
}
