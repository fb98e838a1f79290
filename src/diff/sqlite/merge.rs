//! One snapshot per table out of those of its resources (`deduplicate_snapshots/3`).

use std::collections::BTreeMap;

use super::indexes::sorted_keys;
use super::{Ask, Failure, inspect, merge_attributes, references};
use crate::snapshot::json::Stored;
use crate::snapshot::{Attribute, Identity, Snapshot};

/// A table: what it should be, and what the newest snapshot says it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    pub snapshot: Snapshot,
    pub existing: Option<Stored>,
}

/// The tables of one repo, by name. (From 33 tables on the generator takes them in the hash order of the Erlang map,
/// which this does not.)
pub fn merge(
    declared: &[Snapshot],
    stored: &BTreeMap<String, Stored>,
    ask: &mut dyn Ask,
) -> Result<Vec<Merged>, Failure> {
    let mut tables: BTreeMap<&str, Vec<&Snapshot>> = BTreeMap::new();
    for snapshot in declared {
        tables.entry(&snapshot.table).or_default().push(snapshot);
    }
    let existing = existing_of(&tables, stored);
    tables
        .into_iter()
        .map(|(table, snapshots)| {
            let existing = existing.get(table).cloned();
            Ok(Merged { snapshot: merge_table(&snapshots, existing.as_ref(), ask)?, existing })
        })
        .collect()
}

/// The stored snapshots of the declared tables, with foreign keys completed from each other.
fn existing_of(tables: &BTreeMap<&str, Vec<&Snapshot>>, stored: &BTreeMap<String, Stored>) -> BTreeMap<String, Stored> {
    let known: BTreeMap<String, &Snapshot> = stored
        .iter()
        .filter(|(table, _)| tables.contains_key(table.as_str()))
        .map(|(_, stored)| (stored.snapshot.table.clone(), &stored.snapshot))
        .collect();
    let complete = |attribute: &Attribute| Attribute {
        references: attribute.references.as_ref().map(|reference| references::stored(reference, &known)),
        precision: None,
        scale: None,
        ..attribute.clone()
    };
    let mut existing = BTreeMap::new();
    for (table, stored) in stored.iter().filter(|(table, _)| tables.contains_key(table.as_str())) {
        let mut completed = stored.clone();
        completed.snapshot.attributes = stored.snapshot.attributes.iter().map(complete).collect();
        existing.insert(table.clone(), completed);
    }
    existing
}

fn merge_table(snapshots: &[&Snapshot], existing: Option<&Stored>, ask: &mut dyn Ask) -> Result<Snapshot, Failure> {
    let first = snapshots[0];
    let key = primary_key(snapshots, existing, ask)?;
    let with_create = snapshots.iter().filter(|snapshot| snapshot.has_create_action).count();
    let attributes: Vec<&Attribute> = snapshots.iter().flat_map(|snapshot| &snapshot.attributes).collect();
    let mut attributes = merge_attributes::merge(&attributes, &first.table, with_create)?;
    for attribute in &mut attributes {
        attribute.primary_key = key.columns.contains(&attribute.source);
    }
    if let Some(other) = key.others.first() {
        return Err(without_base_filter(&first.table, other));
    }
    let old_identities = existing.map(|stored| stored.snapshot.identities.as_slice()).unwrap_or_default();
    Ok(Snapshot {
        attributes,
        identities: identities(snapshots, old_identities),
        custom_indexes: distinct(snapshots.iter().flat_map(|snapshot| &snapshot.custom_indexes)),
        custom_statements: distinct(snapshots.iter().flat_map(|snapshot| &snapshot.custom_statements)),
        ..first.clone()
    })
}

/// By name, those that exist already first; of those with the same keys the first one stays.
fn identities(snapshots: &[&Snapshot], existing: &[Identity]) -> Vec<Identity> {
    let mut identities: Vec<Identity> = distinct(snapshots.iter().flat_map(|snapshot| &snapshot.identities));
    identities.sort_by(|left, right| left.name.cmp(&right.name));
    identities.sort_by_key(|identity| !existing.iter().any(|known| known.name == identity.name));
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

fn distinct<'a, T: Clone + PartialEq + 'a>(items: impl Iterator<Item = &'a T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for item in items {
        if !kept.contains(item) {
            kept.push(item.clone());
        }
    }
    kept
}

/// The primary key of a table, and the keys of resources that see it differently.
struct PrimaryKey {
    columns: Vec<String>,
    others: Vec<Vec<String>>,
}

/// `merge_primary_keys/3`: the existing key if one of the resources has it, else the only one, else the one chosen.
fn primary_key(snapshots: &[&Snapshot], existing: Option<&Stored>, ask: &mut dyn Ask) -> Result<PrimaryKey, Failure> {
    let mut keys = distinct(snapshots.iter().map(|snapshot| key_columns(snapshot)).collect::<Vec<_>>().iter());
    let existing = existing.map(|stored| key_columns(&stored.snapshot));
    if let Some(index) = keys.iter().position(|key| Some(key) == existing.as_ref()) {
        let columns = keys.remove(index);
        return Ok(PrimaryKey { columns, others: keys });
    }
    let chosen = if keys.len() == 1 { 0 } else { choose(&snapshots[0].table, &keys, ask)? };
    let columns = keys.remove(chosen);
    Ok(PrimaryKey { columns, others: keys })
}

fn key_columns(snapshot: &Snapshot) -> Vec<String> {
    let key = snapshot.attributes.iter().filter(|attribute| attribute.primary_key);
    let mut columns: Vec<String> = key.map(|attribute| attribute.source.clone()).collect();
    columns.sort();
    columns
}

fn choose(table: &str, keys: &[Vec<String>], ask: &mut dyn Ask) -> Result<usize, Failure> {
    let lines: Vec<String> =
        keys.iter().enumerate().map(|(index, key)| format!("{index}: {}", inspect::atoms(key))).collect();
    let question = format!(
        "Which primary key should be used for the table `{table}` (enter the number)?\n\n{}\n",
        lines.join("\n")
    );
    let answer = ask.prompt(&question)?;
    match answer.trim().parse::<usize>() {
        Ok(index) if index < keys.len() => Ok(index),
        _ => Err(Failure::raised(
            "ArgumentError",
            format!("the answer {} is not one of the numbers 0 to {}", inspect::string(&answer), keys.len() - 1),
        )),
    }
}

/// The generator turns the other keys into identities that lack a `base_filter`, and then fails on it.
fn without_base_filter(table: &str, key: &[String]) -> Failure {
    let name = inspect::string(&format!("{table}_{}", key.join("_")));
    let keys = inspect::atoms(key);
    let mut identity = format!("%{{keys: {keys}, name: {name}}}");
    if identity.chars().count() > 80 {
        identity = format!("%{{\n  keys: {keys},\n  name: {name}\n}}");
    }
    Failure::raised("KeyError", format!("key :base_filter not found in: {identity}"))
}
