//! AM-D01: a column is dropped.

use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, column};
use crate::hazard::{Finding, Rule, Severity};

pub(super) static RULE: Rule = Rule {
    code: "AM-D01",
    title: "A removed attribute drops its column",
    severity: Severity::Warning,
    lock: None,
    docs: "The column goes with everything in it, and with the indexes and constraints that use it. Rolling the \
           migration back adds an empty column.\n\nNodes that still run the old code name every column in their \
           queries, so they fail from the moment the column is gone until they are replaced.\n\nTake the attribute out \
           of the resource first and leave the column (`--dont-drop-columns` with PostgreSQL; SQLite comments removals \
           out unless `--drop-columns` is given). Drop the column in a later release, when nothing reads it.",
    check,
};

fn check(changes: &ChangeSet<'_>) -> Vec<Finding> {
    let dropped = |(index, operation): (usize, &crate::diff::Operation)| {
        let Change::RemoveAttribute { attribute, commented: false } = &operation.change else { return None };
        let name = column(&operation.on, &attribute.source);
        Some(RULE.finding(
            index,
            format!("Column {name} is dropped with its data; old nodes that still select it fail"),
            "Release the code without the attribute first, keep the column (`--dont-drop-columns`), and drop it in a \
             later migration."
                .to_owned(),
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

    #[test]
    fn only_what_is_really_dropped() {
        let remove = |commented| on("posts", Change::RemoveAttribute { attribute: attribute("title"), commented });
        expect![[r#"
            0: Column posts.title is dropped with its data; old nodes that still select it fail
                Release the code without the attribute first, keep the column (`--dont-drop-columns`), and drop it in a later migration.
        "#]]
        .assert_eq(&show(&RULE, &[remove(false), remove(true)]));
    }
}
