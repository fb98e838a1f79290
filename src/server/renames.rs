//! Keeping `ashls.renames` true: what was renamed in the editor is written there when a file is saved.
//!
//! Not before: a rename is answered with edits that are the client's to apply, and only a saved text says that they were
//! meant. The analysis decides what the source has confirmed; here it is written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::ide::FileChange;
use crate::project::paths::RENAMES_FILE;
use crate::workspace::lock::ProjectLock;
use crate::workspace::write::{self, FileChanges};

use super::event::{Event, Internal};
use super::world::World;

/// How long another ashls that is writing is waited for.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

impl World {
    /// A document was saved.
    pub fn saved(&mut self) {
        self.record_renames = true;
        self.record_renames_when_due();
    }

    /// Writes what is noted, once every text that was sent before has been seen.
    pub fn record_renames_when_due(&mut self) {
        let current = self.is_ready() && self.view.edit == self.view.edits_sent;
        if !self.record_renames || !current || self.generating || self.shut_down {
            return;
        }
        let Some(context) = self.context() else { return };
        self.record_renames = false;
        let events = self.events.clone();
        self.workers.run(move || {
            for (root, text) in context.analysis.record_renames() {
                // An open file is the user's.
                if !context.settings.of(&root).record_renames || context.open.contains_key(&root.join(RENAMES_FILE)) {
                    continue;
                }
                match record(&root, text) {
                    Ok(change) => drop(events.send(Event::Internal(Internal::RenamesRecorded(change)))),
                    Err(reason) => tracing::warn!("{}: {reason}", root.join(RENAMES_FILE).display()),
                }
            }
        });
    }

    /// The file has been written.
    pub fn renames_recorded(&mut self, change: FileChange) {
        self.edit(vec![change]);
    }
}

fn record(root: &Path, text: Option<String>) -> Result<FileChange, String> {
    let _lock = ProjectLock::acquire(root, LOCK_PATIENCE).map_err(|error| error.to_string())?;
    let path: PathBuf = root.join(RENAMES_FILE);
    let (changes, change) = match text {
        Some(text) => (
            FileChanges { write: vec![(RENAMES_FILE.to_owned(), text.clone())], ..FileChanges::default() },
            FileChange::Text { path, text: text.into(), open: false },
        ),
        None => (
            FileChanges { delete: vec![RENAMES_FILE.to_owned()], ..FileChanges::default() },
            FileChange::Remove { path },
        ),
    };
    write::apply(root, &changes).map_err(|error| error.to_string())?;
    Ok(change)
}
