//! AM-L03: adding a foreign key scans the table and locks both.

use super::foreign_key::new_foreign_key;
use crate::diff::operation::Operation;
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L03",
    title: "A new foreign key blocks writes of both tables during a scan",
    severity: Severity::Warning,
    lock: Some(Lock::ShareRowExclusive),
    docs: "`ADD CONSTRAINT … FOREIGN KEY` holds SHARE ROW EXCLUSIVE on both tables while it checks all rows; dropping \
           one takes ACCESS EXCLUSIVE on both. A new column without a default has no value to check, so its foreign key \
           takes the locks for a moment only and is not reported.\n\nWrite `validate: false` into `references(…)` (`NOT \
           VALID`: only new rows are checked), and validate in another migration; `VALIDATE CONSTRAINT` lets reads and \
           writes go on.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let (_, target) = new_foreign_key(changes, operation)?;
        let (own, other, name) = (table(&operation.on), &target.table, &target.name);
        Some(RULE.finding(
            index,
            format!("Foreign key {name} blocks writes of {own} and {other} while all rows are checked"),
            format!(
                "Add `validate: false` to `references(…)`, and in a later migration:\n\n```elixir\n\
                 execute(\"ALTER TABLE {own} VALIDATE CONSTRAINT {name}\")\n```"
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, give_reference, on, referring};
    use crate::snapshot::Attribute;

    #[test]
    fn only_where_rows_are_checked() {
        let new = referring("author_id", "users", "id");
        let with_default = Attribute { default: "1".to_owned(), ..new.clone() };
        let operations = [add(new.clone()), add(with_default), give_reference(referring("editor_id", "users", "id"))];
        expect![[r#"
            1: Foreign key users_id_fkey blocks writes of posts and users while all rows are checked
                Add `validate: false` to `references(…)`, and in a later migration:
                
                ```elixir
                execute("ALTER TABLE posts VALIDATE CONSTRAINT users_id_fkey")
                ```
            2: Foreign key users_id_fkey blocks writes of posts and users while all rows are checked
                Add `validate: false` to `references(…)`, and in a later migration:
                
                ```elixir
                execute("ALTER TABLE posts VALIDATE CONSTRAINT users_id_fkey")
                ```
        "#]]
        .assert_eq(&show(&RULE, &operations.map(|change| on("posts", change))));
    }
}
