//! Which foreign keys a step of the plan makes and drops, on the way there and back.

use super::change_set::key;
use crate::diff::operation::{Change, Direction, Operation, TableContext};
use crate::plan::{Phase, Step};
use crate::snapshot::{Deferrable, Reference, Strategy};

/// The steps of a plan, in the order of `up`.
pub(super) fn steps<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<&'a Step> {
    phases.into_iter().flat_map(|phase| &phase.steps).collect()
}

/// The foreign key that `up` makes.
pub(super) fn made(operation: &Operation) -> Option<&Reference> {
    match &operation.change {
        Change::AddAttribute { attribute } => {
            attribute.references.as_ref().filter(|_| attribute.has_foreign_key(&operation.on.multitenancy))
        }
        Change::AlterAttribute { old_attribute: old, new_attribute: new } => new
            .references
            .as_ref()
            .filter(|_| old.references != new.references && new.has_foreign_key(&operation.on.multitenancy)),
        _ => None,
    }
}

/// The foreign key that `down` makes.
pub(super) fn made_back(operation: &Operation) -> Option<&Reference> {
    match &operation.change {
        Change::RemoveAttribute { attribute, commented: false } => {
            attribute.references.as_ref().filter(|_| attribute.has_foreign_key(&operation.on.old_multitenancy))
        }
        Change::AlterAttribute { old_attribute: old, new_attribute: new } => old
            .references
            .as_ref()
            .filter(|_| old.references != new.references && old.has_foreign_key(&operation.on.old_multitenancy)),
        _ => None,
    }
}

/// The foreign key that a statement of its own drops in this direction.
pub(super) fn dropped(operation: &Operation, wanted: Direction) -> Option<&Reference> {
    match &operation.change {
        Change::DropForeignKey { attribute, direction } if *direction == wanted => attribute.references.as_ref(),
        _ => None,
    }
}

/// The foreign key whose deferrability a statement sets in this direction.
pub(super) fn deferred(operation: &Operation, wanted: Direction) -> Option<&Reference> {
    match &operation.change {
        Change::AlterDeferrability { references, direction } if *direction == wanted => references.as_ref(),
        _ => None,
    }
}

/// Whether the foreign key of this name is there when `steps[at]` runs on the way there.
pub(super) fn is_there(steps: &[&Step], at: usize, name: &str) -> bool {
    let own = |other: &&&Step| key(&other.operation.on) == key(&steps[at].operation.on);
    let is = |reference: Option<&Reference>| reference.is_some_and(|reference| reference.name == name);
    let others = || steps.iter().filter(own);
    let was_there = others().any(|step| is(dropped(&step.operation, Direction::Up)))
        || !others().any(|step| is(made(&step.operation)));
    steps[..at].iter().filter(own).fold(was_there, |there, step| {
        (there && !is(dropped(&step.operation, Direction::Up))) || is(made(&step.operation))
    })
}

/// The same on the way back.
pub(super) fn is_there_on_the_way_back(steps: &[&Step], at: usize, name: &str) -> bool {
    let own = |other: &&&Step| key(&other.operation.on) == key(&steps[at].operation.on);
    let is = |reference: Option<&Reference>| reference.is_some_and(|reference| reference.name == name);
    steps[at + 1..].iter().rev().filter(own).fold(true, |there, step| {
        let operation = &step.operation;
        (there && !is(dropped(operation, Direction::Down)) && !is(made(operation))) || is(made_back(operation))
    })
}

pub(super) fn is_deferrable(reference: &Reference) -> bool {
    reference.deferrable != Deferrable::No
}

/// Whether the foreign key refers to the table, under `name`.
pub(super) fn refers_to(reference: &Reference, on: &TableContext, name: &str) -> bool {
    let schema = |schema: &Option<String>| schema.clone().unwrap_or_else(|| "public".to_owned());
    let tenants = on.multitenancy.strategy == Some(Strategy::Context);
    reference.table == name && (tenants || schema(&reference.schema) == schema(&on.schema))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::hazard::check_plan;
    use crate::plan::PhaseKind;
    use crate::plan::samples::referring;
    use crate::snapshot::Attribute;
    use crate::snapshot::json::Dialect;

    /// Codes of the findings about operations that run in this order.
    pub fn codes(operations: Vec<Operation>) -> Vec<&'static str> {
        let phase = |(index, operation): (usize, Operation)| Phase {
            kind: PhaseKind::Single,
            on: operation.on.clone(),
            steps: vec![Step { operation, sources: vec![index] }],
            commented: false,
        };
        let phases: Vec<Phase> = operations.into_iter().enumerate().map(phase).collect();
        check_plan(&phases, Dialect::Postgres).iter().map(|finding| finding.rule.code).collect()
    }

    /// A column with a deferrable foreign key.
    pub fn deferrable(source: &str, table: &str) -> Attribute {
        let mut attribute = referring(source, table, "id");
        attribute.references.as_mut().expect("a reference").deferrable = Deferrable::Initially;
        attribute
    }

    /// The statement that sets the deferrability of that key.
    pub fn set(source: &str, table: &str, direction: Direction) -> Change {
        Change::AlterDeferrability { references: deferrable(source, table).references, direction }
    }
}
