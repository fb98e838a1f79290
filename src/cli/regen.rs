//! `ashls regen`: undoes what git does not track yet, and generates it again as one migration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::codegen::{changes, settle};
use super::database::undo::{Undo, UndoArgs};
use super::questions::AnswerArgs;
use super::{Failure, Outcome, output, project};
use crate::codegen::{Options, Timestamp};
use crate::migration::order::MigrationName;
use crate::workspace::lock::ProjectLock;
use crate::workspace::{git, write};

/// How long to wait for an editor that is writing.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// Undo the migrations and snapshots that git does not track, and generate them again as one
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls regen add_due_dates\n  ashls regen add_due_dates --migrate\n  ashls regen add_due_dates --no-rollback     leave the database alone\n\nNothing that git tracks is touched: where a tracked migration or snapshot was changed, or a tracked migration would have to\nbe undone, nothing happens. What would be generated is known before anything is undone or deleted."
)]
pub struct RegenArgs {
    /// Name of the new migration
    name: String,
    /// A folder of the project
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Run the new migration
    #[arg(long)]
    migrate: bool,
    /// Print what would be done
    #[arg(long)]
    dry_run: bool,
    /// Time stamp of the first new file (YYYYMMDDHHMMSS, UTC)
    #[arg(long, value_name = "STAMP", value_parser = super::codegen::timestamp)]
    timestamp: Option<Timestamp>,
    #[command(flatten)]
    undo: UndoArgs,
    #[command(flatten)]
    answers: AnswerArgs,
}

/// Regenerates.
pub fn run(args: &RegenArgs) -> Outcome {
    let root = project::find(&args.path)?;
    let _lock = ProjectLock::acquire(&root, LOCK_PATIENCE).map_err(|error| Failure::unusable(error.to_string()))?;
    let all = project::load(&root)?;
    all.report_unreadable();
    all.report_renames();
    let generated: BTreeSet<String> = all.state.generated().keys().filter(|path| is_ours(path)).cloned().collect();
    let failed = |error: git::GitError| Failure::unusable(format!("regen asks git what is not committed yet. {error}"));
    let untracked: BTreeSet<String> =
        git::untracked(&root).map_err(failed)?.intersection(&generated).cloned().collect();
    let restored = tracked_changes(&root, &git::changed(&root).map_err(failed)?)?;
    let loaded = project::load_as(&root, |files| {
        let mut files = files.without(&root, &untracked);
        for (path, text) in &restored {
            files.generated.insert(path.clone(), Some(text.as_str().into()));
        }
        files
    })?;
    let options = Options { name: Some(args.name.clone()), ..Options::default() };
    let first = args.timestamp.clone().unwrap_or_else(|| loaded.next_timestamp());
    let outcome = settle(&loaded, &options, &args.answers, &first, true)?;
    let mut changes = changes(&outcome.changes);
    let written: BTreeSet<String> = changes.write.iter().map(|(path, _)| path.clone()).collect();
    changes.write.extend(restored.into_iter().filter(|(path, _)| !written.contains(path)));
    changes.delete.extend(untracked.iter().filter(|path| !written.contains(*path)).cloned());
    loaded.settle_renames(&outcome, &mut changes);
    let undo = Undo::plan(&args.undo, &args.path, &untracked)?;
    if args.dry_run {
        undo.show();
        for path in &changes.delete {
            output::result(&format!("delete {path}"));
        }
        for (path, _) in &changes.write {
            output::result(&format!("write {path}"));
        }
        return Ok(ExitCode::SUCCESS);
    }
    undo.run()?;
    write::apply(&root, &changes).map_err(|error| Failure::unusable(error.to_string()))?;
    for path in &changes.delete {
        output::result(&format!("deleted {path}"));
    }
    for message in outcome.messages.iter().filter(|message| !message.error) {
        output::result(&message.text);
    }
    if args.migrate {
        return undo.migrate();
    }
    Ok(ExitCode::SUCCESS)
}

/// Snapshots and migrations; other files under `priv/` are not the generator's.
fn is_ours(path: &str) -> bool {
    let in_folder = |name: &str| path.split('/').any(|part| part == name);
    match path.ends_with(".json") {
        true => in_folder("resource_snapshots"),
        false => MigrationName::parse(path).is_some() && (in_folder("migrations") || in_folder("tenant_migrations")),
    }
}

/// Generated files that git tracks and that were changed are work that would be lost. Only `extensions.json`, which goes with
/// extension migrations, is put back.
fn tracked_changes(root: &Path, changed: &BTreeSet<String>) -> Result<BTreeMap<String, String>, Failure> {
    let mut restored = BTreeMap::new();
    let mut lost = Vec::new();
    for path in changed.iter().filter(|path| is_ours(path)) {
        match git::committed(root, path).filter(|_| path.ends_with("/extensions.json")) {
            Some(text) => drop(restored.insert(path.clone(), text)),
            None => lost.push(path.as_str()),
        }
    }
    if lost.is_empty() {
        return Ok(restored);
    }
    Err(Failure::unusable(format!(
        "nothing was done: git tracks these files, and they were changed or deleted since the last commit:\n  {}\nCommit them, or put \
         them back with git restore.",
        lost.join("\n  ")
    )))
}
