//! `ashls adopt`: the first snapshots of a project whose tables exist already.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::super::{FINDINGS, Failure, Outcome, codegen, output, project};
use super::connection::ConnectionArgs;
use super::drift::to_table;
use super::repo::{Repo, repos};
use super::side::{Place, Side, Where, from_nothing};
use crate::codegen::{FileChange, Timestamp};
use crate::drift::{Catalogue, Comparison, Dialect, TableName, compare};
use crate::elixir::name::camelize;
use crate::workspace::lock::ProjectLock;
use crate::workspace::read;
use crate::workspace::write::{self, FileChanges};

/// How long to wait for an editor that is writing.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// Write the snapshots of tables that exist already and are as the resources say
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls adopt adopt_legacy_database\n  ashls adopt adopt_legacy_database --dry-run\n\nFor a project that gets resources for a database that is there. Tables that are as the resources say get their snapshots,\nand an empty migration marks the place. The differences of the others are listed: change the resource or the database,\nand run it again; it goes on with what has no snapshot yet. Exit 1 while something is left to decide."
)]
pub struct AdoptArgs {
    /// Name of the empty migration
    name: String,
    #[command(flatten)]
    connection: ConnectionArgs,
    /// The tables of multitenant resources as this tenant has them
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Write nothing
    #[arg(long)]
    dry_run: bool,
    /// Time stamp of the first new file (YYYYMMDDHHMMSS, UTC)
    #[arg(long, value_name = "STAMP", value_parser = codegen::timestamp)]
    timestamp: Option<Timestamp>,
}

/// A snapshot that the generator would write for a table that has none.
struct Candidate {
    path: String,
    text: String,
    table: TableName,
    tenant: bool,
}

/// Adopts the tables of every repo.
pub fn run(args: &AdoptArgs) -> Outcome {
    let root = project::find(&args.connection.path)?;
    let _lock = ProjectLock::acquire(&root, LOCK_PATIENCE).map_err(|error| Failure::unusable(error.to_string()))?;
    let loaded = project::load(&root)?;
    loaded.report_unreadable();
    let first = args.timestamp.clone().unwrap_or_else(|| loaded.next_timestamp());
    let mut left = false;
    for repo in repos(&args.connection, None)? {
        left |= adopt(args, &repo, &first)?;
    }
    Ok(if left { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

/// Whether something is left to decide.
fn adopt(args: &AdoptArgs, repo: &Repo, first: &Timestamp) -> Result<bool, Failure> {
    let existing = read::project_files(&repo.root).generated;
    let has_snapshot = |folder: &str| existing.keys().any(|path| path.starts_with(&format!("{folder}/")));
    let all = candidates(repo, args, first)?;
    let begins = !all.iter().any(|candidate| has_snapshot(folder(&candidate.path)));
    let open: Vec<Candidate> = all.into_iter().filter(|candidate| !has_snapshot(folder(&candidate.path))).collect();
    if open.is_empty() {
        output::result(&format!("Every table of {} has a snapshot: nothing to adopt.", repo.module));
        return Ok(false);
    }
    let comparison = comparison(repo, args)?;
    let differing: BTreeSet<&TableName> = comparison.differences.iter().map(|difference| &difference.table).collect();
    let compared = |candidate: &&Candidate| !candidate.tenant || args.tenant.is_some();
    let agreeing: Vec<&Candidate> =
        open.iter().filter(compared).filter(|candidate| !differing.contains(&candidate.table)).collect();
    let mut changes = FileChanges::default();
    if begins && !agreeing.is_empty() {
        changes.write.push(migration(repo, &args.name, first));
    }
    changes.write.extend(agreeing.iter().map(|candidate| (candidate.path.clone(), candidate.text.clone())));
    if !args.dry_run {
        write::apply(&repo.root, &changes).map_err(|error| Failure::unusable(error.to_string()))?;
    }
    let verb = if args.dry_run { "would create" } else { "creating" };
    for (path, _) in &changes.write {
        output::result(&format!("* {verb} {path}"));
    }
    let skipped: Vec<&Candidate> = open.iter().filter(|candidate| !compared(candidate)).collect();
    if !skipped.is_empty() {
        let tables: Vec<String> = skipped.iter().map(|candidate| candidate.table.to_string()).collect();
        output::note(&format!("{} belong to tenants: compare them with --tenant NAME", tables.join(", ")));
    }
    if !comparison.differences.is_empty() {
        output::result(&format!("Left to decide:\n{}", to_table(Side::Database, Side::Resources, &comparison)));
    }
    Ok(!comparison.differences.is_empty() || !skipped.is_empty())
}

/// The snapshots of all tables of the repo.
fn candidates(repo: &Repo, args: &AdoptArgs, first: &Timestamp) -> Result<Vec<Candidate>, Failure> {
    let outcome = from_nothing(repo, &args.name, first)?;
    let mut found = Vec::new();
    for change in outcome.changes {
        let FileChange::Write { path, text } = change else { continue };
        if !path.ends_with(".json") || path.ends_with("/extensions.json") {
            continue;
        }
        let Ok(snapshot) = serde_json::from_str::<Value>(&text) else { continue };
        if snapshot["repo"].as_str().map(|repo| repo.trim_start_matches("Elixir.")) != Some(repo.module.as_str()) {
            continue;
        }
        let tenant = path.contains("/tenants/");
        let schema = match (snapshot["schema"].as_str(), &args.tenant) {
            (_, Some(tenant_schema)) if tenant => tenant_schema.clone(),
            (Some(schema), _) => schema.to_owned(),
            (None, _) => if repo.target.is_sqlite() { "" } else { "public" }.to_owned(),
        };
        let table = TableName { schema, table: snapshot["table"].as_str().unwrap_or_default().to_owned() };
        found.push(Candidate { path, text, table, tenant });
    }
    Ok(found)
}

/// From the database to the resources: the public tables, and those of the tenant.
fn comparison(repo: &Repo, args: &AdoptArgs) -> Result<Comparison, Failure> {
    let dialect = if repo.target.is_sqlite() { Dialect::Sqlite } else { Dialect::Postgres };
    let side = |side, tenant, number| -> Result<Catalogue, Failure> {
        let place = Place { repo, target: Ok(&repo.target), tenant };
        Ok(place.find(side, Where::Database, number)?.catalogue)
    };
    let mut comparison =
        compare(&side(Side::Database, None, 0)?, &side(Side::Resources, None, 1)?, true, false, dialect);
    if let Some(tenant) = args.tenant.as_deref() {
        let (from, to) = (side(Side::Database, Some(tenant), 0)?, side(Side::Resources, Some(tenant), 2)?);
        comparison.differences.extend(compare(&from, &to, true, false, dialect).differences);
    }
    Ok(comparison)
}

/// The folder of a table's snapshots.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(folder, _)| folder)
}

/// A migration that says why it does nothing.
fn migration(repo: &Repo, name: &str, first: &Timestamp) -> (String, String) {
    let text = format!(
        "defmodule {}.Migrations.{} do\n  @moduledoc \"\"\"\n  The tables up to here existed before their resources: their snapshots were written with `ashls adopt`.\n  \
         Migrations after this one are generated.\n  \"\"\"\n\n  use Ecto.Migration\n\n  def up do\n    :ok\n  end\n\n  def down do\n    \
         :ok\n  end\nend\n",
        repo.module,
        camelize(name)
    );
    (format!("{}/{first}_{name}.exs", repo.migrations), text)
}
