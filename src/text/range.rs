//! A half-open range of bytes.

/// Bytes `start..end` of one text: `start` inclusive, `end` exclusive, both counted from the beginning of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Range {
    pub start: usize,
    pub end: usize,
}

impl Range {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Range {
        debug_assert!(start <= end);
        Range { start, end }
    }

    /// The empty range at `offset`.
    pub fn empty(offset: usize) -> Range {
        Range { start: offset, end: offset }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the range covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies in the range or at its end, as a cursor does.
    pub fn touches(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Range) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that covers both.
    pub fn cover(self, other: Range) -> Range {
        Range { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The part of `text` the range covers.
    ///
    /// # Panics
    /// When the range is outside `text` or cuts a character.
    pub fn slice(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

impl From<std::ops::Range<usize>> for Range {
    fn from(range: std::ops::Range<usize>) -> Range {
        Range { start: range.start, end: range.end }
    }
}
