//! Elixir text to a generic call tree. Parsing never fails: what cannot be read becomes [`Kind::Error`].
//!
//! This is the only module that knows the node kinds of tree-sitter grammars. It must not know any name of the DSL:
//! recovery goes by layout and syntax alone.
//!
//! [`SourceTree`] is for files that people edit. It reads in two layers: the outline, which cuts the file into blocks by
//! its layout, and the stock Elixir grammar on each chunk. [`parse_expressions`] reads well-formed text at once.

mod builder;
mod change;
mod chunk;
mod convert;
mod delimiters;
mod enclosing;
pub mod expression;
mod header;
mod layout;
mod node_kind;
mod outline;
mod piece;
mod quoted;
mod repair;
mod retired;
mod shift;
mod skim;
mod source_tree;
#[cfg(test)]
mod tests;

mod trouble;
mod unchanged;

use std::ffi::c_void;

use crate::text::Range;
pub use expression::{Argument, Call, Clause, DoBlock, Expr, Kind, Sigil, StringPart, Target};
pub use outline::language as outline_language;
pub use skim::{Interest, LEFT_OUT};
pub use source_tree::{Issue, SourceTree};

/// The top-level expressions of `text`, read as one piece of well-formed Elixir. Ranges are bytes of `text`.
///
/// For files that are being edited use [`SourceTree`], which survives broken code; this one is for migrations,
/// configuration and snippets.
pub fn parse_expressions(text: &str) -> Vec<Expr> {
    chunk::Chunk::parse(text).expressions(0)
}

/// Like [`parse_expressions`], for a file of which only a part matters: blocks without `interest` are empty but for
/// [`LEFT_OUT`]. Broken code is read as [`SourceTree`] reads it, and the first issue comes along.
pub fn parse_skimmed(text: &str, interest: Interest) -> (Vec<Expr>, Option<Issue>) {
    let skimmed = skim::skim(text, interest);
    let chunk = chunk::Chunk::parse(&skimmed.text);
    if chunk.verdict() == trouble::Verdict::Clean {
        let mut expressions = chunk.expressions(0);
        skimmed.restore(&mut expressions);
        return (expressions, None);
    }
    // Layout lies in some files; nobody is typing here, so what the grammar accepts counts.
    if let Some(whole) = well_formed(text) {
        return (whole.expressions(0), None);
    }
    let tree = SourceTree::parse(text);
    let trouble = tree.issues().first().cloned();
    (tree.into_expressions(), trouble)
}

/// The top-level expressions of `text` for somebody who looks for `words`: blocks that have none of them are empty but
/// for [`LEFT_OUT`]. Broken code is read whole, as [`SourceTree`] reads it.
pub fn parse_around(text: &str, words: &[&str]) -> Vec<Expr> {
    let mut hits: Vec<usize> = words.iter().flat_map(|word| text.match_indices(word)).map(|(at, _)| at).collect();
    hits.sort_unstable();
    let skimmed = skim::skim_around(text, &hits);
    let chunk = chunk::Chunk::parse(&skimmed.text);
    if chunk.verdict() != trouble::Verdict::Clean {
        return SourceTree::parse(text).into_expressions();
    }
    let mut expressions = chunk.expressions(0);
    skimmed.restore(&mut expressions);
    expressions
}

/// What the parser's C code takes its memory from: the counterparts of `malloc`, `calloc`, `realloc` and `free`.
#[derive(Debug, Clone, Copy)]
pub struct ParserMemory {
    pub malloc: unsafe extern "C" fn(usize) -> *mut c_void,
    pub calloc: unsafe extern "C" fn(usize, usize) -> *mut c_void,
    pub realloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    pub free: unsafe extern "C" fn(*mut c_void),
}

impl ParserMemory {
    /// Makes the parser use these functions from now on.
    ///
    /// # Safety
    /// Only before anything was parsed and while there is one thread; the functions have to do what their names say.
    pub unsafe fn install(self) {
        // Safe: the caller's promise is the one that tree-sitter asks for.
        unsafe {
            tree_sitter::set_allocator(Some(self.malloc), Some(self.calloc), Some(self.realloc), Some(self.free));
        }
    }
}

/// Whether the whole of `text` is Elixir as it stands, whatever its layout.
pub fn is_well_formed(text: &str) -> bool {
    well_formed(text).is_some()
}

fn well_formed(text: &str) -> Option<chunk::Chunk<'_>> {
    let whole = chunk::Chunk::parse(text);
    let believed = whole.verdict() <= trouble::Verdict::Layout || (layout::lies(text) && whole.is_sound());
    believed.then_some(whole)
}

/// Like [`parse_expressions`], for text that has to be whole to mean anything: fails with the bytes of the first place
/// that is not well-formed.
///
/// # Errors
/// The place that tree-sitter could not fit in, or had to invent something at.
pub fn parse_strictly(text: &str) -> Result<Vec<Expr>, Range> {
    let chunk = chunk::Chunk::parse(text);
    match chunk.first_error() {
        Some(range) => Err(range),
        None => Ok(chunk.expressions(0)),
    }
}
