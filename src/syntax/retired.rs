//! Chunks that an edit took out of the tree, kept for a while: undo, a moved line and a retyped header bring them back.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Expr;
use super::shift::shift;

/// Text of all kept chunks together, in bytes. Expressions take about ten times as much.
const MAX_BYTES: usize = 64 * 1024;

/// Chunks by their text, with expressions relative to the chunk. The oldest go first.
#[derive(Debug, Clone, Default)]
pub(super) struct Retired {
    chunks: FxHashMap<Arc<str>, Vec<Expr>>,
    /// Oldest first; may name chunks that were taken.
    order: VecDeque<Arc<str>>,
    bytes: usize,
}

impl Retired {
    /// Keeps the `expressions` of a chunk that stood at byte `offset`.
    pub fn keep(&mut self, text: &str, mut expressions: Vec<Expr>, offset: usize) {
        if text.len() > MAX_BYTES / 4 || self.chunks.contains_key(text) {
            return;
        }
        shift(&mut expressions, -(offset as isize));
        let key: Arc<str> = text.into();
        self.bytes += key.len();
        self.chunks.insert(Arc::clone(&key), expressions);
        self.order.push_back(key);
        while self.bytes > MAX_BYTES || self.order.len() > 2 * self.chunks.len() + 16 {
            let Some(oldest) = self.order.pop_front() else { return };
            if self.chunks.remove(&oldest).is_some() {
                self.bytes -= oldest.len();
            }
        }
    }

    /// Takes the expressions of a chunk that now stands at byte `offset`.
    pub fn take(&mut self, text: &str, offset: usize) -> Option<Vec<Expr>> {
        let mut expressions = self.chunks.remove(text)?;
        self.bytes -= text.len();
        shift(&mut expressions, offset as isize);
        Some(expressions)
    }
}
