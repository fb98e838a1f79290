//! AM-L02: `SET NOT NULL` scans the table under the strongest lock.

use super::not_null::stops_taking_null;
use crate::diff::operation::Operation;
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L02",
    title: "SET NOT NULL scans the table while nothing can read it",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "`ALTER COLUMN … SET NOT NULL` holds ACCESS EXCLUSIVE while it looks for nulls in all rows. Since PostgreSQL \
           12 it skips the scan if a valid check constraint proves that there are none.\n\nSo: add `CHECK (column IS NOT \
           NULL) NOT VALID`, validate it in another migration (which lets reads and writes go on), set NOT NULL, and \
           drop the check. Write the last step as `execute`, not as `modify`: Ecto's `modify` restates the type.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let source = &stops_taking_null(operation)?.source;
        let (name, table) = (column(&operation.on, source), table(&operation.on));
        let check = format!("{}_{source}_not_null", operation.on.table);
        Some(RULE.finding(
            index,
            format!("Setting {name} to NOT NULL blocks reads and writes of {table} while all rows are looked at"),
            format!(
                "In three migrations:\n\n```sql\nALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({source} IS NOT \
                 NULL) NOT VALID;\nALTER TABLE {table} VALIDATE CONSTRAINT {check};\nALTER TABLE {table} ALTER COLUMN \
                 {source} SET NOT NULL, DROP CONSTRAINT {check};\n```"
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::diff::operation::Change;
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on};
    use crate::snapshot::Attribute;

    #[test]
    fn a_check_first() {
        let required = Attribute { allow_nil: false, ..attribute("title") };
        let change = Change::AlterAttribute { old_attribute: attribute("title"), new_attribute: required };
        expect![[r#"
            0: Setting posts.title to NOT NULL blocks reads and writes of posts while all rows are looked at
                In three migrations:
                
                ```sql
                ALTER TABLE posts ADD CONSTRAINT posts_title_not_null CHECK (title IS NOT NULL) NOT VALID;
                ALTER TABLE posts VALIDATE CONSTRAINT posts_title_not_null;
                ALTER TABLE posts ALTER COLUMN title SET NOT NULL, DROP CONSTRAINT posts_title_not_null;
                ```
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", change)]));
    }
}
