//! AM-L08: an index is dropped.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L08",
    title: "Dropping an index waits for every reader of the table",
    severity: Severity::Information,
    lock: Some(Lock::AccessExclusive),
    docs: "`DROP INDEX` takes ACCESS EXCLUSIVE on the table. It is done in a moment, but it waits for running queries, \
           and everything that comes later waits behind it.\n\nSet a `lock_timeout`, or drop it with `concurrently: \
           true` in a migration of its own with `@disable_ddl_transaction true`; the generator never does.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let what = match &operation.change {
            Change::RemoveUniqueIndex { identity } => format!("index {}", identity.index_name),
            Change::RemoveCustomIndex { index, .. } => {
                index.name.as_ref().map_or("the index".to_owned(), |name| format!("index {name}"))
            }
            Change::RemoveReferenceIndex { source, .. } => format!("the index on {source}"),
            _ => return None,
        };
        let table = table(&operation.on);
        Some(RULE.finding(
            index,
            format!("Dropping {what} waits for all queries on {table}, and new ones wait behind it"),
            "Drop it with `concurrently: true` in a migration of its own, or set a `lock_timeout`.".to_owned(),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{identity, on};

    #[test]
    fn every_drop() {
        let remove = Change::RemoveUniqueIndex { identity: identity("slug", &["slug"]) };
        expect![[r#"
            0: Dropping index posts_slug_index waits for all queries on posts, and new ones wait behind it
                Drop it with `concurrently: true` in a migration of its own, or set a `lock_timeout`.
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", remove)]));
    }
}
