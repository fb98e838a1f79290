//! What is pending in a project: the desired snapshots against the newest ones on disk, with the declaration that
//! caused each change.
//!
//! Joins `project`, `codegen`, `plan` and `render`; knows no editor and no terminal.

mod assume;
mod describe;
mod nullable_key;
mod order;
mod renames;
mod state;
mod stored;
mod version;
mod view;

pub use assume::assume_unchanged;
pub use describe::{Description, describe, type_name};
pub use nullable_key::{NULLABLE_KEY, NullableKey, nullable_key};
pub use order::order_notes;
pub use renames::{
    Fate, fate, is_migrated, problems as rename_problems, stored_attribute, text_after as renames_after,
};
pub use state::{ProjectState, Request, dialect};
pub use version::version_notes;
pub use view::{Block, PendingOperation, PendingRepo, alone, migration_sql, view, view_direction};
