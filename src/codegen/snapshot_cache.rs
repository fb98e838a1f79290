//! Snapshot files that were read before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use crate::snapshot::json::{Dialect, ReadError, Stored, read};

/// Remembers what the texts of snapshot files say, so that a run in an editor reads only files that changed. Shared by
/// all runs over one project.
#[derive(Debug, Default)]
pub struct SnapshotCache {
    read: Mutex<BTreeMap<String, Entry>>,
}

/// A text and what it says.
#[derive(Debug)]
struct Entry {
    text: Arc<str>,
    dialect: Dialect,
    stored: Arc<Result<Stored, ReadError>>,
}

impl SnapshotCache {
    /// What the file at `path` says.
    pub fn read(&self, path: &str, text: &Arc<str>, dialect: Dialect) -> Arc<Result<Stored, ReadError>> {
        if let Some(known) = self.known(path, text, dialect) {
            return known;
        }
        let stored = Arc::new(read(text, path, dialect));
        let entry = Entry { text: text.clone(), dialect, stored: stored.clone() };
        self.entries().insert(path.to_owned(), entry);
        stored
    }

    /// Reads many files on all processors, so that [`SnapshotCache::read`] finds them.
    pub fn read_ahead(&self, files: &[(String, Arc<str>)], dialect: Dialect) {
        const MANY: usize = 24;
        let new: Vec<_> = files.iter().filter(|(path, text)| self.known(path, text, dialect).is_none()).collect();
        if new.len() < MANY {
            return;
        }
        let entry = |(path, text): &(String, Arc<str>)| {
            let stored = Arc::new(read(text, path, dialect));
            (path.clone(), Entry { text: text.clone(), dialect, stored })
        };
        let read: Vec<(String, Entry)> = new.into_par_iter().map(entry).collect();
        self.entries().extend(read);
    }

    fn known(&self, path: &str, text: &Arc<str>, dialect: Dialect) -> Option<Arc<Result<Stored, ReadError>>> {
        let entries = self.entries();
        let entry = entries.get(path)?;
        let same = entry.dialect == dialect && (Arc::ptr_eq(&entry.text, text) || entry.text == *text);
        same.then(|| entry.stored.clone())
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        // Entries are only ever replaced whole, so that one left by a panic is as good as any.
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_read_again() {
        let cache = SnapshotCache::default();
        let text = |table: &str| -> Arc<str> {
            format!("{{\"table\": \"{table}\", \"repo\": \"R\", \"attributes\": [], \"identities\": []}}").into()
        };
        let table = |text: &Arc<str>| match &*cache.read("posts.json", text, Dialect::Postgres) {
            Ok(stored) => stored.snapshot.table.clone(),
            Err(error) => error.problem.clone(),
        };
        let posts = text("posts");
        assert_eq!(table(&posts), "posts");
        let again = cache.read("posts.json", &posts, Dialect::Postgres);
        assert!(Arc::ptr_eq(&again, &cache.read("posts.json", &text("posts"), Dialect::Postgres)));
        assert_eq!(table(&text("users")), "users");
        let many: Vec<(String, Arc<str>)> = (0..50).map(|number| (format!("{number}.json"), posts.clone())).collect();
        cache.read_ahead(&many, Dialect::Postgres);
        assert!(cache.known("49.json", &posts, Dialect::Postgres).is_some());
        assert!(cache.known("49.json", &posts, Dialect::Sqlite).is_none());
        assert_eq!(table(&"".into()), "the JSON ends too early");
    }
}
