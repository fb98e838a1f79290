//! A project and its generated files, kept up to date file by file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::codegen::{Formatting, Options, Outcome, ProjectInput, SnapshotCache, Timestamp, generate_for_project};
use crate::diff::Answers;
use crate::project::{Project, Recomputed, Source, Tree};
use crate::resource::Database;
use crate::snapshot::json::Dialect;

/// Everything known about a project: sources, resolved resources, generated files.
#[derive(Debug, Default)]
pub struct ProjectState {
    pub project: Project,
    formatting: Formatting,
    /// Texts of the source files, by path relative to the root.
    sources: BTreeMap<String, Arc<str>>,
    /// Snapshots and migrations; `None` where the contents were not read.
    generated: BTreeMap<String, Option<Arc<str>>>,
    /// What the snapshots among them say.
    snapshots: SnapshotCache,
    /// A formatter file changed since the last refresh.
    formatting_changed: bool,
}

/// What a run is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub options: &'a Options,
    pub answers: &'a Answers,
    /// Stamp of the first new file.
    pub first_timestamp: &'a Timestamp,
    /// Only the tables of these resources, when given.
    pub resources: Option<&'a BTreeSet<String>>,
}

impl ProjectState {
    /// Reads a project. `sources` are the texts of its Elixir files, `generated` what lies under `priv/`.
    pub fn load(sources: BTreeMap<String, Arc<str>>, generated: BTreeMap<String, Option<Arc<str>>>) -> ProjectState {
        let files = sources.iter().map(|(path, text)| (Arc::from(path.as_str()), text.clone()));
        let project = Project::load(files);
        let formatting = Formatting::read(&sources);
        ProjectState { project, formatting, sources, generated, ..ProjectState::default() }
    }

    /// Takes the new text and tree of a source file that is being edited. Nothing is computed before
    /// [`ProjectState::refresh`].
    pub fn set_source_tree(&mut self, path: &str, text: Arc<str>, tree: Tree) {
        self.set_source(path, Some(text), Some(Source::Tree(tree)));
    }

    /// Like [`ProjectState::set_source_tree`], for a text that nobody is typing.
    pub fn set_source_text(&mut self, path: &str, text: Arc<str>) {
        self.set_source(path, Some(text.clone()), Some(Source::Text(text)));
    }

    /// Takes that a source file is gone.
    pub fn remove_source(&mut self, path: &str) {
        self.set_source(path, None, None);
    }

    fn set_source(&mut self, path: &str, text: Option<Arc<str>>, source: Option<Source>) {
        self.formatting_changed |= path.ends_with(".formatter.exs");
        match text {
            Some(text) => drop(self.sources.insert(path.to_owned(), text)),
            None => drop(self.sources.remove(path)),
        }
        self.project.set_file(path.into(), source);
    }

    /// Takes the new contents of a generated file (`None`: there, but not read), or that it is gone.
    pub fn set_generated(&mut self, path: &str, contents: Option<Option<Arc<str>>>) {
        match contents {
            Some(contents) => drop(self.generated.insert(path.to_owned(), contents)),
            None => drop(self.generated.remove(path)),
        }
    }

    /// Brings everything up to date with the source files.
    pub fn refresh(&mut self) -> Recomputed {
        if std::mem::take(&mut self.formatting_changed) {
            self.formatting = Formatting::read(&self.sources);
        }
        self.project.refresh()
    }

    /// The text of a source file.
    pub fn source(&self, path: &str) -> Option<&Arc<str>> {
        self.sources.get(path)
    }

    /// The paths of all source files, sorted.
    pub fn source_paths(&self) -> impl Iterator<Item = &String> {
        self.sources.keys()
    }

    /// Snapshots and migrations by path.
    pub fn generated(&self) -> &BTreeMap<String, Option<Arc<str>>> {
        &self.generated
    }

    /// What could not be followed in the formatter files.
    pub fn formatting(&self) -> &Formatting {
        &self.formatting
    }

    /// Runs the generators. Causes of tables are positions in [`Project::desired`].
    pub fn run(&self, request: Request<'_>) -> Outcome {
        self.run_over(&self.generated, request)
    }

    /// Runs the generators against other generated files than the project's.
    pub fn run_over(&self, generated: &BTreeMap<String, Option<Arc<str>>>, request: Request<'_>) -> Outcome {
        generate_for_project(&ProjectInput {
            project: &self.project,
            formatting: &self.formatting,
            files: generated,
            cache: &self.snapshots,
            options: request.options,
            answers: request.answers,
            first_timestamp: request.first_timestamp,
            resources: request.resources,
        })
    }
}

/// Which generator writes for a database.
pub fn dialect(database: Database) -> Dialect {
    match database {
        Database::Postgres => Dialect::Postgres,
        Database::Sqlite => Dialect::Sqlite,
    }
}
