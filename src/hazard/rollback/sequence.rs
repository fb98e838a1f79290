//! AM-B06: on the way back a sequence is dropped while its column uses it.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-B06",
    title: "Rolling back fails on the sequence of a column",
    severity: Severity::Information,
    lock: None,
    docs: "When a column becomes `bigserial`, `down` drops its sequence, but leaves the default `nextval(…)` that uses it, unless \
           the column had another default before: `cannot drop sequence … because other objects depend on it`.\n\nDrop the \
           default first in the generated `down`: `execute(\"ALTER TABLE … ALTER COLUMN … DROP DEFAULT\")`.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    changes.find(|index, operation: &Operation| {
        let Change::SerialSequenceTransition { column: source, to_serial: true, .. } = &operation.change else {
            return None;
        };
        let had_none = changes.on(&operation.on).any(|other| {
            matches!(&other.change, Change::AlterAttribute { old_attribute, .. }
                if old_attribute.source == *source && old_attribute.default == "nil")
        });
        had_none.then(|| {
            let name = column(&operation.on, source);
            RULE.rollback_finding(
                index,
                format!("Rolling back fails: the sequence of {name} cannot be dropped, its default still uses it"),
                format!("In `down`, before it: `execute(\"ALTER TABLE … ALTER COLUMN {source} DROP DEFAULT\")`."),
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::hazard::tests::show;
    use crate::plan::samples::{attribute, on, statement};
    use crate::snapshot::Attribute;

    #[test]
    fn without_a_default_before() {
        let transition =
            Change::SerialSequenceTransition { column: "number".to_owned(), to_serial: true, statement: statement("") };
        let alter = |default: &str| {
            let old_attribute = Attribute { default: default.to_owned(), ..attribute("number") };
            on("posts", Change::AlterAttribute { old_attribute, new_attribute: attribute("number") })
        };
        expect![[r#"
            0 (rollback): Rolling back fails: the sequence of posts.number cannot be dropped, its default still uses it
                In `down`, before it: `execute("ALTER TABLE … ALTER COLUMN number DROP DEFAULT")`.
        "#]]
        .assert_eq(&show(&RULE, &[on("posts", transition.clone()), alter("nil")]));
        assert_eq!(show(&RULE, &[on("posts", transition), alter("0")]), "");
    }
}
