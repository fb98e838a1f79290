//! Bodies and clauses: what stands in `do … end`, `fn … end` and parentheses.

use super::super::FormatError;
use super::super::node::{Kind, Node};
use super::super::token::{Bracket, Operator, TokenKind};
use super::{Class, Parser, annotate, block};

impl Parser<'_> {
    /// The expressions or clauses up to `end`, a section or a closing parenthesis.
    pub(super) fn body(&mut self) -> Result<Node, FormatError> {
        let items = self.items()?;
        if is_clauses(&items) { Ok(Node::placeless(Kind::Clauses(collect(items)?))) } else { Ok(block(items, None)) }
    }

    /// `fn … end`.
    pub(super) fn function(&mut self) -> Result<Node, FormatError> {
        let line = self.line();
        self.next();
        let newlines = self.end_of_expression().unwrap_or(0);
        let items = self.with_bare_arguments(false, Self::items)?;
        if !is_clauses(&items) {
            return Err(FormatError::new(line, "expected anonymous functions to be defined with -> inside: 'fn'"));
        }
        let closing = self.line();
        if self.take(&TokenKind::End).is_none() {
            return Err(self.unexpected());
        }
        let kind = Kind::Fn(collect(items)?);
        Ok(Node::new(line, kind).with_newlines(newlines).with_closing(closing))
    }

    /// `( … )` as a value.
    pub(super) fn parens(&mut self) -> Result<Node, FormatError> {
        let line = self.line();
        self.next();
        let newlines = self.eol();
        if self.take(&TokenKind::Close(Bracket::Paren)).is_some() {
            return Ok(Node::empty());
        }
        self.take(&TokenKind::Semicolon);
        let items = self.with_bare_arguments(false, Self::items)?;
        let closing = self.expect_close(Bracket::Paren)?;
        if let [Node { kind: Kind::Unary { operator: "not" | "!", .. }, .. }] = items.as_slice() {
            return Ok(Node::placeless(Kind::Block(items)));
        }
        if is_clauses(&items) {
            let kind = Kind::Clauses(collect(items)?);
            return Ok(Node::new(line, kind).with_newlines(newlines).with_closing(closing));
        }
        Ok(block(items, Some((line, closing))))
    }

    /// Expressions and clauses in a row; the body of a clause is only its first expression yet.
    fn items(&mut self) -> Result<Vec<Node>, FormatError> {
        let mut items = Vec::new();
        while !self.at_end_of_body() {
            items.push(self.deeper(Self::item)?);
            match self.end_of_expression() {
                Some(newlines) => annotate(&mut items, newlines),
                None => break,
            }
        }
        Ok(items)
    }

    fn at_end_of_body(&self) -> bool {
        matches!(self.peek(), None | Some(TokenKind::End | TokenKind::Section(_) | TokenKind::Close(_)))
    }

    /// An expression, or `arguments -> expression`.
    fn item(&mut self) -> Result<Node, FormatError> {
        if self.at_stab() {
            return self.clause(Vec::new());
        }
        if let Some(arguments) = self.parenthesized_arguments()? {
            return self.clause(arguments);
        }
        if self.at_key() {
            let keywords = self.bare_keywords()?;
            return self.clause(vec![keywords]);
        }
        let (first, class) = self.expression(0)?;
        if class == Class::Unmatched {
            // Cannot be an argument: the clause's arrow or a comma behind it is an error.
            return Ok(first);
        }
        if self.at_stab() {
            return self.clause(vec![first]);
        }
        if self.peek() != Some(&TokenKind::Comma) {
            return Ok(first);
        }
        let mut arguments = vec![first];
        while self.take(&TokenKind::Comma).is_some() {
            if self.at_key() {
                arguments.push(self.bare_keywords()?);
                break;
            }
            let (argument, class) = self.expression(0)?;
            if class != Class::Matched {
                return Err(self.ambiguous_comma(&argument));
            }
            arguments.push(argument);
        }
        self.clause(arguments)
    }

    fn at_stab(&self) -> bool {
        matches!(self.peek(), Some(TokenKind::Operator { class: Operator::Stab, .. }))
    }

    /// `-> expression` behind `arguments`, the last of which may carry the guard.
    fn clause(&mut self, mut arguments: Vec<Node>) -> Result<Node, FormatError> {
        let Some(token) = self.tokens.get(self.position).filter(|_| self.at_stab()) else {
            return Err(self.unexpected());
        };
        self.next();
        let after = self.eol();
        let newlines = if after > 0 { after } else { token.newlines };
        let starts_next = matches!(self.peek(), Some(TokenKind::Semicolon)) || self.at_end_of_body();
        let body = if starts_next {
            Node::new(token.line, Kind::Atom { name: "nil".to_owned(), quoted: false, key: false })
        } else {
            self.with_bare_arguments(false, |parser| parser.deeper(|parser| parser.expression(0)))?.0
        };
        if matches!(arguments.last(), Some(Node { kind: Kind::Binary { operator: "when", .. }, .. }))
            && let Some(guarded) = arguments.pop()
        {
            arguments = vec![with_guard(arguments, guarded)];
        }
        if arguments.len() == 1 {
            arguments = arguments.into_iter().map(unwrap_splice).collect();
        }
        let kind = Kind::Clause { arguments, body: Box::new(body) };
        Ok(Node::new(token.line, kind).with_newlines(newlines))
    }

    /// `(a, b) ->`, `() ->` and `(a, b) when guard ->`: the arguments, where the parentheses hold none or several.
    fn parenthesized_arguments(&mut self) -> Result<Option<Vec<Node>>, FormatError> {
        let Some(holds_arguments) = self.parens_before_clause() else { return Ok(None) };
        if !holds_arguments {
            return Ok(None);
        }
        self.next();
        self.eol();
        let arguments =
            if self.peek() == Some(&TokenKind::Close(Bracket::Paren)) { Vec::new() } else { self.bare_arguments()?.0 };
        self.expect_close(Bracket::Paren)?;
        let Some(token) = self.tokens.get(self.position) else { return Err(self.unexpected()) };
        if !matches!(token.kind, TokenKind::Operator { class: Operator::When, .. }) {
            return Ok(Some(arguments));
        }
        self.next();
        let (guard, _) = self.expression(0)?;
        let arguments = Node::new(token.line, Kind::Arguments(arguments.into_iter().map(bracketed).collect()));
        Ok(Some(vec![Node::binary(token.line, "when", arguments, guard)]))
    }

    /// If `(…) ->` or `(…) when` comes next: whether the parentheses are empty, or hold a list of arguments.
    fn parens_before_clause(&self) -> Option<bool> {
        if self.peek() != Some(&TokenKind::Open(Bracket::Paren)) {
            return None;
        }
        let mut depth = 0usize;
        let mut several = false;
        for (index, token) in self.tokens.iter().enumerate().skip(self.position) {
            match &token.kind {
                // Arguments have no `do` block of their own: it is a single call.
                TokenKind::Do if depth == 1 => return None,
                TokenKind::Open(_) | TokenKind::Fn | TokenKind::Do => depth += 1,
                TokenKind::Close(_) | TokenKind::End => depth -= 1,
                TokenKind::Comma | TokenKind::Key(_) | TokenKind::DynamicKey(_) if depth == 1 => several = true,
                TokenKind::Semicolon | TokenKind::Operator { class: Operator::Stab, .. } if depth == 1 => return None,
                TokenKind::Eol if depth == 1 && self.separates(index) => return None,
                _ => {}
            }
            if depth == 0 {
                let TokenKind::Operator { class: Operator::Stab | Operator::When, .. } =
                    self.tokens.get(index + 1)?.kind
                else {
                    return None;
                };
                let empty = self.tokens[self.position + 1..index].iter().all(|token| token.kind == TokenKind::Eol);
                return Some(several || empty);
            }
        }
        None
    }
}

