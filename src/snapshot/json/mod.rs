//! Snapshots as JSON text: reading every version that the generators have written, and writing today's.
//!
//! Knows keys, defaults and layout of the JSON; knows nothing about paths or about comparing snapshots.

mod object;
mod print;
mod read;
#[cfg(test)]
mod tests;
mod value;
mod write;

pub use print::{print, sorted};
pub use read::read;
pub use write::{hash, value as snapshot_json, write};

use std::collections::BTreeSet;
use std::fmt;

use super::Snapshot;

/// Whose JSON it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// ash_postgres.
    Postgres,
    /// ash_sqlite.
    Sqlite,
}

/// A snapshot file as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub snapshot: Snapshot,
    pub oddities: Oddities,
}

/// Objects of a stored snapshot whose keys are not the ones written today, also after the defaults for old files.
///
/// The generators compare such objects as whole maps, so these never equal a newly declared one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Oddities {
    /// Columns, by `source`.
    pub attributes: BTreeSet<String>,
    /// Foreign keys, by the `source` of their column.
    pub references: BTreeSet<String>,
    /// Custom indexes, by position in `custom_indexes`.
    pub custom_indexes: BTreeSet<usize>,
}

impl From<Snapshot> for Stored {
    fn from(snapshot: Snapshot) -> Stored {
        Stored { snapshot, oddities: Oddities::default() }
    }
}

/// Why a snapshot file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// As given to [`read()`].
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// What was found and what was expected.
    pub problem: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}:{}: {}; restore the file from version control, or delete it to compare with the snapshot before it",
            self.path, self.line, self.problem
        )
    }
}

impl std::error::Error for ReadError {}
