//! Reads a chunk that does not parse: closes what is open, or leaves out as little as makes it parse.

use super::chunk::Chunk;
use super::delimiters::{Delimiters, Opener};
use super::shift::map_ranges;
use super::trouble::Verdict;
use super::{Expr, Kind};
use crate::text::Range;

/// Longer chunks are not repaired; no entity is that long.
const MAX_LENGTH: usize = 16 * 1024;
/// How many words at the end, and how many lines, are left out one after the other.
const MAX_CUTS: usize = 12;

/// Reads `text` with as small a change as makes it parse, followed by `suffix`, which is taken as it is. The ranges of
/// the result are bytes of `text` followed by `suffix`; what was made up is [`Kind::Error`]. `None` when nothing helps.
pub(super) fn repair(text: &str, suffix: &str) -> Option<Vec<Expr>> {
    let text = text.trim_end();
    if text.len() > MAX_LENGTH {
        return None;
    }
    patches(text).into_iter().find_map(|patch| patch.apply(text, suffix))
}

/// `text[..cut] + insert + text[resume..]`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Patch {
    cut: usize,
    insert: String,
    resume: usize,
}

impl Patch {
    /// The expressions of the patched text, if it parses.
    fn apply(&self, text: &str, suffix: &str) -> Option<Vec<Expr>> {
        let patched = [&text[..self.cut], &self.insert, &text[self.resume..], suffix].concat();
        let chunk = Chunk::parse(&patched);
        if chunk.verdict() > Verdict::Layout {
            return None;
        }
        let mut expressions = chunk.expressions(0);
        let inserted = Range::new(self.cut, self.cut + self.insert.len());
        map_ranges(&mut expressions, &mut |range, kind| {
            if let Some(kind) = kind
                && inserted.contains(*range)
                && !range.is_empty()
            {
                *kind = Kind::Error;
            }
            *range = Range::new(self.original(range.start), self.original(range.end));
        });
        Some(expressions)
    }

    /// Where byte `offset` of the patched text stood.
    fn original(&self, offset: usize) -> usize {
        if offset <= self.cut {
            offset
        } else if offset < self.cut + self.insert.len() {
            self.cut
        } else {
            offset - self.cut - self.insert.len() + self.resume
        }
    }
}

/// What may help, the least loss first.
fn patches(text: &str) -> Vec<Patch> {
    let delimiters = Delimiters::of(text);
    let mut patches = Vec::new();
    // A stray delimiter in front of a statement.
    let indent = text.len() - text.trim_start().len();
    if !text[indent..].starts_with(|c: char| c.is_alphanumeric() || "_@%:\"'~".contains(c))
        && let Some(length) = text[indent..].find(|c: char| c.is_alphabetic())
    {
        patches.push(Patch { cut: indent, insert: String::new(), resume: indent + length });
    }
    close(text, text.len(), &mut patches);
    if let Some(line_end) = opener_line_end(text, &delimiters) {
        let head = &text[..line_end];
        let comma = head.trim_end().trim_end_matches(',').len();
        for cut in [comma, head.trim_end().len()] {
            let insert = Delimiters::of(&text[..cut]).closing();
            patches.push(Patch { cut, insert, resume: cut });
        }
    }
    // Without the line that opens something, then without any other line but the first.
    let lines = line_starts(text);
    let broken = delimiters.open.last().map(|(_, at)| *at).or(delimiters.stray.first().copied());
    let mut order: Vec<usize> = (1..lines.len()).rev().take(MAX_CUTS).collect();
    order.sort_by_key(|line| broken.is_none_or(|at| at < lines[*line] || line_end(&lines, *line, text) <= at));
    for line in order {
        let end = line_end(&lines, line, text);
        patches.push(Patch { cut: lines[line], insert: String::new(), resume: end });
    }
    // Word by word, then line by line from the end.
    let mut end = text.len();
    for _ in 0..MAX_CUTS {
        let Some(cut) = previous_word(&text[..end]) else { break };
        close(text, cut, &mut patches);
        end = cut;
    }
    for start in lines.into_iter().skip(1).rev().take(MAX_CUTS) {
        close(text, text[..start].trim_end().len(), &mut patches);
    }
    patches
}

/// Ends the text at `end` and closes what is open there: as it is, with a made-up value, and without a trailing comma.
fn close(text: &str, end: usize, patches: &mut Vec<Patch>) {
    let head = text[..end].trim_end();
    if head.is_empty() {
        return;
    }
    // Behind a comment, only a new line is code again.
    let last_line = head.rsplit('\n').next().unwrap_or(head);
    let separator = if last_line.contains('#') { "\n" } else { "" };
    let closing = format!("{separator}{}", Delimiters::of(head).closing());
    let bare = head.trim_end_matches(',').trim_end();
    let mut push = |cut: usize, insert: String| patches.push(Patch { cut, insert, resume: text.len() });
    push(head.len(), closing.clone());
    if bare.len() < head.len() {
        push(bare.len(), Delimiters::of(bare).closing());
    } else {
        push(head.len(), format!("{separator} nil{closing}"));
    }
}

/// The end of the line that holds the outermost open delimiter, when lines follow.
fn opener_line_end(text: &str, delimiters: &Delimiters) -> Option<usize> {
    let (opener, at) = delimiters.open.first()?;
    if matches!(opener, Opener::Do | Opener::Fn) {
        return None;
    }
    text[*at..].find('\n').map(|length| at + length)
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

fn line_end(lines: &[usize], line: usize, text: &str) -> usize {
    lines.get(line + 1).copied().unwrap_or(text.len())
}

/// Where the last word of `text` begins, if others stand before it.
fn previous_word(text: &str) -> Option<usize> {
    let text = text.trim_end();
    let cut = text.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '{'))?;
    let cut = if text[cut..].starts_with(char::is_whitespace) { text[..cut].trim_end().len() } else { cut };
    (cut > 0).then_some(cut)
}
