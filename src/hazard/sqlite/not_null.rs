//! AM-Q10: a column stops taking null.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-Q10",
    title: "A column that stops taking null must be filled first",
    severity: Severity::Warning,
    lock: None,
    docs: "The column is changed by rebuilding the table, which copies all rows into a table where the column is `NOT \
           NULL`: one row with null and the copy fails.\n\nFill the rows first, or put `COALESCE(column, …)` into the \
           `SELECT` of the rebuild.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AlterAttribute { old_attribute, new_attribute } = &operation.change else { return None };
        if !old_attribute.allow_nil || new_attribute.allow_nil {
            return None;
        }
        let (table, source) = (table(&operation.on), &new_attribute.source);
        Some(RULE.finding(
            index,
            format!("Rows with null in {} keep the table from being rebuilt", column(&operation.on, source)),
            format!("Before:\n\n```sql\nUPDATE {table} SET {source} = … WHERE {source} IS NULL;\n```"),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::show;
    use super::*;
    use crate::plan::samples::{attribute, on};
    use crate::snapshot::Attribute;

    #[test]
    fn only_towards_not_null() {
        let required = Attribute { allow_nil: false, ..attribute("label") };
        let change = |old: &Attribute, new: &Attribute| {
            on("jars", Change::AlterAttribute { old_attribute: old.clone(), new_attribute: new.clone() })
        };
        let operations = [change(&attribute("label"), &required), change(&required, &attribute("label"))];
        expect![[r#"
            0: Rows with null in jars.label keep the table from being rebuilt
                Before:
                
                ```sql
                UPDATE jars SET label = … WHERE label IS NULL;
                ```
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
