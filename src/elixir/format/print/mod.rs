//! The syntax tree to a layout document: Elixir's formatting rules (`Code.Formatter`, 1.18), one file per construct.

mod arguments;
mod bitstring;
mod call;
mod clause;
mod comments;
mod container;
mod literal;
mod operator;
mod pipeline;
mod prefix;
mod text;

use std::collections::VecDeque;

use super::FormatOptions;
use super::comment::Comment;
use super::node::{Kind, Node, Target};
use crate::elixir::algebra::{Doc, Indent, concat, join, soft, space};
use comments::Entry;

/// Before every line.
const FIRST_LINE: usize = 0;
/// Behind every line.
const LAST_LINE: usize = usize::MAX;

/// The layout of a whole file.
pub(super) fn print(node: &Node, comments: Vec<Comment>, options: &FormatOptions) -> Doc {
    let mut printer = Printer { options, comments: comments.into(), operand_nesting: 2, ignore_newlines: false };
    printer.block(node, FIRST_LINE, LAST_LINE)
}

struct Printer<'o> {
    options: &'o FormatOptions,
    /// The comments that have not found a place yet, in order.
    comments: VecDeque<Comment>,
    /// How far the right side of an operator is indented.
    operand_nesting: usize,
    /// Inside interpolations, line breaks of the source are no wish to break.
    ignore_newlines: bool,
}

/// Where an expression stands, which decides about parentheses around it and around its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Block,
    Operand,
    /// One of several arguments without parentheses.
    NoParensArg,
    /// The only argument, without parentheses.
    NoParensOneArg,
    ParensArg,
    ParensOneArg,
}

impl Context {
    fn left_operand(self) -> Context {
        self.many_or(Context::ParensArg)
    }

    fn right_operand(self) -> Context {
        self.many_or(Context::Operand)
    }

    fn many_or(self, choice: Context) -> Context {
        match self {
            Context::NoParensOneArg | Context::NoParensArg => Context::NoParensArg,
            Context::ParensOneArg | Context::ParensArg => Context::ParensArg,
            Context::Operand | Context::Block => choice,
        }
    }

    fn is_without_parens(self) -> bool {
        matches!(self, Context::NoParensArg | Context::NoParensOneArg)
    }
}

