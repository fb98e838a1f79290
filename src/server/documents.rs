//! The texts that are open in the editor.
//!
//! Never guesses: a text whose edits do not fit is dropped until the client sends it whole again. Some clients (Helix)
//! send the edits of fast typing in another order: one that comes too early is kept until those before it are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tower_lsp::ls_types::{DidChangeTextDocumentParams, TextDocumentItem, Uri};

use crate::ide::FileChange;
use crate::text::{Encoding, Position, Text};
use crate::workspace::read::MAX_SOURCE_BYTES;

use super::paths;

/// All open documents.
#[derive(Debug, Default)]
pub struct Documents {
    open: BTreeMap<Key, Document>,
}

/// Two URIs of one file are one document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    File(PathBuf),
    Other(String),
}

/// One open document.
#[derive(Debug)]
pub struct Document {
    /// As the client wrote it.
    pub uri: Uri,
    /// `None` for documents that are no files.
    pub path: Option<PathBuf>,
    pub version: i32,
    /// `None` after an edit that did not fit.
    text: Option<Text>,
    /// Edits that came before another one, by version.
    early: BTreeMap<i32, DidChangeTextDocumentParams>,
    /// Whether every version so far was the next number, so that a larger step means that an edit is missing. Not all
    /// clients count so.
    by_one: bool,
    /// Counts the texts this document has had; work on an old one looks here to learn that it is old.
    pub generation: Arc<AtomicU64>,
}

/// What became of a document.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// It has a new text.
    Text,
    /// It was dropped. Holds the reason.
    Lost(String),
    /// There was nothing to change. Holds the reason.
    Ignored(String),
    /// It is kept until the edits before it have come. Holds the version that is known.
    Early(i32),
}

impl Documents {
    /// Opens a document, or replaces one that is open.
    pub fn open(&mut self, item: TextDocumentItem) -> &Document {
        let key = key(&item.uri);
        let path = paths::to_path(&item.uri);
        let generation = self.open.remove(&key).map(|old| old.generation).unwrap_or_default();
        generation.fetch_add(1, Ordering::Relaxed);
        let text = Some(Text::new(&item.text));
        let early = BTreeMap::new();
        let document = Document { uri: item.uri, path, version: item.version, text, early, by_one: true, generation };
        self.open.entry(key).insert_entry(document).into_mut()
    }

    /// Applies edits in their order. Whole-document changes bring a lost document back.
    pub fn change(&mut self, params: DidChangeTextDocumentParams, encoding: Encoding) -> Change {
        let uri = &params.text_document.uri;
        let Some(document) = self.open.get_mut(&key(uri)) else {
            return Change::Ignored(format!("{}: edit of a document that is not open", uri.as_str()));
        };
        let version = params.text_document.version;
        // What was asked since an edit came too early is about the text with those before it.
        let fills = document.early.last_key_value().is_some_and(|(last, _)| version < *last);
        if !fills {
            document.generation.fetch_add(1, Ordering::Relaxed);
        }
        let is_next = document.version.checked_add(1) == Some(version);
        let is_early = document.by_one && !is_next && version > document.version && !document.is_lost();
        if !is_early {
            return document.take(&params, encoding);
        }
        match document.early.insert(version, params) {
            None => Change::Early(document.version),
            Some(_) => document.drop_text(&format!("version {version} came twice")),
        }
    }

    /// Stops waiting for what comes between `version`, if that is still the one that is known, and the edits that are
    /// kept: they are taken as they are, or the document is dropped. `None` when nothing is waited for any more.
    pub fn stop_waiting(&mut self, uri: &Uri, version: i32, encoding: Encoding) -> Option<Change> {
        let document = self.open.get_mut(&key(uri)).filter(|document| document.version == version)?;
        let (_, params) = document.early.pop_first()?;
        document.by_one = false;
        Some(document.take(&params, encoding))
    }

    /// Whether edits before one that has come are still to come.
    pub fn waits(&self, uri: &Uri) -> bool {
        self.get(uri).is_some_and(Document::waits)
    }

    /// Closes a document; `None` when it was not open.
    pub fn close(&mut self, uri: &Uri) -> Option<Document> {
        let document = self.open.remove(&key(uri))?;
        document.generation.fetch_add(1, Ordering::Relaxed);
        Some(document)
    }

    pub fn get(&self, uri: &Uri) -> Option<&Document> {
        self.open.get(&key(uri))
    }

