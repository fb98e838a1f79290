//! What a run tells while it goes on.

use std::time::Duration;

use crate::migration::order::{MigrationName, Way};

/// What happens, as it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    Started { name: &'a MigrationName, way: Way },
    Statement { sql: &'a str },
    Finished { name: &'a MigrationName, took: Duration },
    Assumed { name: &'a MigrationName },
    Retrying { path: &'a str, attempt: u32, of: u32, reason: &'a str },
    Warning { message: &'a str },
}

/// Who is told.
pub type Reporter<'a> = &'a (dyn Fn(Event) + Send + Sync);
