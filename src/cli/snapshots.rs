//! `ashls snapshots`: the desired snapshot of every table, as derived from the source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::project::Loaded;
use super::{Failure, Outcome, output, project};
use crate::codegen::{self, DesiredTable, Options};
use crate::pending::dialect;
use crate::snapshot::json::snapshot_json;
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
    output::result(&list(&printed));
    Ok(ExitCode::SUCCESS)
}

/// The snapshots of the project at `root`, with folders relative to `base`; behind them those that are stored, and whose
/// resources belong to domains that are not configured (the generators take their tables for gone).
fn print(root: &Path, base: &Path, printed: &mut Vec<String>) -> Result<Loaded, Failure> {
    let mut loaded = project::load(root)?;
    loaded.report_unreadable();
    loaded.report_issues();
    let folder = read::relative(base, root).filter(|folder| !folder.is_empty()).map(|folder| folder + "/");
    let folder = folder.unwrap_or_default();
    let options = Options::default();
    let tables = codegen::desired_tables(&loaded.state.project, loaded.state.generated(), &options);
    printed.par_extend(tables.par_iter().map(|table| row(table, &loaded, &folder, true)));
    let left = stored_folders(&loaded).any(|stored| !tables.iter().any(|table| table.folder == stored));
    let more = loaded.state.project.unconfigured_domains();
    if left && !more.is_empty() {
        loaded.state.project.include_domains(more);
        let all = codegen::desired_tables(&loaded.state.project, loaded.state.generated(), &options);
        let stored: BTreeSet<&str> = stored_folders(&loaded).collect();
        let new = all.iter().filter(|table| !tables.iter().any(|known| known.folder == table.folder));
        let new: Vec<&DesiredTable> = new.filter(|table| stored.contains(table.folder.as_str())).collect();
        printed.par_extend(new.into_par_iter().map(|table| row(table, &loaded, &folder, false)));
    }
    Ok(loaded)
}

/// The folders that hold snapshots.
fn stored_folders(loaded: &Loaded) -> impl Iterator<Item = &str> {
    let files = loaded.state.generated().keys().filter(|path| path.ends_with(".json"));
    files.filter_map(|path| Some(path.rsplit_once('/')?.0))
}

/// The printed tables as one JSON list.
fn list(printed: &[String]) -> String {
    if printed.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n  {}\n]", printed.join(",\n  "))
}

/// A table as it is printed, as a member of a list. `configured`: a configured domain has its resources.
fn row(table: &DesiredTable, loaded: &Loaded, folder: &str, configured: bool) -> String {
    let snapshot = snapshot_json(&table.snapshot, dialect(table.database));
    let unresolved = table.unresolved.iter().map(|fact| {
        let place = loaded.place(&fact.origin.file, fact.origin.range.start);
        json!({ "path": fact.path, "reason": fact.reason, "place": format!("{folder}{place}") })
    });
    let left_out = (!configured).then(|| {
        let reason = "no configured domain has the resource: the generators do not look at it";
        json!({ "path": "", "reason": reason, "place": null })
    });
    let row = json!({
        "dir": format!("{folder}{}", table.folder),
        "resource": table.resources[0],
        "resources": table.resources,
        "configured": configured,
        "snapshot": snapshot,
        "unresolved": unresolved.chain(left_out).collect::<Vec<Value>>(),
    });
    // Texts in JSON have no line breaks of their own.
    serde_json::to_string_pretty(&row).unwrap_or_default().replace('\n', "\n  ")
}
