//! A whole project: from the trees of its files to the desired snapshot of every table.
//!
//! A virtual file tree comes in, paths relative to the project's root with `/`. What is computed for a resource is kept
//! with what it asked for, so that an edit recomputes only the resources that depend on it. Knows no file system.

mod configuration;
mod domain;
mod environment;
mod file;
mod mix;
pub mod paths;
mod recompute;
mod settings;
mod source;
mod surroundings;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

pub use domain::{Domain, domain};
pub use file::{Source, Tree};
pub use mix::{App, GeneratorPaths, MixEnv};
pub use settings::{Host, Settings};
pub use source::Reads;

use crate::dsl::{DslIssue, Lexicon, ModuleKind};
use crate::elixir::eval::{Context, Origin};
use crate::resource::{Issue, IssueKind, Repo, Resource, ResourceSnapshots};
use source::{Recorder, Sources};
use surroundings::KeptSnapshots;

/// The project and all that is derived from it.
#[derive(Debug, Default)]
pub struct Project {
    sources: Sources,
    versions: BTreeMap<String, String>,
    /// Files changed since the last refresh.
    dirty: BTreeSet<Arc<str>>,
    /// Whether there was a refresh: from then on somebody depends on what the files say.
    settled: bool,
    /// Nothing is known of resources; see [`Project::load_repos`].
    only_repos: bool,
    /// Modules of domains that are looked at beside the configured ones.
    more_domains: Vec<String>,
    /// Domains whose environment was not chosen since no file defined one of them: one that comes may change that.
    awaited_domains: BTreeSet<String>,
    domains: BTreeMap<String, Kept<Option<Arc<Domain>>>>,
    /// By module; hashed, since every keystroke looks all of them up. What leaves them is sorted.
    resources: FxHashMap<String, Kept<Option<Arc<Resource>>>>,
    repos: BTreeMap<String, Kept<Option<Arc<Repo>>>>,
    /// By module of the resource.
    snapshots: FxHashMap<String, KeptSnapshots>,
    /// Modules of the resources of the configured domains, in the order of the generators.
    order: Vec<String>,
    /// The snapshots of the resources in `order`, so that those who want all need not look them up.
    listed: Vec<Option<Arc<ResourceSnapshots>>>,
    /// Positions in `order`.
    positions: FxHashMap<String, usize>,
    /// Resources whose snapshots depend on the relationships of others.
    spread: BTreeSet<String>,
    /// About the domains.
    domain_issues: Vec<Issue>,
    /// Everything that is wrong, collected when somebody asks.
    issues: OnceLock<Vec<Issue>>,
    /// Resources whose snapshots the last refresh made again, or that went away with it.
    changed: BTreeSet<String>,
    /// The words that editors know, where packages say more than what is built in, which is not read before somebody asks.
    lexicon: Option<Arc<Lexicon>>,
}

/// A result and what it depends on.
#[derive(Debug, Clone)]
struct Kept<T> {
    value: T,
    reads: Reads,
    /// What the vocabulary alone finds wrong with the module.
    mistakes: Vec<DslIssue>,
}

/// How much a refresh had to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recomputed {
    pub domains: usize,
    pub repos: usize,
    /// Resources whose declarations were read again.
    pub resources: usize,
    /// Resources whose snapshots were made again.
    pub snapshots: usize,
}

/// A repo and where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectRepo {
    pub repo: Arc<Repo>,
    /// Named in `ecto_repos`.
    pub listed: bool,
    /// Folder of its application: empty, or `apps/shop`.
    pub app_folder: String,
    /// What the aliases of its application say.
    pub generator_paths: GeneratorPaths,
}

impl Project {
    /// Reads a project from texts: `mix.exs`, `mix.lock`, `config/*.exs` and sources, by path.
    pub fn load(files: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Project {
        Project::default().loaded(files)
    }

    /// Only the configuration and the repos that it lists: reading every resource takes most of the time, and running
    /// migrations needs none. Nothing else may be asked of it.
    pub fn load_repos(files: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Project {
        Project { only_repos: true, ..Project::default() }.loaded(files)
    }

    fn loaded(self, files: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Project {
        let mut project = self;
        for (path, text) in files.into_iter().filter(|(path, _)| is_input(path)) {
            project.set_file(path, Some(Source::Text(text)));
        }
        project.refresh();
        project
    }

    /// Takes a file's new content, or that it is gone. Nothing is computed before [`Project::refresh`].
    pub fn set_file(&mut self, path: Arc<str>, source: Option<Source>) {
        self.sources.set_file(&path, source, self.settled);
        self.dirty.insert(path);
    }

    /// Takes the words that the project's packages document. Nothing that is computed for tables depends on them.
    pub fn set_lexicon(&mut self, lexicon: Arc<Lexicon>) {
        self.lexicon = Some(lexicon);
    }

    /// Forgets the trees that can be made again from texts: what was made from them is kept, and most are never asked
    /// for again.
    pub fn shed(&mut self) {
        self.sources.shed();
    }

    /// Brings everything up to date with the files.
    pub fn refresh(&mut self) -> Recomputed {
        let dirty = std::mem::take(&mut self.dirty);
        self.changed.clear();
        if dirty.is_empty() {
            return Recomputed::default();
        }
        self.settled = true;
        self.issues.take();
        if let Some(lock) = self.sources.file("mix.lock").filter(|_| dirty.contains("mix.lock")) {
            let as_written = lock.text().and_then(mix::versions_as_written);
            self.versions = as_written.unwrap_or_else(|| mix::locked_versions(lock.expressions()));
        }
        let awaited = |path: &Arc<str>| self.sources.may_define(path, &self.awaited_domains);
        let configured = dirty.iter().any(|path| path.ends_with(".exs") || &**path == "mix.lock" || awaited(path));
        if configured {
            self.configure(dirty.iter().any(|path| path.ends_with("mix.exs")));
        }
        let changed = self.sources.take_changes();
        let stale = self.forget(&changed, configured);
        self.recompute(stale, configured)
    }

    /// Looks at these domains, too, as if they were configured behind the others.
    pub fn include_domains(&mut self, modules: Vec<String>) -> Recomputed {
        self.issues.take();
        self.more_domains = modules;
        self.issues.take();
        self.recompute(BTreeSet::new(), false)
    }

    /// Evaluates something and keeps what it asked for.
    fn keep<T>(&self, work: impl FnOnce(&Context) -> T) -> Kept<T> {
        let recorder = Recorder::new(&self.sources);
        let value = work(&Context::new(&recorder));
        Kept { value, reads: recorder.into_reads(), mistakes: Vec::new() }
    }

    fn mistakes(&self, module: &str, kind: ModuleKind) -> Vec<DslIssue> {
        let module = self.sources.module(module);
        module.map(|module| self.mistakes_in(kind, module.body())).unwrap_or_default()
    }
}

fn missing(message: String, origin: &Origin) -> Issue {
    Issue { message, origin: origin.clone(), kind: IssueKind::Missing }
}

/// Whether a file has something to say: Elixir sources, configuration, the lock file.
fn is_input(path: &str) -> bool {
    path.ends_with(".ex") || path.ends_with(".exs") || path == "mix.lock"
}

fn file_in(folder: &str, name: &str) -> Arc<str> {
    if folder.is_empty() { name.into() } else { format!("{folder}/{name}").into() }
}
