//! The files of a project and the modules in them, and who asks for which.
//!
//! A text is parsed when somebody asks for a module that it may define, and only as far as it matters to tables: most
//! files of a project are never asked for, and most of a resource says nothing about its table.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::file::{File, Source};
use super::mix::{App, MixEnv};
use super::settings::Settings;
use crate::elixir::SourceModule;
use crate::elixir::eval::{Environment, LibraryCall, Value};
use crate::elixir::name::last_part;
use crate::resource::{library, sections};
use crate::syntax::Issue;

/// All files, and the modules of those that are compiled.
#[derive(Debug, Default)]
pub struct Sources {
    files: BTreeMap<Arc<str>, File>,
    /// Files that may define a module, by the last part of its name: dependencies first, then by path. The last one
    /// that does counts. Only ever asked for one name, so that the order of a map does not matter.
    candidates: FxHashMap<Arc<str>, BTreeSet<(bool, Arc<str>)>>,
    touched: Touched,
    pub settings: Settings,
    pub apps: Vec<App>,
    /// The Mix environment that settings, applications and modules are read for.
    pub mix_env: MixEnv,
}

/// What changed since the project was last brought up to date.
#[derive(Debug, Default)]
pub struct Touched {
    /// Any module may be another one than before.
    pub everything: bool,
    /// Names of modules that files define now, or did before they changed.
    pub modules: BTreeSet<Arc<str>>,
}

impl Sources {
    pub fn module(&self, name: &str) -> Option<&Arc<SourceModule>> {
        let paths = self.candidates.get(last_part(name))?.iter().rev().map(|(_, path)| path);
        paths.filter(|path| self.compiles(path)).find_map(|path| self.files.get(path)?.module(name))
    }

    /// Whether a file defines a module.
    pub fn has_module(&self, name: &str) -> bool {
        self.is_defined(name, &self.apps)
    }

    /// Whether a file that `apps` compile defines a module.
    pub fn is_defined(&self, name: &str, apps: &[App]) -> bool {
        let paths = self.candidates.get(last_part(name)).into_iter().flatten().map(|(_, path)| path);
        let mut compiled = paths.filter(|path| compiles(apps, path));
        compiled.any(|path| self.files.get(path).is_some_and(|it| it.has_module(name)))
    }

    /// Whether the file at `path` may define one of the modules.
    pub fn may_define(&self, path: &str, modules: &BTreeSet<String>) -> bool {
        let candidates = self.files.get(path).map(File::candidates).unwrap_or_default();
        modules.iter().any(|module| candidates.iter().any(|known| **known == *last_part(module)))
    }

    /// The modules that are `wanted` of the compiled files with a promising `text`, by path.
    pub fn modules_of_texts(
        &self,
        text: &(dyn Fn(&str) -> bool + Sync),
        wanted: &(dyn Fn(&Arc<SourceModule>) -> bool + Sync),
    ) -> Vec<&Arc<SourceModule>> {
        let files: Vec<&File> = self.files.iter().filter(|(path, _)| is_own(path)).map(|(_, file)| file).collect();
        let files = files.into_par_iter().filter(|file| self.compiles(&file.path) && file.may_have(text));
        files.flat_map_iter(|file| file.modules().iter().filter(|module| wanted(module))).collect()
    }

