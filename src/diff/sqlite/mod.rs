//! From the declared and the stored snapshots of one repo to operations, as ash_sqlite 0.2.17 compares them
//! (`deduplicate_snapshots/3` and `fetch_operations/2` of `AshSqlite.MigrationGenerator`).
//!
//! An older generator than PostgreSQL's: snapshots are grouped by table name alone, objects are compared as whole maps,
//! tables are never dropped or renamed, and columns are only removed when asked to. Must not know where files lie or
//! how anything is written.

mod attributes;
mod indexes;
mod merge;
mod primary_key;
mod references;
mod statements;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use merge::merge;

use super::Dialogue;
use super::operation::{Change, Operation, TableContext};
use super::postgres::{Declared, Raised, Table, TableChange};
use crate::snapshot::json::Stored;
use crate::snapshot::{Multitenancy, Snapshot};

/// What the comparison depends on besides the snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SqliteOptions {
    /// `--drop-columns`: removals are written out instead of being commented.
    pub drop_columns: bool,
    /// `--dev`: of several removed columns none is asked about.
    pub dev: bool,
}

/// The changed tables of one repo, ordered by name, each with the operations in the order in which the generator finds
/// them.
///
/// `declared` has one snapshot per resource and table, in the order of the domains and their resources; `existing`
/// finds the newest stored snapshot of a table. Questions are asked as they come up: those about primary keys for all
/// tables first, then renames. (`--check` makes no difference here: this generator asks then, too.)
pub fn table_changes(
    declared: &[Declared],
    existing: &mut dyn FnMut(&Snapshot) -> Option<Stored>,
    options: &SqliteOptions,
    dialogue: &mut Dialogue,
) -> Result<Vec<TableChange>, Raised> {
    let mut changes = Vec::new();
    for table in merge::merge(declared, existing, dialogue)? {
        let operations = operations(&table, options, dialogue)?;
        if !operations.is_empty() {
            changes.push(TableChange { table, operations });
        }
    }
    Ok(changes)
}

/// `do_fetch_operations/4`.
fn operations(table: &Table, options: &SqliteOptions, dialogue: &mut Dialogue) -> Result<Vec<Operation>, Raised> {
    let snapshot = &table.snapshot;
    let empty = Stored::from(empty(snapshot));
    let old = table.existing.as_ref().unwrap_or(&empty);
    let on = TableContext {
        table: snapshot.table.clone(),
        schema: None,
        repo: snapshot.repo.clone(),
        multitenancy: snapshot.multitenancy.clone(),
        old_multitenancy: old.snapshot.multitenancy.clone(),
    };

    let attributes = attributes::changes(snapshot, old, options, dialogue)?;
    let mut changes = match table.existing {
        Some(_) => primary_key::changes(&attributes),
        None => Vec::new(),
    };
    let rewrite =
        snapshot.multitenancy != old.snapshot.multitenancy || snapshot.base_filter != old.snapshot.base_filter;
    changes.extend(indexes::unique_removed(snapshot, &old.snapshot, rewrite));
    changes.extend(attributes);
    changes.extend(indexes::unique_added(snapshot, &old.snapshot, rewrite));
    changes.extend(indexes::unique_renamed(snapshot, &old.snapshot, rewrite));
    changes.extend(indexes::custom_added(snapshot, old));
    changes.extend(indexes::custom_removed(snapshot, old, rewrite));
    changes.extend(statements::changes(&snapshot.custom_statements, &old.snapshot.custom_statements));
    if table.existing.is_none() {
        changes.push(Change::CreateTable { create_table_options: None, strict: snapshot.strict });
    }
    Ok(changes.into_iter().map(|change| Operation { on: on.clone(), change }).collect())
}

/// What a table without a snapshot is compared with.
fn empty(snapshot: &Snapshot) -> Snapshot {
    Snapshot {
        attributes: Vec::new(),
        identities: Vec::new(),
        custom_indexes: Vec::new(),
        custom_statements: Vec::new(),
        multitenancy: Multitenancy::default(),
        base_filter: None,
        ..snapshot.clone()
    }
}
