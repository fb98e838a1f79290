//! Questions about names, answered for a project: its own paths are made absolute.

use std::path::Path;
use std::sync::Arc;

use super::project::LiveProject;
use crate::codegen::{self, Options};
use crate::diff::NotedRename;
use crate::ide::analysis::FixEdit;
use crate::ide::analyzer::{Cancellation, Link, Located, Renamed};
use crate::ide::names::Files;
use crate::ide::navigation::{self, Place};
use crate::ide::{links, rename as renaming};
use crate::pending::is_migrated;
use crate::text::Range;

impl Files for LiveProject {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.state.source(path).cloned()
    }

    fn paths(&self) -> Vec<String> {
        let own = |path: &&String| path.ends_with(".ex") && !path.split('/').any(|part| part == "deps");
        self.state.source_paths().filter(own).cloned().collect()
    }
}

pub(super) fn located(project: &LiveProject, places: Vec<Place>) -> Vec<Located> {
    let place = |it: Place| Located { path: project.root.join(it.path), range: it.range, name_range: it.name_range };
    places.into_iter().map(place).collect()
}

pub(super) fn definition(project: &LiveProject, path: &Path, offset: usize) -> Vec<Located> {
    let relative = project.relative(path);
    located(project, navigation::definition(&project.state.project, project, &relative, offset))
}

pub(super) fn references(project: &LiveProject, path: &Path, offset: usize, declarations: bool) -> Vec<Located> {
    let relative = project.relative(path);
    located(project, navigation::references(&project.state.project, project, &relative, offset, declarations))
}

pub(super) fn links(project: &LiveProject, path: &Path) -> Vec<Link> {
    let relative = project.relative(path);
    let generated = project.state.generated().keys().map(String::as_str);
    let found = links::links(&project.state.project, project, &generated.collect::<Vec<_>>(), &relative);
    let link =
        |(range, target, tooltip): links::Found| Link { range, target: Some(project.root.join(target)), tooltip };
    found.into_iter().map(link).collect()
}

/// The newest snapshot of the first table of the resource around `offset`.
pub(super) fn newest_snapshot(project: &LiveProject, path: &Path, offset: usize) -> Option<Located> {
    let state = &project.state;
    let modules = state.project.modules_of(&project.relative(path));
    let around = modules.iter().filter(|module| module.range.touches(offset));
    let module = around.min_by_key(|module| module.range.len())?;
    let snapshot = &state.project.desired_of(&module.name).next()?.snapshot;
    let (repos, _) = codegen::repo_infos(&state.project);
    let repo = repos.iter().find(|repo| repo.module == snapshot.repo)?;
    let found = codegen::newest_snapshot_path(repo, snapshot, state.generated(), &Options::default())?;
    let start = Range::empty(0);
    Some(Located { path: project.root.join(found), range: start, name_range: start })
}

pub(super) fn renamable(project: &LiveProject, path: &Path, offset: usize) -> Option<Range> {
    renaming::prepare(&project.state.project, project, &project.relative(path), offset)
}

/// The edits of a rename, and the renames in the database that are meant with them.
pub(super) fn rename(
    project: &LiveProject,
    path: &Path,
    offset: usize,
    new: &str,
    cancellation: &Cancellation,
) -> (Renamed, Vec<NotedRename>) {
    let relative = project.relative(path);
    match renaming::rename(&project.state.project, project, &relative, offset, new, cancellation) {
        Err(reason) => (Renamed::Refused(reason), Vec::new()),
        Ok(done) => {
            let edits = done.edits.into_iter().map(|(path, range, text)| FixEdit {
                path: project.root.join(path),
                range,
                text,
            });
            let columns = done.columns.into_iter().map(NotedRename::Column);
            let tables = done.tables.into_iter().map(|(from, to)| NotedRename::Table { from, to });
            let renames: Vec<NotedRename> = columns.chain(tables).collect();
            let effects = effects(project, &renames);
            (Renamed::Edits { edits: edits.collect(), effects }, renames)
        }
    }
}

/// What the next migration does, in plain words. Nothing where the database does not have the old name yet.
fn effects(project: &LiveProject, renames: &[NotedRename]) -> Vec<String> {
    let before = project.tables.intents.noted();
    let mut noted = before.clone();
    renames.iter().for_each(|rename| noted.note(rename.clone()));
    let new = noted.iter().filter(|rename| !before.contains(rename));
    let new = new.filter(|rename| is_migrated(&project.state, &noted, rename));
    let words = new.map(|rename| match rename {
        NotedRename::Column(column) => format!("rename column {}.{} to {}", column.table, column.from, column.to),
        NotedRename::Table { from, to } => format!("rename table {from} to {to}"),
    });
    words.collect()
}
