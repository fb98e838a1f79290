//! AM-D08: a custom statement is taken down.

use crate::diff::Operation;
use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-D08",
    title: "A changed custom statement runs its old `down` first",
    severity: Severity::Warning,
    lock: None,
    docs: "A custom statement with another text is removed and added again: its stored `down` runs, then the new `up`. \
           In between, what it made (a view, a trigger, a function, rows) is not there. ashls does not read the \
           statement, so it cannot know what that loses.\n\nWhere a replacement is possible in place (`CREATE OR \
           REPLACE`), give the statement a new name whose `up` does that, and keep the old one's `down` harmless.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let removed = |(index, operation): (usize, &Operation)| {
        let Change::RemoveCustomStatement { statement } = &operation.change else { return None };
        let comes_back = changes.on(&operation.on).any(|other| {
            matches!(&other.change, Change::AddCustomStatement { statement: new } if new.name == statement.name)
        });
        let then = if comes_back { ", then its new `up`" } else { "" };
        Some(RULE.finding(
            index,
            format!("The stored `down` of statement {} of {} runs{then}", statement.name, table(&operation.on)),
            format!("Review what it takes away:\n\n```\n{}\n```", statement.down.trim()),
        ))
    };
    changes.existing().filter_map(removed).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{on, statement};

    #[test]
    fn removed_and_changed() {
        let remove = |name| on("posts", Change::RemoveCustomStatement { statement: statement(name) });
        let add = on("posts", Change::AddCustomStatement { statement: statement("view") });
        expect![[r#"
            0: The stored `down` of statement view of posts runs, then its new `up`
                Review what it takes away:

                ```
                SELECT 'view down'
                ```
            2: The stored `down` of statement other of posts runs
                Review what it takes away:

                ```
                SELECT 'other down'
                ```
        "#]]
        .assert_eq(&show(&RULE, &[remove("view"), add, remove("other")]).replace("    \n", "\n"));
    }
}
