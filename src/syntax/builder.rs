//! Reads the items of an outline: each chunk is parsed by itself, and only a chunk that is in trouble, or long, is split
//! into its header and the items of its body.
//!
//! The result is a function of the text alone. What had been read before an edit is only taken over where reading it
//! again would give the same.

use super::change::Change;
use super::chunk::Chunk;
use super::delimiters::Delimiters;
use super::expression::{Expr, Kind};
use super::header::{Header, header_length, read_header};
use super::outline::{Item, Parts};
use super::piece::{Built, Level, Piece, Shape, Split, block_mut};
use super::repair::repair;
use super::retired::Retired;
use super::shift::{shift, shifted};
use super::source_tree::Issue;
use super::trouble::Verdict;
use super::unchanged::Unchanged;
use crate::text::Range;

/// Blocks of more bytes are split without being parsed as a whole first, so that a keystroke re-parses little.
const LONG: usize = 1000;
/// Blocks deeper than this are not split, so that hostile input cannot exhaust the stack.
const MAX_DEPTH: usize = 48;

/// Reads one version of a text.
pub(super) struct Builder<'a> {
    pub text: &'a str,
    /// The version before, and how it differs.
    pub before: Option<(&'a str, Change)>,
    pub retired: &'a mut Retired,
}

/// What was read of the same item before the edit, at its old place.
enum Old {
    None,
    /// The item's text is the same.
    Same(Built),
    /// The item begins at the same byte, its text differs.
    Edited(Built),
}

