//! Bytes, ranges and edits. Every position in the core is a byte offset into UTF-8 text.

mod range;

pub use range::Range;
