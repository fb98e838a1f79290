//! Operators whose lines begin with the operator: pipelines, `|` and `when`.

use super::operator::is_pipeline;
use super::{Context, Entry, Printer, in_parens, line};
use crate::elixir::algebra::{Doc, concat, join, space};
use crate::elixir::format::node::{Kind, Node};
use crate::elixir::format::token::Side;

/// Where an operand stands in a chain.
#[derive(Clone, Copy)]
enum Place {
    First,
    /// Behind this operator.
    Behind(&'static str, Side),
}

type Operand<'n> = ((Place, Context), &'n Node);

impl Printer<'_> {
    /// `a | b | c`, `a when b when c`.
    pub(super) fn chain(
        &mut self,
        node: &Node,
        operator: &'static str,
        left: &Node,
        right: &Node,
        context: Context,
    ) -> Doc {
        let mut operands: Vec<Operand> = vec![((Place::First, context.left_operand()), left)];
        let mut rest = right;
        let mut rest_context = context.right_operand();
        let mut last_line = line(node);
        while let Kind::Binary { operator: inner, left, right } = &rest.kind
            && *inner == operator
        {
            operands.push(((Place::Behind(operator, Side::Left), rest_context.left_operand()), left));
            rest_context = rest_context.right_operand();
            last_line = line(rest);
            rest = right;
        }
        operands.push(((Place::Behind(operator, Side::Right), rest_context), rest));
        let first_line = if matches!(left.kind, Kind::Pair(..) | Kind::Keywords(_)) { line(node) } else { line(left) };
        let doc = self.operands(&operands, node, operator, (first_line, last_line), context);
        let is_keyword = matches!(right.kind, Kind::Keywords(_));
        if is_keyword && matches!(context, Context::ParensArg | Context::NoParensArg) { in_parens(doc) } else { doc }
    }

    /// `a |> b() |> c()`.
    pub(super) fn pipeline(
        &mut self,
        node: &Node,
        operator: &'static str,
        left: &Node,
        right: &Node,
        context: Context,
    ) -> Doc {
        let mut operands: Vec<Operand> = vec![((Place::Behind(operator, Side::Right), context.right_operand()), right)];
        let mut first = left;
        let mut first_context = context.left_operand();
        while let Kind::Binary { operator, left, right } = &first.kind
            && is_pipeline(operator)
        {
            operands.push(((Place::Behind(operator, Side::Right), first_context.right_operand()), right));
            first_context = first_context.left_operand();
            first = left;
        }
        operands.push(((Place::First, first_context), first));
        operands.reverse();
        self.operands(&operands, node, operator, (line(first), line(node)), context)
    }

    fn operands(
        &mut self,
        operands: &[Operand],
        node: &Node,
        operator: &'static str,
        (first_line, last_line): (usize, usize),
        context: Context,
    ) -> Doc {
        let mut print = |printer: &mut Self, ((place, context), node): &Operand, _| {
            Entry::new(match *place {
                Place::First => printer.operand(node, *context, operator, Side::Left, 2),
                Place::Behind(operator, side) => {
                    let doc = printer.operand(node, *context, operator, side, 0);
                    let doc = if is_pipeline(operator) { doc } else { aligned(doc, operator, node) };
                    concat([operator.into(), " ".into(), doc])
                }
            })
        };
        // The comments in front of the first operand have nowhere to go when nothing may precede it.
        let (start, rest) = match operands.split_first() {
            Some((first, rest)) if context == Context::NoParensOneArg => (vec![print(self, first, false)], rest),
            _ => (Vec::new(), operands),
        };
        let (docs, comments) = self.with_comments(rest, start, first_line, last_line, &mut print);
        if comments || self.eol(node) { join(docs, &Doc::Line).force_unfit() } else { join(docs, &space()) }
    }
}

/// Indents the lines of an operand behind its operator; keywords on several lines stay so.
fn aligned(doc: Doc, operator: &str, node: &Node) -> Doc {
    let doc = doc.nest(operator.len() + 1);
    match &node.kind {
        Kind::Keywords(pairs) if super::arguments::on_separate_lines(pairs.iter()) => doc.force_unfit(),
        _ => doc,
    }
}
