//! Comments, kept beside the tokens until the printer finds their place.

use crate::elixir::algebra::Doc;

/// A comment as the tokenizer saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawComment {
    pub line: usize,
    /// Line breaks between the code or comment before and this one; 0 after code on the same line.
    pub newlines_before: usize,
    pub newlines_after: usize,
    pub text: String,
}

/// One comment, or several on consecutive lines.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    /// The first line.
    pub line: usize,
    pub newlines_before: usize,
    pub newlines_after: usize,
    pub doc: Doc,
}

/// The comments with one space after `#`, those on consecutive lines as one.
///
/// A comment behind code stands alone, and counts as if an empty line were before it.
pub(super) fn gather(comments: &[RawComment]) -> Vec<Comment> {
    let mut gathered: Vec<Comment> = Vec::new();
    let mut next_line = None;
    for comment in comments {
        let text = Doc::bytes(spaced(&comment.text));
        if comment.newlines_before == 0 {
            next_line = None;
            gathered.push(Comment {
                line: comment.line,
                newlines_before: 2,
                newlines_after: comment.newlines_after,
                doc: text,
            });
            continue;
        }
        match gathered.last_mut() {
            Some(first) if next_line == Some(comment.line) => {
                first.doc = first.doc.clone().line(text);
                first.newlines_after = comment.newlines_after;
            }
            _ => gathered.push(Comment {
                line: comment.line,
                newlines_before: comment.newlines_before,
                newlines_after: comment.newlines_after,
                doc: text,
            }),
        }
        next_line = Some(comment.line + 1);
    }
    gathered
}

fn spaced(text: &str) -> String {
    let hashes = text.len() - text.trim_start_matches('#').len();
    let (marks, rest) = text.split_at(hashes);
    if rest.is_empty() || rest.starts_with(' ') || rest.starts_with('!') {
        return text.to_owned();
    }
    format!("{marks} {rest}")
}
