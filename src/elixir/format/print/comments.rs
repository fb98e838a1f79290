//! Comments and empty lines between expressions.

use super::Printer;
use crate::elixir::algebra::{Doc, concat};
use crate::elixir::format::node::{Node, lines_of};

/// One expression or comment of several below each other.
pub(super) struct Entry {
    pub doc: Doc,
    /// What comes between it and the next one, if the source has no empty line there.
    pub next_line: Doc,
    /// Line breaks between it and the next one.
    pub newlines: usize,
}

impl Entry {
    pub(super) fn new(doc: Doc) -> Entry {
        Entry { doc, next_line: Doc::Empty, newlines: 1 }
    }
}

/// What can stand among comments: knows its first and last line.
pub(super) trait Located {
    fn lines(&self) -> Option<(usize, usize)>;
}

impl Located for &Node {
    fn lines(&self) -> Option<(usize, usize)> {
        Node::lines(self)
    }
}

impl<T> Located for (T, &Node) {
    fn lines(&self) -> Option<(usize, usize)> {
        Node::lines(self.1)
    }
}

impl Located for &[Node] {
    fn lines(&self) -> Option<(usize, usize)> {
        lines_of(self.iter())
    }
}

impl Printer<'_> {
    /// `items` as printed by `print` (told whether the item is the last), behind `start`, with the comments behind
    /// `first_line` and up to `last_line` between them. Also says whether there were any.
    pub(super) fn with_comments<T: Located>(
        &mut self,
        items: &[T],
        start: Vec<Entry>,
        first_line: usize,
        last_line: usize,
        print: &mut dyn FnMut(&mut Self, &T, bool) -> Entry,
    ) -> (Vec<Doc>, bool) {
        let mut entries = start;
        let mut found = false;
        let earlier = self.comments.partition_point(|comment| comment.line <= first_line);
        let rest = self.comments.split_off(earlier);
        let mut before = std::mem::replace(&mut self.comments, rest);
        let has_comments = !self.comments.is_empty();
        for (index, item) in items.iter().enumerate() {
            let is_last = index + 1 == items.len();
            let lines = if has_comments { item.lines() } else { None };
            let Some((first, last)) = lines else {
                let entry = print(self, item, is_last);
                entries.push(entry);
                continue;
            };
            found |= self.comments_before(first, &mut entries);
            let mut entry = print(self, item, is_last);
            while let Some(comment) = self.comments.pop_front_if(|comment| (first..=last).contains(&comment.line)) {
                entries.push(Entry::new(comment.doc));
                found = true;
            }
            // The empty lines behind a comment that follows directly are not between it and this item.
            if entry.newlines > 1 && self.comments.front().is_some_and(|comment| comment.line == last + 1) {
                entry.newlines = 1;
            }
            entries.push(entry);
        }
        if has_comments {
            found |= self.comments_before(last_line, &mut entries);
        }
        before.append(&mut self.comments);
        self.comments = before;
        (merge(entries), found)
    }

    fn comments_before(&mut self, line: usize, entries: &mut Vec<Entry>) -> bool {
        let mut found = false;
        while let Some(comment) = self.comments.pop_front_if(|comment| comment.line < line) {
            if let Some(last) = entries.last_mut() {
                last.newlines = last.newlines.max(comment.newlines_before);
            }
            entries.push(Entry { doc: comment.doc, next_line: Doc::Empty, newlines: comment.newlines_after });
            found = true;
        }
        found
    }
}

/// The entries as groups, with an empty line between two where the source has one, or where one takes several lines.
fn merge(entries: Vec<Entry>) -> Vec<Doc> {
    let mut left = Doc::Empty;
    let count = entries.len();
    let mut docs = Vec::with_capacity(count);
    for (index, entry) in entries.into_iter().enumerate() {
        let right = if entry.newlines >= 2 { Doc::Line } else { entry.next_line };
        let mut parts = Vec::new();
        if !left.is_empty() {
            parts.push(left);
        }
        parts.push(entry.doc);
        if index + 1 < count && !right.is_empty() {
            parts.push(Doc::CollapseLines(2));
            parts.push(right.clone());
        }
        docs.push(concat(parts).group());
        left = right;
    }
    docs
}
