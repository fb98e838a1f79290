//! What the configuration says about the project as a whole: its environment, applications, and lists of modules.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::mix::{App, MixEnv};
use super::settings::{Host, Settings};
use super::{Project, file_in};
use crate::elixir::SourceModule;
use crate::elixir::eval::{Origin, Value};
use crate::syntax::Expr;
use crate::text::Range;

impl Project {
    /// Reads configuration, and applications too when `mix_changed`: for the environment `:dev`, or for `:test` when
    /// only that one configures domains, or compiles one of those that are configured, as in a library that has resources
    /// for its own tests.
    pub(super) fn configure(&mut self, mix_changed: bool) {
        let mut chosen = None;
        self.awaited_domains.clear();
        for mix_env in [MixEnv::DEV, MixEnv::TEST] {
            let keep_apps = !mix_changed && mix_env == self.sources.mix_env;
            let apps = if keep_apps { self.sources.apps.clone() } else { self.read_apps(mix_env) };
            let settings = self.read_settings(mix_env);
            let domains = configured(&apps, &settings, "ash_domains", "ash_apis");
            let is_there = domains.iter().any(|(domain, _)| self.sources.is_defined(domain, &apps));
            if is_there || chosen.is_none() || (!domains.is_empty() && self.awaited_domains.is_empty()) {
                chosen = Some((mix_env, apps, settings));
            }
            if is_there {
                break;
            }
            self.awaited_domains.extend(domains.into_iter().map(|(domain, _)| domain));
        }
        let Some((mix_env, apps, settings)) = chosen else { return };
        if self.sources.mix_env != mix_env {
            // Any code may ask for the environment.
            self.sources.mix_env = mix_env;
            self.domains.clear();
            self.repos.clear();
            self.resources.clear();
            self.changed.extend(std::mem::take(&mut self.snapshots).into_keys());
        }
        self.sources.set_apps(apps);
        self.sources.settings = settings;
        self.sources.settings.set_versions(&self.versions);
    }

    /// The modules that a setting of the applications lists, with a place to report.
    pub(super) fn configured(&self, key: &str, old_key: &str) -> Vec<(String, Origin)> {
        configured(&self.sources.apps, &self.sources.settings, key, old_key)
    }

    /// The domains that the project defines and no configuration lists: the generators do not look at them.
    pub fn unconfigured_domains(&self) -> Vec<String> {
        let configured = self.configured("ash_domains", "ash_apis");
        let has_resources = |module: &SourceModule| {
            module.body().iter().filter_map(Expr::as_call).any(|call| call.local_name() == Some(RESOURCES))
        };
        let is_candidate = |module: &Arc<SourceModule>| {
            has_resources(module) && !configured.iter().any(|(known, _)| *known == *module.name)
        };
        let candidates = self.sources.modules_of_texts(&|text| calls(text, RESOURCES), &is_candidate);
        let is_domain = |name: &str| {
            let body = self.evaluate(|context| context.body(name));
            body.is_some_and(|body| body.uses.iter().any(|used| matches!(&*used.module, "Ash.Domain" | "Ash.Api")))
        };
        let names: BTreeSet<String> = candidates.iter().map(|module| module.name.to_string()).collect();
        names.into_iter().filter(|name| is_domain(name)).collect()
    }

    fn read_apps(&self, mix_env: MixEnv) -> Vec<App> {
        let read = |folder: &str| {
            let path = file_in(folder, "mix.exs");
            self.sources.file(&path).map(|file| App::read(folder, &path, file.expressions(), mix_env))
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

    fn read_settings(&self, mix_env: MixEnv) -> Settings {
        Settings::evaluate("config/config.exs", mix_env, &|path| self.files_at(path))
    }

    /// The settings as they are on a host, `config/runtime.exs` included.
    pub fn settings_on(&self, host: &Host) -> Settings {
        Settings::evaluate_on(host, &|path| self.files_at(path))
    }

    fn files_at(&self, path: &str) -> Vec<(Arc<str>, Arc<Vec<Expr>>)> {
        let found = self.sources.paths().filter(|file| matches_glob(path, file));
        found.filter_map(|path| Some((path.clone(), self.sources.file(path)?.expressions().clone()))).collect()
    }
}

/// The section of a domain that lists its resources.
const RESOURCES: &str = "resources";

/// Whether a call of the function `name` may stand in `text`: the name as a word of its own that something follows.
fn calls(text: &str, name: &str) -> bool {
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text.as_bytes()[..at], &text.as_bytes()[at + name.len()..]);
        let begins = before.last().is_none_or(|byte| !in_word(*byte) && !matches!(byte, b'.' | b':' | b'@' | b'"'));
        begins && after.first().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'('))
    })
}

/// The modules that a setting of the applications lists, with a place to report.
fn configured(apps: &[App], settings: &Settings, key: &str, old_key: &str) -> Vec<(String, Origin)> {
    let mut modules = Vec::new();
    let mut names: Vec<(&str, &App)> = apps.iter().filter_map(|app| Some((app.name.as_deref()?, app))).collect();
    if let Some(nameless) = apps.iter().find(|app| app.name.is_none() && app.apps_path.is_none()) {
        // Its name cannot be read: it is among those that are configured.
        let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let others = settings.apps_with(key).chain(settings.apps_with(old_key)).filter(|name| !known.contains(name));
        names.extend(others.map(|name| (name, nameless)));
    }
    names.sort_by_key(|(name, _)| *name);
    names.dedup_by_key(|(name, _)| *name);
    for (name, app) in names {
        let mut value = settings.get(name, &Value::atom(key));
        if matches!(value, Ok(None)) && !old_key.is_empty() {
            value = settings.get(name, &Value::atom(old_key));
        }
        let origin = Origin::new(file_in(&app.folder, "config/config.exs"), Range::empty(0));
        for item in value.ok().flatten().map(|value| value.wrap()).unwrap_or_default() {
            if let Some(module) = item.as_module() {
                modules.push((module.to_owned(), origin.clone()));
            }
        }
    }
    modules
}

/// Whether `path` is what `pattern` names; `*` stands for a part of one path segment.
fn matches_glob(pattern: &str, path: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == path };
    let Some(rest) = path.strip_prefix(before) else { return false };
    (0..=rest.len())
        .take_while(|&end| !rest.as_bytes()[..end].contains(&b'/'))
        .any(|end| rest.is_char_boundary(end) && matches_glob(after, &rest[end..]))
}
