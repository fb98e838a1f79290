//! What a database knows of development migrations. Only files of SQLite are looked at: no server is asked for this.

use std::collections::BTreeSet;
use std::path::Path;

use super::block_on;
use super::connection::ConnectionArgs;
use super::repo::{Repo, repos};
use crate::database::{Target, applied};
use crate::migration::order::MigrationName;

/// Those of the migrations at `paths` that certainly have not run: the repo's database is a file, and it is not there, or
/// does not list the version. Where anything of this is not known, none.
pub fn not_run(root: &Path, paths: &[String]) -> BTreeSet<String> {
    let args = ConnectionArgs { path: root.to_owned(), repo: Vec::new(), database_url: None };
    let Ok(repos) = repos(&args, None) else { return BTreeSet::new() };
    repos.iter().flat_map(|repo| of_repo(repo, paths)).collect()
}

fn of_repo(repo: &Repo, paths: &[String]) -> Vec<String> {
    let Target::Sqlite(file) = &repo.target else { return Vec::new() };
    let own = paths.iter().filter(|path| path.rsplit_once('/').is_some_and(|(folder, _)| folder == repo.migrations));
    let versions = match file.file.try_exists() {
        Ok(false) => BTreeSet::new(),
        Ok(true) => match block_on(applied(&repo.target, &repo.books)) {
            Ok(Ok(versions)) => versions,
            _ => return Vec::new(),
        },
        Err(_) => return Vec::new(),
    };
    own.filter(|path| MigrationName::parse(path).is_some_and(|name| !versions.contains(&name.version)))
        .cloned()
        .collect()
}
