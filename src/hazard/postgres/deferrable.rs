//! AM-R03: a foreign key that is not where its deferrability is set.

use crate::diff::operation::Direction;
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::foreign_keys::{deferred, is_there, steps};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::Phase;
use crate::snapshot::Strategy;

pub(super) static RULE: Rule = Rule {
    code: "AM-R03",
    title: "A foreign key is made deferrable where it is not",
    severity: Severity::Error,
    lock: None,
    docs: "For `deferrable` of a reference ash_postgres writes `ALTER TABLE … ALTER CONSTRAINT …`. When the table that is referred \
           to is created later in the same migration, the foreign key waits for it, but this statement does not: `constraint … \
           does not exist`. And it names no schema in a migration of the tenants: it looks for the table in the public \
           schema, and fails with `relation … does not exist`.\n\nMove the `execute` in the generated file behind the `alter \
           table` that adds the foreign key; for tenants, write `#{prefix()}.` before the table.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, which alone says what comes first.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let steps = steps(phases);
    let failing = steps.iter().enumerate().filter_map(|(at, step)| {
        let reference = deferred(&step.operation, Direction::Up)?;
        let (on, name) = (&step.operation.on, &reference.name);
        let (why, recipe) = if on.multitenancy.strategy == Some(Strategy::Context) {
            ("looks for it in the public schema", format!("Write `#{{prefix()}}.{}` in the statement.", on.table))
        } else if !is_there(&steps, at, name) {
            let recipe = "Move the `execute` behind the `alter table` that adds the foreign key.";
            ("comes before it is made", recipe.to_owned())
        } else {
            return None;
        };
        let message = format!("The statement that makes {name} of {} deferrable {why}: the migration fails", table(on));
        Some(RULE.finding(step.sources.first().copied()?, message, recipe))
    });
    failing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::operation::Change;
    use crate::hazard::foreign_keys::tests::{codes, deferrable, set};
    use crate::plan::samples::{by_context, give_reference, on};

    #[test]
    fn before_the_key_and_for_tenants() {
        let make = || on("posts", give_reference(deferrable("owner_id", "owners")));
        let set = || on("posts", set("owner_id", "owners", Direction::Up));
        assert_eq!(codes(vec![set(), make()]), ["AM-R03"]);
        assert_eq!(codes(vec![make(), set()]), Vec::<&str>::new());
        let mut tenants = [make(), set()];
        tenants.iter_mut().for_each(|operation| operation.on.multitenancy = by_context());
        assert_eq!(codes(tenants.into()), ["AM-R03"]);
        let nothing = Change::AlterDeferrability { references: None, direction: Direction::Up };
        assert_eq!(codes(vec![on("posts", nothing)]), Vec::<&str>::new());
    }
}
