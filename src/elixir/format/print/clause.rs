//! `fn`, clauses in `do` blocks, and clauses in parentheses.

use super::comments::Entry;
use super::{Context, FIRST_LINE, LAST_LINE, Printer, closing_line, concat, in_parens, line};
use crate::elixir::algebra::{Doc, Indent, join, soft, space};
use crate::elixir::format::node::{Kind, Node};

/// The parts of a clause.
struct Parts<'n> {
    node: &'n Node,
    arguments: &'n [Node],
    body: &'n Node,
}

fn parts(node: &Node) -> Option<Parts<'_>> {
    match &node.kind {
        Kind::Clause { arguments, body } => Some(Parts { node, arguments, body }),
        _ => None,
    }
}

impl Printer<'_> {
    /// `fn … end`.
    pub(super) fn function(&mut self, node: &Node, clauses: &[Node]) -> Doc {
        let last_line = closing_line(node);
        if let [only] = clauses
            && let Some(clause) = parts(only)
            && (clause.arguments.is_empty() || !self.eol(node))
        {
            let first_line = line(only);
            let head = if clause.arguments.is_empty() {
                "fn ->".into()
            } else {
                let arguments = self.clause_arguments(clause.arguments, first_line);
                let head = concat([arguments.ungroup(), " ->".into()]).nest_to(Indent::Cursor).group();
                concat(["fn ".into(), head])
            };
            let body = self.block(clause.body, first_line, last_line);
            let separator = self.clause_separator(clauses);
            let doc = concat([concat([head, separator.clone(), body]).nest(2), separator, "end".into()]);
            return self.force_clauses(doc, clauses).group();
        }
        let clauses = self.clauses(clauses, line(node), last_line);
        concat(["fn".into(), Doc::Line, clauses]).nest(2).line("end").force_unfit()
    }

    /// `(a -> b)`.
    pub(super) fn parens_clauses(&mut self, clauses: &[Node]) -> Doc {
        if let [only] = clauses
            && let Some(clause) = parts(only)
        {
            let first_line = line(only);
            if clause.arguments.is_empty() {
                let body = self.block(clause.body, first_line, FIRST_LINE);
                let doc = concat(["(-> ".into(), body.nest_to(Indent::Cursor), ")".into()]);
                return self.force_clauses(doc, clauses).group();
            }
            let arguments = self.clause_arguments(clause.arguments, first_line);
            let body = self.block(clause.body, first_line, FIRST_LINE);
            let head = concat([arguments.ungroup(), " ->".into()]).group();
            let doc = in_parens(concat([head, concat([self.clause_separator(clauses), body]).nest(2)]));
            return self.force_clauses(doc, clauses).group();
        }
        let clauses = self.clauses(clauses, LAST_LINE, FIRST_LINE);
        concat(["(".into(), Doc::Line, clauses]).nest(2).line(")").force_unfit()
    }

    /// The body of a `do` block section.
    pub(super) fn clauses_or_block(&mut self, node: &Node, first_line: usize, last_line: usize) -> Doc {
        if let Kind::Clauses(clauses) = &node.kind
            && node.line.is_none()
        {
            return self.clauses(clauses, first_line, last_line);
        }
        match self.block(node, first_line, last_line) {
            Doc::Empty => Doc::Empty,
            doc => doc.group(),
        }
    }

    /// Clauses below each other. Comments between the two lines belong to them.
    fn clauses(&mut self, clauses: &[Node], first_line: usize, last_line: usize) -> Doc {
        let mut docs = Vec::with_capacity(clauses.len() * 3);
        for (index, node) in clauses.iter().enumerate() {
            let Some(clause) = parts(node) else { continue };
            if index > 0 {
                docs.push(soft().nest_to(Indent::Reset));
                docs.push(Doc::Line);
            }
            let end = if index + 1 == clauses.len() { last_line } else { closing_line(node) };
            docs.push(self.clause(&clause, first_line, end));
        }
        let doc = concat(docs);
        self.force_clauses(doc, clauses).group()
    }

    fn clause(&mut self, clause: &Parts, first_line: usize, last_line: usize) -> Doc {
        if clause.arguments.is_empty() {
            let body = self.block(clause.body, line(clause.node), last_line);
            return Doc::from("() ->").glue(body).nest(2);
        }
        self.operand_nesting += 2;
        let arguments = self.clause_arguments(clause.arguments, first_line);
        self.operand_nesting -= 2;
        let body = self.block(clause.body, first_line, last_line);
        let head = concat([arguments.ungroup(), " ->".into()]).group();
        concat([head, concat([space(), body]).nest(2)])
    }

    /// The arguments in front of `->`, with the comments behind `first_line` that precede them.
    fn clause_arguments(&mut self, arguments: &[Node], first_line: usize) -> Doc {
        let (docs, comments) =
            self.with_comments(&[arguments], Vec::new(), first_line, FIRST_LINE, &mut |printer, arguments, _| {
                Entry::new(printer.clause_arguments_list(arguments))
            });
        if comments { join(docs, &Doc::Line) } else { join(docs, &space()) }
    }

    pub(super) fn clause_arguments_list(&mut self, arguments: &[Node]) -> Doc {
        match arguments {
            [] => "()".into(),
            [node] if let Kind::Binary { operator: "when", left, right } = &node.kind => {
                self.binary(node, "when", "when", left, right, Context::NoParensArg)
            }
            _ => self.separated(arguments, Context::NoParensArg),
        }
    }

    fn clause_separator(&self, clauses: &[Node]) -> Doc {
        if self.takes_lines(clauses) { Doc::Line } else { space() }
    }

    fn force_clauses(&self, doc: Doc, clauses: &[Node]) -> Doc {
        if self.takes_lines(clauses) { doc.force_unfit() } else { doc }
    }

    /// Whether a clause has a line break behind its arrow, or several expressions.
    fn takes_lines(&self, clauses: &[Node]) -> bool {
        clauses.iter().filter_map(parts).any(|clause| {
            let is_block = matches!(&clause.body.kind, Kind::Block(expressions) if expressions.len() > 1);
            self.eol(clause.node) || is_block
        })
    }
}
