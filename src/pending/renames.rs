//! What has become of the renames that `ashls.renames` notes: still to be made, undone in the source, made already.
//!
//! Whether one of them answers a question is decided where the generator asks; this is for keeping the file true and for
//! saying which lines have no effect.

use super::{ProjectState, dialect};
use crate::codegen::{self, Options, Outcome};
use crate::diff::{BadLine, NotedRename, NotedRenames, TableName};
use crate::project::paths::RENAMES_FILE;
use crate::resource::DesiredSnapshot;
use crate::snapshot::json::read;
use crate::snapshot::{Attribute, Snapshot};

/// What has become of a rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The newest snapshot has the old name, the source the new one.
    Applies,
    /// The source has the old name.
    Undone,
    /// The newest snapshot has the new name already.
    Done,
    /// Something of it is nowhere.
    Idle,
}

/// What has become of `rename`, which is one of `noted`.
pub fn fate(state: &ProjectState, noted: &NotedRenames, rename: &NotedRename) -> Fate {
    match rename {
        NotedRename::Column(column) => {
            let declared: Vec<_> = declared(state, &column.table).collect();
            let has = |name: &str| {
                let mut columns = declared.iter().flat_map(|desired| &desired.snapshot.attributes);
                columns.any(|attribute| attribute.source == name)
            };
            if has(&column.from) {
                return Fate::Undone;
            }
            let stored = declared.iter().find_map(|desired| stored_columns(state, noted, desired)).unwrap_or_default();
            match (stored.contains(&column.from), stored.contains(&column.to)) {
                (false, true) => Fate::Done,
                (true, false) if has(&column.to) => Fate::Applies,
                _ => Fate::Idle,
            }
        }
        NotedRename::Table { from, to } => {
            if declared(state, from).next().is_some() {
                return Fate::Undone;
            }
            let Some(new) = declared(state, to).next() else { return Fate::Idle };
            match (is_stored(state, new, from), is_stored(state, new, to)) {
                (false, true) => Fate::Done,
                (true, false) => Fate::Applies,
                _ => Fate::Idle,
            }
        }
    }
}

/// Whether the newest snapshots have the old name of a rename that is about to be made, so that the database has it.
pub fn is_migrated(state: &ProjectState, noted: &NotedRenames, rename: &NotedRename) -> bool {
    match rename {
        NotedRename::Column(column) => {
            let mut stored = declared(state, &column.table).filter_map(|desired| stored_columns(state, noted, desired));
            stored.any(|columns| columns.contains(&column.from))
        }
        NotedRename::Table { from, .. } => declared(state, from).any(|desired| is_stored(state, desired, from)),
    }
}

/// What is wrong with the lines of the project's file, in their order: those that cannot be read, and those that
/// contradict the source or the snapshots. They have no effect.
pub fn problems(state: &ProjectState) -> Vec<BadLine> {
    let Some(text) = state.source(RENAMES_FILE) else { return Vec::new() };
    let (noted, mut bad) = NotedRenames::parse(text);
    for (index, line) in text.lines().enumerate() {
        let Ok(rename) = line.trim().parse::<NotedRename>() else { continue };
        if let Some(reason) = reason(fate(state, &noted, &rename), &rename) {
            bad.push(BadLine { line: index + 1, message: format!("`{rename}` is ignored: {reason}") });
        }
    }
    bad.sort_by_key(|bad| bad.line);
    bad
}

fn reason(fate: Fate, rename: &NotedRename) -> Option<String> {
    let (old, new) = match rename {
        NotedRename::Column(column) => {
            (format!("the column {} of {}", column.from, column.table), format!("the column {}", column.to))
        }
        NotedRename::Table { from, to } => (format!("the table {from}"), format!("the table {to}")),
    };
    match fate {
        Fate::Applies => None,
        Fate::Undone => Some(format!("the resources still have {old}")),
        Fate::Done => Some(format!("the newest snapshot has {new} already")),
        Fate::Idle => Some(format!("{old} must be in the newest snapshot and {new} in the resources")),
    }
}

/// The text of the project's file after a run whose migrations and snapshots are written: `None` when nothing is left.
/// A run over the `whole` project leaves no line that could still be needed; a part of it takes what it was asked about.
pub fn text_after(text: &str, outcome: &Outcome, whole: bool) -> Option<String> {
    let asked = |rename: &NotedRename| outcome.exchanges.iter().any(|exchange| rename.fits(&exchange.question.subject));
    let gone = |line: &&str| line.trim().parse::<NotedRename>().is_ok_and(|rename| whole || asked(&rename));
    let kept: Vec<&str> = text.lines().filter(|line| !gone(line)).collect();
    let says_something = kept.iter().any(|line| !line.trim().is_empty() && !line.trim().starts_with('#'));
    says_something.then(|| kept.join("\n") + "\n")
}

/// A column as the newest snapshot of a table has it.
pub fn stored_attribute(state: &ProjectState, desired: &DesiredSnapshot, source: &str) -> Option<Attribute> {
    let path = newest(state, desired, &desired.snapshot)?;
    let text = state.generated().get(&path)?.as_ref()?;
    let stored = read(text, &path, dialect(desired.database)).ok()?;
    stored.snapshot.attributes.into_iter().find(|attribute| attribute.source == source)
}

fn declared<'s>(state: &'s ProjectState, name: &str) -> impl Iterator<Item = &'s DesiredSnapshot> {
    state.project.desired().filter(move |desired| {
        let snapshot = &desired.snapshot;
        desired.managed && TableName::new(&snapshot.table, snapshot.schema.as_deref()).is(name)
    })
}

/// The columns of the newest snapshot of a table; those of its old name when the table is noted to be renamed.
fn stored_columns(state: &ProjectState, noted: &NotedRenames, desired: &DesiredSnapshot) -> Option<Vec<String>> {
    let own = TableName::new(&desired.snapshot.table, desired.snapshot.schema.as_deref());
    let before = noted.iter().filter_map(|rename| match rename {
        NotedRename::Table { from, to } if own.is(to) => Some(called(&desired.snapshot, from)),
        _ => None,
    });
    let path = [desired.snapshot.clone()].into_iter().chain(before).find_map(|it| newest(state, desired, &it))?;
    let text = state.generated().get(&path)?.as_ref()?;
    let stored = read(text, &path, dialect(desired.database)).ok()?;
    Some(stored.snapshot.attributes.into_iter().map(|attribute| attribute.source).collect())
}

fn is_stored(state: &ProjectState, like: &DesiredSnapshot, name: &str) -> bool {
    newest(state, like, &called(&like.snapshot, name)).is_some()
}

fn called(snapshot: &Snapshot, name: &str) -> Snapshot {
    let (schema, table) = match name.split_once('.') {
        Some((schema, table)) => (Some(schema.to_owned()), table),
        None => (None, name),
    };
    Snapshot { table: table.to_owned(), schema, ..snapshot.clone() }
}

fn newest(state: &ProjectState, desired: &DesiredSnapshot, snapshot: &Snapshot) -> Option<String> {
    let (repos, _) = codegen::repo_infos(&state.project);
    let repo = repos.iter().find(|repo| repo.module == desired.snapshot.repo)?;
    codegen::newest_snapshot_path(repo, snapshot, state.generated(), &Options::default())
}
