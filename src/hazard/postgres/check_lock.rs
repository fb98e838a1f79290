//! AM-L04: adding a check scans the table under the strongest lock.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L04",
    title: "A new check constraint scans the table while nothing can read it",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "`ADD CONSTRAINT … CHECK` holds ACCESS EXCLUSIVE while it looks at all rows. With `NOT VALID` it does not \
           look, and checks new rows only; `VALIDATE CONSTRAINT` looks later under SHARE UPDATE EXCLUSIVE, which lets \
           reads and writes go on. Both in one transaction gain nothing: the first lock is kept to its end.\n\nWrite \
           `validate: false` into the generated `create constraint`, and validate in another migration.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddCheckConstraint { constraint } = &operation.change else { return None };
        let (table, name) = (table(&operation.on), &constraint.name);
        Some(RULE.finding(
            index,
            format!("Check {name} blocks reads and writes of {table} while all rows are looked at"),
            format!(
                "Add `validate: false` to `create constraint(…)`, and in a later migration:\n\n```elixir\n\
                 execute(\"ALTER TABLE {table} VALIDATE CONSTRAINT {name}\")\n```"
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{create_table, on};
    use crate::snapshot::CheckConstraint;

    #[test]
    fn only_old_tables() {
        let constraint = CheckConstraint {
            name: "price_ok".to_owned(),
            attributes: Vec::new(),
            check: "price > 0".to_owned(),
            base_filter: None,
        };
        let check = on("posts", Change::AddCheckConstraint { constraint });
        expect![[r#"
            0: Check price_ok blocks reads and writes of posts while all rows are looked at
                Add `validate: false` to `create constraint(…)`, and in a later migration:
                
                ```elixir
                execute("ALTER TABLE posts VALIDATE CONSTRAINT price_ok")
                ```
        "#]]
        .assert_eq(&show(&RULE, std::slice::from_ref(&check)));
        assert_eq!(show(&RULE, &[check, on("posts", create_table())]), "");
    }
}
