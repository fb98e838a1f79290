//! Commands that need a database. Exit status 3: the database, or a migration while it ran, said no.

mod adopt;
mod ahead;
mod connection;
mod create;
pub mod dev;
mod drift;
mod drop;
mod files;
pub mod live;
mod migrate;
mod missing;
mod problem;
mod repo;
mod rollback;
mod run;
mod side;
mod status;
pub mod undo;

pub use adopt::{AdoptArgs, run as adopt};
pub use create::{CreateArgs, run as create};
pub use drift::{DriftArgs, run as drift};
pub use drop::{DropArgs, run as drop};
pub use migrate::{MigrateArgs, run as migrate};
pub use rollback::{RollbackArgs, run as rollback};
pub use status::{StatusArgs, run as status};

use super::Failure;
use crate::database::DatabaseError;

/// Exit status of errors of a database.
const DATABASE: u8 = 3;

/// Runs something that waits, on a runtime of its own.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::unusable(format!("the runtime does not start: {error}")))?;
    Ok(runtime.block_on(work))
}

/// An error of the database named `name`.
fn database_failure(name: &str, error: &DatabaseError) -> Failure {
    Failure { message: format!("{name}: {error}{}", hint(error)), status: DATABASE }
}

/// What can be done about an error, on a line of its own; nothing where the error says it all.
fn hint(error: &DatabaseError) -> &'static str {
    match error.code.as_deref() {
        Some("3D000" | "14") => "\n  There is no such database: `ashls create` makes it.",
        Some("28P01" | "28000") => "\n  Check user and password of the database URL or of the repo's configuration.",
        Some("42501") => "\n  This user may not do that: use one that owns the tables.",
        Some("3F000") => "\n  There is no such schema: the application makes it when a tenant is created.",
        Some("53100") => "\n  The server's disk is full: make room there, then run it again.",
        Some("13") => "\n  The disk is full: make room, then run it again.",
        Some("53300") => "\n  The server has no connection left: end others, or use fewer --jobs.",
        Some("25006") => "\n  The database only reads: this is a replica, or default_transaction_read_only is on.",
        _ => "",
    }
}