impl Builder<'_> {
    /// Reads the items of one level; `old` is the level that stood there before the edit. What did not change stays where
    /// it is and is only moved.
    pub fn level(&mut self, items: &[Item<'_>], mut old: Level, depth: usize) -> Level {
        let Unchanged { front, back } = self.unchanged(items, &old);
        let delta = self.before.map_or(0, |(_, change)| change.delta());
        let middle = front.pieces..old.pieces.len() - back.pieces;
        let middle_expressions = front.expressions..old.expressions.len() - back.expressions;
        old.pieces[middle.end..].iter_mut().for_each(|piece| piece.shift(delta));
        shift(&mut old.expressions[middle_expressions.end..], delta);
        let old_middle = Level {
            pieces: old.pieces.drain(middle.clone()).collect(),
            expressions: old.expressions.drain(middle_expressions.clone()).collect(),
        };
        let new_middle = self.items(&items[front.pieces..items.len() - back.pieces], old_middle, depth);
        old.pieces.splice(middle.start..middle.start, new_middle.pieces);
        old.expressions.splice(middle_expressions.start..middle_expressions.start, new_middle.expressions);
        old
    }

    /// Reads items that differ from those that stood there before.
    fn items(&mut self, items: &[Item<'_>], old: Level, depth: usize) -> Level {
        let starts: Vec<usize> = old.pieces.iter().map(|piece| piece.range.start).collect();
        let mut slots: Vec<Option<Built>> = old.into_built().into_iter().map(Some).collect();
        let matched: Vec<Old> = items.iter().map(|item| self.find_old(item.range(), &starts, &mut slots)).collect();
        for built in slots.into_iter().flatten() {
            self.retire(built);
        }
        let mut level = Level::default();
        for (item, old) in items.iter().zip(matched) {
            level.push(self.item(*item, old, depth));
        }
        level
    }

    fn find_old(&self, range: Range, starts: &[usize], slots: &mut [Option<Built>]) -> Old {
        let Some((_, change)) = self.before else { return Old::None };
        let same = change.old_range(range);
        if same.is_none() && range.start > change.start {
            return Old::None;
        }
        let start = same.unwrap_or(range).start;
        let Some(slot) = starts.binary_search(&start).ok().and_then(|index| slots.get_mut(index)) else {
            return Old::None;
        };
        match slot.take() {
            Some(built) if Some(built.piece.range) == same => Old::Same(built),
            Some(built) if range.start <= change.start => Old::Edited(built),
            other => {
                *slot = other;
                Old::None
            }
        }
    }

    /// How far an item that did not change has moved.
    fn delta(&self, range: Range) -> isize {
        match self.before {
            Some((_, change)) if range.end > change.start => change.delta(),
            _ => 0,
        }
    }

    /// Puts away what is not in the tree any more.
    fn retire(&mut self, mut built: Built) {
        let Some((old_text, _)) = self.before else { return };
        match built.piece.shape {
            Shape::Whole => {
                let range = built.piece.range;
                self.retired.keep(range.slice(old_text), built.expressions, range.start);
            }
            Shape::Split(_) => {
                for built in built.take_body().into_built() {
                    self.retire(built);
                }
            }
            Shape::Enclosed { .. } | Shape::Repaired { .. } => {}
        }
    }

    fn retire_any(&mut self, built: Option<Built>) {
        if let Some(built) = built {
            self.retire(built);
        }
    }

    fn retire_level(&mut self, level: Level) {
        for built in level.into_built() {
            self.retire(built);
        }
    }

    fn item(&mut self, item: Item<'_>, old: Old, depth: usize) -> Built {
        let range = item.range();
        let delta = self.delta(range);
        let (mut verdict, old, same) = match old {
            Old::Same(mut built) if self.still_holds(item, &built.piece, &built.expressions) => {
                built.shift(delta);
                return built;
            }
            Old::Same(built) => (built.piece.verdict, Some(built), true),
            Old::Edited(built) => (None, Some(built), false),
            Old::None => (None, None, false),
        };
        let splittable = item.is_block() && depth < MAX_DEPTH;
        let long = splittable && range.len() > LONG;
        let mut whole = self.retired.take(range.slice(self.text), range.start);
        if whole.is_none() && !long {
            whole = self.parse(range, Verdict::Clean, &mut verdict);
        }
        if let Some(expressions) = whole {
            self.retire_any(old);
            return finish(range, Some(Verdict::Clean), Shape::Whole, expressions);
        }
        let length = if splittable { header_length(range.slice(self.text)) } else { None };
        match length {
            Some(length) => self.block(item, length, old, same, verdict, depth),
            None => self.leaf(item, old, same, verdict),
        }
    }

    /// Reads a block whose header is `length` bytes long by header and body.
    fn block(
        &mut self,
        item: Item<'_>,
        length: usize,
        mut old: Option<Built>,
        same: bool,
        mut verdict: Option<Verdict>,
        depth: usize,
    ) -> Built {
        let range = item.range();
        let header_range = Range::new(range.start, range.start + length);
        let old_body = old.as_mut().map(Built::take_body).unwrap_or_default();
        let header = old
            .as_mut()
            .and_then(|old| self.old_header(old, header_range))
            .unwrap_or_else(|| read_header(header_range.slice(self.text), range.start));
        let parts = item.parts(self.text, header_range.end, keeps_orphans(header.call.as_ref()));
        if parts.body.is_empty() {
            self.retire_level(old_body);
            return self.leaf(item, old, same, verdict);
        }
        let simple = self.is_simple(&parts);
        if (!simple || header.issue.is_some())
            && let Some(expressions) = self.parse(range, Verdict::Clean, &mut verdict)
        {
            self.retire_level(old_body);
            self.retire_any(old);
            return finish(range, verdict, Shape::Whole, expressions);
        }
        self.retire_any(old);
        let body = self.level(&parts.body, old_body, depth + 1);
        let end_issue = end_issue(header_range, &parts, range, simple);
        let in_trouble = end_issue.is_some() || header.issue.is_some() || body.pieces.iter().any(Piece::has_issue);
        if in_trouble && let Some(expressions) = self.enclosing(range, &body, simple, &mut verdict) {
            return finish(range, verdict, Shape::Enclosed { structure: item.structure() }, expressions);
        }
        let end = parts.end.map_or(range.end, |end| end.start + "end".len());
        let shell = header.call.is_some();
        let expressions = join(header.call, header_range, body.expressions, end);
        let split = Split { header: length, shell, pieces: body.pieces, header_issue: header.issue, end_issue };
        finish(range, verdict, Shape::Split(Box::new(split)), expressions)
    }

    /// The header as it was read before, if its text is the same. `old` is a block without its body.
    fn old_header(&self, old: &mut Built, range: Range) -> Option<Header> {
        let (old_text, _) = self.before?;
        let old_start = old.piece.range.start;
        let Shape::Split(split) = &mut old.piece.shape else { return None };
        let old_range = Range::new(old_start, old_start + split.header);
        if !split.shell || old_range.slice(old_text) != range.slice(self.text) {
            return None;
        }
        let delta = range.start.wrapping_sub(old_start) as isize;
        let mut issue = split.header_issue.take();
        if let Some(issue) = &mut issue {
            issue.range = shifted(issue.range, delta);
        }
        shift(&mut old.expressions, delta);
        Some(Header { call: old.expressions.pop(), issue })
    }

    /// Whether the parts of a block can be read one by one without loss.
    pub(super) fn is_simple(&self, parts: &Parts<'_>) -> bool {
        let nothing_behind_end = parts.end.is_none_or(|end| {
            let rest = end.slice(self.text)["end".len()..].trim_start();
            rest.is_empty() || rest.starts_with('#')
        });
        let clauses = parts.body.iter().any(|item| {
            let line = item.range().slice(self.text).lines().next().unwrap_or_default();
            line.split_once("->").is_some_and(|(before, _)| !before.contains("fn"))
        });
        parts.simple && nothing_behind_end && !clauses
    }

    /// Reads an item that cannot be split.
    fn leaf(&mut self, item: Item<'_>, old: Option<Built>, same: bool, mut verdict: Option<Verdict>) -> Built {
        let range = item.range();
        if let Some(expressions) = self.parse(range, Verdict::Layout, &mut verdict) {
            self.retire_any(old);
            let clean = verdict == Some(Verdict::Clean);
            let shape = if clean { Shape::Whole } else { Shape::Enclosed { structure: item.structure() } };
            return finish(range, verdict, shape, expressions);
        }
        match old {
            Some(mut built) if same && matches!(built.piece.shape, Shape::Repaired { .. }) => {
                built.shift(self.delta(range));
                return built;
            }
            other => self.retire_any(other),
        }
        let text = range.slice(self.text);
        let indent = text.len() - text.trim_start().len();
        let (at, message) = Delimiters::of(text).complaint(text).unwrap_or((indent, "syntax error".to_owned()));
        let line_end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let issue_range = Range::new(range.start + at, range.start + line_end);
        let expressions = match repair(text, "") {
            Some(mut expressions) => {
                shift(&mut expressions, range.start as isize);
                expressions
            }
            None => vec![Expr { range: Range::new(range.start + indent, range.end), kind: Kind::Error }],
        };
        let issue = Issue { range: issue_range, message };
        finish(range, verdict, Shape::Repaired { issue }, expressions)
    }

    /// Parses `range` at once. `None` when the tree is worse than `worst`, which `known` may tell beforehand.
    pub(super) fn parse(&self, range: Range, worst: Verdict, known: &mut Option<Verdict>) -> Option<Vec<Expr>> {
        if known.is_some_and(|known| known > worst) {
            return None;
        }
        let chunk = Chunk::parse(range.slice(self.text));
        let verdict = chunk.verdict();
        *known = Some(verdict);
        (verdict <= worst).then(|| chunk.expressions(range.start))
    }
}

fn finish(range: Range, verdict: Option<Verdict>, shape: Shape, expressions: Vec<Expr>) -> Built {
    Built { piece: Piece { range, expressions: expressions.len(), verdict, shape }, expressions }
}

/// A module or a section keeps what follows a second `end`; an entity does not.
pub(super) fn keeps_orphans(call: Option<&Expr>) -> bool {
    let Some(call) = call.and_then(Expr::as_call) else { return true };
    call.arguments.is_empty() || call.local_name() == Some("defmodule")
}

fn end_issue(header: Range, parts: &Parts<'_>, block: Range, simple: bool) -> Option<Issue> {
    let Some(end) = parts.end else {
        return Some(Issue { range: header, message: "`do` is never closed".to_owned() });
    };
    let range = Range::new(end.start, block.end);
    (!simple).then(|| Issue { range, message: "the parts of this block could not be told apart".to_owned() })
}

/// Puts the body into the call of the header, or behind an error that stands for it.
fn join(call: Option<Expr>, header: Range, body: Vec<Expr>, end: usize) -> Vec<Expr> {
    let Some(mut call) = call else {
        let mut expressions = vec![Expr { range: header, kind: Kind::Error }];
        expressions.extend(body);
        return expressions;
    };
    call.range.end = end;
    if let Some(block) = block_mut(&mut call) {
        block.range.end = end;
        block.body = body;
    }
    vec![call]
}
