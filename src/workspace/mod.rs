//! The outside world of one project: finding it, reading its files, writing what was generated.
//!
//! Knows the file system and nothing of Ash. What it reads goes to the core as plain text under relative paths with
//! `/` separators; what it writes comes from the core in the same form.

pub mod find;
pub mod git;
pub mod lock;
pub mod pages;
pub mod read;
pub mod write;
