//! One snapshot per table out of those of its resources (`deduplicate_snapshots/3`). Columns and keys are merged as
//! ash_postgres merges them.

use std::collections::BTreeMap;

use super::indexes::sorted_keys;
use super::{Declared, Raised, Table, references};
use crate::diff::Dialogue;
use crate::diff::distinct::distinct;
use crate::diff::postgres::inspect;
use crate::diff::postgres::merge_attributes;
use crate::diff::postgres::merge_keys::{MergedKeys, merge_keys};
use crate::snapshot::json::Stored;
use crate::snapshot::{CustomIndex, Field, Identity, Snapshot};

/// The tables of one repo, by name. (From 33 tables on the generator takes them in the hash order of the Erlang map,
/// which this does not.)
pub fn merge(
    declared: &[Declared],
    existing: &mut dyn FnMut(&Snapshot) -> Option<Stored>,
    dialogue: &mut Dialogue,
) -> Result<Vec<Table>, Raised> {
    let mut tables: BTreeMap<&str, Vec<&Declared>> = BTreeMap::new();
    for declared in declared {
        tables.entry(&declared.snapshot.table).or_default().push(declared);
    }
    let stored: Vec<Option<Stored>> = tables.values().map(|group| existing(&group[0].snapshot)).collect();
    let completed = completed(&stored);
    tables.into_values().zip(completed).map(|(group, existing)| merge_table(&group, existing, dialogue)).collect()
}

/// The stored snapshots, with foreign keys completed from each other.
fn completed(stored: &[Option<Stored>]) -> Vec<Option<Stored>> {
    let snapshots: Vec<&Snapshot> = stored.iter().flatten().map(|stored| &stored.snapshot).collect();
    let complete = |stored: &Stored| {
        let mut completed = stored.clone();
        for attribute in &mut completed.snapshot.attributes {
            (attribute.precision, attribute.scale) = (None, None);
            attribute.references = attribute.references.as_ref().map(|known| references::complete(known, &snapshots));
        }
        completed
    };
    stored.iter().map(|stored| stored.as_ref().map(complete)).collect()
}

fn merge_table(group: &[&Declared], existing: Option<Stored>, dialogue: &mut Dialogue) -> Result<Table, Raised> {
    let snapshots: Vec<Snapshot> = group.iter().map(|declared| plain(&declared.snapshot)).collect();
    let snapshots: Vec<&Snapshot> = snapshots.iter().collect();
    let old = existing.as_ref().map(|stored| &stored.snapshot);
    let keys = merge_keys(old, &snapshots, dialogue)?;
    let mut attributes = merge_attributes::merge(&snapshots)?;
    for attribute in &mut attributes {
        attribute.primary_key = keys.primary_key.contains(&attribute.source);
    }
    if let Some(raised) = without_base_filter(&keys) {
        return Err(raised);
    }
    let known = old.map(|snapshot| snapshot.identities.as_slice()).unwrap_or_default();
    let snapshot = Snapshot {
        attributes,
        identities: identities(&snapshots, known),
        custom_indexes: distinct(snapshots.iter().flat_map(|snapshot| &snapshot.custom_indexes)),
        custom_statements: distinct(snapshots.iter().flat_map(|snapshot| &snapshot.custom_statements)),
        ..snapshots[0].clone()
    };
    Ok(Table {
        snapshot,
        existing,
        causes: group.iter().map(|declared| declared.cause).collect(),
        made_of_keys: Default::default(),
        made_without_index_name: false,
    })
}

/// The snapshot without what this generator does not know.
fn plain(snapshot: &Snapshot) -> Snapshot {
    let mut plain = Snapshot { schema: None, drop_table_opted_out: false, ..snapshot.clone() };
    for attribute in &mut plain.attributes {
        (attribute.precision, attribute.scale) = (None, None);
        attribute.references = attribute.references.as_ref().map(|known| references::plain(known, None));
    }
    for index in &mut plain.custom_indexes {
        let fields = index.fields.iter().map(|field| Field::Column(field.value().to_owned())).collect();
        *index = CustomIndex {
            fields,
            error_fields: None,
            concurrently: false,
            prefix: None,
            nulls_distinct: true,
            all_tenants: false,
            include_base_filter: true,
            ..index.clone()
        };
    }
    plain
}

/// By name, those that exist already first; of those with the same keys the first one stays.
fn identities(snapshots: &[&Snapshot], known: &[Identity]) -> Vec<Identity> {
    let mut identities: Vec<Identity> = distinct(snapshots.iter().flat_map(|snapshot| &snapshot.identities));
    identities.sort_by(|left, right| left.name.cmp(&right.name));
    identities.sort_by_key(|identity| !known.iter().any(|known| known.name == identity.name));
    let mut kept: Vec<Identity> = Vec::new();
    for identity in identities {
        let same = |other: &Identity| {
            sorted_keys(other) == sorted_keys(&identity) && other.base_filter == identity.base_filter
        };
        if !kept.iter().any(same) {
            kept.push(identity);
        }
    }
    kept
}

/// The generator makes identities of the keys of other resources, without a `base_filter`, and then fails on the
/// first of them.
fn without_base_filter(keys: &MergedKeys) -> Option<Raised> {
    let identity = keys.identities.iter().min_by(|left, right| left.name.cmp(&right.name))?;
    let columns: Vec<String> = identity.keys.iter().map(|key| key.value().to_owned()).collect();
    let (columns, name) = (inspect::atoms(&columns), inspect::string(&identity.name));
    let mut shown = format!("%{{keys: {columns}, name: {name}}}");
    // `inspect(…, pretty: true)` breaks what does not fit into 80 columns.
    if shown.chars().count() > 80 {
        shown = format!("%{{\n  keys: {columns},\n  name: {name}\n}}");
    }
    Some(Raised { exception: "KeyError", message: format!("key :base_filter not found in: {shown}") })
}
