//! A project and its generated files, kept up to date file by file, as the input of a generator run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assume::assume_unchanged;
use super::repo::repo_info;
use crate::codegen::{self, DeclaredTable, Input, Options, Outcome, RepoInfo, Timestamp};
use crate::diff::Answers;
use crate::elixir::eval::Environment;
use crate::elixir::format::{self, FormatOptions};
use crate::plan::extension;
use crate::project::Project;
use crate::render::ecto::extensions::ExtensionTexts;
use crate::render::ecto::extensions::library::{self, LibraryTexts};
use crate::resource::{Database, DesiredSnapshot, Unresolved};
use crate::snapshot::Snapshot;
use crate::snapshot::json::{Dialect, Stored, read};
use crate::syntax::{Expr, SourceTree};

/// Everything known about a project: sources, resolved resources, generated files.
#[derive(Debug, Default)]
pub struct ProjectState {
    pub project: Project,
    /// Texts of the source files, by path relative to the root.
    sources: BTreeMap<String, Arc<str>>,
    /// Snapshots and migrations; `None` where the contents were not read.
    generated: BTreeMap<String, Option<Arc<str>>>,
}

/// A fact that a run had to do without.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenFact {
    /// Module of the resource, or of the repo.
    pub module: String,
    /// The table, when it is one of a table.
    pub table: Option<String>,
    pub fact: Unresolved,
    /// The newest snapshot has the fact, and it was taken from there.
    pub assumed: bool,
}

/// A run with what it could not know.
#[derive(Debug, Clone, Default)]
pub struct PendingRun {
    pub outcome: Outcome,
    /// One entry per desired snapshot: what [`DeclaredTable::cause`] points to.
    pub desired: Vec<DesiredSnapshot>,
    pub open_facts: Vec<OpenFact>,
}

impl ProjectState {
    /// Reads a project. `sources` are the texts of its Elixir files, `generated` what lies under `priv/`.
    pub fn load(sources: BTreeMap<String, Arc<str>>, generated: BTreeMap<String, Option<Arc<str>>>) -> ProjectState {
        let files = sources.iter().map(|(path, text)| (Arc::from(path.as_str()), text.clone()));
        ProjectState { project: Project::load(files), sources, generated }
    }

    /// Takes the new text of a source file, or that it is gone; [`Project::refresh`] is up to the caller.
    pub fn set_source(&mut self, path: &str, text: Option<(Arc<str>, Arc<Vec<Expr>>)>) {
        match text {
            Some((text, tree)) => {
                self.sources.insert(path.to_owned(), text);
                self.project.set_file(path.into(), Some(tree));
            }
            None => {
                self.sources.remove(path);
                self.project.set_file(path.into(), None);
            }
        }
    }

    /// Like [`ProjectState::set_source`], for a text that nobody is typing.
    pub fn set_source_text(&mut self, path: &str, text: Arc<str>) {
        let tree = SourceTree::parse(text.clone());
        self.set_source(path, Some((text, Arc::new(tree.expressions().to_vec()))));
    }

    /// Takes the new contents of a generated file (`None`: there, but not read), or that it is gone.
    pub fn set_generated(&mut self, path: &str, contents: Option<Option<Arc<str>>>) {
        match contents {
            Some(contents) => drop(self.generated.insert(path.to_owned(), contents)),
            None => drop(self.generated.remove(path)),
        }
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

    /// Runs the generators over the whole project.
    pub fn run(&self, options: &Options, answers: &Answers, first: &Timestamp) -> PendingRun {
        self.run_over(|_| true, &self.generated, options, answers, first)
    }

    /// Runs the generators over the tables that `wanted` picks, against `generated`.
    pub fn run_over(
        &self,
        wanted: impl Fn(&DesiredSnapshot) -> bool,
        generated: &BTreeMap<String, Option<Arc<str>>>,
        options: &Options,
        answers: &Answers,
        first: &Timestamp,
    ) -> PendingRun {
        let mut open_facts = Vec::new();
        let (repos, mut repo_facts) = self.repos();
        open_facts.append(&mut repo_facts);
        let mut desired: Vec<DesiredSnapshot> =
            self.project.desired().filter(|desired| wanted(desired)).cloned().collect();
        for desired in &mut desired {
            open_facts.extend(self.assume(desired, &repos, options));
        }
        let declared: Vec<DeclaredTable> = desired
            .iter()
            .enumerate()
            .map(|(cause, desired)| DeclaredTable {
                dialect: dialect(desired.database),
                snapshot: desired.snapshot.clone(),
                managed: desired.managed,
                cause,
            })
            .collect();
        let outcome = self.project.with_environment(|environment| {
            let texts = |repo: &RepoInfo| -> Box<dyn ExtensionTexts + '_> {
                Box::new(LibraryTexts::new(environment, repo.use_builtin_uuidv7_function))
            };
            codegen::generate(&Input {
                repos: &repos,
                declared: &declared,
                files: generated,
                options,
                answers,
                first_timestamp: first,
                format: &|dialect, path, text| self.format(dialect, path, text),
                extension_texts: &texts,
                ash_functions_version: self.ash_functions_version(environment),
            })
        });
        PendingRun { outcome, desired, open_facts }
    }

