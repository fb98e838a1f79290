//! The state of one table as the generators write it to `priv/resource_snapshots/<repo>/<table>/<stamp>.json`.
//!
//! The types hold what the generators compare and print; reading every version of the JSON, with the defaults the
//! generators fill in for missing keys, and writing it, is [`json`]. Where the files lie is not known here.

mod extensions;
pub mod json;
mod types;

pub use extensions::{ExtensionsReadError, InstalledExtensions};
pub use types::*;
