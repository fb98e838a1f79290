//! The outline layer: our grammar under `grammar/`, which cuts a file into blocks by its layout, re-parsed
//! incrementally. It knows lines, not expressions.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use tree_sitter::{InputEdit, Language, Node, Parser, Point, Tree};
use tree_sitter_language::LanguageFn;

use super::change::Change;
use super::node_kind::OutlineKind;
use crate::text::Range;

unsafe extern "C" {
    fn tree_sitter_ash_outline() -> *const ();
}

/// The outline grammar `ash_outline`, for editors' queries and tests.
pub fn language() -> Language {
    // SAFETY: the function is the one that the tree-sitter generator wrote into grammar/src/parser.c.
    unsafe { LanguageFn::from_raw(tree_sitter_ash_outline) }.into()
}

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new({
        let mut parser = Parser::new();
        parser.set_language(&language()).expect("the generated parser fits the tree-sitter library");
        parser
    });
}

/// The outline of one text.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    tree: Tree,
}

impl Outline {
    /// The outline of `text`, from scratch.
    pub fn parse(text: &str) -> Outline {
        Outline { tree: parse(text, None) }
    }

    /// Brings the outline from `old` to `new`, which differ by `change`.
    pub fn update(&mut self, old: &str, new: &str, change: Change) {
        let point = |text: &str, offset: usize| {
            let before = &text.as_bytes()[..offset];
            let row = before.iter().filter(|byte| **byte == b'\n').count();
            let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
            Point { row, column }
        };
        self.tree.edit(&InputEdit {
            start_byte: change.start,
            old_end_byte: change.old_end,
            new_end_byte: change.new_end,
            start_position: point(new, change.start),
            old_end_position: point(old, change.old_end),
            new_end_position: point(new, change.new_end),
        });
        self.tree = parse(new, Some(&self.tree));
    }

    /// The topmost items.
    pub fn items<'t>(&'t self, text: &str) -> Vec<Item<'t>> {
        let root = self.tree.root_node();
        let mut cursor = root.walk();
        root.named_children(&mut cursor).map(|node| Item::new(node, text)).collect()
    }
}

fn parse(text: &str, old: Option<&Tree>) -> Tree {
    PARSER.with_borrow_mut(|parser| parser.parse(text, old)).expect("the parser has a language and no time limit")
}

/// A line, or a block: a header line with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'t> {
    node: Node<'t>,
    /// Where the indentation of the first line begins.
    start: usize,
}

/// A block cut into header and body.
pub(super) struct Parts<'t> {
    /// The topmost items of the body, in order.
    pub body: Vec<Item<'t>>,
    /// The line that begins with the `end` of the block.
    pub end: Option<Range>,
    /// Whether the body has one part only (no `else`, `rescue` …), and nothing belongs to the block behind its `end`.
    pub simple: bool,
}

impl<'t> Item<'t> {
    fn new(node: Node<'t>, text: &str) -> Item<'t> {
        let before = &text.as_bytes()[..node.start_byte()];
        let indent = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        Item { node, start: before.len() - indent }
    }

    /// From the indentation of the first line to the last character that is not blank.
    pub fn range(self) -> Range {
        Range::new(self.start, self.node.end_byte())
    }

    /// Whether anything belongs to the first line.
    pub fn is_block(self) -> bool {
        OutlineKind::of(self.node) == OutlineKind::Block
    }

    /// A fingerprint of the outline below, with positions relative to the item.
    pub fn structure(self) -> u64 {
        let mut hasher = FxHasher::default();
        let mut cursor = self.node.walk();
        loop {
            let node = cursor.node();
            (node.kind_id(), node.start_byte() - self.start, node.end_byte() - self.start).hash(&mut hasher);
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return hasher.finish();
                }
            }
        }
    }

    /// Cuts a block whose header ends at byte `header_end`. What stands behind a second `end` is part of the body only
    /// when `keep_orphans` says so.
    pub fn parts(self, text: &str, header_end: usize, keep_orphans: bool) -> Parts<'t> {
        let mut parts = Parts { body: Vec::new(), end: None, simple: true };
        let mut cursor = self.node.walk();
        for child in self.node.named_children(&mut cursor) {
            match OutlineKind::of(child) {
                OutlineKind::Closer if child.start_byte() >= header_end => {
                    let range = Range::from(child.byte_range());
                    let first_end = parts.end.is_none() && starts_with_end(range.slice(text));
                    parts.simple &= first_end;
                    if first_end {
                        parts.end = Some(range);
                    }
                }
                OutlineKind::Body if parts.end.is_none() || keep_orphans => {
                    parts.simple &= parts.end.is_none();
                    collect(child, text, header_end, &mut parts.body);
                }
                OutlineKind::Body => parts.simple = false,
                _ => {}
            }
        }
        parts
    }
}

/// The topmost items of `body` that begin at or behind `from`.
fn collect<'t>(body: Node<'t>, text: &str, from: usize, items: &mut Vec<Item<'t>>) {
    let mut cursor = body.walk();
    for node in body.named_children(&mut cursor) {
        if node.start_byte() >= from {
            items.push(Item::new(node, text));
        } else if node.end_byte() > from {
            collect(node, text, from, items);
        }
    }
}

fn starts_with_end(line: &str) -> bool {
    line.strip_prefix("end").is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || "_?!:".contains(c)))
}
