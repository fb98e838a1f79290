//! Lists, tuples, maps, pairs, and how their elements are joined.

use super::comments::{Entry, Located};
use super::{
    Context, Printer, closing_line, concat, in_parens, is_binary_operator, line, literal, surround,
    with_next_break_fits,
};
use crate::elixir::algebra::{Doc, flexible, join, space};
use crate::elixir::format::node::{Kind, Node};

/// What stands between elements that are not on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// Line breaks, always.
    Line,
    /// Line breaks if they do not fit.
    Break,
    /// As few line breaks as possible.
    Flexible,
}

/// What happens to the last element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastItem {
    Plain,
    /// A comma follows.
    Comma,
    NextBreakFits,
}

/// How elements are laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Items {
    /// Comments between the two lines belong to the elements.
    pub first_line: usize,
    pub last_line: usize,
    /// No comment can be placed before the first one.
    pub skip_parens: bool,
    pub last: LastItem,
    pub join: Join,
}

impl Items {
    /// The elements of `node`, on one line if they fit.
    pub(super) fn of(node: &Node) -> Items {
        Items {
            first_line: line(node),
            last_line: closing_line(node),
            skip_parens: false,
            last: LastItem::Plain,
            join: Join::Break,
        }
    }
}

impl Printer<'_> {
    /// `items` with commas between, and how they were joined: comments need lines.
    pub(super) fn items<T: Located>(
        &mut self,
        items: &[T],
        layout: Items,
        print: &mut dyn FnMut(&mut Self, &T) -> Doc,
    ) -> (Doc, Join) {
        let mut entry = |printer: &mut Self, item: &T, is_last: bool| {
            let doc = print(printer, item);
            Entry::new(match layout.last {
                _ if !is_last => doc.append_to_last_group(",".into()),
                LastItem::Comma => doc.append_to_last_group(",".into()),
                LastItem::NextBreakFits => doc.next_break_fits(true),
                LastItem::Plain => doc,
            })
        };
        let (start, rest) = match items.split_first() {
            Some((first, rest)) if layout.skip_parens => (vec![entry(self, first, rest.is_empty())], rest),
            _ => (Vec::new(), items),
        };
        let (docs, comments) = self.with_comments(rest, start, layout.first_line, layout.last_line, &mut entry);
        if docs.is_empty() {
            return (Doc::Empty, Join::Break);
        }
        if comments || layout.join == Join::Line {
            return (join(docs, &Doc::Line).force_unfit(), Join::Line);
        }
        let separator = if layout.join == Join::Flexible { flexible() } else { space() };
        (join(docs, &separator), layout.join)
    }

    /// `[…]`; `node` is what the brackets belong to.
    pub(super) fn list(&mut self, node: &Node, elements: &[&Node]) -> Doc {
        let doc = self.elements(node, elements, Join::Break).0;
        surround("[".into(), doc, "]".into())
    }

    pub(super) fn tuple(&mut self, node: &Node, elements: &[Node], join: Join) -> Doc {
        let elements: Vec<&Node> = elements.iter().collect();
        let is_empty = elements.is_empty();
        let (doc, join) = self.elements(node, &elements, join);
        if join == Join::Flexible && !(is_empty && doc.is_empty()) {
            return concat([concat(["{".into(), doc]).nest(1), "}".into()]).group();
        }
        surround("{".into(), doc, "}".into())
    }

    pub(super) fn map(
        &mut self,
        node: &Node,
        name: Option<&Node>,
        base: Option<&(Box<Node>, usize)>,
        entries: &[Node],
    ) -> Doc {
        let name = name.map_or(Doc::Empty, |name| self.node(name, Context::ParensArg));
        let entries: Vec<&Node> = entries.iter().collect();
        let inside = match base {
            None => self.elements(node, &entries, Join::Break).0,
            Some((base, _)) => {
                let base_doc = self.node(base, Context::ParensArg);
                let entries = self.elements(node, &entries, Join::Break).0;
                let base_doc = if is_binary_operator(base) { in_parens(base_doc) } else { base_doc };
                base_doc.glue(concat(["| ".into(), entries.nest(2)]))
            }
        };
        surround(concat(["%".into(), name, "{".into()]), inside, "}".into())
    }

    fn elements(&mut self, node: &Node, elements: &[&Node], join: Join) -> (Doc, Join) {
        let join = if self.eol(node) { Join::Line } else { join };
        self.items(elements, Items { join, ..Items::of(node) }, &mut |printer, node| {
            printer.node(node, Context::ParensArg)
        })
    }

    /// `key: value` or `key => value`.
    pub(super) fn pair(&mut self, key: &Node, value: &Node, context: Context) -> Doc {
        let (left, operator): (Doc, &'static str) = match &key.kind {
            Kind::Atom { name, key: true, .. } => (literal::key(name), ""),
            Kind::DynamicAtom { parts, key: true } => (self.interpolated(parts, "\"", "\"".into(), "\":".into()), ""),
            _ => {
                let doc = self.node(key, context);
                (if is_binary_operator(key) { in_parens(doc) } else { doc }, " =>")
            }
        };
        let doc = self.node(value, context);
        with_next_break_fits(self.next_break_fits(value), doc, |doc| {
            let right = concat([operator.into(), space(), doc.group()]).nest_if_broken(2);
            concat([left.group(), right.group()])
        })
    }
}
