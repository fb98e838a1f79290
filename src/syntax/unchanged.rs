//! Finds what an edit left alone: pieces before and behind it that would be read again as they were.

use super::Expr;
use super::builder::{Builder, keeps_orphans};
use super::outline::Item;
use super::piece::{Level, Piece, Shape, Split};

/// Pieces of a level, and the expressions they contribute.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub pieces: usize,
    pub expressions: usize,
}

/// How much of a level stays, at both ends.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unchanged {
    pub front: Count,
    pub back: Count,
}

impl Builder<'_> {
    /// How much of `old` is the same for `items`.
    pub fn unchanged(&self, items: &[Item<'_>], old: &Level) -> Unchanged {
        let mut unchanged = Unchanged::default();
        let Some((_, change)) = self.before else { return unchanged };
        let Unchanged { front, back } = &mut unchanged;
        for (item, piece) in items.iter().zip(&old.pieces) {
            let expressions = &old.expressions[front.expressions..front.expressions + piece.expressions];
            if item.range().end > change.start || !self.same(*item, piece, expressions) {
                break;
            }
            front.add(piece);
        }
        let rest = front.pieces..;
        let pairs = items.get(rest.clone()).into_iter().flatten().rev().zip(old.pieces[rest].iter().rev());
        for (item, piece) in pairs {
            let end = old.expressions.len() - back.expressions;
            let expressions = &old.expressions[end - piece.expressions..end];
            if item.range().start < change.new_end || !self.same(*item, piece, expressions) {
                break;
            }
            back.add(piece);
        }
        unchanged
    }

    /// Whether `item` is what `piece` was read of, and reading it would give the same again.
    fn same(&self, item: Item<'_>, piece: &Piece, expressions: &[Expr]) -> bool {
        let old_range = self.before.and_then(|(_, change)| change.old_range(item.range()));
        old_range == Some(piece.range) && self.still_holds(item, piece, expressions)
    }

    /// Whether reading `item`, whose text is the same as before, would give what it gave before. May say no too often.
    pub(super) fn still_holds(&self, item: Item<'_>, piece: &Piece, expressions: &[Expr]) -> bool {
        match &piece.shape {
            Shape::Whole => true,
            Shape::Enclosed { structure } => item.structure() == *structure,
            Shape::Repaired { .. } => !item.is_block(),
            Shape::Split(split) => self.split_holds(item, piece, split, expressions),
        }
    }

    fn split_holds(&self, item: Item<'_>, piece: &Piece, split: &Split, expressions: &[Expr]) -> bool {
        if !split.shell || split.header_issue.is_some() || split.end_issue.is_some() {
            return false;
        }
        let Some((shell, block)) =
            expressions.first().and_then(|shell| Some((shell, shell.as_call()?.block.as_ref()?)))
        else {
            return false;
        };
        let start = item.range().start;
        let parts = item.parts(self.text, start + split.header, keeps_orphans(Some(shell)));
        let end = parts.end.map(|end| end.start + "end".len() - start);
        if !parts.simple || end != Some(shell.range.end - piece.range.start) || parts.body.len() != split.pieces.len() {
            return false;
        }
        let mut rest = block.body.as_slice();
        let same = parts.body.iter().zip(&split.pieces).all(|(item, piece)| {
            let (own, others) = rest.split_at(piece.expressions.min(rest.len()));
            rest = others;
            self.same(*item, piece, own)
        });
        // With trouble in the body, the block may be read at once.
        same && !split.pieces.iter().any(Piece::has_issue)
    }
}

impl Count {
    fn add(&mut self, piece: &Piece) {
        self.pieces += 1;
        self.expressions += piece.expressions;
    }
}
