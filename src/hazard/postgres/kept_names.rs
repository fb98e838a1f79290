//! AM-N04: a renamed table keeps the names of what belongs to it.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-N04",
    title: "A renamed table keeps the names of its key and indexes",
    severity: Severity::Warning,
    lock: None,
    docs: "`ALTER TABLE … RENAME TO …` renames the table alone: its primary key is still called `old_pkey`, and an index without \
           `name:` still `old_column_index`. Migrations generated later use the names of the new table. `drop constraint` then \
           fails; `drop_if_exists index` finds nothing, says nothing and leaves the index.\n\nRename the primary key and the \
           indexes in the same migration.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::RenameTable { old_table } = &operation.change else { return None };
        let (new, on) = (&operation.on.table, table(&operation.on));
        Some(RULE.finding(
            index,
            format!(
                "The primary key of {on} is still called {old_table}_pkey, and indexes keep the old name too: later migrations \
                 look for {new}_pkey"
            ),
            format!(
                "Add to the migration, and the same for each index without a `name:`:\n\n```elixir\nexecute(\"ALTER TABLE {on} \
                 RENAME CONSTRAINT {old_table}_pkey TO {new}_pkey\")\n```"
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
    fn a_rename_but_no_move() {
        let operations = [
            on("posts", Change::RenameTable { old_table: "articles".to_owned() }),
            on("posts", Change::MoveTableSchema { old_schema: None, new_schema: Some("blog".to_owned()) }),
        ];
        expect![[r#"
            0: The primary key of posts is still called articles_pkey, and indexes keep the old name too: later migrations look for posts_pkey
                Add to the migration, and the same for each index without a `name:`:
                
                ```elixir
                execute("ALTER TABLE posts RENAME CONSTRAINT articles_pkey TO posts_pkey")
                ```
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
