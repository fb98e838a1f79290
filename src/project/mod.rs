//! A whole project: from the trees of its files to the desired snapshot of every table.
//!
//! A virtual file tree comes in, paths relative to the project's root with `/`. What is computed for a resource is kept
//! with what it asked for, so that an edit recomputes only the resources that depend on it. Knows no file system.

mod domain;
mod environment;
mod file;
mod mix;
pub mod paths;
mod settings;
mod source;
mod surroundings;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

pub use domain::Domain;
pub use file::{Source, Tree};
pub use mix::App;
pub use settings::Settings;
pub use source::Reads;

use crate::elixir::eval::{Context, Origin, Value};
use crate::resource::{self, Issue, IssueKind, Repo, Resource};
use crate::text::Range;
use source::{Recorder, Sources, Touched};
use surroundings::{Changes, KeptSnapshots, Surroundings};

/// The project and all that is derived from it.
#[derive(Debug, Default)]
pub struct Project {
    sources: Sources,
    versions: BTreeMap<String, String>,
    /// Files changed since the last refresh.
    dirty: BTreeSet<Arc<str>>,
    /// Whether there was a refresh: from then on somebody depends on what the files say.
    settled: bool,
    domains: BTreeMap<String, Kept<Option<Arc<Domain>>>>,
    resources: BTreeMap<String, Kept<Option<Arc<Resource>>>>,
    repos: BTreeMap<String, Kept<Option<Arc<Repo>>>>,
    snapshots: BTreeMap<String, KeptSnapshots>,
    /// Modules of the resources of the configured domains, in the order of the generators.
    order: Vec<String>,
    /// About the domains.
    issues: Vec<Issue>,
    /// Resources whose snapshots the last refresh made again, or that went away with it.
    changed: BTreeSet<String>,
}

/// A result and what it depends on.
#[derive(Debug, Clone)]
struct Kept<T> {
    value: T,
    reads: Reads,
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
}

