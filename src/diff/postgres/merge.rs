//! One snapshot per table out of those of its resources. Mirrors `deduplicate_snapshots/4`.

use std::collections::{BTreeMap, BTreeSet};

use super::merge_keys::{MergedKeys, merge_keys};
use super::{Raised, merge_attributes};
use crate::diff::distinct::distinct;
use crate::diff::{Dialogue, TableName};
use crate::snapshot::json::Stored;
use crate::snapshot::{Identity, Snapshot};

/// What one resource says about one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    pub snapshot: Snapshot,
    /// Passed through to [`Table::causes`]; means something to the caller only.
    pub cause: usize,
}

/// A table: what it should be, and what the newest snapshot says it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub snapshot: Snapshot,
    pub existing: Option<Stored>,
    /// The `cause` of each resource of the table.
    pub causes: Vec<usize>,
    /// Names of the identities that stand for the primary keys of other resources of the table.
    pub made_of_keys: BTreeSet<String>,
    /// Those identities have no index name, which the generator fails on when it writes them.
    pub made_without_index_name: bool,
}

/// The tables of one repo, by name and schema. (From 33 tables on the generator takes them in the hash order of the
/// Erlang map, which this does not.)
///
/// `existing` finds the newest stored snapshot of a table. `others` are stored snapshots beside them in which targets
/// of foreign keys may be looked up.
pub fn merge(
    declared: &[Declared],
    existing: &mut dyn FnMut(&Snapshot) -> Option<Stored>,
    others: &[Stored],
    dialogue: &mut Dialogue,
) -> Result<Vec<Table>, Raised> {
    let mut groups: BTreeMap<TableName, Vec<&Declared>> = BTreeMap::new();
    for declared in declared {
        let snapshot = &declared.snapshot;
        groups.entry(TableName::new(&snapshot.table, snapshot.schema.as_deref())).or_default().push(declared);
    }
    let mut stored: Vec<Option<Stored>> = groups.values().map(|group| existing(&group[0].snapshot)).collect();
    let keys: Vec<Vec<(usize, bool)>> =
        stored.iter().map(|one| one.as_ref().map_or(Vec::new(), |one| referenced_keys(one, &stored, others))).collect();
    for (one, keys) in stored.iter_mut().zip(keys) {
        for (attribute, is_key) in keys {
            let attribute = one.as_mut().map(|one| &mut one.snapshot.attributes[attribute]);
            if let Some(reference) = attribute.and_then(|attribute| attribute.references.as_mut()) {
                reference.primary_key = Some(is_key);
            }
        }
    }
    groups.into_values().zip(stored).map(|(group, existing)| merge_table(&group, existing, dialogue)).collect()
}

fn merge_table(group: &[&Declared], existing: Option<Stored>, dialogue: &mut Dialogue) -> Result<Table, Raised> {
    let snapshots: Vec<&Snapshot> = group.iter().map(|declared| &declared.snapshot).collect();
    let first = snapshots[0];
    let old = existing.as_ref().map(|stored| &stored.snapshot);
    let keys = merge_keys(old, &snapshots, dialogue)?;
    let mut attributes = merge_attributes::merge(&snapshots)?;
    for attribute in &mut attributes {
        attribute.primary_key = keys.primary_key.contains(&attribute.source);
    }
    let snapshot = Snapshot {
        attributes,
        identities: identities(&snapshots, &keys, old),
        custom_indexes: distinct(snapshots.iter().flat_map(|snapshot| &snapshot.custom_indexes)),
        custom_statements: distinct(snapshots.iter().flat_map(|snapshot| &snapshot.custom_statements)),
        drop_table_opted_out: false,
        ..first.clone()
    };
    let made_of_keys: BTreeSet<String> = keys.identities.iter().map(|identity| identity.name.clone()).collect();
    Ok(Table {
        snapshot,
        existing,
        causes: group.iter().map(|declared| declared.cause).collect(),
        made_without_index_name: keys.without_index_name && !made_of_keys.is_empty(),
        made_of_keys,
    })
}

/// By name, those that exist already first; of those with the same keys the first one stays.
fn identities(snapshots: &[&Snapshot], keys: &MergedKeys, old: Option<&Snapshot>) -> Vec<Identity> {
    let mut declared = distinct(snapshots.iter().flat_map(|snapshot| &snapshot.identities));
    declared.sort_by(|left, right| left.name.cmp(&right.name));
    let known = old.map(|snapshot| snapshot.identities.as_slice()).unwrap_or_default();
    declared.sort_by_key(|identity| !known.iter().any(|known| known.name == identity.name));
    let mut made = keys.identities.clone();
    made.sort_by(|left, right| left.name.cmp(&right.name));

    let mut kept: Vec<Identity> = Vec::new();
    for identity in declared.into_iter().chain(made) {
        let same = |other: &Identity| {
            other.keys == identity.keys && other.base_filter == identity.base_filter && other.filter == identity.filter
        };
        if !kept.iter().any(same) {
            kept.push(identity);
        }
    }
    kept
}

/// Whether foreign keys point at a primary key, where the snapshot does not say so itself, as older ones do not: by the
/// positions of their columns. Mirrors `add_references_primary_key/2`.
fn referenced_keys(stored: &Stored, all: &[Option<Stored>], others: &[Stored]) -> Vec<(usize, bool)> {
    let mut keys = Vec::new();
    for (position, attribute) in stored.snapshot.attributes.iter().enumerate() {
        let Some(reference) = attribute.references.as_ref().filter(|reference| reference.primary_key.is_none()) else {
            continue;
        };
        let mut targets = all.iter().flatten().chain(others).filter(|target| target.snapshot.table == reference.table);
        let is_key = targets.any(|target| {
            let mut attributes = target.snapshot.attributes.iter();
            attributes.any(|target| target.source == reference.destination_attribute && target.primary_key)
        });
        keys.push((position, is_key));
    }
    keys
}
