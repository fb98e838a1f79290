//! Where settings come from: the client, and `ashls.toml` of each project.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tower_lsp::ls_types::request::WorkspaceConfiguration;
use tower_lsp::ls_types::{ConfigurationItem, ConfigurationParams, MessageType};

use super::event::{Event, Internal};
use super::settings::{Settings, parse_toml, settings};
use super::world::World;

/// The name of the settings file in a project's root.
const SETTINGS_FILE: &str = "ashls.toml";
/// The name of the client's section.
const SECTION: &str = "ashls";

/// All that is known about settings.
#[derive(Debug, Default)]
pub struct Configuration {
    /// What holds now.
    pub settings: Arc<SettingsByProject>,
    /// `initializationOptions`, then what the client said last.
    pub client: Value,
    /// `ashls.toml` of each project, by its root.
    files: BTreeMap<PathBuf, Value>,
    /// What was complained about already.
    reported: BTreeSet<String>,
}

/// The settings of each project that has a file of its own, and of everything else.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SettingsByProject {
    others: Settings,
    projects: BTreeMap<PathBuf, Settings>,
}

impl SettingsByProject {
    /// The settings for a file: those of the innermost project.
    pub fn of(&self, path: &Path) -> &Settings {
        path.ancestors().find_map(|folder| self.projects.get(folder)).unwrap_or(&self.others)
    }

    /// The settings for what is about no file: those of the only project, or of the client alone.
    pub fn general(&self) -> &Settings {
        match self.projects.len() {
            1 => self.projects.values().next().unwrap_or(&self.others),
            _ => &self.others,
        }
    }
}

impl World {
    /// Takes what a client tells of its own accord.
    pub fn configuration_changed(&mut self, told: Value) {
        // What it tells is only complete when it cannot be asked.
        if self.client.configuration {
            return self.ask_configuration();
        }
        self.configured(Some(told.get(SECTION).cloned().unwrap_or(told)));
    }

    /// Asks the client for its settings, if it answers such questions.
    pub fn ask_configuration(&self) {
        if !self.client.configuration {
            return;
        }
        let items = vec![ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) }];
        let events = self.events.clone();
        self.outbox.request::<WorkspaceConfiguration>(ConfigurationParams { items }, move |answer| {
            let settings = answer.map(|mut answers| if answers.is_empty() { Value::Null } else { answers.remove(0) });
            let _ = events.send(Event::Internal(Internal::Configuration(settings)));
        });
    }

    /// Takes the client's settings. `null` means that it has none, and what it said at the start holds.
    pub fn configured(&mut self, told: Option<Value>) {
        if let Some(told) = told.filter(|told| !told.is_null()) {
            self.configuration.client = told;
            self.apply_settings();
        }
    }

    /// Takes the text of a settings file, `None` when it is gone.
    pub fn settings_file(&mut self, path: &Path, text: Option<&str>) {
        let Some(root) = path.parent().filter(|root| self.roots().iter().any(|it| it == root)) else { return };
        match text.map(parse_toml) {
            Some(Ok(value)) => drop(self.configuration.files.insert(root.to_owned(), value)),
            Some(Err(problem)) => self.complain(format!("{}: {problem}", path.display())),
            None => drop(self.configuration.files.remove(root)),
        }
        self.apply_settings();
    }

    /// Forgets the settings file of a project that is not looked at any more.
    pub fn forget_settings(&mut self, root: &Path) {
        self.configuration.files.remove(root);
    }

    /// Works out what holds now, and tells the user what is wrong.
    pub fn apply_settings(&mut self) {
        let client = ("the editor's settings", &self.configuration.client);
        let (others, mut problems) = settings(&[client]);
        let mut projects = BTreeMap::new();
        for (root, file) in &self.configuration.files {
            let name = root.join(SETTINGS_FILE).display().to_string();
            let (own, more) = settings(&[(&name, file), client]);
            projects.insert(root.clone(), own);
            problems.extend(more);
        }
        problems.into_iter().for_each(|problem| self.complain(problem));
        let now = SettingsByProject { others, projects };
        if *self.configuration.settings != now {
            self.configuration.settings = now.into();
            self.refresh_now();
        }
    }

    fn complain(&mut self, problem: String) {
        self.show_once(MessageType::WARNING, problem);
    }

    /// Shows a problem to the user, once.
    pub fn show_once(&mut self, typ: MessageType, problem: String) {
        if self.configuration.reported.insert(problem.clone()) {
            self.outbox.show(typ, problem);
        }
    }

    /// Logs a problem once.
    pub fn log_once(&mut self, problem: String) {
        if self.configuration.reported.insert(problem.clone()) {
            self.outbox.log(MessageType::WARNING, problem);
        }
    }
}

/// Whether a path is a settings file.
pub fn is_settings_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == SETTINGS_FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_settings_of_their_innermost_project() {
        let quiet = Settings { delay: 1, ..Settings::default() };
        let projects = BTreeMap::from([
            (PathBuf::from("/a"), Settings { delay: 2, ..Settings::default() }),
            (PathBuf::from("/a/b"), quiet.clone()),
        ]);
        let settings = SettingsByProject { others: Settings::default(), projects };
        let delay = |path: &str| settings.of(Path::new(path)).delay;
        assert_eq!((delay("/a/x.ex"), delay("/a/b/x.ex"), delay("/c/x.ex")), (2, 1, Settings::default().delay));
        assert_eq!(*settings.general(), Settings::default());
        let one = SettingsByProject { projects: BTreeMap::from([("/a".into(), quiet.clone())]), ..settings };
        assert_eq!(*one.general(), quiet);
    }
}
