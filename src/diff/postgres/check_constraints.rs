//! Check constraints; one with another `check` is dropped and made again.

use super::comparison::Comparison;
use crate::diff::operation::Change;
use crate::snapshot::CheckConstraint;

pub(super) fn added(comparison: &Comparison<'_>) -> Vec<Change> {
    let old = &comparison.old.snapshot.check_constraints;
    let added = comparison.new.check_constraints.iter().filter(|new| !is_among(new, old));
    added.map(|constraint| Change::AddCheckConstraint { constraint: constraint.clone() }).collect()
}

pub(super) fn removed(comparison: &Comparison<'_>) -> Vec<Change> {
    let new = &comparison.new.check_constraints;
    let removed = comparison.old.snapshot.check_constraints.iter().filter(|old| !is_among(old, new));
    removed.map(|constraint| Change::RemoveCheckConstraint { constraint: constraint.clone() }).collect()
}

fn is_among(constraint: &CheckConstraint, others: &[CheckConstraint]) -> bool {
    others.iter().any(|other| other.check == constraint.check && other.name == constraint.name)
}
