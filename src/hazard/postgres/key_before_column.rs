//! AM-R02: a primary key that names a column before it is there.

use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-R02",
    title: "The primary key is made before its new column",
    severity: Severity::Error,
    lock: None,
    docs: "When a new attribute joins the primary key, ash_postgres writes `ADD PRIMARY KEY` in front of the `add` of the \
           column. The migration fails with `column … named in key does not exist`.\n\nMove the `execute` in the generated file \
           behind the `alter table` that adds the column, or add the attribute in one migration and make it part of the \
           key in the next.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation| {
        let Change::AddPrimaryKey { keys } = &operation.change else { return None };
        let added = keys.iter().find_map(|source| changes.added(&operation.on, source))?;
        let (on, name) = (table(&operation.on), column(&operation.on, &added.source));
        Some(
            RULE.finding(
                index,
                format!("The primary key of {on} is made before its column {name} is added: the migration fails"),
                "Move `ADD PRIMARY KEY` behind the `alter table` that adds the column, or do it in a second migration."
                    .to_owned(),
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{add, attribute, on};

    #[test]
    fn only_new_columns() {
        let key = |columns: &[&str]| {
            on("posts", Change::AddPrimaryKey { keys: columns.iter().map(|&name| name.to_owned()).collect() })
        };
        expect![[r#"
            0: The primary key of posts is made before its column posts.number is added: the migration fails
                Move `ADD PRIMARY KEY` behind the `alter table` that adds the column, or do it in a second migration.
        "#]]
        .assert_eq(&show(&RULE, &[key(&["id", "number"]), on("posts", add(attribute("number"))), key(&["id"])]));
    }
}