impl Project {
    /// Reads a project from texts: `mix.exs`, `mix.lock`, `config/*.exs` and sources, by path.
    pub fn load(files: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Project {
        let mut project = Project::default();
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
        if dirty.iter().any(|path| path.ends_with("mix.exs")) {
            let apps = self.read_apps();
            self.sources.set_apps(apps);
        }
        let mut configured = false;
        if dirty.iter().any(|path| path.ends_with(".exs")) {
            self.sources.settings = self.read_settings();
            configured = true;
        }
        if let Some(lock) = self.sources.file("mix.lock").filter(|_| dirty.contains("mix.lock")) {
            self.versions = mix::locked_versions(lock.expressions());
        }
        let changed = self.sources.take_changes();
        let stale = self.forget(&changed, configured);
        self.recompute(stale, configured)
    }

    /// Drops what does not hold any more. Resources are kept, so that one can see whether others are concerned; the
    /// stale ones come back.
    fn forget(&mut self, changed: &Touched, configured: bool) -> BTreeSet<String> {
        let settings = configured.then_some(&self.sources.settings);
        self.domains.retain(|_, kept| kept.reads.still_hold(changed, settings));
        self.repos.retain(|_, kept| kept.reads.still_hold(changed, settings));
        let stale = self.resources.iter().filter(|(_, kept)| !kept.reads.still_hold(changed, settings));
        stale.map(|(module, _)| module.clone()).collect()
    }

    fn recompute(&mut self, stale: BTreeSet<String>, configured: bool) -> Recomputed {
        let mut count = Recomputed::default();
        let mut changes = Changes::default();
        let reordered = self.recompute_domains(&mut count) || configured;
        count.resources = self.recompute_resources(stale, reordered, &mut changes);
        count.repos = self.recompute_repos(&mut changes);
        count.snapshots = self.recompute_snapshots(reordered, &changes);
        count
    }

    /// Reads the domains that are not up to date. Returns whether the list of resources may have changed.
    fn recompute_domains(&mut self, count: &mut Recomputed) -> bool {
        let domains = self.configured("ash_domains", "ash_apis");
        for (module, _) in &domains {
            if !self.domains.contains_key(module) {
                count.domains += 1;
                let kept = self.keep(|context| domain::domain(module, context).map(Arc::new));
                self.domains.insert(module.clone(), kept);
            }
        }
        let before = self.domains.len();
        self.domains.retain(|module, _| domains.iter().any(|(known, _)| known == module));
        if count.domains == 0 && before == self.domains.len() && !self.order.is_empty() {
            return false;
        }
        self.issues.clear();
        let mut seen = FxHashSet::default();
        let mut order: Vec<String> = Vec::new();
        for (module, origin) in &domains {
            match &self.domains[module].value {
                Some(domain) => {
                    self.issues.extend(domain.issues());
                    let new = domain.resources.iter().filter(|(resource, _)| seen.insert(resource.clone()));
                    order.extend(new.map(|(resource, _)| resource.clone()));
                }
                None => self.issues.push(missing(format!("the domain {module} is not part of the project"), origin)),
            }
        }
        self.order = order;
        true
    }

    /// Reads the stale resources, and those of the domains and those that they lead to that are not known yet.
    fn recompute_resources(&mut self, stale: BTreeSet<String>, mut reordered: bool, changes: &mut Changes) -> usize {
        let mut count = 0;
        let mut wanted = stale;
        loop {
            if reordered {
                let reachable = self.reachable();
                self.resources.retain(|module, kept| {
                    let keep = reachable.contains(module);
                    if !keep && kept.value.is_some() {
                        changes.interfaces.insert(module.clone());
                    }
                    keep
                });
                wanted.retain(|module| reachable.contains(module));
                wanted.extend(reachable.into_iter().filter(|module| !self.resources.contains_key(module)));
            }
            if wanted.is_empty() {
                return count;
            }
            count += wanted.len();
            let fresh: Vec<(String, Kept<Option<Resource>>)> = each(std::mem::take(&mut wanted), |module| {
                let kept = self.keep(|context| resource::resource(&module, context));
                (module, kept)
            });
            reordered = false;
            for (module, mut kept) in fresh {
                let old = self.resources.remove(&module).and_then(|old| old.value);
                match (&old, &mut kept.value) {
                    (Some(old), Some(new)) if old.interface == new.interface => new.interface = old.interface.clone(),
                    (None, None) => {}
                    _ => drop(changes.interfaces.insert(module.clone())),
                }
                let destinations = |resource: &Resource| -> Vec<String> {
                    resource.relationships.iter().filter_map(|r| r.destination.clone().ok()).collect()
                };
                reordered |= old.as_deref().map(destinations) != kept.value.as_ref().map(destinations);
                self.resources.insert(module, Kept { value: kept.value.map(Arc::new), reads: kept.reads });
            }
        }
    }

    /// The modules of the domains' resources, and of those that their relationships lead to.
    fn reachable(&self) -> BTreeSet<String> {
        let mut reachable: BTreeSet<String> = BTreeSet::new();
        let mut queue: Vec<&String> = self.order.iter().collect();
        while let Some(module) = queue.pop() {
            if !reachable.insert(module.clone()) {
                continue;
            }
            let resource = self.resources.get(module).and_then(|kept| kept.value.as_ref());
            let relationships = resource.into_iter().flat_map(|resource| &resource.relationships);
            queue.extend(relationships.filter_map(|relationship| relationship.destination.as_ref().ok()));
        }
        reachable
    }

    fn recompute_repos(&mut self, changes: &mut Changes) -> usize {
        let listed = self.configured("ecto_repos", "");
        let mut wanted: BTreeSet<String> = listed.into_iter().map(|(module, _)| module).collect();
        for kept in self.resources.values() {
            let layer = kept.value.as_ref().and_then(|resource| resource.layer.as_ref());
            if let Some(Ok(Some(repo))) = layer.map(|layer| &layer.repo)
                && !wanted.contains(repo)
            {
                wanted.insert(repo.clone());
            }
        }
        let mut count = 0;
        for module in &wanted {
            if !self.repos.contains_key(module) {
                count += 1;
                let kept = self.keep(|context| resource::repo(module, context).map(Arc::new));
                self.repos.insert(module.clone(), kept);
                changes.repos.insert(module.clone());
            }
        }
        self.repos.retain(|module, _| wanted.contains(module));
        count
    }

    fn recompute_snapshots(&mut self, reordered: bool, changes: &Changes) -> usize {
        let stale = self.order.iter();
        let stale =
            stale.filter(|module| !self.snapshots.get(*module).is_some_and(|kept| kept.still_holds(self, changes)));
        let fresh: Vec<(String, Option<KeptSnapshots>)> = each(stale.cloned().collect::<Vec<_>>(), |module| {
            let resource = self.resources.get(&module).and_then(|kept| kept.value.clone());
            let kept = resource.map(|resource| {
                let surroundings = Surroundings::new(self);
                let value = resource::snapshots(&resource, &surroundings);
                surroundings.kept(resource, value)
            });
            (module, kept)
        });
        self.changed = fresh.iter().map(|(module, _)| module.clone()).collect();
        let mut count = 0;
        for (module, kept) in fresh {
            match kept {
                Some(kept) => {
                    count += 1;
                    self.snapshots.insert(module, kept);
                }
                None => drop(self.snapshots.remove(&module)),
            }
        }
        if reordered {
            let order: FxHashSet<&String> = self.order.iter().collect();
            let changed = &mut self.changed;
            self.snapshots.retain(|module, _| {
                let stays = order.contains(module);
                if !stays {
                    changed.insert(module.clone());
                }
                stays
            });
        }
        count
    }

    /// Evaluates something and keeps what it asked for.
    fn keep<T>(&self, work: impl FnOnce(&Context) -> T) -> Kept<T> {
        let recorder = Recorder::new(&self.sources);
        let value = work(&Context::new(&recorder));
        Kept { value, reads: recorder.into_reads() }
    }

    /// The modules that a setting of the applications lists, with a place to report.
    fn configured(&self, key: &str, old_key: &str) -> Vec<(String, Origin)> {
        let mut modules = Vec::new();
        let mut names: Vec<(&str, &App)> =
            self.sources.apps.iter().filter_map(|app| Some((app.name.as_deref()?, app))).collect();
        names.sort_by_key(|(name, _)| *name);
        for (name, app) in names {
            let mut value = self.sources.settings.get(name, &Value::atom(key));
            if matches!(value, Ok(None)) && !old_key.is_empty() {
                value = self.sources.settings.get(name, &Value::atom(old_key));
            }
            let origin = Origin { file: file_in(&app.folder, "config/config.exs"), range: Range::empty(0) };
            for item in value.ok().flatten().map(|value| value.wrap()).unwrap_or_default() {
                if let Some(module) = item.as_module() {
                    modules.push((module.to_owned(), origin.clone()));
                }
            }
        }
        modules
    }

    fn read_apps(&self) -> Vec<App> {
        let read = |folder: &str| {
            let path = file_in(folder, "mix.exs");
            self.sources.file(&path).map(|file| App::read(folder, &path, file.expressions()))
        };
        let Some(root) = read("") else { return Vec::new() };
        let mut apps = Vec::new();
        if let Some(folder) = &root.apps_path {
            for path in self.sources.paths() {
                if let Some(inner) = path.strip_prefix(folder.as_str()).and_then(|rest| rest.strip_prefix('/'))
                    && let Some(name) = inner.strip_suffix("/mix.exs")
                    && !name.contains('/')
                {
                    apps.extend(read(&format!("{folder}/{name}")));
                }
            }
        }
        apps.insert(0, root);
        apps
    }

    fn read_settings(&self) -> Settings {
        Settings::evaluate("config/config.exs", &|path| {
            let found = self.sources.paths().filter(|file| matches_glob(path, file));
            found.filter_map(|path| Some((path.clone(), self.sources.file(path)?.expressions().clone()))).collect()
        })
    }
}

/// Applies `work` to all items, in order; to many of them on all processors.
fn each<T: Send, R: Send>(items: impl IntoIterator<Item = T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    const MANY: usize = 24;
    let items: Vec<T> = items.into_iter().collect();
    match items.len() < MANY {
        true => items.into_iter().map(work).collect(),
        false => items.into_par_iter().map(work).collect(),
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

/// Whether `path` is what `pattern` names; `*` stands for a part of one path segment.
fn matches_glob(pattern: &str, path: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == path };
    let Some(rest) = path.strip_prefix(before) else { return false };
    (0..=rest.len())
        .take_while(|&end| !rest.as_bytes()[..end].contains(&b'/'))
        .any(|end| rest.is_char_boundary(end) && matches_glob(after, &rest[end..]))
}
