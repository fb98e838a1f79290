//! `ashls snapshots`: the desired snapshot of every table, as derived from the source.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::project::Loaded;
use super::{Failure, Outcome, output, project};
use crate::codegen::{self, Options};
use crate::pending::dialect;
use crate::snapshot::json::write;
use crate::workspace::read;

/// Print the snapshot of every table as it follows from the source
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ashls snapshots | jq '.[].dir'")]
pub struct SnapshotsArgs {
    /// A folder of the project, or one with projects below it
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

/// Prints the snapshots, in the order of the domains and their resources, those of projects inside the project last.
pub fn run(args: &SnapshotsArgs) -> Outcome {
    let SnapshotsFormat::Json = args.format;
    let roots = project::find_all(&args.path)?;
    // Folders are said relative to the project, or to the given folder when the projects lie below it.
    let given = args.path.canonicalize().unwrap_or_default();
    let base = if roots.iter().all(|root| root.starts_with(&given)) { given } else { roots[0].clone() };
    let mut printed = Vec::new();
    for root in &roots {
        let loaded = print(root, &base, &mut printed)?;
        for folder in loaded.nested_projects() {
            print(&root.join(folder), &base, &mut printed)?;
        }
    }
    output::result(&serde_json::to_string_pretty(&printed).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// The snapshots of the project at `root`, with folders relative to `base`.
fn print(root: &Path, base: &Path, printed: &mut Vec<Value>) -> Result<Loaded, Failure> {
    let loaded = project::load(root)?;
    loaded.report_unreadable();
    loaded.report_issues();
    let folder = read::relative(base, root).filter(|folder| !folder.is_empty()).map(|folder| folder + "/");
    let folder = folder.unwrap_or_default();
    let state = &loaded.state;
    for table in codegen::desired_tables(&state.project, state.generated(), &Options::default()) {
        let text = write(&table.snapshot, dialect(table.database));
        let snapshot: Value = serde_json::from_str(&text).unwrap_or_default();
        let unresolved: Vec<Value> = table
            .unresolved
            .iter()
            .map(|fact| {
                let place = loaded.place(&fact.origin.file, fact.origin.range.start);
                json!({ "path": fact.path, "reason": fact.reason, "place": format!("{folder}{place}") })
            })
            .collect();
        printed.push(json!({
            "dir": format!("{folder}{}", table.folder),
            "resource": table.resources[0],
            "resources": table.resources,
            "snapshot": snapshot,
            "unresolved": unresolved,
        }));
    }
    Ok(loaded)
}
