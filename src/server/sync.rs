//! Keeping up with texts: the editor's, the disk's, and how far the analysis has come.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tower_lsp::ls_types::*;

use crate::ide::FileChange;

use super::configuration::is_settings_file;
use super::documents::{Change, Document};
use super::event::{Analyzed, DiskEvent, DocumentEvent, Event, Internal};
use super::paths;
use super::world::World;

/// How long an edit that came too early waits for those before it: these were sent already, or never will be.
const PATIENCE: Duration = Duration::from_millis(100);

impl World {
    /// Handles a change of the texts.
    pub fn on_document_event(&mut self, event: DocumentEvent) {
        match event {
            DocumentEvent::Opened(params) => self.opened(params.text_document),
            DocumentEvent::Changed(params) => self.changed(params),
            DocumentEvent::Saved => self.saved(),
            DocumentEvent::Closed(params) => self.closed(&params.text_document.uri),
            DocumentEvent::Watched(params) => {
                let paths = params.changes.iter().filter_map(|change| paths::to_path(&change.uri));
                self.files_touched(paths.collect());
            }
        }
    }

    fn opened(&mut self, item: TextDocumentItem) {
        let document = self.documents.open(item);
        // The text is taken before anything else is looked at.
        let Some(path) = document.path.clone() else { return };
        let change = document.change();
        self.take_text(change);
        self.start_reading();
        if !self.folders.keys().any(|folder| path.starts_with(folder))
            && !self.roots().iter().any(|root| path.starts_with(root))
        {
            self.add_folder(path);
        }
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let uri = params.text_document.uri.clone();
        let change = self.documents.change(params, self.client.encoding);
        self.take_change(&uri, change);
    }

    /// What is missing has not come.
    pub fn stop_waiting(&mut self, uri: &Uri, version: i32) {
        if let Some(change) = self.documents.stop_waiting(uri, version, self.client.encoding) {
            self.take_change(uri, change);
        }
    }

    fn take_change(&mut self, uri: &Uri, change: Change) {
        match change {
            Change::Text => {
                let change = self.documents.get(uri).and_then(Document::change);
                self.take_text(change);
            }
            Change::Early(version) => {
                let (events, uri) = (self.events.clone(), uri.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(PATIENCE).await;
                    let _ = events.send(Event::Internal(Internal::StopWaiting(uri, version)));
                });
            }
            Change::Lost(reason) => {
                self.outbox.log(MessageType::WARNING, reason);
                // Until the editor's text is known again, the disk's is the best there is for other files.
                self.read_take_from_disk(uri);
            }
            Change::Ignored(reason) => self.outbox.log(MessageType::WARNING, reason),
        }
        self.serve_waiting();
    }

    fn take_text(&mut self, change: Option<FileChange>) {
        if let Some(FileChange::Unreadable { path, reason }) = &change {
            self.log_once(format!("{}: {reason}", path.display()));
        }
        self.edit(change.into_iter().collect());
    }

    fn closed(&mut self, uri: &Uri) {
        match self.documents.close(uri) {
            Some(_) => self.read_take_from_disk(uri),
            None => {
                let message = format!("{}: close of a document that is not open", uri.as_str());
                self.outbox.log(MessageType::WARNING, message);
            }
        }
        self.serve_waiting();
    }

    fn read_take_from_disk(&mut self, uri: &Uri) {
        let path = paths::to_path(uri);
        if let (Some(path), Some(disk)) = (path, &self.disk) {
            disk.read(vec![path]);
        }
        self.diagnose_soon();
    }

    /// Files have changed on the disk, as far as they are not open.
    pub fn files_touched(&mut self, paths: Vec<PathBuf>) {
        let paths: Vec<_> = paths.into_iter().filter(|path| !self.documents.owns(path)).collect();
        if let Some(disk) = self.disk.as_ref().filter(|_| !paths.is_empty()) {
            disk.read(paths);
        }
    }

    /// Handles what was read.
    pub fn on_disk(&mut self, event: DiskEvent) {
        match event {
            DiskEvent::Loaded { folder, roots, files } => {
                let Some(found) = self.folders.get_mut(&folder) else {
                    // It was removed while it was read.
                    return self.disk.iter().for_each(|disk| disk.forget(roots.clone()));
                };
                *found = Some(roots);
                let files = self.take_from_disk(files);
                self.view.loads_sent = self.feed.load(files);
            }
            DiskEvent::Read { files } => {
                let files = self.take_from_disk(files);
                if !files.is_empty() {
                    self.edit(files);
                    self.refresh = true;
                }
            }
        }
    }

    /// Takes out what the editor's texts hide, and reads settings files.
    fn take_from_disk(&mut self, files: Vec<FileChange>) -> Vec<FileChange> {
        let mut settings = Vec::new();
        for file in &files {
            match file {
                FileChange::Text { path, text, .. } if is_settings_file(path) => {
                    settings.push((path.clone(), Some(text.clone())));
                }
                FileChange::Remove { path } if is_settings_file(path) => settings.push((path.clone(), None)),
                FileChange::Unreadable { path, reason } => self.log_once(format!("{}: {reason}", path.display())),
                _ => {}
            }
        }
        for (path, text) in settings {
            self.settings_file(&path, text.as_deref());
        }
        let mut kept = Vec::new();
        for file in files {
            match &file {
                FileChange::Remove { path } => {
                    let folder = path.clone();
                    kept.push(file);
                    kept.extend(self.open_below(&folder));
                }
                FileChange::Text { path, .. } | FileChange::Listed { path } | FileChange::Unreadable { path, .. } => {
                    if !self.documents.owns(path) {
                        kept.push(file);
                    }
                }
            }
        }
        kept
    }

    /// The editor's texts in a folder that has gone from the disk.
    fn open_below(&self, folder: &Path) -> Vec<FileChange> {
        let below = |document: &&Document| document.path.as_ref().is_some_and(|path| path.starts_with(folder));
        self.documents.iter().filter(below).filter_map(Document::change).collect()
    }

    /// Gives changes to the analyzer.
    pub fn edit(&mut self, changes: Vec<FileChange>) {
        if !changes.is_empty() {
            self.view.edits_sent = self.feed.edit(changes);
            self.view.newest_edit.store(self.view.edits_sent, Ordering::Relaxed);
        }
    }

    /// Takes a new analysis.
    pub fn on_analyzed(&mut self, analyzed: Analyzed) {
        let was_ready = self.is_ready();
        if analyzed.panicked {
            let message = "ashls has a bug: the analysis failed, and what is shown may be out of date. Please report it, \
                           and restart the server.";
            self.show_once(MessageType::ERROR, message.to_owned());
        }
        self.view.edit = analyzed.edit;
        self.view.load = analyzed.load;
        let old = analyzed.analysis.and_then(|analysis| self.view.analysis.replace(analysis));
        let (done, total) = analyzed.progress;
        if let Some(progress) = self.progress.as_ref().filter(|_| total > 0) {
            progress.report(done, total);
        }
        if self.is_ready() {
            self.progress = None;
            if !was_ready {
                (self.when_read)();
            }
            if !was_ready || (self.refresh && self.view.edit == self.view.edits_sent) {
                self.refresh_now();
            }
            self.diagnose_soon();
            self.record_renames_when_due();
        }
        self.serve_waiting();
        // Whole trees may go with it: behind the answers that somebody waits for.
        self.workers.run(move || drop(old));
    }
}
