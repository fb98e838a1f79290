//! Tables that have a snapshot but no resource: moved, renamed, dropped or kept. Mirrors
//! `drop_operations_for_orphan_tables/5`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{PostgresOptions, Raised, inspect};
use crate::diff::{Dialogue, Subject, TableName};
use crate::snapshot::json::Stored;

/// A table that no resource declares any more, and its newest snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Orphan {
    /// As its folder names it.
    pub name: TableName,
    pub stored: Stored,
}

/// What became of the orphans.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Orphans {
    /// Snapshots of the tables to drop, in the order of dropping.
    pub dropped: Vec<Stored>,
    /// By new name.
    pub renamed: BTreeMap<TableName, RenamedTable>,
    /// By new name; `None` where the move was declined, so that the table is new.
    pub moved: BTreeMap<TableName, Option<Stored>>,
    /// Snapshots whose folders go: of the moved, renamed and dropped ones, in the order of the questions.
    pub settled: Vec<Stored>,
    /// Tables that stay: the refusal is remembered in their snapshot.
    pub kept: Vec<Orphan>,
}

/// A table under a new name.
#[derive(Debug, Clone, PartialEq)]
pub struct RenamedTable {
    pub from: TableName,
    pub stored: Stored,
}

/// Asks about each of `orphans` (by name and schema), given the tables that are new.
pub fn orphans(
    orphans: Vec<Orphan>,
    new: &BTreeSet<TableName>,
    options: &PostgresOptions,
    dialogue: &mut Dialogue,
) -> Result<Orphans, Raised> {
    let mut result = Orphans::default();
    let mut dropped = Vec::new();
    for orphan in orphans {
        if orphan.stored.snapshot.drop_table_opted_out {
            continue;
        }
        let old = &orphan.name;
        let elsewhere: Vec<_> = new.iter().filter(|new| new.table == old.table && new.schema != old.schema).collect();
        if let [to] = elsewhere.as_slice() {
            if moved_to_schema(old, to, options, dialogue) {
                result.moved.insert((*to).clone(), Some(orphan.stored.clone()));
                result.settled.push(orphan.stored);
                continue;
            }
            result.moved.insert((*to).clone(), None);
        } else {
            let free: Vec<TableName> = new
                .iter()
                .filter(|new| new.schema == old.schema && new.table != old.table && !result.renamed.contains_key(new))
                .cloned()
                .collect();
            if let Some(to) = new_name(old, &free, options, dialogue)? {
                result.renamed.insert(to, RenamedTable { from: old.clone(), stored: orphan.stored.clone() });
                result.settled.push(orphan.stored);
                continue;
            }
        }
        if is_dropped(&orphan.stored, options, dialogue) {
            dropped.push(orphan.stored.clone());
            result.settled.push(orphan.stored);
        } else {
            result.kept.push(orphan);
        }
    }
    result.dropped = in_dropping_order(dropped, &result.settled)?;
    Ok(result)
}

/// `moving_table_to_schema?/3`.
pub fn moved_to_schema(old: &TableName, new: &TableName, options: &PostgresOptions, dialogue: &mut Dialogue) -> bool {
    if options.dev {
        return false;
    }
    let subject = Subject::MoveTable { from: old.clone(), to: new.clone() };
    dialogue.confirms(format!("Are you moving {old} to {new}?"), subject)
}

/// `renaming_table_to?/3`, `renaming_table?/2` and `get_new_table/4`.
fn new_name(
    old: &TableName,
    candidates: &[TableName],
    options: &PostgresOptions,
    dialogue: &mut Dialogue,
) -> Result<Option<TableName>, Raised> {
    if options.dev || candidates.is_empty() {
        return Ok(None);
    }
    let text = match candidates {
        [new] => format!("Are you renaming {old} to {new}?"),
        _ => format!("Are you renaming {old}?"),
    };
    if !dialogue.confirms(text, Subject::RenameTable { from: old.clone(), to: candidates.to_vec() }) {
        return Ok(None);
    }
    if let [new] = candidates {
        return Ok(Some(new.clone()));
    }
    let names: Vec<&str> = candidates.iter().map(|candidate| candidate.table.as_str()).collect();
    for _ in 0..3 {
        let subject = Subject::NewTableName { from: old.clone(), to: candidates.to_vec() };
        let text = format!("What are you renaming it to?: {}", names.join(", "));
        let Some(answer) = dialogue.prompt(text, subject) else { return Ok(None) };
        if let Some(new) = candidates.iter().find(|candidate| candidate.table == answer.trim()) {
            return Ok(Some(new.clone()));
        }
    }
    Err(Raised::runtime("Could not get matching table name after 3 attempts.".to_owned()))
}

/// `drop_table_confirmed?/2`.
fn is_dropped(stored: &Stored, options: &PostgresOptions, dialogue: &mut Dialogue) -> bool {
    if options.check {
        return false;
    }
    if options.dev {
        return true;
    }
    let table = TableName::new(&stored.snapshot.table, stored.snapshot.schema.as_deref());
    let text = format!(
        "Table {table} no longer has a resource. Generate a migration to DROP this table? This will permanently remove \
         the table and its data."
    );
    dialogue.confirms(text, Subject::DropTable { table })
}

/// Referring tables before those they refer to; in the given order where foreign keys form a cycle. Mirrors
/// `sort_drop_table_operations/2`.
fn in_dropping_order(dropped: Vec<Stored>, settled: &[Stored]) -> Result<Vec<Stored>, Raised> {
    let schema = |schema: Option<&str>| schema.unwrap_or("public").to_owned();
    let key = |stored: &Stored| (stored.snapshot.table.clone(), schema(stored.snapshot.schema.as_deref()));
    let keys: Vec<_> = dropped.iter().map(key).collect();
    let known: Vec<_> = settled.iter().map(key).collect();
    let mut targets: Vec<Vec<usize>> = Vec::new();
    for stored in &dropped {
        let references = stored.snapshot.attributes.iter().filter_map(|attribute| attribute.references.as_ref());
        let names = references.map(|reference| (reference.table.clone(), schema(reference.schema.as_deref())));
        let names: BTreeSet<_> = names.filter(|name| known.contains(name)).collect();
        // The generator looks targets up among moved and renamed tables too, and fails on such a one.
        if let Some((table, schema)) = names.iter().find(|name| !keys.contains(name)) {
            return Err(Raised {
                exception: "KeyError",
                message: format!("key {{{}, {}}} not found", inspect::string(table), inspect::string(schema)),
            });
        }
        let positions = keys.iter().enumerate().filter(|(_, key)| names.contains(*key));
        targets.push(positions.map(|(index, _)| index).collect());
    }
    let mut incoming = vec![0usize; dropped.len()];
    targets.iter().flatten().for_each(|target| incoming[*target] += 1);
    let mut queue: VecDeque<usize> = (0..dropped.len()).filter(|index| incoming[*index] == 0).collect();
    let mut order = Vec::new();
    while let Some(next) = queue.pop_front() {
        order.push(next);
        for target in &targets[next] {
            incoming[*target] -= 1;
            if incoming[*target] == 0 {
                queue.push_back(*target);
            }
        }
    }
    if order.len() < dropped.len() {
        return Ok(dropped);
    }
    Ok(order.into_iter().map(|index| dropped[index].clone()).collect())
}
