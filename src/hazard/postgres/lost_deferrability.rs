//! AM-R04: a foreign key that is made again is no longer deferrable.

use crate::diff::operation::Direction;
use crate::hazard::change_set::{ChangeSet, key, table};
use crate::hazard::foreign_keys::{deferred, is_deferrable, made, steps};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::Phase;

pub(super) static RULE: Rule = Rule {
    code: "AM-R04",
    title: "A foreign key that is made again is not deferrable any more",
    severity: Severity::Warning,
    lock: None,
    docs: "A foreign key becomes deferrable by a statement of its own, which ash_postgres writes only when `deferrable` itself \
           changes. When the key is made again for another reason (another `on_delete`, another target, a target that is no \
           tenants' table any more), it comes back not deferrable, while the snapshot says that it is: no later migration mends \
           that.\n\nAdd the `ALTER TABLE … ALTER CONSTRAINT … DEFERRABLE …` to the generated file.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, where what is added and then altered is one step.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let steps = steps(phases);
    let lost = steps.iter().filter_map(|step| {
        let reference = made(&step.operation).filter(|reference| is_deferrable(reference))?;
        let (on, name) = (&step.operation.on, &reference.name);
        let set = steps.iter().any(|other| {
            let found = deferred(&other.operation, Direction::Up).is_some_and(|other| other.name == *name);
            found && key(&other.operation.on) == key(on)
        });
        if set {
            return None;
        }
        Some(RULE.finding(
            step.sources.first().copied()?,
            format!("{name} of {} is made again, but not deferrable", table(on)),
            format!(
                "Add to the migration:\n\n```elixir\nexecute(\"ALTER TABLE {} ALTER CONSTRAINT {name} DEFERRABLE\")\n```",
                table(on)
            ),
        ))
    });
    lost.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::foreign_keys::tests::{codes, deferrable, set};
    use crate::plan::samples::{give_reference, on, referring};

    #[test]
    fn only_where_nothing_sets_it() {
        let make = || on("posts", give_reference(deferrable("owner_id", "owners")));
        assert_eq!(codes(vec![make()]), ["AM-R04"]);
        assert_eq!(codes(vec![make(), on("posts", set("owner_id", "owners", Direction::Up))]), Vec::<&str>::new());
        assert_eq!(codes(vec![on("posts", give_reference(referring("owner_id", "owners", "id")))]), Vec::<&str>::new());
    }
}
