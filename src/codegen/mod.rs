//! A run of the generators: from the declared tables and the files of a project to the files that would be written.
//!
//! Knows where snapshots and migrations lie, what they are called, and the order in which the generators do things;
//! must not know how declarations were read or what operations look like in a migration. Everything is data: the
//! project's files come in as a listing, changes of files go out as a list.
//!
//! Mirrors `generate/2` of `AshPostgres.MigrationGenerator` (2.12.0) and `AshSqlite.MigrationGenerator` (0.2.17).

mod assume;
mod folders;
mod formatting;
mod input;
mod newest;
mod outcome;
mod postgres;
mod prepare;
mod run;
mod snapshot_cache;
mod sqlite;
mod tables;
#[cfg(test)]
mod tests;
mod timestamp;
mod tree;

pub use folders::listed_folders;
pub use formatting::Formatting;
pub use input::{DeclaredTable, Format, Input, NoTexts, Options, RepoInfo, Texts};
pub use newest::{newest_snapshot_path, snapshot_folder};
pub use outcome::{ExtensionChanges, Fact, Failure, FileChange, GeneratedFile, Message, Outcome, RepoChanges};
pub use prepare::{ProjectInput, declared_tables, generate_declared, generate_for_project, repo_infos};
pub use snapshot_cache::SnapshotCache;
pub use tables::{DesiredTable, desired_tables};
pub use timestamp::Timestamp;

use crate::snapshot::json::Dialect;
use run::Run;

/// Runs the generators of the adapters that the project uses, ash_postgres first.
///
/// Never writes anything: [`Outcome::changes`] says what to write. It is empty when the run fails, when questions are
/// open, and with `--check` and `--dry-run`.
pub fn generate<'a>(input: &'a Input<'a>) -> Outcome {
    let mut run = Run::new(input);
    let uses = |dialect: Dialect| {
        input.repos.iter().any(|repo| repo.dialect == dialect)
            || input.declared.iter().any(|table| table.dialect == dialect)
    };
    let mut result = Ok(());
    if uses(Dialect::Postgres) || !uses(Dialect::Sqlite) {
        result = postgres::generate(&mut run);
    }
    if result.is_ok() && uses(Dialect::Sqlite) {
        result = sqlite::generate(&mut run);
    }
    run.into_outcome(result.err())
}
