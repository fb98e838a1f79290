//! AM-L11: the index of a new primary key is built under the strongest lock.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L11",
    title: "A new primary key builds its index while nothing can read the table",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "`ADD PRIMARY KEY` holds ACCESS EXCLUSIVE while it builds the unique index and looks for nulls.\n\nBuild a \
           unique index concurrently first, on columns that are NOT NULL already, and make it the key: `ADD CONSTRAINT \
           … PRIMARY KEY USING INDEX …` then takes a moment.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let table = table(&operation.on);
        let columns = match &operation.change {
            Change::AddPrimaryKey { keys } => keys.join(", "),
            Change::AlterAttribute { old_attribute, new_attribute }
                if new_attribute.primary_key && !old_attribute.primary_key =>
            {
                new_attribute.source.clone()
            }
            Change::AddAttribute { attribute } if attribute.primary_key => attribute.source.clone(),
            _ => return None,
        };
        let name = format!("{}_pkey", operation.on.table);
        Some(RULE.finding(
            index,
            format!("The new primary key of {table} blocks reads and writes while its index is built ({columns})"),
            format!(
                "In two migrations, the first without a transaction:\n\n```sql\nCREATE UNIQUE INDEX CONCURRENTLY \
                 {name}_new ON {table} (…);\nALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} PRIMARY \
                 KEY USING INDEX {name}_new;\n```"
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, attribute, create_table, on, uuid_key};

    #[test]
    fn keys_of_new_tables_are_free() {
        let keys = Change::AddPrimaryKey { keys: vec!["org".to_owned(), "id".to_owned()] };
        expect![[r#"
            0: The new primary key of posts blocks reads and writes while its index is built (org, id)
                In two migrations, the first without a transaction:
                
                ```sql
                CREATE UNIQUE INDEX CONCURRENTLY posts_pkey_new ON posts (…);
                ALTER TABLE posts DROP CONSTRAINT posts_pkey, ADD CONSTRAINT posts_pkey PRIMARY KEY USING INDEX posts_pkey_new;
                ```
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", keys), on("posts", add(attribute("a")))]));
        assert_eq!(show(&RULE, &[on("posts", create_table()), on("posts", add(uuid_key()))]), "");
    }
}
