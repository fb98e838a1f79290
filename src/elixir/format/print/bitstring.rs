//! Bitstrings: `<<…>>`.

use super::container::{Items, Join};
use super::{Context, Printer, concat, in_parens, surround};
use crate::elixir::algebra::{Doc, render};
use crate::elixir::format::node::{Kind, Node};

impl Printer<'_> {
    pub(super) fn bitstring(&mut self, node: &Node, segments: &[Node]) -> Doc {
        let last = segments.len() - 1;
        let join = if self.eol(node) { Join::Line } else { Join::Flexible };
        let segments: Vec<(usize, &Node)> = segments.iter().enumerate().collect();
        let (doc, join) = self.items(&segments, Items { join, ..Items::of(node) }, &mut |printer, (index, node)| {
            printer.segment(node, Some(*index), last)
        });
        if join == Join::Flexible {
            concat([concat(["<<".into(), doc]).nest(2), ">>".into()]).group()
        } else {
            surround("<<".into(), doc, ">>".into())
        }
    }

    /// One segment, in parentheses where its ends would run together with the brackets.
    pub(super) fn segment(&mut self, node: &Node, index: Option<usize>, last: usize) -> Doc {
        match &node.kind {
            Kind::Binary { operator: "<-", left, right } => {
                let segment = Kind::Segment { value: left.clone(), last };
                let left = Node { kind: segment, ..Node::new(node.line.unwrap_or(1), Kind::Nullary("..")) };
                let generator = Node { closing: None, ..node.clone() };
                let doc = self.binary(&generator, "<-", "<-", &left, right, Context::ParensArg);
                separated_from_brackets(doc, index, Some(last))
            }
            Kind::Binary { operator: "::", left, right } => {
                let value = self.node(left, Context::ParensArg);
                let spec = self.segment_spec(right, "::");
                let spec = if index == Some(last) { separated_from_brackets(spec, index, Some(last)) } else { spec };
                concat([separated_from_brackets(value, index, None), "::".into(), spec])
            }
            _ => {
                let doc = self.node(node, Context::ParensArg);
                separated_from_brackets(doc, index, Some(last))
            }
        }
    }

    fn segment_spec(&mut self, node: &Node, parent: &str) -> Doc {
        let Kind::Binary { operator: operator @ ("-" | "*"), left, right } = &node.kind else {
            return self.in_parens_if_operator(node, Context::ParensArg);
        };
        let left = self.segment_spec(left, operator);
        let right = self.in_parens_if_operator(right, Context::ParensArg);
        let doc = concat([left, (*operator).into(), right]);
        if parent == "*" { in_parens(doc) } else { doc }
    }
}

/// `doc`, in parentheses if it is the first or last segment and would read as part of the bracket.
fn separated_from_brackets(doc: Doc, index: Option<usize>, last: Option<usize>) -> Doc {
    let is_first = index == Some(0);
    let is_last = index.is_some() && index == last;
    if !is_first && !is_last {
        return doc;
    }
    let text = render(&doc, None);
    let opens = is_first && (text.starts_with('~') || text.starts_with("<<"));
    if opens || (is_last && text.ends_with(">>")) { in_parens(doc) } else { doc }
}
