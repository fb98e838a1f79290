//! AM-F04: a check on rows that are there already.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-F04",
    title: "A new check constraint fails on rows that violate it",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "Adding a check constraint looks at all rows, and the migration fails at the first one that violates it. \
           (A row for which the check is null passes.)\n\nLook for such rows first.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddCheckConstraint { constraint } = &operation.change else { return None };
        let (table, name, check) = (table(&operation.on), &constraint.name, &constraint.check);
        Some(RULE.finding(
            index,
            format!("Check {name} fails if a row of {table} violates it"),
            format!("Look for such rows first:\n\n```sql\nSELECT * FROM {table} WHERE NOT ({check});\n```"),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::on;
    use crate::snapshot::CheckConstraint;

    #[test]
    fn a_query_finds_the_rows() {
        let constraint = CheckConstraint {
            name: "price_ok".to_owned(),
            attributes: vec!["price".to_owned()],
            check: "price > 0".to_owned(),
            base_filter: None,
        };
        expect![[r#"
            0: Check price_ok fails if a row of posts violates it
                Look for such rows first:
                
                ```sql
                SELECT * FROM posts WHERE NOT (price > 0);
                ```
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", Change::AddCheckConstraint { constraint })]));
    }
}
