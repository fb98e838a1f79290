//! Real databases: connecting to them, running migrations on them, and keeping Ecto's books (`schema_migrations`).
//!
//! Whatever this room does can be continued by Ecto, and the other way round: same tables, same locks, same transactions
//! (`Ecto.Migrator`, `Ecto.Migration.SchemaMigration`, ecto_sql 3.14). What a migration means is decided in
//! [`crate::migration`] and [`crate::render::sql`]; this room must not look at Elixir.

mod batch;
mod error;
mod glance;
mod inspect;
mod ledger;
mod lock;
mod look;
mod migrate;
mod prepare;
mod report;
mod run;
mod session;
mod shadow;
mod storage;
mod target;
mod tenants;
mod within;

pub use error::{DatabaseError, Kind};
pub use glance::{Glance, Glanced, glance};
pub use inspect::inspect;
pub use lock::LockStrategy;
pub use look::{Status, applied, sql_of, status};
pub use migrate::{Applied, Books, MigrationFile, Problem, Request, migrate, migrate_on};
pub use report::{Event, Reporter};
pub use run::{Failure, FailureKind, Left, Retries};
pub use session::{Session, Timeouts};
pub use shadow::Shadow;
pub use storage::{Change, create, drop};
pub use target::{RepoSettings, SqliteTarget, Target, TargetError};
pub use tenants::{TenantOutcome, migrate_tenants, tenants_of};
pub use within::{Beside, inspect_within};
