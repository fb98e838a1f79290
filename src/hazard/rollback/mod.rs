//! Rules about the way back: what a rollback does not bring back, and where it fails. `down` is the generator's, which
//! knows nothing of what happened since `up`.

pub(super) mod deferrable;
mod dropped_table;
pub(super) mod index_before_column;
pub(super) mod renamed_target;
mod required_column;
mod sequence;
mod type_cast;

use super::Rule;

/// Of both databases, ordered by code.
pub(super) const RULES: &[&Rule] = &[&dropped_table::RULE, &required_column::RULE];

/// Of PostgreSQL, ordered by code.
pub(super) const POSTGRES_RULES: &[&Rule] =
    &[&type_cast::RULE, &index_before_column::RULE, &deferrable::RULE, &sequence::RULE, &renamed_target::RULE];
