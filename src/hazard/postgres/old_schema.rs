//! AM-R07: what a moved table loses is looked for in its old schema.

use crate::diff::operation::{Change, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::foreign_keys::steps;
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::Phase;

pub(super) static RULE: Rule = Rule {
    code: "AM-R07",
    title: "What a moved table loses is looked for in its old schema",
    severity: Severity::Error,
    lock: None,
    docs: "A table moves to another schema with its indexes and constraints. What goes in the same migration, ash_postgres still drops \
           in the old schema: a check constraint fails with `relation … does not exist`, and an index, which is dropped if it \
           exists, stays without a word.\n\nWrite the new schema as the `prefix:` of these statements in the generated file, or \
           move the table in a migration of its own.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, which alone says what comes first.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let steps = steps(phases);
    let lost = steps.iter().enumerate().filter_map(|(at, step)| {
        let what = dropped(&step.operation)?;
        let on = &step.operation.on;
        let moved = steps[..at].iter().find(|earlier| match &earlier.operation.change {
            Change::MoveTableSchema { old_schema, .. } => {
                earlier.operation.on.table == on.table && *old_schema == on.schema
            }
            _ => false,
        })?;
        Some(RULE.finding(
            step.sources.first().copied()?,
            format!("{what} is looked for on {}, which is {} by then", table(on), table(&moved.operation.on)),
            "Write the new schema as `prefix:` in the generated file.".to_owned(),
        ))
    });
    lost.collect()
}

fn dropped(operation: &Operation) -> Option<String> {
    match &operation.change {
        Change::RemoveCheckConstraint { constraint } => Some(format!("Check constraint {}", constraint.name)),
        Change::RemoveCustomIndex { index, .. } => {
            Some(index.name.as_ref().map_or("The dropped index".to_owned(), |name| format!("Index {name}")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::foreign_keys::tests::codes;
    use crate::plan::samples::{custom_index, on};

    #[test]
    fn only_in_the_old_schema() {
        let in_blog = |mut operation: Operation| {
            operation.on.schema = Some("blog".to_owned());
            operation
        };
        let change = Change::MoveTableSchema { old_schema: None, new_schema: Some("blog".to_owned()) };
        let moved = || in_blog(on("posts", change.clone()));
        let drop = || on("posts", Change::RemoveCustomIndex { index: custom_index(&["title"]), base_filter: None });
        assert_eq!(codes(vec![moved(), drop()]), ["AM-R07"]);
        assert_eq!(codes(vec![drop(), moved()]), Vec::<&str>::new());
        assert_eq!(codes(vec![moved(), in_blog(drop())]), Vec::<&str>::new());
    }
}
