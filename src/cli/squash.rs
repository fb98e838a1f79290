//! `ashls squash`: keeps the newest snapshot of each table only.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{FINDINGS, Failure, Outcome, output, project};
use crate::workspace::lock::ProjectLock;
use crate::workspace::read;
use crate::workspace::write::{self, FileChanges};

/// How long to wait for an editor that is writing.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// Delete all but the newest snapshot of each table, as mix ash_postgres.squash_snapshots does
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls squash --dry-run\n  ashls squash --into zero\n  ashls squash --check          exit 1 when there is something to squash"
)]
pub struct SquashArgs {
    /// A folder of the project
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The name that the remaining snapshot gets: its own, that of the oldest one, or fourteen zeros
    #[arg(long, value_enum, default_value = "last")]
    into: Into,
    /// Folder of the snapshots
    #[arg(long, value_name = "FOLDER", default_value = "priv/resource_snapshots")]
    snapshot_path: String,
    /// List the folders with snapshots to squash, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Change nothing; exit 1 when there is something to squash
    #[arg(long)]
    check: bool,
    /// Print nothing
    #[arg(long)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Into {
    Last,
    First,
    Zero,
}

/// Squashes the snapshots of every table.
pub fn run(args: &SquashArgs) -> Outcome {
    let root = project::find(&args.path)?;
    let writes = !args.check && !args.dry_run;
    let _lock = match writes {
        true => Some(ProjectLock::acquire(&root, LOCK_PATIENCE).map_err(|error| Failure::unusable(error.to_string()))?),
        false => None,
    };
    let files = read::project_files(&root);
    let below = format!("{}/", args.snapshot_path.trim_end_matches('/').trim_start_matches("./"));
    let paths = files.generated.keys().map(String::as_str).filter(|path| path.starts_with(&below));
    let (folders, changes) = squash(paths, args.into);
    let say = |text: &str| {
        if !args.quiet {
            output::result(text);
        }
    };
    if folders.is_empty() {
        say("No snapshots to squash.");
        return Ok(ExitCode::SUCCESS);
    }
    if args.dry_run {
        say(&format!("Snapshots in these folders would be squashed:\n{}", folders.join("\n")));
    } else if args.check {
        say("There are snapshots to squash; --dry-run lists their folders.");
    }
    if args.check {
        return Ok(ExitCode::from(FINDINGS));
    }
    if writes {
        // What is deleted goes first: until the rename, the newest snapshot is the newest by name as well.
        let (rename, delete) = (changes.rename, changes.delete);
        for changes in
            [FileChanges { delete, ..FileChanges::default() }, FileChanges { rename, ..FileChanges::default() }]
        {
            write::apply(&root, &changes).map_err(|error| Failure::unusable(error.to_string()))?;
        }
        say(&format!("Squashed the snapshots of {} tables.", folders.len()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The folders with something to squash, and what to do. Development snapshots are left alone.
fn squash<'a>(paths: impl Iterator<Item = &'a str>, into: Into) -> (Vec<String>, FileChanges) {
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (folder, name) in paths.filter_map(|path| path.rsplit_once('/')) {
        let stamp = name.strip_suffix(".json").unwrap_or_default();
        if stamp.len() == 14 && stamp.bytes().all(|byte| byte.is_ascii_digit()) {
            tables.entry(folder).or_default().push(name);
        }
    }
    let (mut folders, mut changes) = (Vec::new(), FileChanges::default());
    for (folder, mut names) in tables {
        names.sort_unstable();
        let (Some(first), Some(last)) = (names.first(), names.last()) else { continue };
        let name = match into {
            Into::Last => last,
            Into::First => first,
            Into::Zero => "00000000000000.json",
        };
        if names.len() == 1 && *last == name {
            continue;
        }
        folders.push(folder.to_owned());
        changes.delete.extend(names[..names.len() - 1].iter().map(|name| format!("{folder}/{name}")));
        if *last != name {
            changes.rename.push((format!("{folder}/{last}"), format!("{folder}/{name}")));
        }
    }
    (folders, changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paths: &[&str], into: Into, delete: &[&str], rename: &[(&str, &str)]) {
        let (_, changes) = squash(paths.iter().copied(), into);
        let renames: Vec<(&str, &str)> = changes.rename.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(
            (changes.delete, renames),
            (delete.iter().map(|path| (*path).to_owned()).collect(), rename.to_vec())
        );
    }

    #[test]
    fn the_newest_snapshot_stays() {
        let paths = [
            "s/a/20260101000000.json",
            "s/a/20260102000000.json",
            "s/a/20260103000000_dev.json",
            "s/b/20260101000000.json",
        ];
        check(&paths, Into::Last, &["s/a/20260101000000.json"], &[]);
        check(
            &paths,
            Into::First,
            &["s/a/20260101000000.json"],
            &[("s/a/20260102000000.json", "s/a/20260101000000.json")],
        );
        check(
            &paths,
            Into::Zero,
            &["s/a/20260101000000.json"],
            &[
                ("s/a/20260102000000.json", "s/a/00000000000000.json"),
                ("s/b/20260101000000.json", "s/b/00000000000000.json"),
            ],
        );
        check(&["s/a/00000000000000.json", "s/repo/extensions.json"], Into::Zero, &[], &[]);
    }
}
