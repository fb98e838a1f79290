//! AM-R09: a table is dropped before the foreign keys to it.

use crate::diff::operation::{Change, Direction, Operation};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::foreign_keys::{dropped, refers_to, steps};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::Phase;
use crate::snapshot::Reference;

pub(super) static RULE: Rule = Rule {
    code: "AM-R09",
    title: "A table is dropped before the foreign keys to it",
    severity: Severity::Error,
    lock: None,
    docs: "When a table goes together with the references to it from tables that stay, ash_postgres writes `drop table` first: \
           `cannot drop table … because other objects depend on it`.\n\nMove the `drop table` to the end of `up`, or drop the \
           table in a migration of its own.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, which alone says what comes first.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let steps = steps(phases);
    let early = steps.iter().enumerate().filter_map(|(at, step)| {
        let on = &step.operation.on;
        matches!(step.operation.change, Change::DropTable).then_some(())?;
        let later = steps[at + 1..]
            .iter()
            .find(|later| gone(&later.operation).is_some_and(|reference| refers_to(reference, on, &on.table)))?;
        Some(RULE.finding(
            step.sources.first().copied()?,
            format!(
                "{} is dropped while {} still refers to it: the migration fails",
                table(on),
                table(&later.operation.on)
            ),
            format!("Move the `drop table` of {} to the end of `up`.", table(on)),
        ))
    });
    early.collect()
}

/// The foreign key that goes in `up`.
fn gone(operation: &Operation) -> Option<&Reference> {
    match &operation.change {
        Change::RemoveAttribute { attribute, .. } => {
            attribute.references.as_ref().filter(|_| attribute.has_foreign_key(&operation.on.old_multitenancy))
        }
        _ => dropped(operation, Direction::Up),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::foreign_keys::tests::codes;
    use crate::plan::samples::{attribute, on, referring};

    #[test]
    fn only_before_the_foreign_key() {
        let remove = |attribute| on("posts", Change::RemoveAttribute { attribute, commented: false });
        let drop = || on("owners", Change::DropTable);
        let owner = || remove(referring("owner_id", "owners", "id"));
        assert_eq!(codes(vec![drop(), owner()]), ["AM-R09"]);
        assert_eq!(codes(vec![owner(), drop()]), Vec::<&str>::new());
        assert_eq!(codes(vec![drop(), remove(attribute("title"))]), Vec::<&str>::new());
    }
}
