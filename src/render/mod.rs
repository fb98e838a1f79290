//! Planned changes as text.

pub mod sql;
