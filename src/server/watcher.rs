//! Our own watch on a project's files, for clients that do not watch them (Neovim on Linux).
//!
//! Watches `lib/`, `config/` and `priv/` of each project and of the applications of an umbrella, and the files beside
//! `mix.exs`; not `deps/` or `_build/`, whose many folders would use up the system's watches.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::UnboundedSender;

use super::event::{Event, Internal};

/// Folders of an application that are watched with all that is in them.
const WATCHED: [&str; 3] = ["lib", "config", "priv"];
/// A burst of changes (a checkout, a generator) is reported once it pauses this long.
const PAUSE: Duration = Duration::from_millis(50);
/// A burst that does not pause is reported in parts.
const BURST: usize = 500;

/// A watch on any number of projects.
#[derive(Debug)]
pub struct Watcher {
    watcher: RecommendedWatcher,
    roots: BTreeSet<PathBuf>,
}

impl Watcher {
    /// Starts watching nothing; `None` when the system does not allow it, which is logged.
    pub fn start(events: UnboundedSender<Event>) -> Option<Watcher> {
        let (sender, touched) = channel();
        std::thread::Builder::new().name("watcher".into()).spawn(move || gather(&touched, &events)).ok()?;
        match notify::recommended_watcher(move |event| forward(event, &sender)) {
            Ok(watcher) => Some(Watcher { watcher, roots: BTreeSet::new() }),
            Err(error) => {
                tracing::warn!("files cannot be watched: {error}; changes outside of the editor go unseen");
                None
            }
        }
    }

    /// Watches the project at `root`.
    pub fn watch(&mut self, root: &Path) {
        for application in applications(root) {
            self.add(&application, RecursiveMode::NonRecursive);
            for folder in WATCHED {
                self.add(&application.join(folder), RecursiveMode::Recursive);
            }
            self.roots.insert(application);
        }
    }

    /// Watches a folder that has come into being, if it is one of those that are watched.
    pub fn appeared(&mut self, folder: &Path) {
        let Some(parent) = folder.parent() else { return };
        let named = folder.file_name().is_some_and(|name| WATCHED.iter().any(|watched| name == *watched));
        if named && self.roots.contains(parent) {
            self.add(folder, RecursiveMode::Recursive);
        }
    }

    /// Stops watching the project at `root`.
    pub fn forget(&mut self, root: &Path) {
        for application in applications(root) {
            self.roots.remove(&application);
            // Folders that were never there were never watched.
            let _ = self.watcher.unwatch(&application);
            for folder in WATCHED {
                let _ = self.watcher.unwatch(&application.join(folder));
            }
        }
    }

    fn add(&mut self, path: &Path, mode: RecursiveMode) {
        if !path.is_dir() {
            return;
        }
        if let Err(error) = self.watcher.watch(path, mode) {
            tracing::warn!("{}: cannot be watched: {error}", path.display());
        }
    }
}

/// The project itself and the applications of an umbrella.
fn applications(root: &Path) -> Vec<PathBuf> {
    let mut applications = vec![root.to_owned()];
    let entries = std::fs::read_dir(root.join("apps")).into_iter().flatten().filter_map(Result::ok);
    applications.extend(entries.map(|entry| entry.path()).filter(|path| path.join("mix.exs").is_file()));
    applications
}

fn forward(event: notify::Result<notify::Event>, sender: &Sender<PathBuf>) {
    match event {
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
        Ok(event) => event.paths.into_iter().for_each(|path| {
            // The receiver ends with the server.
            let _ = sender.send(path);
        }),
        Err(error) => tracing::warn!("a change of files was missed: {error}"),
    }
}

fn gather(touched: &Receiver<PathBuf>, events: &UnboundedSender<Event>) {
    while let Ok(first) = touched.recv() {
        let mut paths = BTreeSet::from([first]);
        let mut open = true;
        while paths.len() < BURST {
            match touched.recv_timeout(PAUSE) {
                Ok(path) => drop(paths.insert(path)),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    open = false;
                    break;
                }
            }
        }
        let event = Event::Internal(Internal::FilesTouched(paths.into_iter().collect()));
        if events.send(event).is_err() || !open {
            return;
        }
    }
}
