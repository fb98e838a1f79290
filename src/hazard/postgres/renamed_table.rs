//! AM-L19: a table gets another name or schema.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::ChangeSet;
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L19",
    title: "Renaming or moving a table breaks nodes that run the old code",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "The statement is done in a moment, but from then on every query of a node that still runs the old code \
           fails: the table is not where it looks.\n\nKeep the table's name (`table \"old\"`) and rename only the \
           resource; or leave an updatable view under the old name until all nodes run the new code.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let name = &operation.on.table;
        let schema = |schema: &Option<String>| schema.clone().unwrap_or_else(|| "public".to_owned());
        let (old, new) = match &operation.change {
            Change::RenameTable { old_table } => (old_table.clone(), name.clone()),
            Change::MoveTableSchema { old_schema, new_schema } => {
                (format!("{}.{name}", schema(old_schema)), format!("{}.{name}", schema(new_schema)))
            }
            _ => return None,
        };
        Some(RULE.finding(
            index,
            format!("Nodes that run the old code fail once {old} is {new}"),
            format!(
                "Leave a view for them, and drop it later:\n\n```sql\nCREATE VIEW {old} AS SELECT * FROM {new};\n```"
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::on;

    #[test]
    fn renames_and_moves() {
        let operations = [
            on("posts", Change::RenameTable { old_table: "articles".to_owned() }),
            on("posts", Change::MoveTableSchema { old_schema: None, new_schema: Some("blog".to_owned()) }),
        ];
        expect![[r#"
            0: Nodes that run the old code fail once articles is posts
                Leave a view for them, and drop it later:
                
                ```sql
                CREATE VIEW articles AS SELECT * FROM posts;
                ```
            1: Nodes that run the old code fail once public.posts is blog.posts
                Leave a view for them, and drop it later:
                
                ```sql
                CREATE VIEW public.posts AS SELECT * FROM blog.posts;
                ```
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
