//! One chunk of Elixir, parsed by itself with the stock tree-sitter-elixir.

use std::cell::RefCell;

use tree_sitter::{Node, Parser, Tree};

use super::Expr;
use super::convert::Converter;
use super::trouble::{self, Verdict};
use crate::text::Range;

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new({
        let mut parser = Parser::new();
        parser
            .set_language(&tree_sitter_elixir::LANGUAGE.into())
            .expect("tree-sitter-elixir and tree-sitter are pinned to versions that fit");
        parser
    });
}

/// A chunk and its tree.
pub(super) struct Chunk<'a> {
    text: &'a str,
    tree: Tree,
}

impl<'a> Chunk<'a> {
    pub fn parse(text: &'a str) -> Chunk<'a> {
        let tree = PARSER
            .with_borrow_mut(|parser| parser.parse(text, None))
            .expect("the parser has a language and no time limit");
        Chunk { text, tree }
    }

    /// How far the tree can be believed.
    pub fn verdict(&self) -> Verdict {
        self.judge().0
    }

    /// How far the tree can be believed, and in how many places the layout contradicts it.
    pub fn judge(&self) -> (Verdict, usize) {
        trouble::judge(&self.tree, self.text)
    }

    /// Whether the tree can be believed where layout means nothing.
    pub fn is_sound(&self) -> bool {
        trouble::is_sound(&self.tree, self.text)
    }

    /// The first node that the grammar could not fit in, or had to invent. Bytes of the chunk.
    pub fn first_error(&self) -> Option<Range> {
        let mut node = self.tree.root_node();
        while node.has_error() && !node.is_error() && !node.is_missing() {
            let mut cursor = node.walk();
            match node.children(&mut cursor).find(Node::has_error) {
                Some(child) => node = child,
                None => return Some(Range::from(node.byte_range())),
            }
        }
        (node.is_error() || node.is_missing()).then(|| Range::from(node.byte_range()))
    }

    /// The quoted texts, relative to the chunk, whose layout says that they may be none.
    pub fn outdented_texts(&self) -> Vec<Range> {
        trouble::outdented_texts(&self.tree, self.text)
    }

    /// The topmost expressions. `offset` is the byte of the file at which the chunk begins.
    pub fn expressions(&self, offset: usize) -> Vec<Expr> {
        Converter { text: self.text, offset }.file(self.tree.root_node())
    }
}
