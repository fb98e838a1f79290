//! AM-Q11: an index gets another name.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, keys};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q11",
    title: "SQLite cannot rename an index",
    severity: Severity::Error,
    lock: None,
    docs: "For an identity whose index name changes, ash_sqlite writes `ALTER INDEX … RENAME TO …`, which SQLite does \
           not have: a syntax error.\n\nDrop the index and create it under the new name, in the generated file; or keep \
           the old name with `identity_index_names`.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::RenameUniqueIndex { old_identity, new_identity } = &operation.change else { return None };
        let (old, new) = (&old_identity.index_name, &new_identity.index_name);
        let columns = keys(&new_identity.keys, false, &operation.on.multitenancy);
        let table = &operation.on.table;
        Some(RULE.finding(
            index,
            format!("`ALTER INDEX {old} RENAME TO {new}` is a syntax error in SQLite"),
            format!(
                "Keep the name (`identity_index_names {}: \"{old}\"`), or write instead:\n\n```sql\nDROP INDEX \
                 {old};\nCREATE UNIQUE INDEX {new} ON {table} ({columns});\n```",
                new_identity.name
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{identity, on};
    use crate::snapshot::Identity;

    #[test]
    fn a_rename_is_a_syntax_error() {
        let new_identity = Identity { index_name: "jar_labels".to_owned(), ..identity("label", &["label"]) };
        let rename = Change::RenameUniqueIndex { old_identity: identity("label", &["label"]), new_identity };
        expect![[r#"
            0: `ALTER INDEX posts_label_index RENAME TO jar_labels` is a syntax error in SQLite
                Keep the name (`identity_index_names label: "posts_label_index"`), or write instead:
                
                ```sql
                DROP INDEX posts_label_index;
                CREATE UNIQUE INDEX jar_labels ON jars (label);
                ```
        "#]]
        .assert_eq(&show(&RULE, &[on("jars", rename)]));
    }
}