impl Parser<'_> {
    /// Whether the line break at `index` is between two expressions.
    fn separates(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|index| self.tokens.get(index)).map(|token| &token.kind);
        let after = self.tokens.get(index + 1).map(|token| &token.kind);
        let continues = matches!(
            before,
            Some(TokenKind::Open(_) | TokenKind::Operator { .. } | TokenKind::Key(_) | TokenKind::DynamicKey(_))
        );
        !continues && !matches!(after, Some(TokenKind::Close(_)))
    }
}

fn is_clauses(items: &[Node]) -> bool {
    items.iter().any(|item| matches!(item.kind, Kind::Clause { .. }))
}

/// The clauses with all expressions of their bodies.
fn collect(items: Vec<Node>) -> Result<Vec<Node>, FormatError> {
    let mut clauses: Vec<(Node, Vec<Node>)> = Vec::new();
    for mut item in items {
        if let Kind::Clause { body, .. } = &mut item.kind {
            let first = std::mem::replace(&mut **body, Node::empty());
            clauses.push((item, vec![first]));
        } else if let Some((_, body)) = clauses.last_mut() {
            body.push(item);
        } else {
            let message =
                "unexpected operator ->. If you want to define multiple clauses, the first expression must use ->";
            return Err(FormatError::new(item.line.unwrap_or(1), message));
        }
    }
    let finish = |(mut clause, expressions): (Node, Vec<Node>)| {
        if let Kind::Clause { body, .. } = &mut clause.kind {
            **body = block(expressions, None);
        }
        clause
    };
    Ok(clauses.into_iter().map(finish).collect())
}

/// `a, b when guard`: `guarded` is the last argument with the guard, `before` the ones in front of it.
fn with_guard(mut before: Vec<Node>, guarded: Node) -> Node {
    let (line, newlines) = (guarded.line.unwrap_or(1), guarded.newlines);
    let Kind::Binary { left, right, .. } = guarded.kind else { return guarded };
    if let Kind::Arguments(_) = left.kind {
        return Node::new(line, Kind::Binary { operator: "when", left, right }).with_newlines(newlines);
    }
    before.push(*left);
    let arguments = Node::new(line, Kind::Arguments(before.into_iter().map(bracketed).collect()));
    Node::binary(line, "when", arguments, *right).with_newlines(newlines)
}

/// Keywords in front of a guard need brackets.
fn bracketed(node: Node) -> Node {
    match node.kind {
        Kind::Keywords(pairs) => Node::placeless(Kind::List(pairs)),
        _ => node,
    }
}

/// `(unquote_splicing(arguments)) -> …` splices arguments, not a block.
fn unwrap_splice(node: Node) -> Node {
    match node.kind {
        Kind::Block(mut expressions) if expressions.len() == 1 && matches!(expressions[0].kind, Kind::Call { .. }) => {
            expressions.pop().unwrap_or_else(Node::empty)
        }
        _ => node,
    }
}