    pub fn at(&self, path: &Path) -> Option<&Document> {
        self.open.get(&Key::File(path.to_owned()))
    }

    /// Whether the editor's text of this file counts, rather than the disk's.
    pub fn owns(&self, path: &Path) -> bool {
        self.at(path).is_some_and(|document| document.text.is_some())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.open.values()
    }
}

impl Document {
    /// What the analyzer is told: the text, or that it is too large to be read. `None` while the document is lost, and
    /// for documents that are no files.
    pub fn change(&self) -> Option<FileChange> {
        let (path, text) = (self.path.clone()?, self.text.as_ref()?);
        if text.len() as u64 > MAX_SOURCE_BYTES {
            let reason = format!("texts over {} MB are not read", MAX_SOURCE_BYTES / (1024 * 1024));
            return Some(FileChange::Unreadable { path, reason });
        }
        Some(FileChange::Text { path, text: text.to_shared(), open: true })
    }

    pub fn is_lost(&self) -> bool {
        self.text.is_none()
    }

    fn waits(&self) -> bool {
        !self.early.is_empty()
    }

    /// Takes an edit, and those that were kept for it.
    fn take(&mut self, params: &DidChangeTextDocumentParams, encoding: Encoding) -> Change {
        let mut next = Some(params.clone());
        while let Some(params) = next {
            match self.edit(&params, encoding) {
                Ok(text) => {
                    self.text = Some(text);
                    self.version = params.text_document.version;
                }
                Err(reason) => return self.drop_text(&reason),
            }
            let follows = |version: i32| !self.by_one || self.version.checked_add(1) == Some(version);
            let first = self.early.first_entry().filter(|first| follows(*first.key()));
            next = first.map(|first| first.remove());
        }
        Change::Text
    }

    fn drop_text(&mut self, reason: &str) -> Change {
        let uri = self.uri.as_str();
        self.early.clear();
        self.generation.fetch_add(1, Ordering::Relaxed);
        match self.text.take() {
            None => Change::Ignored(format!("{uri}: {reason}")),
            Some(_) => Change::Lost(format!(
                "{uri}: {reason}; the document is ignored until it is opened again or replaced as a whole"
            )),
        }
    }

    fn edit(&self, params: &DidChangeTextDocumentParams, encoding: Encoding) -> Result<Text, String> {
        let version = params.text_document.version;
        if self.text.is_some() && version <= self.version {
            return Err(format!("edit to version {version} when version {} is known", self.version));
        }
        // What comes before the last whole text does not matter, nor whether it fitted.
        let whole = params.content_changes.iter().rposition(|change| change.range.is_none());
        let (mut text, rest) = match whole {
            Some(index) => (Text::new(&params.content_changes[index].text), &params.content_changes[index + 1..]),
            None => (self.text.clone().ok_or("edit of a document that was dropped")?, &params.content_changes[..]),
        };
        for change in rest {
            let Some(range) = change.range else { continue };
            let (start, end) = (range.start, range.end);
            let position = |it: tower_lsp::ls_types::Position| Position::new(it.line, it.character);
            text.replace_between(position(start), position(end), &change.text, encoding)
                .map_err(|error| format!("edit of version {version} does not fit: {error}"))?;
        }
        Ok(text)
    }
}

