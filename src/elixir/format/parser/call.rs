//! Arguments, keywords and `do` blocks of calls.

use super::super::FormatError;
use super::super::node::{Kind, Node, Target};
use super::super::token::{Bracket, TokenKind};
use super::{Class, Parser};

impl Parser<'_> {
    /// Arguments without parentheses, up to where they end.
    pub(super) fn bare_arguments(&mut self) -> Result<(Vec<Node>, Class), FormatError> {
        self.deeper_bare_arguments(true, |parser| {
            if parser.at_key() {
                return Ok((vec![parser.bare_keywords()?], Class::Matched));
            }
            let (first, class) = parser.expression(0)?;
            let mut arguments = vec![first];
            if parser.peek() != Some(&TokenKind::Comma) {
                return Ok((arguments, class));
            }
            while parser.take(&TokenKind::Comma).is_some() {
                if parser.at_key() {
                    arguments.push(parser.bare_keywords()?);
                    break;
                }
                let (argument, class) = parser.expression(0)?;
                if class == Class::NoParens {
                    return Err(parser.ambiguous_comma(&argument));
                }
                arguments.push(argument);
            }
            Ok((arguments, Class::NoParens))
        })
    }

    /// `key: value, …` without brackets around.
    pub(super) fn bare_keywords(&mut self) -> Result<Node, FormatError> {
        self.with_bare_arguments(true, |parser| {
            let mut pairs = Vec::new();
            loop {
                let key = parser.key()?;
                let (value, _) = parser.expression(0)?;
                pairs.push(pair(key, value));
                if parser.peek() != Some(&TokenKind::Comma) {
                    break;
                }
                parser.next();
                if !parser.at_key() {
                    return Err(parser.after_keywords());
                }
            }
            Ok(Node::placeless(Kind::Keywords(pairs)))
        })
    }

    /// `(…)` of a call.
    pub(super) fn parens_arguments(&mut self, target: Target, line: usize) -> Result<Node, FormatError> {
        if self.take(&TokenKind::Open(Bracket::Paren)).is_none() {
            return Err(self.unexpected());
        }
        let newlines = self.eol();
        let mut arguments = Vec::new();
        self.deeper_bare_arguments(false, |parser| {
            if parser.peek() == Some(&TokenKind::Close(Bracket::Paren)) {
                return Ok(());
            }
            loop {
                if parser.at_key() {
                    arguments.push(Node::placeless(Kind::Keywords(parser.keywords(true)?)));
                    return Ok(());
                }
                let (argument, class) = parser.expression(0)?;
                let is_only = arguments.is_empty() && parser.peek() != Some(&TokenKind::Comma);
                if class == Class::NoParens && !is_only {
                    return Err(parser.ambiguous_comma(&argument));
                }
                arguments.push(argument);
                if parser.take(&TokenKind::Comma).is_none() {
                    return Ok(());
                }
            }
        })?;
        let closing = self.expect_close(Bracket::Paren)?;
        let kind = Kind::Call { target, arguments, end: None };
        Ok(Node::new(line, kind).with_newlines(newlines).with_closing(closing))
    }

    /// `key: value, …` inside brackets; `trailing`: whether a comma may follow the last one.
    pub(super) fn keywords(&mut self, trailing: bool) -> Result<Vec<Node>, FormatError> {
        let mut pairs = Vec::new();
        loop {
            let key = self.key()?;
            let value = self.element()?;
            pairs.push(pair(key, value));
            if self.take(&TokenKind::Comma).is_none() {
                return Ok(pairs);
            }
            if self.at_key() {
                continue;
            }
            if trailing && matches!(self.peek(), Some(TokenKind::Close(_))) {
                return Ok(pairs);
            }
            return Err(self.after_keywords());
        }
    }

    pub(super) fn at_key(&self) -> bool {
        matches!(self.peek(), Some(TokenKind::Key(_) | TokenKind::DynamicKey(_)))
    }

    fn key(&mut self) -> Result<Node, FormatError> {
        let Some(token) = self.next() else { return Err(self.unexpected()) };
        let kind = match &token.kind {
            TokenKind::Key(name) => Kind::Atom { name: name.clone(), quoted: false, key: true },
            TokenKind::DynamicKey(parts) => Kind::DynamicAtom { parts: self.pieces(parts)?, key: true },
            _ => return Err(self.unexpected()),
        };
        self.eol();
        Ok(Node::new(token.line, kind))
    }

    /// `call`, with the `do` block that follows unless it belongs to a call around.
    pub(super) fn with_do_block(&mut self, mut call: Node, class: Class) -> Result<(Node, Class), FormatError> {
        if self.inside_bare_arguments || self.peek() != Some(&TokenKind::Do) {
            return Ok((call, class));
        }
        let (sections, end_line) = self.do_block()?;
        if let Kind::Call { arguments, end, .. } = &mut call.kind {
            arguments.push(Node::placeless(Kind::Keywords(sections)));
            *end = Some(end_line);
        }
        Ok((call, Class::Unmatched))
    }

    /// The sections of `do … else … end` as pairs, and the line of the `end`.
    fn do_block(&mut self) -> Result<(Vec<Node>, usize), FormatError> {
        self.with_bare_arguments(false, |parser| {
            let mut sections = Vec::new();
            let mut name = "do";
            loop {
                let Some(token) = parser.next() else { return Err(parser.unexpected()) };
                parser.end_of_expression();
                let body = parser.body()?;
                let key = Node::new(token.line, Kind::Atom { name: name.to_owned(), quoted: false, key: false });
                sections.push(pair(key, body));
                match parser.peek() {
                    Some(TokenKind::Section(section)) => name = section,
                    Some(TokenKind::End) => break,
                    _ => return Err(parser.unexpected()),
                }
            }
            let line = parser.line();
            parser.next();
            Ok((sections, line))
        })
    }

    pub(super) fn ambiguous_comma(&self, node: &Node) -> FormatError {
        FormatError::new(
            node.line.unwrap_or_else(|| self.line()),
            "unexpected comma. Parentheses are required to solve ambiguity in nested calls",
        )
    }

    fn after_keywords(&self) -> FormatError {
        FormatError::new(
            self.line(),
            "unexpected expression after keyword list. Keyword lists must always come as the last argument",
        )
    }
}

pub(super) fn pair(key: Node, value: Node) -> Node {
    Node::placeless(Kind::Pair(Box::new(key), Box::new(value)))
}
