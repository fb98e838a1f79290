//! Reading a project's files into a plain tree of texts, so that the core never touches the file system.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use ignore::{WalkBuilder, WalkState};
use rayon::prelude::*;

use crate::project::paths::is_skipped;
pub use crate::project::paths::{is_generated, is_source};

/// Source files above this are not read: no hand-written module comes near it, and parsing one would stall the rest.
pub const MAX_SOURCE_BYTES: u64 = 8 * 1024 * 1024;

/// A file that could not be read. The rest of the project goes on without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadProblem {
    /// Relative to the root, `/` separated.
    pub path: String,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// The files of a project that ashls looks at, by path relative to the root with `/` separators.
#[derive(Debug, Clone, Default)]
pub struct ProjectFiles {
    /// Elixir source and configuration, `mix.lock` and formatter settings.
    pub sources: BTreeMap<String, Arc<str>>,
    /// Everything under `priv/` that belongs to snapshots and migrations: names, with contents where they were asked for.
    pub generated: BTreeMap<String, Option<Arc<str>>>,
    pub problems: Vec<ReadProblem>,
}

/// What a walk found, before anything was read.
#[derive(Debug, Default)]
struct Found {
    sources: Vec<String>,
    generated: Vec<String>,
    problems: Vec<ReadProblem>,
}

/// Reads the project at `root`. Unreadable files become [`ReadProblem`]s. Of each snapshot folder only the newest
/// files are read, since the generators look at no others.
pub fn project_files(root: &Path) -> ProjectFiles {
    let (mut files, mut generated) = sources_of(root);
    generated.sort();
    files.read_generated(root, generated);
    files.problems.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Only the sources of the project at `root`.
pub fn project_sources(root: &Path) -> BTreeMap<String, Arc<str>> {
    sources_of(root).0.sources
}

/// The project without what was generated, and the paths of that.
fn sources_of(root: &Path) -> (ProjectFiles, Vec<String>) {
    let mut found = walk(root);
    found.sources.extend(dependency_sources(root));
    found.sources.sort();
    let mut files = ProjectFiles { problems: found.problems, ..ProjectFiles::default() };
    let sources: Vec<_> = found.sources.into_par_iter().map(|path| (read_text(root, &path), path)).collect();
    for (text, path) in sources {
        match text {
            Ok(text) => drop(files.sources.insert(path, text)),
            Err(message) => files.problems.push(ReadProblem { path, message }),
        }
    }
    (files, found.generated)
}

impl ProjectFiles {
    /// The same project as if these generated files were not there.
    pub fn without(mut self, root: &Path, left_out: &BTreeSet<String>) -> ProjectFiles {
        let kept = std::mem::take(&mut self.generated).into_keys().filter(|path| !left_out.contains(path)).collect();
        self.read_generated(root, kept);
        self
    }

    /// Takes the generated files at `paths`, which are sorted, reading those that matter.
    fn read_generated(&mut self, root: &Path, paths: Vec<String>) {
        let wanted = wanted_contents(&paths);
        let generated: Vec<_> = paths
            .into_par_iter()
            .map(|path| (wanted.binary_search(&path).is_ok().then(|| read_text(root, &path)), path))
            .collect();
        for (text, path) in generated {
            match text {
                None => drop(self.generated.insert(path, None)),
                Some(Ok(text)) => drop(self.generated.insert(path, Some(text))),
                Some(Err(message)) => {
                    // It is there all the same: its table is not a new one.
                    self.generated.insert(path.clone(), None);
                    self.problems.push(ReadProblem { path, message });
                }
            }
        }
    }
}

/// Reads one text file of the project.
///
/// # Errors
/// A message for the user when the file cannot be read, is no UTF-8, or is larger than [`MAX_SOURCE_BYTES`].
pub fn read_text(root: &Path, path: &str) -> Result<Arc<str>, String> {
    let full = root.join(path);
    let size = std::fs::metadata(&full).map_err(|error| format!("cannot be read: {error}"))?.len();
    if size > MAX_SOURCE_BYTES {
        let limit = MAX_SOURCE_BYTES / (1024 * 1024);
        return Err(format!("is {} MB; files over {limit} MB are not read", size / (1024 * 1024)));
    }
    let bytes = std::fs::read(&full).map_err(|error| format!("cannot be read: {error}"))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count();
            Err(format!("is not UTF-8 (line {line}, byte {valid}); save it as UTF-8"))
        }
    }
}

/// What is read of the project's dependencies when they are there: the SQL that ash_postgres brings (its own functions
/// and extension modules), and what formatters export.
fn dependency_sources(root: &Path) -> Vec<String> {
    let mut found = vec!["deps/ash_postgres/lib/migration_generator/ash_functions.ex".to_owned()];
    found.extend(names_in(root, "deps/ash_postgres/lib/extensions").filter(|path| path.ends_with(".ex")));
    found.extend(names_in(root, "deps").map(|folder| format!("{folder}/.formatter.exs")));
    found.retain(|path| root.join(path).is_file());
    found
}

/// The paths of what lies in a folder; none when it is not there.
fn names_in(root: &Path, folder: &str) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    entries.filter_map(move |entry| Some(format!("{folder}/{}", entry.file_name().to_str()?)))
}

fn walk(root: &Path) -> Found {
    let (sender, receiver) = std::sync::mpsc::channel();
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(true)
        .filter_entry({
            let root = root.to_owned();
            move |entry| {
                let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                let hidden = entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
                !folder || !(hidden || relative(&root, entry.path()).is_some_and(|path| is_skipped(&path)))
            }
        })
        .build_parallel();
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            // The receiver outlives the walk.
            let _ = sender.send(entry);
            WalkState::Continue
        })
    });
    drop(sender);
    let mut found = Found::default();
    for entry in receiver {
        match entry {
            Ok(entry) => {
                if entry.file_type().is_some_and(|kind| kind.is_file())
                    && let Some(path) = relative(root, entry.path())
                {
                    if is_source(&path) {
                        found.sources.push(path);
                    } else if is_generated(&path) {
                        found.generated.push(path);
                    }
                }
            }
            Err(error) => found.problems.push(ReadProblem { path: String::new(), message: error.to_string() }),
        }
    }
    found
}

/// `path` relative to `root` with `/` separators; `None` outside of it or when it is no UTF-8.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        path.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// The files whose contents matter: `extensions.json`, flat legacy snapshots, in each snapshot folder the newest of
/// each kind of name (plain, `_dev`), and development migrations. `paths` is sorted, and so is the result.
fn wanted_contents(paths: &[String]) -> Vec<String> {
    let mut wanted = BTreeMap::new();
    for path in paths {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.strip_suffix(".json");
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        match stem {
            // Later paths replace earlier ones: the newest of each kind of name stays.
            Some(stem) if digits > 0 => drop(wanted.insert((folder, &stem[digits..], digits), path.clone())),
            Some(_) => drop(wanted.insert((path.as_str(), "", 0), path.clone())),
            None if name.ends_with("_dev.exs") => drop(wanted.insert((path.as_str(), "", 0), path.clone())),
            None => {}
        }
    }
    let mut wanted: Vec<String> = wanted.into_values().collect();
    wanted.sort();
    wanted
}

#[cfg(test)]
mod tests;
