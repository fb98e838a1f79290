//! What the files of this folder are given: a table as it should be beside the table as it was.

use super::PostgresOptions;
use super::equality::SchemaMoves;
use super::merge::Table;
use crate::snapshot::Snapshot;
use crate::snapshot::json::Stored;

/// What one comparison looks at.
pub(super) struct Comparison<'a> {
    pub new: &'a Snapshot,
    pub old: &'a Stored,
    /// There was no table before.
    pub created: bool,
    pub table: &'a Table,
    pub options: &'a PostgresOptions,
    pub moves: &'a SchemaMoves,
    /// The tenant column or the strategy changed, so that most indexes have other columns.
    pub multitenancy_changed: bool,
}
