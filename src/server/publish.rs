//! Findings that are pushed to the client, and noticing when a change in one file shows in another.
//!
//! A push happens at once after a pause, and no more often than `diagnostics.delay` while edits come in; only files
//! whose findings have changed are sent. Clients that pull get none of it; for them, and for hints and lenses, the
//! client is told to ask again when a file shows something new without having been edited. A client that wants it is told
//! after every look that what is pending may have changed, or which of its previews have.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tower_lsp::ls_types::PublishDiagnosticsParams;
use tower_lsp::ls_types::request::{CodeLensRefresh, InlayHintRefreshRequest, WorkspaceDiagnosticRefresh};

use crate::ide::Cancellation;

use super::event::{Event, Internal};
use super::look::{Diagnosed, Showing, look};
use super::world::World;

/// What was shown, and when it is time to look again.
#[derive(Debug, Default)]
pub struct Diagnoses {
    shown: Arc<Showing>,
    last: Option<Instant>,
    running: bool,
    timer: bool,
    again: bool,
}

impl World {
    /// Looks for changed findings now or when the delay is over.
    pub fn diagnose_soon(&mut self) {
        if self.diagnoses.running {
            self.diagnoses.again = true;
            return;
        }
        if self.diagnoses.timer {
            return;
        }
        let delay = Duration::from_millis(self.configuration.settings.general().delay);
        let since = self.diagnoses.last.map_or(delay, |last| last.elapsed());
        match delay.checked_sub(since).filter(|rest| !rest.is_zero()) {
            None => self.diagnose(),
            Some(rest) => {
                self.diagnoses.timer = true;
                let events = self.events.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(rest).await;
                    let _ = events.send(Event::Internal(Internal::DiagnoseDue));
                });
            }
        }
    }

    /// The delay is over.
    pub fn diagnose_due(&mut self) {
        self.diagnoses.timer = false;
        self.diagnose();
    }

    fn diagnose(&mut self) {
        // With edits or files on their way the next analysis comes here again.
        if !self.is_ready() || self.view.edit != self.view.edits_sent || self.shut_down {
            return;
        }
        let Some(context) = self.context() else { return };
        self.diagnoses.running = true;
        self.diagnoses.last = Some(Instant::now());
        let (before, events) = (self.diagnoses.shown.clone(), self.events.clone());
        let (edit, newest) = (self.view.edits_sent, self.view.newest_edit.clone());
        // After an edit this would be out of date, and the next analysis comes here again.
        let cancellation = Cancellation::new(move || newest.load(Ordering::Relaxed) != edit);
        self.workers.run(move || {
            let diagnosed = look(&context, &before, &cancellation).ok();
            let _ = events.send(Event::Internal(Internal::Diagnosed(diagnosed)));
        });
    }

    /// Sends what has changed; `None` when the look was given up.
    pub fn on_diagnosed(&mut self, diagnosed: Option<Diagnosed>) {
        self.diagnoses.running = false;
        let Some(Diagnosed { mut shown, changed, elsewhere }) = diagnosed else {
            return self.diagnose_soon();
        };
        for path in changed {
            let Some(new) = shown.get(&path).cloned() else { continue };
            if self.documents.at(&path).map(|document| document.version) != new.version {
                // Its text has changed meanwhile: the client keeps what it has until the next look.
                match self.diagnoses.shown.get(&path).cloned() {
                    Some(old) => drop(shown.insert(path, old)),
                    None => drop(shown.remove(&path)),
                }
                self.diagnoses.again = true;
                continue;
            }
            if !self.client.pull_diagnostics {
                let version = new.version.filter(|_| self.client.diagnostic_versions);
                let params = PublishDiagnosticsParams::new(new.uri.clone(), new.items.clone(), version);
                self.outbox.publish(params);
            }
        }
        if self.client.pending_changed {
            self.outbox.pending_changed();
        }
        self.refresh_contents();
        shown.retain(|_, shown| shown.made_of.is_some());
        self.diagnoses.shown = Arc::new(shown);
        if elsewhere {
            self.refresh_now();
        }
        if std::mem::take(&mut self.diagnoses.again) {
            self.diagnose_soon();
        }
        self.look_at_databases();
    }

    /// Tells the client to ask again for everything that it shows.
    pub fn refresh_now(&mut self) {
        self.refresh = false;
        if self.client.pull_diagnostics && self.client.diagnostics_refresh {
            self.outbox.request::<WorkspaceDiagnosticRefresh>((), |_| {});
        }
        if self.client.hint_refresh {
            self.outbox.request::<InlayHintRefreshRequest>((), |_| {});
        }
        if self.client.lens_refresh {
            self.outbox.request::<CodeLensRefresh>((), |_| {});
        }
        self.diagnose_soon();
    }
}
