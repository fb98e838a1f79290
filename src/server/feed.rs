//! The thread that owns the analyzer. Changes are queued here, so that the main loop never waits for analysis.
//!
//! Edits go before files that are being loaded, and a load is taken in portions, so that typing is answered while a
//! large project is being read. An edit of a file that waits to be loaded replaces it: the load is older.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::ide::{Analyzer, FileChange};

use super::event::{Analyzed, Event, Internal};

/// Files of a load that are taken at once.
const PORTION: usize = 256;

/// The way to the analyzer's thread. Dropping it ends the thread.
pub struct Feed {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    edits: Vec<FileChange>,
    /// How many edits were queued ever.
    edit: u64,
    loading: BTreeMap<PathBuf, FileChange>,
    /// How many loads were queued ever.
    load: u64,
    /// Files in `loading` when the last load was added, for progress.
    load_size: usize,
    closed: bool,
}

/// What the thread does next.
struct Batch {
    changes: Vec<FileChange>,
    edit: u64,
    load: u64,
    progress: (usize, usize),
    /// Whether somebody may wait for the result.
    complete: bool,
}

impl Feed {
    /// Starts the thread; what it has done comes back as [`Internal::Analyzed`].
    pub fn start(analyzer: Box<dyn Analyzer>, events: UnboundedSender<Event>) -> Feed {
        let shared = Arc::new(Shared::default());
        let feed = Feed { shared: shared.clone() };
        let spawned =
            std::thread::Builder::new().name("analyzer".into()).spawn(move || run(analyzer, &shared, &events));
        if let Err(error) = spawned {
            tracing::error!("cannot start the analyzer's thread: {error}");
        }
        feed
    }

    /// Queues changes that somebody waits for; returns their number, counted from 1.
    pub fn edit(&self, changes: Vec<FileChange>) -> u64 {
        let mut queue = self.shared.lock();
        for change in &changes {
            match change {
                FileChange::Remove { path } => queue.loading.retain(|waiting, _| !waiting.starts_with(path)),
                other => drop(queue.loading.remove(path(other))),
            }
        }
        queue.edits.extend(changes);
        queue.edit += 1;
        self.shared.wake.notify_one();
        queue.edit
    }

    /// Queues the files of a project; returns the load's number, counted from 1.
    pub fn load(&self, files: Vec<FileChange>) -> u64 {
        let mut queue = self.shared.lock();
        queue.loading.extend(files.into_iter().map(|file| (path(&file).to_owned(), file)));
        queue.load_size = queue.loading.len();
        queue.load += 1;
        self.shared.wake.notify_one();
        queue.load
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for work; `None` when there will be no more. `seen` are the numbers that were reported last.
    fn next(&self, seen: (u64, u64)) -> Option<Batch> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            if queue.edit > seen.0 || queue.load > seen.1 {
                return Some(queue.take());
            }
            queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Queue {
    fn take(&mut self) -> Batch {
        let edited = !self.edits.is_empty();
        let mut changes = newest(std::mem::take(&mut self.edits));
        // With edits at hand their analysis comes first; the load goes on with the next batch.
        if !edited {
            let rest = match self.loading.keys().nth(PORTION).cloned() {
                Some(key) => self.loading.split_off(&key),
                None => BTreeMap::new(),
            };
            changes.extend(std::mem::replace(&mut self.loading, rest).into_values());
        }
        let loaded = self.loading.is_empty();
        Batch {
            changes,
            edit: self.edit,
            // The last load counts as seen when nothing of it is left.
            load: if loaded { self.load } else { self.load.saturating_sub(1) },
            progress: (self.load_size - self.loading.len().min(self.load_size), self.load_size),
            complete: edited || loaded,
        }
    }
}

/// Leaves out texts that a later text of the same file replaces.
fn newest(changes: Vec<FileChange>) -> Vec<FileChange> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<_> = changes
        .into_iter()
        .rev()
        .filter(|change| match change {
            FileChange::Remove { .. } => true,
            other => seen.insert(path(other).to_owned()),
        })
        .collect();
    kept.reverse();
    kept
}

fn path(change: &FileChange) -> &Path {
    match change {
        FileChange::Text { path, .. }
        | FileChange::Listed { path }
        | FileChange::Unreadable { path, .. }
        | FileChange::Remove { path } => path,
    }
}

fn run(mut analyzer: Box<dyn Analyzer>, shared: &Shared, events: &UnboundedSender<Event>) {
    // An empty view, so that requests about files outside of all projects need not wait for one.
    let first = Analyzed { edit: 0, load: 0, progress: (0, 0), analysis: Some(analyzer.snapshot()), panicked: false };
    let _ = events.send(Event::Internal(Internal::Analyzed(first)));
    let mut seen = (0, 0);
    while let Some(batch) = shared.next(seen) {
        seen = (batch.edit, batch.load);
        let count = batch.changes.len();
        let work = || {
            analyzer.apply(batch.changes);
            batch.complete.then(|| analyzer.snapshot())
        };
        // A panic loses this batch. The user is told; the next batch may well bring the lost file again.
        let worked = catch_unwind(AssertUnwindSafe(work));
        let panicked = worked.is_err();
        let analysis = worked.unwrap_or_else(|_| {
            tracing::error!("the analyzer panicked on {count} changed files");
            catch_unwind(AssertUnwindSafe(|| analyzer.snapshot())).ok()
        });
        let (edit, load, progress) = (batch.edit, batch.load, batch.progress);
        let analyzed = Analyzed { edit, load, progress, analysis, panicked };
        if events.send(Event::Internal(Internal::Analyzed(analyzed))).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, text: &str) -> FileChange {
        FileChange::Text { path: path.into(), text: text.into(), open: false }
    }

    fn remove(path: &str) -> FileChange {
        FileChange::Remove { path: path.into() }
    }

    #[test]
    fn only_the_newest_text_of_a_file_is_analysed() {
        let changes = vec![text("/a", "1"), text("/b", "1"), remove("/b"), text("/a", "2")];
        assert_eq!(newest(changes), [text("/b", "1"), remove("/b"), text("/a", "2")]);
    }

    #[test]
    fn an_edit_goes_before_a_load_and_replaces_what_waits() {
        let feed = Feed { shared: Arc::new(Shared::default()) };
        feed.load((0..300).map(|number| text(&format!("/p/{number}"), "disk")).collect());
        feed.edit(vec![text("/p/7", "editor"), remove("/p/8")]);
        let batch = feed.shared.next((0, 0)).unwrap();
        assert_eq!(batch.changes, [text("/p/7", "editor"), remove("/p/8")]);
        assert_eq!((batch.edit, batch.load, batch.complete), (1, 0, true));
        let batch = feed.shared.next((1, 0)).unwrap();
        assert_eq!((batch.changes.len(), batch.load, batch.complete), (PORTION, 0, false));
        let batch = feed.shared.next((1, 0)).unwrap();
        assert_eq!((batch.changes.len(), batch.load, batch.complete), (298 - PORTION, 1, true));
        assert_eq!(batch.progress, (300, 300));
    }
}
