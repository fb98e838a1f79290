//! Questions about names, answered for a project: its own paths are made absolute.

use std::path::Path;
use std::sync::Arc;

use super::project::LiveProject;
use crate::diff::Answers;
use crate::ide::analysis::FixEdit;
use crate::ide::analyzer::{Cancellation, Link, Located, Renamed};
use crate::ide::names::Files;
use crate::ide::navigation::{self, Place};
use crate::ide::{links, rename as renaming};
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
    let link = |(range, target, tooltip): links::Found| Link { range, target: project.root.join(target), tooltip };
    found.into_iter().map(link).collect()
}

pub(super) fn renamable(project: &LiveProject, path: &Path, offset: usize) -> Option<Range> {
    renaming::prepare(&project.state.project, project, &project.relative(path), offset)
}

/// The edits of a rename, and what the generator is to be told.
pub(super) fn rename(
    project: &LiveProject,
    path: &Path,
    offset: usize,
    new: &str,
    cancellation: &Cancellation,
) -> (Renamed, Option<Answers>) {
    let relative = project.relative(path);
    match renaming::rename(&project.state.project, project, &relative, offset, new, cancellation) {
        Err(reason) => (Renamed::Refused(reason), None),
        Ok(done) => {
            let edits = done.edits.into_iter().map(|(path, range, text)| FixEdit {
                path: project.root.join(path),
                range,
                text,
            });
            let intent = Answers { renamed_columns: done.columns, renamed_tables: done.tables, ..Answers::default() };
            (Renamed::Edits(edits.collect()), Some(intent))
        }
    }
}

/// Forgets what was meant for a table whose snapshot has changed: the rename has been written, or the ground for it is
/// another one, and the generator asks again.
pub(super) fn forget(intents: &mut Answers, generated: &str) {
    let Some(folder) = generated.strip_suffix(".json").and_then(|path| path.rsplit('/').nth(1)) else { return };
    intents.renamed_columns.retain(|column| column.table != folder);
    intents.renamed_tables.retain(|(from, to)| from != folder && to != folder);
}

/// Adds a rename to those that were made before: `a` to `b` and then `b` to `c` is `a` to `c`.
pub(super) fn note(intents: &mut Answers, new: Answers) {
    for column in new.renamed_columns {
        let before = intents.renamed_columns.iter_mut().find(|it| it.table == column.table && it.to == column.from);
        match before {
            Some(before) => before.to = column.to,
            None => intents.renamed_columns.push(column),
        }
    }
    intents.renamed_columns.retain(|column| column.from != column.to);
    for (from, to) in new.renamed_tables {
        // Columns are renamed on the table as it will be called.
        intents.renamed_columns.iter_mut().filter(|it| it.table == from).for_each(|it| it.table.clone_from(&to));
        match intents.renamed_tables.iter_mut().find(|(_, name)| *name == from) {
            Some((_, name)) => *name = to,
            None => intents.renamed_tables.push((from, to)),
        }
    }
    intents.renamed_tables.retain(|(from, to)| from != to);
}
