//! AM-L06: an index is built while writes wait.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L06",
    title: "An index that is not built concurrently blocks writes",
    severity: Severity::Warning,
    lock: Some(Lock::Share),
    docs: "`CREATE INDEX` holds SHARE on the table until it is built: reads go on, writes wait. `CREATE INDEX \
           CONCURRENTLY` lets writes go on; it takes longer, cannot run in a transaction, and leaves an invalid index \
           behind when it fails.\n\nGenerate with `--concurrent-indexes`, or give a custom index `concurrently: true`: \
           the generator puts such indexes into a migration of their own. Prefer `migration_lock: :pg_advisory_lock` in \
           the repo's configuration then, since the file turns the ordinary migration lock off.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let what = match &operation.change {
            Change::AddUniqueIndex { identity, concurrently: false, .. } => format!("Index {}", identity.index_name),
            Change::AddCustomIndex { index, .. } if !index.concurrently => {
                index.name.as_ref().map_or("The index".to_owned(), |name| format!("Index {name}"))
            }
            Change::AddReferenceIndex { source, .. } => format!("The index on {source}"),
            _ => return None,
        };
        let table = table(&operation.on);
        Some(RULE.finding(
            index,
            format!("{what} blocks writes of {table} while it is built"),
            "Generate with `--concurrent-indexes`, or set `concurrently: true` on the custom index.".to_owned(),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{custom_index, identity, on, unique_index};
    use crate::snapshot::CustomIndex;

    #[test]
    fn concurrent_ones_are_fine() {
        let custom = |concurrently| Change::AddCustomIndex {
            index: CustomIndex { concurrently, ..custom_index(&["a"]) },
            base_filter: None,
        };
        let operations = [
            unique_index(identity("slug", &["slug"]), false),
            unique_index(identity("slug", &["slug"]), true),
            custom(false),
            custom(true),
            Change::AddReferenceIndex { source: "author_id".to_owned(), filter: None },
        ];
        let shown = show(&RULE, &operations.map(|change| on("posts", change)));
        let messages: Vec<&str> = shown.lines().filter(|line| !line.starts_with(' ')).collect();
        expect![[r#"
            0: Index posts_slug_index blocks writes of posts while it is built
            2: The index blocks writes of posts while it is built
            4: The index on author_id blocks writes of posts while it is built"#]]
        .assert_eq(&messages.join("\n"));
    }
}
