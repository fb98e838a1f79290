//! Snapshot files that were read before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

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
        // Entries are only ever replaced whole, so that one left by a panic is as good as any.
        let mut entries = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(path)
            && entry.dialect == dialect
            && (Arc::ptr_eq(&entry.text, text) || entry.text == *text)
        {
            return entry.stored.clone();
        }
        let stored = Arc::new(read(text, path, dialect));
        entries.insert(path.to_owned(), Entry { text: text.clone(), dialect, stored: stored.clone() });
        stored
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
        assert_eq!(table(&"".into()), "the JSON ends too early");
    }
}
