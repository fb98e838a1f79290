//! From the declared and the stored snapshots of one repo to operations, as ash_sqlite 0.2.17 compares them
//! (`deduplicate_snapshots/3` and `fetch_operations/2` of `AshSqlite.MigrationGenerator`).
//!
//! An older generator than PostgreSQL's: snapshots are grouped by table name alone, objects are compared as whole maps,
//! tables are never dropped or renamed, and columns are only removed when asked to. Must not know where files lie or
//! how anything is written.

mod attributes;
mod indexes;
mod inspect;
mod merge;
mod merge_attributes;
mod primary_key;
mod references;
mod rename;
mod statements;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::merge::Merged;
use super::operation::{Change, Operation, TableContext};
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

/// Whoever answers the generator's questions.
pub trait Ask {
    /// A yes or no question.
    fn confirm(&mut self, question: &str) -> Result<bool, Failure>;
    /// A question that is answered with text.
    fn prompt(&mut self, question: &str) -> Result<String, Failure>;
}

/// Why there are no changes to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The generator raises.
    Raised { exception: &'static str, message: String },
    /// A question has no answer yet.
    Unanswered,
}

impl Failure {
    fn runtime(message: String) -> Failure {
        Failure::Raised { exception: "RuntimeError", message }
    }

    fn raised(exception: &'static str, message: String) -> Failure {
        Failure::Raised { exception, message }
    }
}

/// A table whose operations are not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct TableChange {
    /// What the next snapshot file says: all resources of the table merged.
    pub snapshot: Snapshot,
    /// In the order in which the generator finds them, before planning.
    pub operations: Vec<Operation>,
}

/// The changes of one repo, ordered by table name.
///
/// `declared` has one snapshot per resource and table, in the order of the domains and their resources; `stored` has
/// the newest snapshot of each table that has one. Questions are asked as they come up: those about primary keys for
/// all tables first, then renames.
pub fn changes(
    declared: &[Snapshot],
    stored: &BTreeMap<String, Stored>,
    options: &SqliteOptions,
    ask: &mut dyn Ask,
) -> Result<Vec<TableChange>, Failure> {
    let merged = merge::merge(declared, stored, ask)?;
    let mut changes = Vec::new();
    for Merged { snapshot, existing } in merged {
        let operations = operations(&snapshot, existing.as_ref(), options, ask)?;
        if !operations.is_empty() {
            changes.push(TableChange { snapshot, operations });
        }
    }
    Ok(changes)
}

/// `do_fetch_operations/4`.
fn operations(
    snapshot: &Snapshot,
    existing: Option<&Stored>,
    options: &SqliteOptions,
    ask: &mut dyn Ask,
) -> Result<Vec<Operation>, Failure> {
    let empty = Stored::from(empty(snapshot));
    let old = existing.unwrap_or(&empty);
    let on = TableContext {
        table: snapshot.table.clone(),
        schema: None,
        repo: snapshot.repo.clone(),
        multitenancy: snapshot.multitenancy.clone(),
        old_multitenancy: old.snapshot.multitenancy.clone(),
    };

    let attributes = attributes::changes(snapshot, old, options, ask)?;
    let mut changes = match existing {
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
    if existing.is_none() {
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
