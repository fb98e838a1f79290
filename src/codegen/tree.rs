//! The project's files during a run: what was there, with the changes made so far.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::FileChange;

/// A view of the files in which changes show at once. Folders exist when they hold a file, or were made.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    base: &'a BTreeMap<String, Option<Arc<str>>>,
    /// `None`: no longer there.
    changed: BTreeMap<String, Option<Arc<str>>>,
    made_folders: BTreeSet<String>,
    pub changes: Vec<FileChange>,
}

/// A file's text.
#[derive(Debug, PartialEq)]
pub(super) enum Text {
    Missing,
    /// The file is there, its text was not given.
    Unread,
    Here(Arc<str>),
}

impl<'a> Tree<'a> {
    pub fn new(base: &'a BTreeMap<String, Option<Arc<str>>>) -> Tree<'a> {
        Tree { base, changed: BTreeMap::new(), made_folders: BTreeSet::new(), changes: Vec::new() }
    }

    pub fn text(&self, path: &str) -> Text {
        match (self.changed.get(path), self.base.get(path)) {
            (Some(Some(text)), _) | (None, Some(Some(text))) => Text::Here(text.clone()),
            (None, Some(None)) => Text::Unread,
            (Some(None), _) | (None, None) => Text::Missing,
        }
    }

    pub fn has_file(&self, path: &str) -> bool {
        self.text(path) != Text::Missing
    }

    pub fn has_folder(&self, path: &str) -> bool {
        self.made_folders.contains(path) || self.paths_under(path).next().is_some()
    }

    /// Names of the files and folders directly inside `folder`, sorted.
    pub fn names(&self, folder: &str) -> BTreeSet<String> {
        self.entries(folder).map(str::to_owned).collect()
    }

    /// The same in no particular order, and with repetitions.
    pub fn entries(&self, folder: &str) -> impl Iterator<Item = &str> {
        let start = folder.len() + 1;
        self.paths_under(folder).filter_map(move |path| path.get(start..)?.split('/').next())
    }

    pub fn write(&mut self, path: &str, text: String) {
        self.changed.insert(path.to_owned(), Some(text.as_str().into()));
        self.changes.push(FileChange::Write { path: path.to_owned(), text });
    }

    pub fn delete(&mut self, path: &str) {
        self.changed.insert(path.to_owned(), None);
        self.changes.push(FileChange::Delete { path: path.to_owned() });
    }

    /// Makes a folder in which a file will be, so that it is there already.
    pub fn make_folder(&mut self, folder: String) {
        self.made_folders.insert(folder);
    }

    pub fn delete_folder(&mut self, folder: &str) {
        self.made_folders.remove(folder);
        let paths: Vec<String> = self.paths_under(folder).map(str::to_owned).collect();
        paths.iter().for_each(|path| self.delete(path));
    }

    pub fn rename(&mut self, from: &str, to: &str) {
        if let Text::Here(text) = self.text(from) {
            self.changed.insert(to.to_owned(), Some(text));
        }
        self.changed.insert(from.to_owned(), None);
        self.changes.push(FileChange::Rename { from: from.to_owned(), to: to.to_owned() });
    }

    fn paths_under(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{folder}/");
        let inside = {
            let prefix = prefix.clone();
            move |path: &&str| path.starts_with(&prefix)
        };
        let base = self.base.range(prefix.clone()..).map(|(path, _)| path.as_str()).take_while(inside.clone());
        let base = base.filter(|path| !self.changed.contains_key(*path));
        let changed = self.changed.range(prefix..).take_while(move |(path, _)| inside(&path.as_str()));
        base.chain(changed.filter(|(_, text)| text.is_some()).map(|(path, _)| path.as_str()))
    }
}