    /// The repos as the generators need them, with what could not be read of them.
    pub fn repos(&self) -> (Vec<RepoInfo>, Vec<OpenFact>) {
        let version = self.locked_ash_postgres();
        self.project.with_environment(|environment| {
            let mut facts = Vec::new();
            let repos = self.project.repos();
            let infos = repos.iter().map(|repo| repo_info(repo, environment, version, &mut facts)).collect();
            (infos, facts)
        })
    }

    /// Puts the newest snapshot's facts in the place of those that could not be read.
    fn assume(&self, desired: &mut DesiredSnapshot, repos: &[RepoInfo], options: &Options) -> Vec<OpenFact> {
        if desired.unresolved.is_empty() {
            return Vec::new();
        }
        let stored = self.stored(&desired.snapshot, dialect(desired.database), repos, options);
        let known = match &stored {
            Some(stored) => {
                let paths = desired.unresolved.iter().map(|unresolved| unresolved.path.as_str());
                assume_unchanged(&mut desired.snapshot, paths, &stored.snapshot)
            }
            None => vec![false; desired.unresolved.len()],
        };
        let facts = desired.unresolved.iter().zip(known).map(|(fact, assumed)| OpenFact {
            module: desired.resource.clone(),
            table: Some(desired.snapshot.table.clone()),
            fact: fact.clone(),
            assumed,
        });
        facts.collect()
    }

    /// The newest snapshot of a table on disk.
    pub fn stored(
        &self,
        snapshot: &Snapshot,
        dialect: Dialect,
        repos: &[RepoInfo],
        options: &Options,
    ) -> Option<Stored> {
        let repo = repos.iter().find(|repo| repo.module == snapshot.repo)?;
        let path = codegen::newest_snapshot_path(repo, snapshot, &self.generated, options)?;
        let text = self.generated.get(&path)?.as_ref()?;
        read(text, &path, dialect).ok()
    }

    fn locked_ash_postgres(&self) -> Option<(u64, u64, u64)> {
        version(self.project.locked_version("ash_postgres")?)
    }

    fn ash_functions_version(&self, environment: &dyn Environment) -> Option<i64> {
        let own = library::ash_functions_version(environment);
        own.or_else(|| extension::ash_functions_version_of(self.locked_ash_postgres()?))
    }

    /// Formats a generated file as the project's own formatter would.
    fn format(&self, dialect: Dialect, path: &str, text: &str) -> Result<String, String> {
        let _ = path;
        let mut options = FormatOptions::default();
        if dialect == Dialect::Sqlite
            || self.sources.get(".formatter.exs").is_some_and(|text| text.contains(":ecto_sql"))
        {
            for (n, a) in [
                ("add", 2),
                ("add", 3),
                ("add_if_not_exists", 2),
                ("add_if_not_exists", 3),
                ("alter", 2),
                ("create", 1),
                ("create", 2),
                ("create_if_not_exists", 1),
                ("create_if_not_exists", 2),
                ("drop", 1),
                ("drop", 2),
                ("drop_if_exists", 1),
                ("drop_if_exists", 2),
                ("execute", 1),
                ("execute", 2),
                ("modify", 2),
                ("modify", 3),
                ("remove", 1),
                ("remove", 2),
                ("remove", 3),
                ("remove_if_exists", 1),
                ("remove_if_exists", 2),
                ("rename", 2),
                ("rename", 3),
                ("timestamps", 1),
            ] {
                options.locals_without_parens.push((n.to_string(), crate::elixir::format::Arity::Exactly(a)))
            }
        }
        let formatted = match dialect {
            Dialect::Postgres => format::format_file(text, &options),
            Dialect::Sqlite => format::format(text, &options),
        };
        formatted.map_err(|error| error.to_string())
    }
}

/// Which generator writes for a database.
pub fn dialect(database: Database) -> Dialect {
    match database {
        Database::Postgres => Dialect::Postgres,
        Database::Sqlite => Dialect::Sqlite,
    }
}

/// `2.12.0`, also with a suffix (`2.12.0-rc.1`).
fn version(text: &str) -> Option<(u64, u64, u64)> {
    let mut parts = text.split(['.', '-', '+']).map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}
