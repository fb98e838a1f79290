//! Unique indexes of identities, and custom indexes.

use crate::diff::operation::Change;
use crate::snapshot::json::Stored;
use crate::snapshot::{CustomIndex, Field, Identity, Snapshot};

/// Unique indexes that go; all of them when tenancy or base filter change (`rewrite`).
pub fn unique_removed(new: &Snapshot, old: &Snapshot, rewrite: bool) -> Vec<Change> {
    let gone = |identity: &&Identity| rewrite || !new.identities.iter().any(|other| same_unique(identity, other));
    let remove = |identity: &Identity| Change::RemoveUniqueIndex { identity: identity.clone() };
    old.identities.iter().filter(gone).map(remove).collect()
}

/// Unique indexes that come; all of them when tenancy or base filter change.
pub fn unique_added(new: &Snapshot, old: &Snapshot, rewrite: bool) -> Vec<Change> {
    let comes = |identity: &&Identity| rewrite || !old.identities.iter().any(|other| same_unique(identity, other));
    let add = |identity: &Identity| Change::AddUniqueIndex {
        identity: identity.clone(),
        insert_after_attribute_source: None,
        concurrently: false,
    };
    new.identities.iter().filter(comes).map(add).collect()
}

/// Unique indexes whose name changes; beside a removal and an addition when their keys change as well.
pub fn unique_renamed(new: &Snapshot, old: &Snapshot, rewrite: bool) -> Vec<Change> {
    if rewrite {
        return Vec::new();
    }
    let rename = |identity: &Identity| {
        let renamed = |other: &&Identity| other.name == identity.name && other.index_name != identity.index_name;
        let old_identity = old.identities.iter().find(renamed)?.clone();
        Some(Change::RenameUniqueIndex { old_identity, new_identity: identity.clone() })
    };
    new.identities.iter().filter_map(rename).collect()
}

fn same_unique(left: &Identity, right: &Identity) -> bool {
    left.name == right.name
        && sorted_keys(left) == sorted_keys(right)
        && left.base_filter == right.base_filter
        && left.nils_distinct == right.nils_distinct
}

/// Keys in the order of their text.
pub fn sorted_keys(identity: &Identity) -> Vec<&Field> {
    let mut keys: Vec<&Field> = identity.keys.iter().collect();
    keys.sort_by_key(|key| key.value());
    keys
}

/// Custom indexes that come. A changed tenancy or base filter adds none, although [`custom_removed`] drops all then.
pub fn custom_added(new: &Snapshot, old: &Stored) -> Vec<Change> {
    let comes = |index: &&CustomIndex| !stored_indexes(old).any(|other| same_custom(other, index));
    let add =
        |index: &CustomIndex| Change::AddCustomIndex { index: index.clone(), base_filter: new.base_filter.clone() };
    new.custom_indexes.iter().filter(comes).map(add).collect()
}

/// Custom indexes that go; all of them when tenancy or base filter change (`rewrite`).
pub fn custom_removed(new: &Snapshot, old: &Stored, rewrite: bool) -> Vec<Change> {
    let gone = |(position, index): &(usize, &CustomIndex)| {
        rewrite
            || old.oddities.custom_indexes.contains(position)
            || !new.custom_indexes.iter().any(|other| same_custom(index, other))
    };
    let remove = |(_, index): (usize, &CustomIndex)| Change::RemoveCustomIndex {
        index: index.clone(),
        base_filter: old.snapshot.base_filter.clone(),
    };
    old.snapshot.custom_indexes.iter().enumerate().filter(gone).map(remove).collect()
}

/// The stored indexes that can equal a declared one.
fn stored_indexes(old: &Stored) -> impl Iterator<Item = &CustomIndex> {
    let indexes = old.snapshot.custom_indexes.iter().enumerate();
    indexes.filter(|(position, _)| !old.oddities.custom_indexes.contains(position)).map(|(_, index)| index)
}

/// `indexes_match?/3`: as whole maps, with fields as strings.
fn same_custom(left: &CustomIndex, right: &CustomIndex) -> bool {
    left.fields.iter().map(Field::value).eq(right.fields.iter().map(Field::value))
        // The generator fills default names in first: atoms, which equal each other but never a given name.
        && left.name == right.name
        && left.table == right.table
        && left.unique == right.unique
        && left.using == right.using
        && left.filter == right.filter
        && left.include == right.include
        && left.message == right.message
}
