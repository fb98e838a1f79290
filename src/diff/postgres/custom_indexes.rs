//! Indexes from `custom_indexes`.

use super::comparison::Comparison;
use crate::diff::operation::Change;
use crate::snapshot::{CustomIndex, Field};

pub(super) fn added(comparison: &Comparison<'_>) -> Vec<Change> {
    let added = comparison.new.custom_indexes.iter().filter(|new| {
        is_rewritten(new, comparison)
            || !(0..comparison.old.snapshot.custom_indexes.len()).any(|old| matches(comparison, old, new))
    });
    let changes = added
        .map(|index| Change::AddCustomIndex { index: index.clone(), base_filter: comparison.new.base_filter.clone() });
    changes.collect()
}

pub(super) fn removed(comparison: &Comparison<'_>) -> Vec<Change> {
    let removed = comparison.old.snapshot.custom_indexes.iter().enumerate().filter(|(position, old)| {
        is_rewritten(old, comparison)
            || !comparison.new.custom_indexes.iter().any(|new| matches(comparison, *position, new))
    });
    let changes = removed.map(|(_, index)| Change::RemoveCustomIndex {
        index: index.clone(),
        base_filter: comparison.old.snapshot.base_filter.clone(),
    });
    changes.collect()
}

/// `indexes_match?/4`: everything but `error_fields`. The default name contains the table's.
fn matches(comparison: &Comparison<'_>, old: usize, new: &CustomIndex) -> bool {
    let snapshot = &comparison.old.snapshot;
    if comparison.old.oddities.custom_indexes.contains(&old) {
        return false;
    }
    let Some(old) = snapshot.custom_indexes.get(old) else { return false };
    let same_name = match (&old.name, &new.name) {
        (None, None) => snapshot.table == comparison.new.table,
        (old, new) => old == new,
    };
    same_name
        && snapshot.base_filter == comparison.new.base_filter
        && old.table == new.table
        && old.fields.iter().map(comparison_key).eq(new.fields.iter().map(comparison_key))
        && (old.unique, old.concurrently) == (new.unique, new.concurrently)
        && old.using == new.using
        && old.prefix == new.prefix
        && old.filter == new.filter
        && old.include == new.include
        && old.nulls_distinct == new.nulls_distinct
        && old.message == new.message
        && (old.all_tenants, old.include_base_filter) == (new.all_tenants, new.include_base_filter)
}

/// `CustomIndex.field_comparison_key/1`: columns and text count as the same.
fn comparison_key(field: &Field) -> String {
    match field {
        Field::Column(value) | Field::Expression(value) => value.clone(),
        Field::Directed { order, value } | Field::DirectedExpression { order, value } => format!("{order}:{value}"),
    }
}

fn is_rewritten(index: &CustomIndex, comparison: &Comparison<'_>) -> bool {
    comparison.multitenancy_changed && !index.all_tenants
}
