//! AM-B02: a dropped column that refuses null cannot come back to a table with rows.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column, table};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-B02",
    title: "Rolling back fails on a dropped column that refuses null",
    severity: Severity::Information,
    lock: None,
    docs: "`down` adds the column as it was. Without a default and with `null: false` the database refuses that as soon as \
           the table has one row, and the rollback stops there.\n\nMake the attribute `allow_nil? true` in a migration \
           before the one that removes it; then the way back works, and brings the column back empty.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let dropped = |(index, operation): (usize, &Operation)| {
        let Change::RemoveAttribute { attribute, commented: false } = &operation.change else { return None };
        if !attribute.needs_value() {
            return None;
        }
        let name = column(&operation.on, &attribute.source);
        Some(RULE.rollback_finding(
            index,
            format!("Rolling back fails if {} has rows: {name} refuses null and has no default", table(&operation.on)),
            format!("Let {} be null in a migration before this one.", attribute.source),
        ))
    };
    changes.existing().filter_map(dropped).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on};
    use crate::snapshot::Attribute;

    #[test]
    fn only_what_refuses_null() {
        let remove = |attribute, commented| on("posts", Change::RemoveAttribute { attribute, commented });
        let required = Attribute { allow_nil: false, ..attribute("title") };
        let with_default = Attribute { default: "\"a\"".to_owned(), ..required.clone() };
        let operations = [
            remove(required.clone(), false),
            remove(required, true),
            remove(attribute("note"), false),
            remove(with_default, false),
        ];
        expect![[r#"
            0 (rollback): Rolling back fails if posts has rows: posts.title refuses null and has no default
                Let title be null in a migration before this one.
        "#]]
        .assert_eq(&show(&RULE, &operations));
    }
}
