//! The generators' options that change what is pending, for commands that only look.

use clap::Args;

use crate::codegen::Options;

/// Options with the same meaning as those of `ashls codegen`.
#[derive(Debug, Args)]
#[command(next_help_heading = "As for codegen")]
pub struct ChangeArgs {
    /// Compare with development snapshots, too
    #[arg(long)]
    dev: bool,
    /// PostgreSQL: write removals of columns as comments
    #[arg(long)]
    dont_drop_columns: bool,
    /// SQLite: remove columns instead of writing their removal as comments
    #[arg(long)]
    drop_columns: bool,
    /// Create the indexes of new identities concurrently, in a migration of their own
    #[arg(long)]
    concurrent_indexes: bool,
}

impl ChangeArgs {
    pub fn options(&self) -> Options {
        Options {
            dev: self.dev,
            dont_drop_columns: self.dont_drop_columns,
            drop_columns: self.drop_columns,
            concurrent_indexes: self.concurrent_indexes,
            ..Options::default()
        }
    }
}
