//! The comparison of ash_postgres 2.12.0 (`AshPostgres.MigrationGenerator`), one kind of object per file.

mod attributes;
mod check_constraints;
mod comparison;
mod custom_indexes;
mod custom_statements;
mod equality;
mod identities;
pub(in crate::diff) mod inspect;
pub(in crate::diff) mod merge;
pub(in crate::diff) mod merge_attributes;
pub(in crate::diff) mod merge_keys;
mod orphans;
mod primary_key;
mod reference_indexes;
pub(in crate::diff) mod rename;
mod table;
#[cfg(test)]
mod tests;

pub use merge::{Declared, Table, merge};
pub use orphans::{Orphan, Orphans, RenamedTable, moved_to_schema, orphans};
pub use table::{TableChange, table_changes};

use std::collections::BTreeMap;

/// What the comparison depends on besides snapshots and answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostgresOptions {
    /// `--check`: no drop is proposed.
    pub check: bool,
    /// `--dev`: only the rename of one column to one other is asked about, and tables are dropped without asking.
    pub dev: bool,
    /// `--dont-drop-columns`: removals are written as comments.
    pub dont_drop_columns: bool,
    /// `--concurrent-indexes`.
    pub concurrent_indexes: bool,
    /// The `default_prefix` of each repo that has one, by module name.
    pub default_prefixes: BTreeMap<String, String>,
}

/// The generator raises instead of generating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// `RuntimeError`, `ArgumentError` …
    pub exception: &'static str,
    /// The generator's message.
    pub message: String,
}

impl Raised {
    fn runtime(message: String) -> Raised {
        Raised { exception: "RuntimeError", message }
    }
}

impl std::fmt::Display for Raised {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "** ({}) {}", self.exception, self.message)
    }
}

impl std::error::Error for Raised {}
