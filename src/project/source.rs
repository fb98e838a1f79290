//! The files of a project and the modules in them, and who asks for which.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::mix::{App, MixEnv};
use super::settings::Settings;
use crate::elixir::eval::{Environment, LibraryCall, Value};
use crate::elixir::{SourceModule, source_modules};
use crate::resource::{library, sections};
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
    /// Who defines a module: dependencies first, then by path. The last one counts.
    modules: BTreeMap<Arc<str>, Vec<Definition>>,
    /// Names of modules that files define now, or did before they changed.
    touched: BTreeSet<Arc<str>>,
    pub settings: Settings,
    pub apps: Vec<App>,
    /// The Mix environment that settings, applications and modules are read for.
    pub mix_env: MixEnv,
}

#[derive(Debug)]
struct Definition {
    own: bool,
    path: Arc<str>,
    module: Arc<SourceModule>,
}

impl Sources {
    pub fn module(&self, name: &str) -> Option<&Arc<SourceModule>> {
        Some(&self.modules.get(name)?.last()?.module)
    }

    pub fn modules(&self) -> impl Iterator<Item = &Arc<SourceModule>> {
        self.modules.values().filter_map(|definitions| definitions.last()).map(|definition| &definition.module)
    }

    /// Takes a file's new tree, or that it is gone. Modules that did not change stay the same objects.
    pub fn set_file(&mut self, path: &Arc<str>, tree: Option<Arc<Vec<Expr>>>) {
        let old = self.files.remove(path);
        let old_modules = old.map(|file| file.modules).unwrap_or_default();
        let modules: Vec<Arc<SourceModule>> = tree
            .iter()
            .flat_map(|tree| source_modules(path, tree))
            .map(|module| {
                let same = old_modules.iter().find(|old| old.name == module.name && old.same_as(&module));
                same.cloned().unwrap_or_else(|| Arc::new(module))
            })
            .collect();
        let unchanged = |module: &&Arc<SourceModule>, others: &[Arc<SourceModule>]| {
            others.iter().any(|other| Arc::ptr_eq(other, module))
        };
        for module in old_modules.iter().filter(|module| !unchanged(module, &modules)) {
            self.remove(path, &module.name);
        }
        for module in modules.iter().filter(|module| !unchanged(module, &old_modules)) {
            self.add(path, module);
        }
        if let Some(tree) = tree {
            self.files.insert(path.clone(), File { tree, modules });
        }
    }

    fn remove(&mut self, path: &str, name: &Arc<str>) {
        self.touched.insert(name.clone());
        if let Some(definitions) = self.modules.get_mut(name) {
            definitions.retain(|definition| &*definition.path != path);
            if definitions.is_empty() {
                self.modules.remove(name);
            }
        }
    }

    fn add(&mut self, path: &Arc<str>, module: &Arc<SourceModule>) {
        if !self.compiles(path) {
            return;
        }
        self.touched.insert(module.name.clone());
        let own = !is_dependency(path);
        let definitions = self.modules.entry(module.name.clone()).or_default();
        let at = definitions.partition_point(|known| (known.own, &*known.path) <= (own, path));
        definitions.insert(at, Definition { own, path: path.clone(), module: module.clone() });
    }

    /// Decides anew which files are compiled, after the applications have changed.
    pub fn set_apps(&mut self, apps: Vec<App>) {
        if self.apps == apps {
            return;
        }
        self.apps = apps;
        self.touched.extend(std::mem::take(&mut self.modules).into_keys());
        let files: Vec<(Arc<str>, Vec<Arc<SourceModule>>)> =
            self.files.iter().map(|(path, file)| (path.clone(), file.modules.clone())).collect();
        for (path, modules) in files {
            modules.iter().for_each(|module| self.add(&path, module));
        }
    }

    /// The names of modules that are new, gone or changed since the last call.
    pub fn take_changes(&mut self) -> BTreeSet<Arc<str>> {
        std::mem::take(&mut self.touched)
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
    pub settings: Vec<Setting>,
}

/// A setting that was asked for, and the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    app: String,
    key: Value,
    /// Whether environment variables were taken as not set.
    without_variables: bool,
    value: Result<Option<Value>, Value>,
}

impl Setting {
    fn read(app: &str, key: &Value, without_variables: bool, settings: &Settings) -> Setting {
        let value = match without_variables {
            true => settings.get_without_variables(app, key),
            false => settings.get(app, key),
        };
        Setting { app: app.to_owned(), key: key.clone(), without_variables, value }
    }

    fn still_holds(&self, settings: &Settings) -> bool {
        Setting::read(&self.app, &self.key, self.without_variables, settings).value == self.value
    }
}

impl Reads {
    /// Whether none of the `changed` modules was asked for and all settings are still the same; `None`: settings did
    /// not change.
    pub fn still_hold(&self, changed: &BTreeSet<Arc<str>>, settings: Option<&Settings>) -> bool {
        !changed.iter().any(|name| self.modules.contains(name))
            && settings.is_none_or(|settings| self.settings.iter().all(|setting| setting.still_holds(settings)))
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

    fn asked(&self, setting: Setting) -> Result<Option<Value>, Value> {
        let value = setting.value.clone();
        let mut reads = self.reads.borrow_mut();
        if !reads.settings.contains(&setting) {
            reads.settings.push(setting);
        }
        value
    }
}

impl Environment for Recorder<'_> {
    fn module(&self, name: &str) -> Option<Arc<SourceModule>> {
        let mut reads = self.reads.borrow_mut();
        let found = self.sources.module(name);
        if !reads.modules.contains(name) {
            reads.modules.insert(found.map_or_else(|| name.into(), |module| module.name.clone()));
        }
        found.cloned()
    }

    fn setting(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        self.asked(Setting::read(app, key, false, &self.sources.settings))
    }

    fn setting_without_variables(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        self.asked(Setting::read(app, key, true, &self.sources.settings))
    }

    fn otp_app(&self) -> Option<String> {
        // The root of an umbrella has no name: there it depends on the file.
        self.sources.apps.first()?.name.clone()
    }

    fn mix_env(&self) -> &'static str {
        self.sources.mix_env.0
    }

    fn outline(&self, name: &str) -> Option<u8> {
        sections::outline(name)
    }

    fn is_top_level(&self, name: &str) -> bool {
        sections::is_section(name)
    }

    fn library(&self, call: &LibraryCall) -> Option<Value> {
        library::call(call)
    }
}
