//! AM-L20: a column gets another name.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-L20",
    title: "Renaming a column breaks nodes that run the old code",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "The statement is done in a moment, but nodes that still run the old code name the old column in every query, \
           and fail.\n\nKeep the column and rename only the attribute: `attribute :new, …, source: :old`.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::RenameAttribute { old_attribute, new_attribute } = &operation.change else { return None };
        let (old, new) = (&old_attribute.source, &new_attribute.source);
        Some(RULE.finding(
            index,
            format!("Nodes that run the old code fail once {} is {new}", column(&operation.on, old)),
            format!("Keep the column:\n\n```elixir\nattribute :{new}, …, source: :{old}\n```"),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on};

    #[test]
    fn a_source_keeps_the_column() {
        let rename =
            Change::RenameAttribute { old_attribute: attribute("title"), new_attribute: attribute("headline") };
        expect![[r#"
            0: Nodes that run the old code fail once posts.title is headline
                Keep the column:
                
                ```elixir
                attribute :headline, …, source: :title
                ```
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", rename)]));
    }
}
