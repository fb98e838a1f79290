//! What is pending in a project: the desired snapshots against the newest ones on disk, with the declaration that
//! caused each change.

mod assume;

pub use assume::assume_unchanged;
