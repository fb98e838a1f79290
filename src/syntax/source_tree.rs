//! One file as a call tree that survives broken code, kept up to date edit by edit.

use std::sync::Arc;

use super::Expr;
use super::builder::Builder;
use super::change::Change;
use super::layout;
use super::outline::Outline;
use super::piece::{Level, Piece};
use super::retired::Retired;
use crate::text::Range;

/// A place that could not be read as it stands: it was repaired or left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// Bytes of the file.
    pub range: Range,
    /// What is wrong, in words for the user.
    pub message: String,
}

/// The call tree of one file.
///
/// What [`SourceTree::update`] gives always equals what [`SourceTree::parse`] gives for the same text.
#[derive(Debug, Clone)]
pub struct SourceTree {
    text: Arc<str>,
    outline: Outline,
    level: Level,
    /// The reading of the whole file, where the layout of the file cannot be trusted.
    enclosing: Option<Vec<Expr>>,
    issues: Vec<Issue>,
    retired: Retired,
}

impl SourceTree {
    /// Reads `text` from scratch.
    pub fn parse(text: impl Into<Arc<str>>) -> SourceTree {
        let text = text.into();
        let mut tree = SourceTree {
            outline: Outline::parse(&text),
            text,
            level: Level::default(),
            enclosing: None,
            issues: Vec::new(),
            retired: Retired::default(),
        };
        tree.read(None);
        tree
    }

    /// Brings the tree up to date after the text has become `text`: only what differs is parsed again, the rest is moved
    /// in place.
    pub fn update(&mut self, text: impl Into<Arc<str>>) {
        let text = text.into();
        let Some(change) = Change::between(&self.text, &text) else { return };
        self.outline.update(&self.text, &text, change);
        let old_text = std::mem::replace(&mut self.text, text);
        self.read(Some((&old_text, change)));
    }

    /// The text that was read.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The file's top-level expressions in order, with bytes of the file. A module, section or entity is a call with a
    /// block, as [`parse_expressions`](super::parse_expressions) gives it for healthy code. [`Kind::Error`](super::Kind)
    /// stands for what could not be read; there is an [issue](SourceTree::issues) for each.
    pub fn expressions(&self) -> &[Expr] {
        self.enclosing.as_deref().unwrap_or(&self.level.expressions)
    }

    /// [`SourceTree::expressions`] of a tree that nobody needs any more.
    pub(super) fn into_expressions(self) -> Vec<Expr> {
        self.enclosing.unwrap_or(self.level.expressions)
    }

    /// What had to be repaired or left out, in order.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    fn read(&mut self, before: Option<(&str, Change)>) {
        let mut builder = Builder { text: &self.text, before, retired: &mut self.retired };
        let items = self.outline.items(&self.text);
        self.level = builder.level(&items, std::mem::take(&mut self.level), 0);
        let file = Range::new(0, self.text.len());
        self.enclosing = match layout::lies(&self.text) {
            true => builder.whole(),
            false => None,
        };
        if self.enclosing.is_none() && self.level.pieces.iter().any(Piece::has_issue) {
            self.enclosing = builder.enclosing(file, &self.level, true, &mut None);
        }
        self.issues.clear();
        if self.enclosing.is_none() {
            self.level.pieces.iter().for_each(|piece| piece.collect_issues(&mut self.issues));
            self.issues.sort();
        }
    }
}
