//! The session: what is agreed at its start, and workspace folders.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use tower_lsp::ls_types::request::RegisterCapability;
use tower_lsp::ls_types::*;

use super::capabilities::{
    client_features, configuration_registration, knows_line_fragments, server_capabilities, watch_registration,
};
use super::disk::Disk;
use super::documents::Document;
use super::event::Lifecycle;
use super::parent;
use super::paths;
use super::progress::Progress;
use super::world::World;
use crate::ide::FileChange;

impl World {
    /// Handles an event of the session; `Stop` never comes here.
    pub fn on_lifecycle(&mut self, event: Lifecycle) {
        match event {
            Lifecycle::Initialize(params, reply) => reply.send(Ok(self.initialize(*params))),
            Lifecycle::Initialized => self.initialized(),
            Lifecycle::Shutdown(reply) => {
                self.shut_down = true;
                self.progress = None;
                reply.send(Ok(()));
            }
            Lifecycle::FoldersChanged(params) => self.folders_changed(params),
            Lifecycle::ConfigurationChanged(params) => self.configuration_changed(params.settings),
            Lifecycle::Stop => {}
        }
    }

    fn initialize(&mut self, params: InitializeParams) -> InitializeResult {
        self.client = client_features(&params.capabilities);
        self.client.text_content = self.text_content.load(Ordering::Relaxed);
        self.client.line_fragments = params.client_info.as_ref().is_some_and(|it| knows_line_fragments(&it.name));
        self.configuration.client = params.initialization_options.clone().unwrap_or_default();
        for folder in folders(&params) {
            self.folders.insert(folder, None);
        }
        if let Some(process) = params.process_id {
            let ended = self.parent_ended.clone();
            parent::watch(process, move || ended.notify_one());
        }
        InitializeResult {
            capabilities: server_capabilities(&self.client),
            server_info: Some(ServerInfo {
                name: "ashls".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        }
    }

    fn initialized(&mut self) {
        self.apply_settings();
        let mut registrations = Vec::new();
        if self.client.watches_files {
            registrations.push(watch_registration());
        }
        if self.client.configuration_registration {
            registrations.push(configuration_registration());
        }
        if !registrations.is_empty() {
            self.outbox.request::<RegisterCapability>(RegistrationParams { registrations }, |_| {});
        }
        self.ask_configuration();
        self.start_reading();
    }

    /// Begins to read the folders, once. Clients that forget `initialized` get here with their first document.
    pub fn start_reading(&mut self) {
        if self.disk.is_some() {
            return;
        }
        let disk = Disk::start(self.events.clone(), !self.client.watches_files);
        self.folders.keys().for_each(|folder| disk.load(folder.clone()));
        self.disk = Some(disk);
        self.show_progress();
    }

    fn show_progress(&mut self) {
        if self.client.progress && !self.is_ready() && self.progress.is_none() {
            self.progress = Some(Progress::begin(self.outbox.clone(), "ashls/reading", "Reading Ash resources"));
        }
    }

    /// Reads the projects of a folder, or of a file outside of all folders.
    pub fn add_folder(&mut self, folder: PathBuf) {
        if self.folders.contains_key(&folder) {
            return;
        }
        self.folders.insert(folder.clone(), None);
        self.disk.iter().for_each(|disk| disk.load(folder.clone()));
        self.show_progress();
    }

    fn folders_changed(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let before = self.roots();
        for removed in params.event.removed.iter().filter_map(|folder| paths::to_path(&folder.uri)) {
            self.folders.remove(&removed);
        }
        for added in params.event.added.iter().filter_map(|folder| paths::to_path(&folder.uri)) {
            self.add_folder(added);
        }
        // A project may still belong to another folder.
        let now = self.roots();
        let gone: Vec<_> = before.into_iter().filter(|root| !now.contains(root)).collect();
        self.forget(gone);
    }

    fn forget(&mut self, roots: Vec<PathBuf>) {
        if roots.is_empty() {
            return;
        }
        let mut changes: Vec<_> = roots.iter().map(|root| FileChange::Remove { path: root.clone() }).collect();
        changes.extend(self.documents.iter().filter_map(Document::change));
        roots.iter().for_each(|root| self.forget_settings(root));
        self.disk.iter().for_each(|disk| disk.forget(roots.clone()));
        self.apply_settings();
        self.edit(changes);
        self.refresh = true;
    }
}

/// The folders a client works in. Older clients have one root.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = params.workspace_folders.as_ref().filter(|folders| !folders.is_empty()) {
        return folders.iter().filter_map(|folder| paths::to_path(&folder.uri)).collect();
    }
    #[expect(deprecated, reason = "clients without workspace folders send these")]
    let root = params.root_uri.as_ref().and_then(paths::to_path).or_else(|| params.root_path.as_ref().map(Into::into));
    root.filter(|root| root.is_absolute()).into_iter().collect()
}
