//! Findings that are pushed to the client, and noticing when a change in one file shows in another.
//!
//! A push happens at once after a pause, and no more often than `diagnostics.delay` while edits come in; only files
//! whose findings have changed are sent. Clients that pull get none of it; for them, and for hints and lenses, the
//! client is told to ask again when a file shows something new without having been edited.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tower_lsp::ls_types::request::{CodeLensRefresh, InlayHintRefreshRequest, WorkspaceDiagnosticRefresh};
use tower_lsp::ls_types::{Diagnostic, PublishDiagnosticsParams, Uri};

use crate::ide::{Cancellation, Cancelled, FileAnalysis, diagnostics};

use super::convert;
use super::event::{Event, Internal};
use super::settings::Settings;
use super::world::{Context, World};

/// What was shown, and when it is time to look again.
#[derive(Debug, Default)]
pub struct Diagnoses {
    shown: Arc<BTreeMap<PathBuf, Shown>>,
    last: Option<Instant>,
    running: bool,
    timer: bool,
    again: bool,
}

/// The findings of one file as the client has them.
#[derive(Debug, Clone)]
struct Shown {
    uri: Uri,
    /// The version of the open document they are about.
    version: Option<i32>,
    items: Vec<Diagnostic>,
    /// What they were made of, to see without work that nothing has changed.
    made_of: Option<(Arc<FileAnalysis>, Arc<str>)>,
    settings: Arc<Settings>,
}

/// The outcome of one look at all files.
#[derive(Debug)]
pub struct Diagnosed {
    shown: BTreeMap<PathBuf, Shown>,
    changed: BTreeSet<PathBuf>,
    /// An open file shows something else though its text is the same.
    elsewhere: bool,
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
        let delay = Duration::from_millis(self.configuration.settings.delay);
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
            let Some(new) = shown.get(&path) else { continue };
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
        shown.retain(|_, shown| shown.made_of.is_some());
        self.diagnoses.shown = Arc::new(shown);
        if elsewhere {
            self.refresh_now();
        }
        if std::mem::take(&mut self.diagnoses.again) {
            self.diagnose_soon();
        }
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

fn look(
    context: &Context,
    before: &BTreeMap<PathBuf, Shown>,
    cancellation: &Cancellation,
) -> Result<Diagnosed, Cancelled> {
    let mut paths: BTreeSet<PathBuf> = context.open.keys().cloned().collect();
    if !context.client.pull_diagnostics {
        paths.extend(context.analysis.files());
        paths.extend(before.keys().cloned());
    }
    let mut diagnosed = Diagnosed { shown: BTreeMap::new(), changed: BTreeSet::new(), elsewhere: false };
    for path in paths {
        let old = before.get(&path);
        // A file that cannot be analysed must not take the others with it.
        let new = match catch_unwind(AssertUnwindSafe(|| shown(context, &path, old, cancellation))) {
            Ok(new) => new?,
            Err(_) => {
                tracing::error!("{}: the analysis panicked", path.display());
                old.cloned()
            }
        };
        let Some(new) = new else { continue };
        let nothing = Vec::new();
        if new.items != *old.map_or(&nothing, |old| &old.items) {
            diagnosed.changed.insert(path.clone());
        }
        diagnosed.elsewhere |= old.is_some_and(|old| shows_more_than_typed(old, &new));
        diagnosed.shown.insert(path, new);
    }
    Ok(diagnosed)
}

/// Whether the same text is seen differently now.
fn shows_more_than_typed(old: &Shown, new: &Shown) -> bool {
    let (Some((old_analysis, old_text)), Some((analysis, text))) = (&old.made_of, &new.made_of) else { return false };
    new.version.is_some() && old_text == text && !Arc::ptr_eq(old_analysis, analysis) && old_analysis != analysis
}

fn shown(
    context: &Context,
    path: &Path,
    old: Option<&Shown>,
    cancellation: &Cancellation,
) -> Result<Option<Shown>, Cancelled> {
    let open = context.open.get(path);
    let Some(uri) = context.uri(path) else { return Ok(None) };
    let version = open.map(|file| file.version);
    let lost = open.is_some_and(|file| file.lost);
    let made_of = match (lost, context.analysis.text(path)) {
        (false, Some(text)) => {
            let analysis = context.analysis.file(path, cancellation)?;
            Some((analysis, text))
        }
        _ => None,
    };
    let same = |old: &&Shown| match (&old.made_of, &made_of) {
        (Some((old_analysis, old_text)), Some((analysis, text))) => {
            Arc::ptr_eq(old_analysis, analysis)
                && Arc::ptr_eq(old_text, text)
                && Arc::ptr_eq(&old.settings, &context.settings)
        }
        _ => false,
    };
    let items = match (old.filter(same), &made_of) {
        (Some(old), _) => old.items.clone(),
        (None, Some((analysis, text))) if !context.client.pull_diagnostics => items(context, path, analysis, text),
        _ => Vec::new(),
    };
    Ok(Some(Shown { uri, version, items, made_of, settings: context.settings.clone() }))
}

/// The findings of a file for this client.
pub fn items(context: &Context, path: &Path, analysis: &FileAnalysis, text: &Arc<str>) -> Vec<Diagnostic> {
    let settings = &context.settings;
    if !settings.diagnostics {
        return Vec::new();
    }
    let config = diagnostics::Config { pending: settings.pending, unresolved: settings.unresolved };
    let found = diagnostics::diagnostics(analysis, text, config);
    if found.is_empty() {
        return Vec::new();
    }
    let lines = convert::Lines::new(text.clone(), context.client.encoding);
    let location = |other: &Path, range| match other == path {
        true => convert::location(path, context.uri(path), range, &lines),
        false => context.location(other, range),
    };
    found.into_iter().map(|it| convert::diagnostic(it, &lines, &context.client, &location)).collect()
}

/// The findings of a file whose analysis is not at hand.
///
/// # Errors
/// [`Cancelled`] only.
pub fn items_of(context: &Context, path: &Path, cancellation: &Cancellation) -> Result<Vec<Diagnostic>, Cancelled> {
    let Some(text) = context.analysis.text(path) else { return Ok(Vec::new()) };
    let analysis = context.analysis.file(path, cancellation)?;
    Ok(items(context, path, &analysis, &text))
}
