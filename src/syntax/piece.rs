//! How a stretch of the file was read: what is kept beside the expressions, so that an edit touches only what it must.

use super::shift::{shift, shifted};
use super::source_tree::Issue;
use super::trouble::Verdict;
use super::{DoBlock, Expr, Kind};
use crate::text::Range;

/// An item of the outline, and how its expressions came about.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Bytes of the file, from the indentation of the first line.
    pub range: Range,
    /// How many expressions it contributes to its level.
    pub expressions: usize,
    /// What parsing the whole text at once said, if that was tried.
    pub verdict: Option<Verdict>,
    pub shape: Shape,
}

/// How a piece was read.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Parsed by itself, without any doubt. Depends on nothing but the text.
    Whole,
    /// Parsed by itself although its layout says otherwise; `structure` is the outline's, which the decision depends on.
    Enclosed { structure: u64 },
    /// Parsed after a repair, or left out. Depends on nothing but the text.
    Repaired { issue: Issue },
    /// Header and body read apart.
    Split(Box<Split>),
}

/// A block whose body was read item by item.
#[derive(Debug, Clone)]
pub(super) struct Split {
    /// Length of the header in bytes, to the end of the line that ends in `do`.
    pub header: usize,
    /// Whether the header was read as a call that the body belongs to. If not, one [`Kind::Error`] stands for it, and
    /// the body follows on the same level.
    pub shell: bool,
    pub pieces: Vec<Piece>,
    /// What is wrong with the header.
    pub header_issue: Option<Issue>,
    /// What is wrong with the end of the block, or with what stands between its parts.
    pub end_issue: Option<Issue>,
}

/// Pieces of one level with their expressions, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    pub pieces: Vec<Piece>,
    pub expressions: Vec<Expr>,
}

/// A piece with its expressions.
#[derive(Debug)]
pub(super) struct Built {
    pub piece: Piece,
    pub expressions: Vec<Expr>,
}

impl Piece {
    /// Moves the piece by `delta` bytes.
    pub fn shift(&mut self, delta: isize) {
        if delta == 0 {
            return;
        }
        self.range = shifted(self.range, delta);
        match &mut self.shape {
            Shape::Whole | Shape::Enclosed { .. } => {}
            Shape::Repaired { issue } => issue.range = shifted(issue.range, delta),
            Shape::Split(split) => {
                split.pieces.iter_mut().for_each(|piece| piece.shift(delta));
                for issue in split.header_issue.iter_mut().chain(&mut split.end_issue) {
                    issue.range = shifted(issue.range, delta);
                }
            }
        }
    }

    /// Adds the issues of the piece, in no order.
    pub fn collect_issues(&self, issues: &mut Vec<Issue>) {
        match &self.shape {
            Shape::Whole | Shape::Enclosed { .. } => {}
            Shape::Repaired { issue } => issues.push(issue.clone()),
            Shape::Split(split) => {
                issues.extend(split.header_issue.iter().chain(&split.end_issue).cloned());
                split.pieces.iter().for_each(|piece| piece.collect_issues(issues));
            }
        }
    }

    /// Whether there is any issue in the piece.
    pub fn has_issue(&self) -> bool {
        match &self.shape {
            Shape::Whole | Shape::Enclosed { .. } => false,
            Shape::Repaired { .. } => true,
            Shape::Split(split) => {
                split.header_issue.is_some() || split.end_issue.is_some() || split.pieces.iter().any(Piece::has_issue)
            }
        }
    }
}

impl Built {
    pub fn shift(&mut self, delta: isize) {
        self.piece.shift(delta);
        shift(&mut self.expressions, delta);
    }

    /// Takes the body of a split block out, and leaves the shell: the header's call with an empty body, or nothing.
    pub fn take_body(&mut self) -> Level {
        let Shape::Split(split) = &mut self.piece.shape else { return Level::default() };
        let pieces = std::mem::take(&mut split.pieces);
        let expressions = if split.shell {
            self.expressions.first_mut().and_then(block_mut).map(|block| std::mem::take(&mut block.body))
        } else {
            Some(self.expressions.split_off(self.expressions.len().min(1)))
        };
        Level { pieces, expressions: expressions.unwrap_or_default() }
    }
}

impl Level {
    pub fn push(&mut self, built: Built) {
        self.pieces.push(built.piece);
        self.expressions.extend(built.expressions);
    }

    /// The pieces, each with its own expressions.
    pub fn into_built(self) -> Vec<Built> {
        let mut expressions = self.expressions.into_iter();
        self.pieces
            .into_iter()
            .map(|piece| Built { expressions: expressions.by_ref().take(piece.expressions).collect(), piece })
            .collect()
    }
}

/// The `do` block of a call.
pub(super) fn block_mut(expression: &mut Expr) -> Option<&mut DoBlock> {
    match &mut expression.kind {
        Kind::Call(call) => call.block.as_deref_mut(),
        _ => None,
    }
}
