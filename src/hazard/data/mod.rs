//! Rules of both databases: what loses data or guarantees, and what depends on the rows.

mod cascading_reference;
mod dropped_table;
pub(super) mod nested_rename;
mod removed_column;
mod removed_statement;
mod removed_uniqueness;
mod unique_index;

use super::Rule;

/// Ordered by code.
pub(super) const RULES: &[&Rule] = &[
    &removed_column::RULE,
    &dropped_table::RULE,
    &removed_uniqueness::RULE,
    &removed_statement::RULE,
    &cascading_reference::RULE,
    &unique_index::RULE,
    &nested_rename::RULE,
];
