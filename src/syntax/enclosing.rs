//! Files whose layout lies: code that was never formatted, a plain string over several lines. The outline tears apart
//! what belongs together there, and reading the enclosing block, or the whole file, at once is right.

use super::builder::Builder;
use super::chunk::Chunk;
use super::delimiters::Delimiters;
use super::expression::{Expr, Kind};
use super::piece::{Level, Piece, Shape};
use super::trouble::Verdict;
use crate::text::Range;

impl Builder<'_> {
    /// Reads `range` at once, if that can be believed although parts of it are in trouble. `level` is what was read part
    /// by part; `simple` tells whether reading by parts can be right at all; `known` is what parsing the range said.
    pub fn enclosing(
        &self,
        range: Range,
        level: &Level,
        simple: bool,
        known: &mut Option<Verdict>,
    ) -> Option<Vec<Expr>> {
        let text = range.slice(self.text);
        let worth_trying = known.is_none_or(|known| known <= Verdict::Layout)
            && (!simple || self.torn(&level.pieces))
            && Delimiters::of(text).balanced();
        if !worth_trying {
            return None;
        }
        let chunk = Chunk::parse(text);
        let (verdict, contradictions) = chunk.judge();
        *known = Some(verdict);
        // The reading that has less against it is right.
        let mut issues = Vec::new();
        level.pieces.iter().for_each(|piece| piece.collect_issues(&mut issues));
        if verdict > Verdict::Layout || (simple && contradictions > issues.len()) {
            return None;
        }
        let texts = chunk.outdented_texts();
        let swallows_code = texts.into_iter().any(|quoted| {
            let quoted = Range::new(range.start + quoted.start, range.start + quoted.end);
            holds_code(&level.pieces, &level.expressions, quoted)
        });
        (!swallows_code).then(|| chunk.expressions(range.start))
    }

    /// Reads the whole text, whose layout lies, by the grammar alone.
    pub fn whole(&self) -> Option<Vec<Expr>> {
        if !Delimiters::of(self.text).balanced() {
            return None;
        }
        let chunk = Chunk::parse(self.text);
        chunk.is_sound().then(|| chunk.expressions(0))
    }

    /// Whether issues in `pieces` look like parts of one thing that the outline tore apart.
    fn torn(&self, pieces: &[Piece]) -> bool {
        let goes_on = |next: &Piece| {
            let text = next.range.slice(self.text).trim_start();
            next.has_issue() || !text.starts_with(|c: char| c.is_alphabetic() || "@_".contains(c))
        };
        pieces.iter().any(|piece| self.piece_torn(piece))
            || pieces.iter().zip(pieces.iter().skip(1)).any(|(piece, next)| piece.has_issue() && goes_on(next))
    }

    fn piece_torn(&self, piece: &Piece) -> bool {
        match &piece.shape {
            Shape::Whole | Shape::Enclosed { .. } => false,
            Shape::Repaired { .. } => !Delimiters::of(piece.range.slice(self.text)).balanced(),
            Shape::Split(split) => split.end_issue.is_some() || self.torn(&split.pieces),
        }
    }
}

/// Whether a piece that lies in `quoted` was read without trouble and looks like a declaration.
fn holds_code(pieces: &[Piece], expressions: &[Expr], quoted: Range) -> bool {
    let mut rest = expressions;
    pieces.iter().any(|piece| {
        let (own, others) = rest.split_at(piece.expressions.min(rest.len()));
        rest = others;
        match &piece.shape {
            _ if piece.range.end <= quoted.start || quoted.end <= piece.range.start => false,
            Shape::Whole => quoted.contains(piece.range) && own.first().is_some_and(looks_declared),
            Shape::Split(split) => {
                let block = own.first().and_then(Expr::as_call).and_then(|call| call.block.as_ref());
                let body = block.filter(|_| split.shell).map_or(own.get(1..), |block| Some(&block.body));
                holds_code(&split.pieces, body.unwrap_or_default(), quoted)
            }
            Shape::Enclosed { .. } | Shape::Repaired { .. } => false,
        }
    })
}

/// A call with a block, an option, parentheses, or a literal name, list or flag as its first argument: rare in prose and
/// in SQL.
fn looks_declared(expression: &Expr) -> bool {
    let Some(call) = expression.as_call() else { return false };
    let literal = call.positional().next().is_some_and(|argument| {
        matches!(argument.kind, Kind::Atom(_) | Kind::Alias(_) | Kind::Bool(_) | Kind::List(_))
    });
    literal || call.parens || call.block.is_some() || !call.keywords().is_empty()
}
