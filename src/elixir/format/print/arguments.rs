//! The arguments of a call: where they break, and which of them become keywords.

use super::container::{Items, Join, LastItem};
use super::{Context, Printer, concat, is_binary, line};
use crate::elixir::algebra::{Doc, Indent, NestWhen, soft, space};
use crate::elixir::format::node::{Kind, Node};

impl Printer<'_> {
    /// `(a, b)`, or ` a, b` when parentheses are skipped. `extra` (` do`) comes behind.
    pub(super) fn arguments(
        &mut self,
        node: &Node,
        arguments: &[Node],
        skip_parens: bool,
        lists_as_keywords: bool,
        extra: Doc,
    ) -> Doc {
        let Some((last, left)) = arguments.split_last() else { return extra };
        let pairs = self.as_keywords(last, lists_as_keywords, skip_parens);
        let context = match (left.is_empty() && pairs.is_none(), skip_parens) {
            (true, true) => Context::NoParensOneArg,
            (true, false) => Context::ParensOneArg,
            (false, true) => Context::NoParensArg,
            (false, false) => Context::ParensArg,
        };
        let left: Vec<&Node> = left.iter().collect();
        let right: Vec<&Node> = match pairs {
            Some(pairs) => pairs.iter().collect(),
            None => vec![last],
        };
        let all: Vec<&Node> = left.iter().chain(&right).copied().collect();
        let wants_lines = all.len() > 1 && self.eol(node);
        let has_generators = all.iter().any(|node| is_binary(node, "<-"));
        let splits_keywords = !left.is_empty() && pairs.is_some() && !has_generators;
        let (inside, next_break_fits) = if splits_keywords {
            (self.positional_and_keywords(node, &left, &right, skip_parens, wants_lines, context), true)
        } else {
            self.uniform(node, &all, last, skip_parens, wants_lines, context)
        };
        let doc = if splits_keywords && skip_parens {
            concat([concat([" ".into(), inside]).nest(2), extra]).group()
        } else if skip_parens {
            concat([" ".into(), inside, extra]).group()
        } else {
            let open = concat(["(".into(), soft()]).nest_if_broken(2);
            concat([open, inside, extra]).group()
        };
        if next_break_fits { doc.next_break_fits(false) } else { doc }
    }

    /// Positional arguments, then keywords that may break by themselves.
    fn positional_and_keywords(
        &mut self,
        node: &Node,
        left: &[&Node],
        right: &[&Node],
        skip_parens: bool,
        wants_lines: bool,
        context: Context,
    ) -> Doc {
        let all = || left.iter().chain(right).copied();
        let join_left = if on_separate_lines(left.iter().copied()) || wants_lines { Join::Line } else { Join::Break };
        let join_right = if on_separate_lines(right.iter().copied()) || on_separate_lines(all()) || wants_lines {
            Join::Line
        } else {
            Join::Break
        };
        let mut print = |printer: &mut Self, node: &&Node| printer.node(node, context);
        let items = Items {
            last_line: super::FIRST_LINE,
            skip_parens,
            last: LastItem::Comma,
            join: join_left,
            ..Items::of(node)
        };
        let (left_doc, _) = self.items(left, items, &mut print);
        let (right_doc, _) = self.items(right, Items { join: join_right, ..Items::of(node) }, &mut print);
        let lead = if join_right == Join::Line { Doc::Line } else { space() };
        let right_doc = concat([lead, right_doc]);
        if skip_parens {
            let right_doc = right_doc.group_inherit().next_break_fits(true);
            nest_to_cursor_if_broken(concat([left_doc, right_doc]))
        } else {
            let right_doc = concat([right_doc.nest_if_broken(2), soft(), ")".into()]);
            concat([left_doc.nest_if_broken(2), right_doc.group_inherit().next_break_fits(true)])
        }
    }

    /// All arguments alike; whether a line break in the last one counts as fitting.
    fn uniform(
        &mut self,
        node: &Node,
        all: &[&Node],
        last: &Node,
        skip_parens: bool,
        wants_lines: bool,
        context: Context,
    ) -> (Doc, bool) {
        let join = if on_separate_lines(all.iter().copied()) || wants_lines { Join::Line } else { Join::Break };
        let fits = join == Join::Break
            && all.last().is_some_and(|shown| {
                // Keywords that were merged into the arguments no longer count as one.
                std::ptr::eq(*shown, last) && self.next_break_fits(last)
            });
        let last = if fits { LastItem::NextBreakFits } else { LastItem::Plain };
        let items = Items { skip_parens, last, join, ..Items::of(node) };
        let (doc, _) = self.items(all, items, &mut |printer, node| printer.node(node, context));
        // A single argument is no group of its own, so that the parentheses can break.
        let doc = doc.ungroup();
        let doc = if skip_parens {
            nest_to_cursor_if_broken(doc)
        } else {
            concat([doc.nest_if_broken(2), soft(), ")".into()])
        };
        (doc, fits)
    }

    /// The pairs of the last argument, if it is a keyword list whose brackets may go.
    fn as_keywords<'n>(&self, last: &'n Node, lists_as_keywords: bool, skip_parens: bool) -> Option<&'n [Node]> {
        match &last.kind {
            Kind::Keywords(pairs) => Some(pairs),
            Kind::List(pairs) if lists_as_keywords && !pairs.is_empty() && all_pairs(pairs) => {
                let Kind::Pair(first_key, _) = &pairs.first()?.kind else { return None };
                let next_comment = self.comments.iter().find(|comment| comment.line > line(last));
                // A comment before the first pair needs the bracket to stand in.
                let keeps_brackets = skip_parens && next_comment.is_some_and(|comment| comment.line <= line(first_key));
                (!keeps_brackets).then_some(pairs)
            }
            _ => None,
        }
    }
}

fn all_pairs(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| matches!(node.kind, Kind::Pair(..)))
}

fn nest_to_cursor_if_broken(doc: Doc) -> Doc {
    Doc::Nest(std::rc::Rc::new(doc), Indent::Cursor, NestWhen::Broken)
}

/// Whether there are at least two arguments, and the source has each on a line of its own.
pub(super) fn on_separate_lines<'n>(nodes: impl Iterator<Item = &'n Node>) -> bool {
    let mut lines: Vec<usize> = Vec::new();
    for node in nodes {
        let Some(line) = first_line(node) else { continue };
        if lines.contains(&line) {
            return false;
        }
        lines.push(line);
    }
    lines.len() > 1
}

fn first_line(node: &Node) -> Option<usize> {
    match &node.kind {
        Kind::Pair(key, _) => key.line,
        Kind::Keywords(pairs) => pairs.first().and_then(first_line),
        _ => node.line,
    }
}
