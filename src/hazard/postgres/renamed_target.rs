//! AM-R06: a foreign key to a renamed table comes before the rename.

use crate::diff::operation::Change;
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::foreign_keys::{made, refers_to, steps};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::Phase;

pub(super) static RULE: Rule = Rule {
    code: "AM-R06",
    title: "A foreign key to a renamed table comes before the rename",
    severity: Severity::Error,
    lock: None,
    docs: "A table that refers to a renamed one gets its foreign key to the new name, and ash_postgres does not wait for the rename \
           with it: `relation … does not exist`.\n\nMove the `rename` in the generated file to the beginning of `up`, and to \
           the end of `down`.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, which alone says what comes first.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let steps = steps(phases);
    let early = steps.iter().enumerate().filter_map(|(at, step)| {
        let reference = made(&step.operation)?;
        let renamed = steps[at + 1..].iter().any(|later| {
            let (on, change) = (&later.operation.on, &later.operation.change);
            matches!(change, Change::RenameTable { .. }) && refers_to(reference, on, &on.table)
        });
        renamed.then_some(())?;
        let (on, name) = (table(&step.operation.on), &reference.name);
        Some(RULE.finding(
            step.sources.first().copied()?,
            format!("{name} of {on} is made before {} has its new name: the migration fails", reference.table),
            format!("Move the `rename` to {} to the beginning of `up`, and to the end of `down`.", reference.table),
        ))
    });
    early.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::foreign_keys::tests::codes;
    use crate::plan::samples::{give_reference, on, referring};

    #[test]
    fn only_before_the_rename() {
        let refer = || on("votes", give_reference(referring("post_id", "posts", "id")));
        let rename = || on("posts", Change::RenameTable { old_table: "articles".to_owned() });
        assert_eq!(codes(vec![refer(), rename()]), ["AM-R06"]);
        assert_eq!(codes(vec![rename(), refer()]), Vec::<&str>::new());
    }
}
