//! AM-F01: a new column refuses null and has no default.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Lock, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-F01",
    title: "A new column that refuses null needs a default",
    severity: Severity::Warning,
    lock: Some(Lock::AccessExclusive),
    docs: "`ADD COLUMN … NOT NULL` without a default fails as soon as the table has a row: `column contains null \
           values`. And nodes that still run the old code insert rows without the column, which fail from then on.\n\nA \
           constant default makes it safe, and is cheap since PostgreSQL 11. Otherwise: add the column nullable, let \
           the code write it, fill old rows in batches, and set `allow_nil? false` last.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::AddAttribute { attribute } = &operation.change else { return None };
        if !attribute.needs_value() {
            return None;
        }
        let (name, source) = (column(&operation.on, &attribute.source), &attribute.source);
        Some(RULE.finding(
            index,
            format!("Adding {name} fails if the table has rows: it refuses null and has no default"),
            format!(
                "Add it with `allow_nil? true`, deploy, fill it (`UPDATE {} SET {source} = … WHERE {source} IS NULL`, \
                 in batches), then set `allow_nil? false`. Or give it a default.",
                table(&operation.on)
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, attribute, on, uuid_key};
    use crate::snapshot::{Attribute, ColumnType};

    #[test]
    fn rows_would_have_null() {
        let required = Attribute { allow_nil: false, ..attribute("title") };
        let column_type = ColumnType::Atom("bigint".to_owned());
        let serial = Attribute { generated: true, column_type, ..required.clone() };
        let operations = [required, attribute("free"), uuid_key(), serial].map(|new| on("posts", add(new)));
        expect![[r#"
            0: Adding posts.title fails if the table has rows: it refuses null and has no default
                Add it with `allow_nil? true`, deploy, fill it (`UPDATE posts SET title = … WHERE title IS NULL`, in batches), then set `allow_nil? false`. Or give it a default.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