    /// A file, and what it says.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    pub fn paths(&self) -> impl Iterator<Item = &Arc<str>> {
        self.files.keys()
    }

    /// Files that were asked for, with the first place in them that is not Elixir.
    pub fn troubles(&self) -> impl Iterator<Item = (&Arc<str>, &Issue)> {
        self.files.iter().filter_map(|(path, file)| Some((path, file.known_trouble()?)))
    }

    /// Takes a file's new content, or that it is gone. Modules that did not change stay the same objects.
    ///
    /// As long as nobody has asked for anything, a text is not even looked into.
    pub fn set_file(&mut self, path: &Arc<str>, source: Option<Source>, settled: bool) {
        let old = self.files.remove(path);
        for name in old.iter().flat_map(File::candidates) {
            if let Some(paths) = self.candidates.get_mut(name) {
                paths.remove(&(is_own(path), path.clone()));
                if paths.is_empty() {
                    self.candidates.remove(name);
                }
            }
        }
        // Nobody asked for the modules of a file that was not parsed.
        let old_modules = old.as_ref().map(File::modules_asked_for).unwrap_or_default();
        let new = source.map(|source| File::new(path, source, settled, &old_modules));
        let new_modules = new.as_ref().map(File::known_modules).unwrap_or_default();
        let among = |module: &Arc<SourceModule>, others: &[Arc<SourceModule>]| {
            others.iter().any(|other| Arc::ptr_eq(other, module))
        };
        let gone = old_modules.iter().filter(|module| !among(module, new_modules));
        let come = new_modules.iter().filter(|module| !among(module, &old_modules));
        self.touched.modules.extend(gone.chain(come).map(|module| module.name.clone()));
        if let Some(file) = new {
            for name in file.candidates() {
                self.candidates.entry(name.clone()).or_default().insert((is_own(path), path.clone()));
            }
            self.files.insert(path.clone(), file);
        }
    }

    /// Decides anew which files are compiled, after the applications have changed.
    pub fn set_apps(&mut self, apps: Vec<App>) {
        self.touched.everything |= self.apps != apps;
        self.apps = apps;
    }

    /// What changed since the last call.
    pub fn take_changes(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    /// Forgets the trees that can be read again from their texts.
    pub fn shed(&mut self) {
        self.files.values_mut().for_each(File::shed);
    }

    fn compiles(&self, path: &str) -> bool {
        compiles(&self.apps, path)
    }
}

/// Whether a file is one of a dependency, or compiled by one of `apps`.
fn compiles(apps: &[App], path: &str) -> bool {
    !is_own(path) || apps.iter().any(|app| app.compiles(path))
}

fn is_own(path: &str) -> bool {
    !path.starts_with("deps/")
}

/// What one evaluation asked for.
#[derive(Debug, Clone, Default)]
pub struct Reads {
    /// Names of modules, those that do not exist included.
    pub modules: FxHashSet<Arc<str>>,
    pub settings: Vec<Setting>,
}

/// A setting that was asked for, and the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    app: String,
    key: Value,
    /// Only this entry of the keyword list was asked for.
    entry: Option<String>,
    /// Whether environment variables were taken as not set.
    without_variables: bool,
    value: Result<Option<Value>, Value>,
}

impl Setting {
    fn read(app: &str, key: &Value, entry: Option<&str>, without_variables: bool, settings: &Settings) -> Setting {
        let value = match without_variables {
            true => settings.get_without_variables(app, key),
            false => settings.get(app, key),
        };
        let value = match entry {
            Some(entry) => value.map(|value| value.and_then(|value| value.get(entry).cloned())),
            None => value,
        };
        Setting { app: app.to_owned(), key: key.clone(), entry: entry.map(str::to_owned), without_variables, value }
    }

    fn still_holds(&self, settings: &Settings) -> bool {
        Setting::read(&self.app, &self.key, self.entry.as_deref(), self.without_variables, settings).value == self.value
    }
}

impl Reads {
    /// Whether none of the `changed` modules was asked for and all settings are still the same; `None`: settings did
    /// not change.
    pub fn still_hold(&self, changed: &Touched, settings: Option<&Settings>) -> bool {
        !changed.everything
            && !changed.modules.iter().any(|name| self.modules.contains(name))
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
        self.asked(Setting::read(app, key, None, false, &self.sources.settings))
    }

    fn setting_entry(&self, app: &str, key: &Value, entry: &str) -> Result<Option<Value>, Value> {
        self.asked(Setting::read(app, key, Some(entry), false, &self.sources.settings))
    }

    fn setting_without_variables(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        self.asked(Setting::read(app, key, None, true, &self.sources.settings))
    }

    fn otp_app(&self) -> Option<String> {
        // The root of an umbrella has no name: there it depends on the file.
        self.sources.apps.first()?.name.clone()
    }

    fn mix_env(&self) -> &'static str {
        self.sources.mix_env.0
    }

    fn is_top_level(&self, name: &str) -> bool {
        sections::is_section(name)
    }

    fn outline(&self, name: &str) -> Option<u8> {
        sections::outline(name)
    }

    fn library(&self, call: &LibraryCall) -> Option<Value> {
        library::call(call)
    }
}
