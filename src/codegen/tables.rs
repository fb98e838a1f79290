//! The tables of a project as the generators would write them: one snapshot for all resources of a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::newest::{newest_snapshot_path, snapshot_folder};
use super::{Options, RepoInfo, repo_infos};
use crate::diff::postgres::Declared;
use crate::diff::{Answers, Dialogue, postgres, sqlite};
use crate::project::Project;
use crate::resource::{Database, DesiredSnapshot, Unresolved};
use crate::snapshot::Snapshot;
use crate::snapshot::json::{Stored, read};

/// A table and its folder.
#[derive(Debug, Clone, PartialEq)]
pub struct DesiredTable {
    /// Relative to the project's root.
    pub folder: String,
    pub database: Database,
    /// Modules, in the order of the domains.
    pub resources: Vec<String>,
    pub snapshot: Snapshot,
    /// What is not known of any of the resources, and why they cannot be one table.
    pub unresolved: Vec<Unresolved>,
}

/// The managed tables, in the order in which resources name them first. `files` are the stored snapshots, which decide
/// about the primary key of a table whose resources differ in it.
pub fn desired_tables(
    project: &Project,
    files: &BTreeMap<String, Option<Arc<str>>>,
    options: &Options,
) -> Vec<DesiredTable> {
    let (repos, _) = repo_infos(project);
    let mut groups: Vec<(String, &RepoInfo, Vec<&DesiredSnapshot>)> = Vec::new();
    for desired in project.desired().filter(|desired| desired.managed) {
        let Some(repo) = repos.iter().find(|repo| repo.module == desired.snapshot.repo) else { continue };
        let folder = snapshot_folder(repo, &desired.snapshot, files, options);
        match groups.iter_mut().find(|(known, other, _)| *known == folder && other.module == repo.module) {
            Some((_, _, group)) => group.push(desired),
            None => groups.push((folder, repo, vec![desired])),
        }
    }
    groups.into_iter().map(|(folder, repo, group)| table(folder, repo, &group, files, options)).collect()
}

fn table(
    folder: String,
    repo: &RepoInfo,
    group: &[&DesiredSnapshot],
    files: &BTreeMap<String, Option<Arc<str>>>,
    options: &Options,
) -> DesiredTable {
    let first = group[0];
    let mut table = DesiredTable {
        folder,
        database: first.database,
        resources: group.iter().map(|desired| desired.resource.clone()).collect(),
        snapshot: first.snapshot.clone(),
        unresolved: group.iter().flat_map(|desired| desired.unresolved.clone()).collect(),
    };
    if group.len() == 1 {
        return table;
    }
    let declared: Vec<Declared> =
        group.iter().map(|desired| Declared { snapshot: desired.snapshot.clone(), cause: 0 }).collect();
    let mut find = |snapshot: &Snapshot| -> Option<Stored> {
        let path = newest_snapshot_path(repo, snapshot, files, options)?;
        read(files.get(&path)?.as_deref()?, &path, repo.dialect).ok()
    };
    let mut dialogue = Dialogue::new(&Answers::default(), false);
    let merged = match first.database {
        Database::Postgres => postgres::merge(&declared, &mut find, &[], &mut dialogue),
        Database::Sqlite => sqlite::merge(&declared, &mut find, &mut dialogue),
    };
    let mut unknown = |reason: String| {
        if let Some(origin) = first.origins.find("table").cloned() {
            table.unresolved.push(Unresolved { path: String::new(), reason, origin, changes: false });
        }
    };
    for question in &dialogue.open {
        unknown(format!("the generator asks: {}", question.text.trim()));
    }
    match merged {
        Ok(tables) => table.snapshot = tables.into_iter().next().map_or(table.snapshot, |table| table.snapshot),
        Err(raised) => unknown(raised.message),
    }
    table
}
