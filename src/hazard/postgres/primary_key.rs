//! AM-F08: the primary key changes.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-F08",
    title: "A changed primary key fails on nulls, duplicates and foreign keys",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "The old constraint is dropped, which is refused while a foreign key of another table depends on it. The new \
           one fails if a key column has null or two rows have equal keys.\n\nLook for both first. AM-L11 says how to \
           change the key without a long lock.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::RemovePrimaryKey { .. } = &operation.change else { return None };
        let table = table(&operation.on);
        Some(RULE.finding(
            index,
            format!(
                "Dropping the primary key of {table} fails if a foreign key depends on it; the new one fails on nulls \
                 and duplicates"
            ),
            format!(
                "See what depends on it:\n\n```sql\nSELECT conrelid::regclass, conname FROM pg_constraint WHERE \
                 confrelid = '{table}'::regclass;\n```"
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
    fn once_per_key() {
        let operations = [
            on("posts", Change::RemovePrimaryKey { keys: Vec::new() }),
            on("posts", Change::AddPrimaryKey { keys: vec!["a".to_owned()] }),
        ];
        expect![[r#"
            0: Dropping the primary key of posts fails if a foreign key depends on it; the new one fails on nulls and duplicates
                See what depends on it:
                
                ```sql
                SELECT conrelid::regclass, conname FROM pg_constraint WHERE confrelid = 'posts'::regclass;
                ```
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