impl Printer<'_> {
    /// Any expression.
    fn node(&mut self, node: &Node, context: Context) -> Doc {
        match &node.kind {
            Kind::Variable(name) => Doc::text(name.as_str()),
            Kind::Alias { head, names } => self.alias(head.as_deref(), names, context),
            Kind::Integer(text) => literal::integer(text),
            Kind::Float(text) => literal::float(text),
            Kind::Atom { name, quoted, .. } => literal::atom(name, *quoted),
            Kind::DynamicAtom { parts, .. } => self.interpolated(parts, "\"", Doc::bytes(":\""), Doc::bytes("\"")),
            Kind::Text { quote, heredoc, text } => text::text(*quote, *heredoc, text),
            Kind::Interpolated { quote, heredoc, parts } => self.interpolated_text(*quote, *heredoc, parts),
            Kind::Sigil { name, parts, delimiter, modifiers } => self.sigil(name, parts, delimiter, modifiers),
            Kind::List(elements) => self.list(node, &elements.iter().collect::<Vec<_>>()),
            Kind::Tuple(elements) => self.tuple(node, elements, container::Join::Flexible),
            Kind::Bitstring(segments) if segments.is_empty() => Doc::bytes("<<>>"),
            Kind::Bitstring(segments) => self.bitstring(node, segments),
            Kind::Map { name, base, entries } => self.map(node, name.as_deref(), base.as_ref(), entries),
            Kind::Keywords(pairs) => self.separated(pairs, context),
            Kind::Pair(key, value) => self.pair(key, value, context),
            Kind::Unary { operator: "&", operand } => self.capture(operand, context),
            Kind::Unary { operator: "@", operand } => self.attribute(operand, context),
            Kind::Unary { operator: "not", operand } if is_binary(operand, "in") => match &operand.kind {
                Kind::Binary { left, right, .. } => self.binary(node, "in", "not in", left, right, context),
                _ => Doc::Empty,
            },
            Kind::Unary { operator, operand } => self.unary(operator, operand, context),
            Kind::Binary { operator, left, right } => self.binary(node, operator, operator, left, right, context),
            Kind::Step(range, step) => self.binary(node, "//", "//", range, step, context),
            Kind::Nullary("..") if context.is_without_parens() => Doc::bytes("(..)"),
            Kind::Nullary(operator) => Doc::bytes(*operator),
            Kind::CaptureArgument(number) => Doc::bytes(format!("&{}", literal::decimal(number))),
            Kind::Block(expressions) => self.block_value(node, expressions, context),
            Kind::Clauses(clauses) => self.parens_clauses(clauses),
            Kind::Clause { .. } => Doc::Empty,
            Kind::Arguments(arguments) => self.clause_arguments_list(arguments).group(),
            Kind::Fn(clauses) => self.function(node, clauses),
            Kind::Call { target, arguments, .. } => self.call(node, target, arguments, context),
            Kind::Access { value, key } => self.access(node, value, key),
            Kind::Segment { value, last } => self.segment(value, None, *last),
        }
    }

    /// The expressions of a body. Comments between the two lines belong to it.
    fn block(&mut self, node: &Node, first_line: usize, last_line: usize) -> Doc {
        let single = [node];
        let many: Vec<&Node>;
        let expressions: &[&Node] = match &node.kind {
            Kind::Block(expressions) if expressions.len() != 1 => {
                many = expressions.iter().collect();
                &many
            }
            _ => &single,
        };
        let (docs, _) = self.with_comments(expressions, Vec::new(), first_line, last_line, &mut |printer, node, _| {
            let doc = printer.node(node, Context::Block);
            let is_attribute = matches!(node.kind, Kind::Unary { operator: "@", .. });
            let next_line = if is_attribute { Doc::Empty } else { soft() };
            Entry { doc, next_line, newlines: node.newlines_after }
        });
        match docs.len() {
            0 => Doc::Empty,
            1 => concat(docs),
            _ => join(docs, &Doc::Line).force_unfit(),
        }
    }

    /// A block where a value is expected.
    fn block_value(&mut self, node: &Node, expressions: &[Node], context: Context) -> Doc {
        match expressions {
            [] => Doc::bytes("nil"),
            [only] => {
                let doc = self.node(only, context);
                let is_splice = matches!(
                    &only.kind,
                    Kind::Call { target: Target::Local(name), .. } if name == "unquote_splicing"
                );
                if is_splice { in_parens(doc) } else { doc }
            }
            _ => {
                let doc = self.block(node, line(node), closing_line(node));
                surround("(".into(), doc, ")".into())
            }
        }
    }

    /// `a, b, c`, each on its own line if they do not fit.
    fn separated(&mut self, nodes: &[Node], context: Context) -> Doc {
        let mut docs: Vec<Doc> = nodes.iter().map(|node| self.node(node, context)).collect();
        let last = docs.pop();
        let docs = docs.into_iter().map(|doc| doc.then(",")).chain(last);
        join(docs, &space())
    }

    /// Whether the source has a line break where this node could have one.
    fn eol(&self, node: &Node) -> bool {
        !self.ignore_newlines && node.newlines > 0
    }

    fn eol_or_comments(&self, node: &Node) -> bool {
        let (first, last) = (line(node), closing_line(node));
        self.eol(node) || self.comments.iter().any(|comment| comment.line > first && comment.line < last)
    }

    fn in_parens_if_operator(&mut self, node: &Node, context: Context) -> Doc {
        let doc = self.node(node, context);
        if needs_parens_as_target(node) { in_parens(doc) } else { doc }
    }
}

fn line(node: &Node) -> usize {
    node.line.unwrap_or(LAST_LINE)
}

fn closing_line(node: &Node) -> usize {
    node.closing.unwrap_or(FIRST_LINE)
}

fn is_binary(node: &Node, name: &str) -> bool {
    matches!(&node.kind, Kind::Binary { operator, .. } if *operator == name)
}

fn is_binary_operator(node: &Node) -> bool {
    matches!(node.kind, Kind::Binary { .. } | Kind::Step(..))
}

/// Whether an operator that is not a mere attribute read or capture argument.
fn needs_parens_as_target(node: &Node) -> bool {
    match &node.kind {
        Kind::Block(expressions) => matches!(expressions.as_slice(), [only] if needs_parens_as_target(only)),
        Kind::Unary { operator: "@", operand } => !matches!(operand.kind, Kind::Variable(_)),
        Kind::Unary { .. } => true,
        _ => is_binary_operator(node),
    }
}

fn in_parens(doc: Doc) -> Doc {
    concat(["(".into(), doc.nest_to(Indent::Cursor), ")".into()])
}

/// `doc` between brackets that break away from it when it does not fit.
fn surround(left: Doc, doc: Doc, right: Doc) -> Doc {
    if doc.is_empty() {
        return left.then(right);
    }
    concat([concat([left, soft(), doc]).nest_if_broken(2), soft(), right]).group()
}

/// `build(doc)`; with `fits`, a line break inside `doc` counts as fitting.
fn with_next_break_fits(fits: bool, doc: Doc, build: impl FnOnce(Doc) -> Doc) -> Doc {
    if fits { build(doc.next_break_fits(true)).next_break_fits(false) } else { build(doc) }
}
