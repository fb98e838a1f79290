//! Elixir text to a generic call tree. Parsing never fails: what cannot be read becomes [`Kind::Error`].
//!
//! This is the only module that knows the node kinds of tree-sitter grammars.

pub mod expression;

pub use expression::{Argument, Call, Clause, DoBlock, Expr, Kind, StringPart, Target};
