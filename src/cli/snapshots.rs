//! `ashls snapshots`: the desired snapshot of every table, as derived from the source.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{Outcome, output, project};
use crate::codegen::{self, Options};
use crate::pending::dialect;
use crate::snapshot::json::write;

/// Print the snapshot of every table as it follows from the source
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ashls snapshots | jq '.[].dir'")]
pub struct SnapshotsArgs {
    /// A folder of the project
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How to print them
    #[arg(long, value_enum, default_value = "json")]
    format: SnapshotsFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SnapshotsFormat {
    Json,
}

/// Prints the snapshots, in the order of the domains and their resources.
pub fn run(args: &SnapshotsArgs) -> Outcome {
    let root = project::find(&args.path)?;
    let loaded = project::load(&root)?;
    loaded.report_unreadable();
    loaded.report_issues();
    let SnapshotsFormat::Json = args.format;
    let (repos, _) = codegen::repo_infos(&loaded.state.project);
    let mut printed = Vec::new();
    for desired in loaded.state.project.desired().filter(|desired| desired.managed) {
        let Some(repo) = repos.iter().find(|repo| repo.module == desired.snapshot.repo) else { continue };
        let dir = codegen::snapshot_folder(repo, &desired.snapshot, loaded.state.generated(), &Options::default());
        let text = write(&desired.snapshot, dialect(desired.database));
        let snapshot: Value = serde_json::from_str(&text).unwrap_or_default();
        let unresolved: Vec<Value> = desired
            .unresolved
            .iter()
            .map(|fact| {
                let place = loaded.place(&fact.origin.file, fact.origin.range.start);
                json!({ "path": fact.path, "reason": fact.reason, "place": place })
            })
            .collect();
        printed.push(json!({
            "dir": dir,
            "resource": desired.resource,
            "snapshot": snapshot,
            "unresolved": unresolved,
        }));
    }
    output::result(&serde_json::to_string_pretty(&printed).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}
