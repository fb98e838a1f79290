//! Bytes, ranges, edits and positions. Every position in the core is a byte offset into UTF-8 text; lines and columns
//! exist only here, for the edges that need them.
//!
//! The only module that knows ropey. It must not know Elixir or the language server protocol's types.

mod document;
mod line_index;
mod position;
mod range;
#[cfg(test)]
mod tests;

pub use document::{EditError, Text};
pub use line_index::LineIndex;
pub use position::{Encoding, Position, PositionError};
pub use range::Range;
