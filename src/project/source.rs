//! The files of a project and the modules in them, and who asks for which.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::mix::App;
use super::settings::Settings;
use crate::elixir::eval::{Environment, LibraryCall, Value};
use crate::elixir::{SourceModule, source_modules};
use crate::resource::library;
use crate::syntax::Expr;

/// A file as parsed.
#[derive(Debug, Clone)]
pub struct File {
    pub tree: Arc<Vec<Expr>>,
    pub modules: Vec<Arc<SourceModule>>,
}

/// All files, and the modules of those that are compiled.
#[derive(Debug, Default)]
pub struct Sources {
    pub files: BTreeMap<Arc<str>, File>,
    modules: BTreeMap<Arc<str>, Arc<SourceModule>>,
    pub settings: Settings,
    pub apps: Vec<App>,
}

/// A file's modules as new ones; those that did not change stay the same objects.
pub fn file(path: &Arc<str>, tree: Arc<Vec<Expr>>, old: Option<&File>) -> File {
    let modules = source_modules(path, &tree).into_iter().map(|module| {
        let same =
            old.iter().flat_map(|file| &file.modules).find(|old| old.name == module.name && old.same_as(&module));
        same.cloned().unwrap_or_else(|| Arc::new(module))
    });
    File { modules: modules.collect(), tree }
}

impl Sources {
    pub fn module(&self, name: &str) -> Option<&Arc<SourceModule>> {
        self.modules.get(name)
    }

    pub fn modules(&self) -> impl Iterator<Item = &Arc<SourceModule>> {
        self.modules.values()
    }

    /// Finds the modules anew and returns the names of those that are new, gone or changed.
    pub fn index(&mut self) -> BTreeSet<Arc<str>> {
        let mut modules: BTreeMap<Arc<str>, Arc<SourceModule>> = BTreeMap::new();
        // Dependencies first, so that the project's own modules win.
        for own in [false, true] {
            for (path, file) in &self.files {
                if own == is_dependency(path) || !self.compiles(path) {
                    continue;
                }
                for module in &file.modules {
                    modules.insert(module.name.clone(), module.clone());
                }
            }
        }
        let changed = |name: &Arc<str>| match (self.modules.get(name), modules.get(name)) {
            (Some(old), Some(new)) => !Arc::ptr_eq(old, new),
            (old, new) => old.is_some() != new.is_some(),
        };
        let names = self.modules.keys().chain(modules.keys()).filter(|name| changed(name)).cloned().collect();
        self.modules = modules;
        names
    }

    fn compiles(&self, path: &str) -> bool {
        is_dependency(path) || self.apps.iter().any(|app| app.compiles(path))
    }
}

fn is_dependency(path: &str) -> bool {
    path.starts_with("deps/")
}

/// What one evaluation asked for.
#[derive(Debug, Clone, Default)]
pub struct Reads {
    /// Names of modules, those that do not exist included.
    pub modules: BTreeSet<Arc<str>>,
    pub settings: Vec<(String, Value, Result<Option<Value>, Value>)>,
}

impl Reads {
    /// Whether none of the `changed` modules was asked for and all settings are still the same.
    pub fn still_hold(&self, changed: &BTreeSet<Arc<str>>, settings: &Settings) -> bool {
        !changed.iter().any(|name| self.modules.contains(name))
            && self.settings.iter().all(|(app, key, value)| settings.get(app, key) == *value)
    }
}

/// The sources as an evaluation sees them, with what it asks written down.
pub struct Recorder<'a> {
    sources: &'a Sources,
    reads: RefCell<Reads>,
}

impl<'a> Recorder<'a> {
    pub fn new(sources: &'a Sources) -> Recorder<'a> {
        Recorder { sources, reads: RefCell::default() }
    }

    pub fn into_reads(self) -> Reads {
        self.reads.into_inner()
    }
}

impl Environment for Recorder<'_> {
    fn module(&self, name: &str) -> Option<Arc<SourceModule>> {
        let mut reads = self.reads.borrow_mut();
        let found = self.sources.modules.get_key_value(name);
        if !reads.modules.contains(name) {
            reads.modules.insert(found.map_or_else(|| name.into(), |(name, _)| name.clone()));
        }
        found.map(|(_, module)| module.clone())
    }

    fn setting(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        let value = self.sources.settings.get(app, key);
        let entry = (app.to_owned(), key.clone(), value.clone());
        let mut reads = self.reads.borrow_mut();
        if !reads.settings.contains(&entry) {
            reads.settings.push(entry);
        }
        value
    }

    fn library(&self, call: &LibraryCall) -> Option<Value> {
        library::call(call)
    }
}
