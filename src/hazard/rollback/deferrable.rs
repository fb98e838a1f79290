//! AM-B05: on the way back a foreign key does not become deferrable again.

use crate::diff::operation::Direction;
use crate::hazard::change_set::{ChangeSet, key, table};
use crate::hazard::foreign_keys::{deferred, is_deferrable, is_there_on_the_way_back, made_back, steps};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::Phase;
use crate::snapshot::Strategy;

pub(super) static RULE: Rule = Rule {
    code: "AM-B05",
    title: "Rolling back does not make a foreign key deferrable again",
    severity: Severity::Information,
    lock: None,
    docs: "`down` brings the foreign key of a dropped or changed column back without its `deferrable`. Where it has a statement \
           that sets it, that one can come when the foreign key or its table is gone already, or looks for a tenant's table in \
           the public schema: then the rollback fails.\n\nIn the generated `down`, write `ALTER TABLE … ALTER CONSTRAINT …` \
           behind what adds the foreign key, and take out the one that fails.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, which alone says what comes first.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let steps = steps(phases);
    let found = steps.iter().enumerate().filter_map(|(at, step)| {
        let on = &step.operation.on;
        let message = if let Some(reference) = deferred(&step.operation, Direction::Down) {
            let name = &reference.name;
            if on.multitenancy.strategy != Some(Strategy::Context) && is_there_on_the_way_back(&steps, at, name) {
                return None;
            }
            format!("Rolling back fails: {name} of {} is not where its deferrability is set", table(on))
        } else {
            let reference = made_back(&step.operation).filter(|reference| is_deferrable(reference))?;
            let set = steps.iter().any(|other| {
                let found =
                    deferred(&other.operation, Direction::Down).is_some_and(|other| other.name == reference.name);
                found && key(&other.operation.on) == key(on)
            });
            if set {
                return None;
            }
            format!("Rolling back brings {} of {} back, but not deferrable", reference.name, table(on))
        };
        let recipe = "Set it in `down` by hand, behind what adds the foreign key.".to_owned();
        Some(RULE.rollback_finding(step.sources.first().copied()?, message, recipe))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::operation::Change;
    use crate::hazard::foreign_keys::tests::{codes, deferrable, set};
    use crate::plan::samples::{drop_foreign_key, on};

    #[test]
    fn a_dropped_column_and_a_key_that_is_gone() {
        let column = deferrable("owner_id", "owners");
        let remove = Change::RemoveAttribute { attribute: column.clone(), commented: false };
        assert_eq!(codes(vec![on("posts", remove)]), ["AM-B05"]);
        let drop = || on("posts", drop_foreign_key(column.clone(), Direction::Down));
        let set = || on("posts", set("owner_id", "owners", Direction::Down));
        assert_eq!(codes(vec![set(), drop()]), ["AM-B05"]);
        assert_eq!(codes(vec![drop(), set()]), Vec::<&str>::new());
    }
}
