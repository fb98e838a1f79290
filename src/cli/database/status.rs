//! `ashls status`: which migrations ran.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::super::{FINDINGS, Outcome, output};
use super::connection::ConnectionArgs;
use super::repo::{Repo, announce, repos};
use super::{block_on, database_failure, files, missing};
use crate::database::{Request, Retries, Status, Timeouts, status};
use crate::migration::Config;
use crate::migration::order::{Extent, Way};

/// List the migrations and whether they ran. Writes nothing
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls status\n  ashls status --check                 exit 1 when a migration is pending\n  ashls status --format json | jq '.[] | select(.applied | not)'"
)]
pub struct StatusArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
    /// Folder of the migrations, for one repo or where there is no project
    #[arg(long, value_name = "FOLDER")]
    migrations_path: Option<String>,
    /// The state of this schema, with the public migrations
    #[arg(long, value_name = "SCHEMA")]
    prefix: Option<String>,
    /// The state of this tenant, with the tenants' migrations
    #[arg(long, value_name = "NAME", conflicts_with = "prefix")]
    tenant: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value = "text")]
    format: StatusFormat,
    /// Exit 1 when a migration is pending
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusFormat {
    Text,
    Json,
}

/// Prints the state of every version.
pub fn run(args: &StatusArgs) -> Outcome {
    let repos = repos(&args.connection, args.migrations_path.as_deref())?;
    let (mut pending, mut rows) = (false, Vec::new());
    for repo in &repos {
        let found = of_repo(args, repo)?;
        pending |= found.iter().any(|status| !status.applied);
        match args.format {
            StatusFormat::Text => {
                announce(&repos, repo);
                print(&found);
            }
            StatusFormat::Json => rows.extend(found.iter().map(|status| {
                json!({
                    "repo": repo.module,
                    "version": status.version,
                    "applied": status.applied,
                    "name": status.file.as_ref().map(|(name, _)| name),
                    "file": status.file.as_ref().map(|(_, path)| path),
                })
            })),
        }
    }
    if args.format == StatusFormat::Json {
        output::result(&format!("{:#}", serde_json::Value::Array(rows)));
    }
    Ok(if args.check && pending { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

fn of_repo(args: &StatusArgs, repo: &Repo) -> Result<Vec<Status>, super::super::Failure> {
    let tenants = args.tenant.is_some() && args.migrations_path.is_none();
    let folder = if tenants { &repo.tenant_migrations } else { &repo.migrations };
    let files = files::migrations(&repo.root, folder)?;
    if files.is_empty() {
        missing::explain(repo, folder, args.migrations_path.is_some())?;
    }
    let request = Request {
        target: &repo.target,
        books: &repo.books,
        files: &files,
        config: Config { prefix: args.tenant.clone().or_else(|| args.prefix.clone()), ..repo.config.clone() },
        way: Way::Up,
        extent: Extent::All,
        skip: Default::default(),
        assume: Default::default(),
        strict_order: false,
        timeouts: Timeouts { lock: None, statement: Some(std::time::Duration::from_secs(30)) },
        patient_without_transaction: false,
        patience: std::time::Duration::ZERO,
        retries: Retries { count: 0, pause: std::time::Duration::ZERO },
    };
    block_on(status(&request))?.map_err(|error| database_failure(&repo.target.name(), &error))
}

fn print(found: &[Status]) {
    for status in found {
        let state = if status.applied { "up  " } else { "down" };
        let name = status.file.as_ref().map_or("** FILE NOT FOUND **", |(name, _)| name);
        output::result(&format!("{state}  {:<14}  {name}", status.version));
    }
    if found.is_empty() {
        output::result("There are no migrations.");
    }
}
