//! AM-F02: a column stops taking null.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};
use crate::snapshot::Attribute;

pub(super) static RULE: Rule = Rule {
    code: "AM-F02",
    title: "A column that stops taking null must be filled first",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "`SET NOT NULL` fails if one row has null: `column contains null values`. Nodes that still write null fail \
           from then on.\n\nStop writing null, fill old rows in batches, and only then set `allow_nil? false`. AM-L02 \
           says how to do it without a long lock.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let source = &stops_taking_null(operation)?.source;
        let (name, table) = (column(&operation.on, source), table(&operation.on));
        Some(RULE.finding(
            index,
            format!("Setting {name} to NOT NULL fails if a row has null"),
            format!("Before, in batches:\n\n```sql\nUPDATE {table} SET {source} = … WHERE {source} IS NULL;\n```"),
        ))
    })
}

/// The column, if the operation makes it refuse null.
pub(super) fn stops_taking_null(operation: &Operation) -> Option<&Attribute> {
    match &operation.change {
        Change::AlterAttribute { old_attribute, new_attribute } => {
            (old_attribute.allow_nil && !new_attribute.allow_nil).then_some(new_attribute)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on};

    #[test]
    fn only_towards_not_null() {
        let required = Attribute { allow_nil: false, ..attribute("title") };
        let change = |old: &Attribute, new: &Attribute| {
            on("posts", Change::AlterAttribute { old_attribute: old.clone(), new_attribute: new.clone() })
        };
        let free = attribute("title");
        expect![[r#"
            0: Setting posts.title to NOT NULL fails if a row has null
                Before, in batches:
                
                ```sql
                UPDATE posts SET title = … WHERE title IS NULL;
                ```
        "#]]
        .assert_eq(&show(&RULE, &[change(&free, &required), change(&required, &free), change(&required, &required)]));
    }
}
