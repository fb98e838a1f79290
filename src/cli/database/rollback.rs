//! `ashls rollback`: undoes migrations.

use clap::Args;

use super::super::Outcome;
use super::run::{self, ExtentArgs, RunArgs};
use crate::migration::order::{Extent, Way};

/// Undo migrations, the newest one unless told otherwise, as mix ecto.rollback does
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls rollback                        the newest migration\n  ashls rollback --step 3\n  ashls rollback --to 20260101000000    this one and everything after it\n  ashls rollback --all --dry-run        print the SQL"
)]
pub struct RollbackArgs {
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    extent: ExtentArgs,
}

/// Undoes what is asked for.
pub fn run(args: &RollbackArgs) -> Outcome {
    run::run(&args.run, Way::Down, args.extent.extent(Extent::Step(1)), false)
}
