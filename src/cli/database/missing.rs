//! A folder without migrations: there are none yet, or it is the wrong one.

use super::super::{Failure, output};
use super::repo::Sources;
use crate::workspace::find;

/// How many folders are named.
const MOST: usize = 8;

/// Says that there are no migrations in `folder`. `named`: it was given with `--migrations-path`.
///
/// # Errors
/// When it is not there, although somebody named it, or there is no project of which it would be the usual place.
pub fn explain(sources: &Sources, folder: &str, named: bool) -> Result<(), Failure> {
    let full = sources.root.join(folder);
    if full.is_dir() {
        output::note(&format!("there are no migrations in {}", full.display()));
        return Ok(());
    }
    if sources.of_project && !named {
        output::note(&format!("{} has no migrations yet: {folder} is not there", sources.module));
        return Ok(());
    }
    let why = if named { String::new() } else { format!("{}, and ", without_project(sources)) };
    let mut message = format!("nothing was done: {why}there is no folder {}", full.display());
    let nearby: Vec<String> = find::migration_folders_below(&sources.root);
    match nearby.as_slice() {
        [] => message.push_str(
            "\n  Run ashls in the project whose migrations are meant, give its path, or name the folder with \
             --migrations-path. An empty folder says that there are none yet.",
        ),
        [first, ..] => {
            message.push_str("\n  Migrations lie in:");
            for folder in nearby.iter().take(MOST) {
                message.push_str(&format!("\n    {folder}"));
            }
            if nearby.len() > MOST {
                message.push_str(&format!("\n    and {} more folders", nearby.len() - MOST));
            }
            message.push_str(&match project_of(first) {
                "" => format!("\n  Name the one that is meant: --migrations-path {first}"),
                project => format!(
                    "\n  Give the path of the project that is meant, such as {project}, or name the folder: \
                     --migrations-path {first}"
                ),
            });
        }
    }
    Err(Failure::unusable(message))
}

fn without_project(sources: &Sources) -> String {
    match sources.root.join("mix.exs").is_file() {
        true => format!("no module of {} uses AshPostgres.Repo or AshSqlite.Repo", sources.root.display()),
        false => format!("there is no mix.exs in {} or above it", sources.root.display()),
    }
}

/// The folder that holds `priv`.
fn project_of(migrations: &str) -> &str {
    migrations.rsplit_once("/priv/").map_or("", |(project, _)| project)
}
