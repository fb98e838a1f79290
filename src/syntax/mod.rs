//! Elixir text to a generic call tree. Parsing never fails: what cannot be read becomes [`Kind::Error`].
//!
//! This is the only module that knows the node kinds of tree-sitter grammars.

mod convert;
pub mod expression;
mod outline;
mod quoted;
mod source_tree;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use tree_sitter::Parser;

pub use expression::{Argument, Call, Clause, DoBlock, Expr, Kind, StringPart, Target};
pub use outline::language as outline_language;
pub use source_tree::{Issue, SourceTree};

thread_local! {
    static ELIXIR: RefCell<Parser> = RefCell::new(elixir_parser());
}

fn elixir_parser() -> Parser {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_elixir::LANGUAGE.into())
        .expect("tree-sitter-elixir and tree-sitter are pinned to versions that fit");
    parser
}

/// The top-level expressions of `text`, read as one piece of well-formed Elixir. Ranges are bytes of `text`.
///
/// For files that are being edited use the two-layer parse, which survives broken code; this one is for migrations,
/// configuration and snippets.
pub fn parse_expressions(text: &str) -> Vec<Expr> {
    ELIXIR.with_borrow_mut(|parser| match parser.parse(text, None) {
        Some(tree) => convert::Converter { text, offset: 0 }.file(tree.root_node()),
        None => Vec::new(),
    })
}
