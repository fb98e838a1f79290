//! Unique indexes of identities.

use super::comparison::Comparison;
use crate::diff::operation::Change;
use crate::snapshot::Identity;

pub(super) fn removed(comparison: &Comparison<'_>) -> Vec<Change> {
    let removed = comparison.old.snapshot.identities.iter().filter(|old| {
        is_rewritten(old, comparison) || !comparison.new.identities.iter().any(|new| matches(comparison, new, old))
    });
    removed.map(|identity| Change::RemoveUniqueIndex { identity: identity.clone() }).collect()
}

pub(super) fn renamed(comparison: &Comparison<'_>) -> Vec<Change> {
    let kept = comparison.new.identities.iter().filter(|new| !is_rewritten(new, comparison));
    let renamed = kept.filter_map(|new| {
        let mut olds = comparison.old.snapshot.identities.iter();
        let old = olds.find(|old| matches(comparison, new, old) && old.index_name != new.index_name)?;
        Some(Change::RenameUniqueIndex { old_identity: old.clone(), new_identity: new.clone() })
    });
    renamed.collect()
}

pub(super) fn added(comparison: &Comparison<'_>) -> Vec<Change> {
    let added = comparison.new.identities.iter().filter(|new| {
        is_rewritten(new, comparison)
            || !comparison.old.snapshot.identities.iter().any(|old| matches(comparison, new, old))
    });
    let changes = added.map(|identity| Change::AddUniqueIndex {
        identity: identity.clone(),
        insert_after_attribute_source: last_column(identity, comparison),
        concurrently: comparison.options.concurrent_indexes,
    });
    changes.collect()
}

/// `identities_match?/2`: everything but the name of the index.
fn matches(comparison: &Comparison<'_>, new: &Identity, old: &Identity) -> bool {
    // A key that a second resource gave has a name of another kind than a stored one.
    !comparison.table.made_of_keys.contains(&new.name)
        && new.name == old.name
        && new.keys == old.keys
        && new.base_filter == old.base_filter
        && new.all_tenants == old.all_tenants
        && new.nils_distinct == old.nils_distinct
        && new.filter == old.filter
}

/// `rewrite_for_multitenancy_change?/2`.
fn is_rewritten(identity: &Identity, comparison: &Comparison<'_>) -> bool {
    comparison.multitenancy_changed && !identity.all_tenants
}

/// The identity's key that comes last among the table's columns.
fn last_column(identity: &Identity, comparison: &Comparison<'_>) -> Option<String> {
    let mut attributes = comparison.new.attributes.iter().map(|attribute| &attribute.source);
    attributes.rfind(|source| identity.keys.iter().any(|key| key.value() == *source)).cloned()
}
