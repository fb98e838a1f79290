//! Insertion by pairwise rules (`sort_operations/2`, `after?/2`).

use crate::diff::operation::{Change, Direction, Operation};
use crate::plan::Step;
use crate::snapshot::{Attribute, Field, Reference, Snapshot};

/// A step and where its column stands in the table it leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub step: Step,
    /// Index among the new snapshot's columns; `None` when the operation has no column there.
    pub order: Option<usize>,
}

/// `add_order_to_operation/2`: the value of [`Placed::order`].
pub fn place(operation: &Operation, snapshot: &Snapshot) -> Option<usize> {
    let source = match &operation.change {
        Change::AddAttribute { attribute }
        | Change::RemoveAttribute { attribute, .. }
        | Change::DropForeignKey { attribute, .. } => &attribute.source,
        Change::AlterAttribute { new_attribute, .. } | Change::RenameAttribute { new_attribute, .. } => {
            &new_attribute.source
        }
        _ => return None,
    };
    snapshot.attributes.iter().position(|known| known.source == *source)
}

/// Each step goes right behind the last one that it must follow; one that follows none goes in front of all.
pub fn sort(steps: Vec<Placed>) -> Vec<Step> {
    let mut sorted: Vec<Placed> = Vec::with_capacity(steps.len());
    for next in steps {
        let index = sorted.iter().rposition(|known| follows(&next, known)).map_or(0, |index| index + 1);
        sorted.insert(index, next);
    }
    sorted.into_iter().map(|placed| placed.step).collect()
}

/// `after?/2`. The order of the rules matters: the first that fits decides.
fn follows(left: &Placed, right: &Placed) -> bool {
    let same_table = left.step.operation.on.table == right.step.operation.on.table;
    let (a, b) = (&left.step.operation.change, &right.step.operation.change);
    if let Some(decided) = whatever_the_table(a, b) {
        return decided;
    }
    if let (Change::AddAttribute { .. }, Change::AddAttribute { .. }, true) = (a, b, same_table) {
        return left.order > right.order;
    }
    if same_table && let Some(decided) = index_rule(a, b) {
        return decided;
    }
    if same_table && let Some(decided) = foreign_key_rule(a, b) {
        return decided;
    }
    if let Change::AddAttribute { attribute } = a
        && (same_table && matches!(b, Change::CreateTable { .. })
            || points_at_added(attribute.references.as_ref(), &right.step.operation))
    {
        return true;
    }
    if same_table && let Some(decided) = primary_key_rule(a, b) {
        return decided;
    }
    if let Some(decided) = target_rule(&left.step.operation, &right.step.operation) {
        return decided;
    }
    same_table && matches!(a, Change::AlterAttribute { new_attribute, .. } if new_attribute.references.is_some())
}

fn whatever_the_table(a: &Change, b: &Change) -> Option<bool> {
    use Change::{
        AddCustomStatement, AlterDeferrability, DropForeignKey, RemoveCustomStatement, RemovePrimaryKey,
        RemovePrimaryKeyDown,
    };
    match (a, b) {
        (_, AlterDeferrability { direction: Direction::Down, .. }) => Some(true),
        (AlterDeferrability { direction: Direction::Up, .. }, _) => Some(true),
        (RemovePrimaryKey { .. }, DropForeignKey { .. }) => Some(true),
        (DropForeignKey { .. }, RemovePrimaryKey { .. }) => Some(false),
        (RemovePrimaryKey { .. }, _) => Some(false),
        (_, RemovePrimaryKey { .. }) => Some(true),
        (RemovePrimaryKeyDown { .. }, _) => Some(true),
        (_, RemovePrimaryKeyDown { .. }) => Some(false),
        (AddCustomStatement { .. }, _) | (_, RemoveCustomStatement { .. }) => Some(true),
        _ => None,
    }
}

fn index_rule(a: &Change, b: &Change) -> Option<bool> {
    match (a, b) {
        (Change::RenameUniqueIndex { .. } | Change::AddUniqueIndex { .. }, _) => Some(true),
        (Change::AddCustomIndex { .. }, Change::AddAttribute { .. }) => Some(true),
        (Change::RemoveUniqueIndex { .. }, Change::AddUniqueIndex { .. }) => Some(false),
        (Change::RemoveUniqueIndex { .. }, _) => Some(true),
        _ => None,
    }
}

fn foreign_key_rule(a: &Change, b: &Change) -> Option<bool> {
    match (a, b) {
        (Change::AlterAttribute { .. }, Change::DropForeignKey { direction, .. }) => Some(*direction == Direction::Up),
        (Change::DropForeignKey { direction: Direction::Down, .. }, Change::AlterAttribute { .. }) => Some(true),
        _ => None,
    }
}

fn primary_key_rule(a: &Change, b: &Change) -> Option<bool> {
    match (a, b) {
        (Change::AddAttribute { attribute }, Change::RemoveAttribute { attribute: removed, .. }) => {
            (attribute.primary_key && removed.primary_key).then_some(true)
        }
        (Change::AddAttribute { attribute }, Change::AlterAttribute { old_attribute, new_attribute }) => {
            (attribute.primary_key && leaves_key(old_attribute, new_attribute)).then_some(true)
        }
        (Change::RemoveAttribute { attribute, .. }, Change::AlterAttribute { old_attribute, new_attribute }) => {
            (attribute.primary_key && leaves_key(new_attribute, old_attribute)).then_some(true)
        }
        (
            Change::AlterAttribute { old_attribute, new_attribute },
            Change::AlterAttribute { old_attribute: other_old, new_attribute: other_new },
        ) => (leaves_key(old_attribute, new_attribute) && leaves_key(other_new, other_old)).then_some(true),
        (Change::AlterAttribute { old_attribute, new_attribute }, Change::AddAttribute { attribute }) => {
            (leaves_key(old_attribute, new_attribute) && attribute.primary_key).then_some(false)
        }
        _ => None,
    }
}

fn leaves_key(old: &Attribute, new: &Attribute) -> bool {
    old.primary_key && !new.primary_key
}

/// Rules about a foreign key and the column or index that it points at, in whatever table.
fn target_rule(left: &Operation, right: &Operation) -> Option<bool> {
    if let Change::AlterAttribute { new_attribute, .. } = &left.change {
        let target = new_attribute.references.as_ref().filter(|target| target.table == right.on.table);
        match (&right.change, target) {
            (Change::AddUniqueIndex { identity, .. }, Some(target)) => {
                return Some(identity.keys.contains(&Field::Column(target.destination_attribute.clone())));
            }
            (Change::AlterAttribute { new_attribute: other, .. }, Some(target))
                if target.destination_attribute == other.source =>
            {
                return Some(true);
            }
            (Change::AlterAttribute { new_attribute: other, .. }, _)
                if points_at(other.references.as_ref(), &left.on.table, &new_attribute.source) =>
            {
                return Some(false);
            }
            _ => {}
        }
        return points_at_added(new_attribute.references.as_ref(), right).then_some(true);
    }
    if let (Change::RemoveAttribute { attribute, .. }, Change::AlterAttribute { old_attribute, .. }) =
        (&left.change, &right.change)
    {
        return points_at(old_attribute.references.as_ref(), &left.on.table, &attribute.source).then_some(true);
    }
    None
}

fn points_at(references: Option<&Reference>, table: &str, source: &str) -> bool {
    references.is_some_and(|target| target.table == table && target.destination_attribute == source)
}

fn points_at_added(references: Option<&Reference>, added: &Operation) -> bool {
    match &added.change {
        Change::AddAttribute { attribute } => points_at(references, &added.on.table, &attribute.source),
        _ => false,
    }
}
