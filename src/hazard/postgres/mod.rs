//! Rules of PostgreSQL: locks, rewrites, what fails on rows, names.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