fn key(uri: &Uri) -> Key {
    match paths::to_path(uri) {
        Some(path) => Key::File(path),
        None => Key::Other(uri.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn opened(text: &str) -> Documents {
        let mut documents = Documents::default();
        let item = json!({"uri": "file:///a.ex", "languageId": "elixir", "version": 1, "text": text});
        documents.open(serde_json::from_value(item).unwrap());
        documents
    }

    fn change(documents: &mut Documents, version: i32, changes: Value) -> Change {
        let params = json!({"textDocument": {"uri": "file:///a.ex", "version": version}, "contentChanges": changes});
        documents.change(serde_json::from_value(params).unwrap(), Encoding::Utf16)
    }

    fn edit(line: u32, start: u32, end: u32, text: &str) -> Value {
        let position = |character| json!({"line": line, "character": character});
        json!({"range": {"start": position(start), "end": position(end)}, "text": text})
    }

    fn text(documents: &Documents) -> Option<String> {
        documents.iter().next().unwrap().text.as_ref().map(Text::to_string)
    }

    #[test]
    fn edits_apply_in_order_to_the_text_before_them() {
        let mut documents = opened("ä𝄞b\r\nc");
        let changes = json!([edit(0, 3, 4, "xy"), edit(0, 4, 5, ""), edit(1, 0, 99, "z")]);
        assert_eq!(change(&mut documents, 2, changes), Change::Text);
        assert_eq!(text(&documents).unwrap(), "ä𝄞x\r\nz");
    }

    #[test]
    fn a_whole_text_counts_and_what_comes_before_it_does_not() {
        let mut documents = opened("a");
        let changes = json!([edit(9, 0, 0, "x"), {"text": "new"}, edit(0, 0, 1, "N")]);
        assert_eq!(change(&mut documents, 2, changes), Change::Text);
        assert_eq!(text(&documents).unwrap(), "New");
    }

    #[test]
    fn what_does_not_fit_drops_the_document_until_it_comes_whole() {
        for bad in [edit(9, 0, 0, "x"), edit(0, 1, 0, "x"), edit(0, 1, 1, "cut")] {
            let mut documents = opened("𝄞");
            assert!(matches!(change(&mut documents, 2, json!([bad])), Change::Lost(_)), "{bad}");
            assert_eq!(text(&documents), None);
            assert!(matches!(change(&mut documents, 3, json!([edit(0, 0, 0, "x")])), Change::Ignored(_)));
            assert_eq!(change(&mut documents, 3, json!([{"text": "whole"}])), Change::Text);
            assert_eq!(text(&documents).unwrap(), "whole");
        }
    }

    #[test]
    fn a_stale_version_drops_the_document() {
        let mut documents = opened("a");
        assert!(matches!(change(&mut documents, 1, json!([{"text": "b"}])), Change::Lost(_)));
    }

    #[test]
    fn edits_in_another_order_wait_for_each_other() {
        let mut documents = opened("");
        assert_eq!(change(&mut documents, 4, json!([edit(0, 2, 2, "c")])), Change::Early(1));
        assert_eq!(change(&mut documents, 3, json!([edit(0, 1, 1, "b")])), Change::Early(1));
        assert_eq!(text(&documents).unwrap(), "");
        assert_eq!(change(&mut documents, 2, json!([edit(0, 0, 0, "a")])), Change::Text);
        assert_eq!(text(&documents).unwrap(), "abc");
        // A gap that stays: the version before the one that is missing is known.
        assert_eq!(change(&mut documents, 6, json!([edit(0, 4, 4, "e")])), Change::Early(4));
        assert_eq!(change(&mut documents, 5, json!([edit(0, 3, 3, "d")])), Change::Text);
        assert_eq!(text(&documents).unwrap(), "abcde");
    }

    #[test]
    fn what_does_not_come_is_not_waited_for() {
        let uri: Uri = "file:///a.ex".parse().unwrap();
        let mut documents = opened("");
        assert_eq!(documents.stop_waiting(&uri, 1, Encoding::Utf16), None);
        // A client that counts in larger steps is waited for once.
        assert_eq!(change(&mut documents, 5, json!([edit(0, 0, 0, "a")])), Change::Early(1));
        assert!(documents.waits(&uri));
        assert_eq!(documents.stop_waiting(&uri, 1, Encoding::Utf16), Some(Change::Text));
        assert!(!documents.waits(&uri));
        assert_eq!(change(&mut documents, 9, json!([edit(0, 1, 1, "b")])), Change::Text);
        assert_eq!(text(&documents).unwrap(), "ab");
        // What came too late after all, and what does not fit without it.
        assert!(matches!(change(&mut documents, 7, json!([edit(0, 0, 0, "x")])), Change::Lost(_)));
        let mut documents = opened("");
        assert_eq!(change(&mut documents, 3, json!([edit(9, 0, 0, "b")])), Change::Early(1));
        assert!(matches!(documents.stop_waiting(&uri, 1, Encoding::Utf16), Some(Change::Lost(_))));
        assert!(!documents.waits(&uri));
    }

    #[test]
    fn edits_of_closed_documents_are_ignored() {
        let mut documents = opened("a");
        let uri = documents.iter().next().unwrap().uri.clone();
        assert!(documents.close(&uri).is_some() && documents.close(&uri).is_none());
        assert!(matches!(change(&mut documents, 2, json!([{"text": "b"}])), Change::Ignored(_)));
    }
}
