//! Renames that are meant: those that the project's `ashls.renames` notes, and those that were asked for in this session.
//!
//! A rename of this session goes into the file when a file is saved and the source agrees: the edits are the client's
//! to apply, and it may not, or take them back. Until then only this server knows of it.

use crate::diff::{Answers, NotedRename, NotedRenames};
use crate::pending::{Fate, ProjectState, fate};

/// The renames of one project.
#[derive(Debug, Default)]
pub(super) struct Intents {
    /// What the file says.
    file: NotedRenames,
    /// Lines of the file that cannot be read: it is the user's to repair then.
    unreadable: bool,
    /// All that hold.
    noted: NotedRenames,
}

impl Intents {
    pub fn noted(&self) -> &NotedRenames {
        &self.noted
    }

    /// What the generator is told when it asks.
    pub fn answers(&self) -> Answers {
        Answers { noted: self.noted.clone(), ..Answers::default() }
    }

    /// Notes a rename that the client was given the edits for.
    pub fn note(&mut self, rename: NotedRename) {
        self.noted.note(rename);
    }

    /// Takes the text of the file, `None` when there is none: what has gone from it does not hold any more.
    pub fn take_file(&mut self, text: Option<&str>) {
        let (file, bad) = text.map(NotedRenames::parse).unwrap_or_default();
        for rename in self.file.iter().filter(|rename| !file.contains(rename)) {
            self.noted.remove(rename);
        }
        self.noted.extend(file.iter().cloned());
        self.file = file;
        self.unreadable = !bad.is_empty();
    }

    /// The text of the file; `read` is what was read of it, which may be older than what was written just now.
    pub fn file_text(&self, read: Option<&str>) -> Option<String> {
        match read {
            Some(read) if NotedRenames::parse(read).0 == self.file => Some(read.to_owned()),
            _ => self.file.text(),
        }
    }

    /// What the file is to say from now on, where that is something else.
    pub fn record(&mut self, state: &ProjectState) -> Option<NotedRenames> {
        if self.unreadable || (self.noted.is_empty() && self.file.is_empty()) {
            return None;
        }
        let mut wanted = self.noted.clone();
        wanted.retain(|rename| match fate(state, &self.noted, rename) {
            Fate::Applies => true,
            Fate::Undone | Fate::Done => false,
            Fate::Idle => self.file.contains(rename),
        });
        if wanted == self.file {
            return None;
        }
        // What is taken out of the file is still meant: an undo can be redone.
        self.file = wanted.clone();
        Some(wanted)
    }

    /// Forgets what a new snapshot has: the rename has been written, and the generator is to ask again next time.
    pub fn settle(&mut self, path: &str, snapshot: &str) {
        let Some((folder, name)) = path.rsplit_once('/') else { return };
        let table = folder.rsplit('/').next().unwrap_or(folder);
        if self.noted.is_empty() || !name.ends_with(".json") || name.ends_with("_dev.json") {
            return;
        }
        let mut columns = None;
        self.noted.retain(|rename| match rename {
            NotedRename::Table { to, .. } => to != table,
            NotedRename::Column(column) if column.table == table => {
                let columns: &Vec<String> = columns.get_or_insert_with(|| sources(snapshot));
                columns.contains(&column.from) || !columns.contains(&column.to)
            }
            NotedRename::Column(_) => true,
        });
    }
}

/// The columns that a snapshot names.
fn sources(snapshot: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(snapshot).unwrap_or_default();
    let attributes = value["attributes"].as_array().into_iter().flatten();
    attributes.filter_map(|attribute| attribute["source"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(intents: &Intents) -> Vec<String> {
        intents.noted.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_goes_from_the_file_holds_no_more_and_the_session_does() {
        let mut intents = Intents::default();
        intents.note("rename posts.a:b".parse().unwrap());
        intents.take_file(Some("rename posts.c:d\n"));
        assert_eq!(lines(&intents), ["rename posts.a:b", "rename posts.c:d"]);
        intents.take_file(None);
        assert_eq!(lines(&intents), ["rename posts.a:b"]);
    }

    #[test]
    fn a_snapshot_with_the_new_name_settles_a_rename() {
        let mut intents = Intents::default();
        intents.take_file(Some("rename posts.a:b\nrename posts.x:y\nrename other.a:b\nrename-table old:posts\n"));
        let snapshot = r#"{"attributes": [{"source": "b"}, {"source": "x"}]}"#;
        intents.settle("priv/resource_snapshots/repo/posts/20260101000000_dev.json", snapshot);
        assert_eq!(lines(&intents).len(), 4);
        intents.settle("priv/resource_snapshots/repo/posts/20260101000000.json", snapshot);
        assert_eq!(lines(&intents), ["rename other.a:b", "rename posts.x:y"]);
    }
}
