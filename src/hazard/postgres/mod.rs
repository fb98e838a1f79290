//! Rules of PostgreSQL: locks, rewrites, what fails on rows, names. The facts are those of PostgreSQL's documentation
//! (<https://www.postgresql.org/docs/current/sql-altertable.html>), measured with version 15.

mod added_not_null;
mod altered_column;
mod check_constraint;
mod check_lock;
pub(super) mod conversion;
pub(super) mod database_type;
mod default_cast;
pub(super) mod deferrable;
mod dropped_index;
mod dropped_sequence;
pub(super) mod dropped_target;
mod duplicate_name;
mod foreign_key;
mod foreign_key_lock;
mod impossible_cast;
mod index_lock;
mod kept_names;
mod key_before_column;
mod key_in_schema;
mod long_name;
pub(super) mod lost_deferrability;
mod names;
mod narrowed_type;
mod not_null;
mod not_null_lock;
pub(super) mod old_schema;
mod primary_key;
mod primary_key_lock;
mod reference_without_index;
mod renamed_column;
mod renamed_index;
mod renamed_table;
pub(super) mod renamed_target;
mod rewrite;
mod serial;
mod unnamed_index;
mod volatile_default;

use super::Rule;

/// Ordered by code.
pub(super) const RULES: &[&Rule] = &[
    &narrowed_type::RULE,
    &added_not_null::RULE,
    &not_null::RULE,
    &check_constraint::RULE,
    &foreign_key::RULE,
    &impossible_cast::RULE,
    &default_cast::RULE,
    &primary_key::RULE,
    &reference_without_index::RULE,
    &volatile_default::RULE,
    &not_null_lock::RULE,
    &foreign_key_lock::RULE,
    &check_lock::RULE,
    &index_lock::RULE,
    &dropped_index::RULE,
    &rewrite::RULE,
    &altered_column::RULE,
    &primary_key_lock::RULE,
    &serial::RULE,
    &renamed_table::RULE,
    &renamed_column::RULE,
    &long_name::RULE,
    &duplicate_name::RULE,
    &unnamed_index::RULE,
    &kept_names::RULE,
    &key_before_column::RULE,
    &deferrable::RULE,
    &lost_deferrability::RULE,
    &dropped_sequence::RULE,
    &renamed_target::RULE,
    &old_schema::RULE,
    &renamed_index::RULE,
    &dropped_target::RULE,
    &key_in_schema::RULE,
];
