//! `ashls migrate`: runs pending migrations.

use clap::Args;

use super::super::Outcome;
use super::run::{self, ExtentArgs, RunArgs};
use crate::migration::order::{Extent, Way};

/// Run the pending migrations, as mix ecto.migrate does, without Elixir
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls migrate\n  ashls migrate --dry-run                       print the SQL\n  ashls migrate --to 20260101000000\n  ashls migrate --tenants                       the tenants that all_tenants lists\n  ashls migrate --tenants-sql \"SELECT 'org_' || id FROM organizations\" --jobs 8\n  ashls migrate --database-url postgres://app@db/app_prod --migrations-path priv/repo/migrations\n\nA migration that calls the application or queries through the repo is refused before anything runs."
)]
pub struct MigrateArgs {
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    extent: ExtentArgs,
    /// Refuse to run a migration that is older than one that ran
    #[arg(long)]
    strict_version_order: bool,
}

/// Runs what is pending.
pub fn run(args: &MigrateArgs) -> Outcome {
    run::run(&args.run, Way::Up, args.extent.extent(Extent::All), args.strict_version_order)
}
