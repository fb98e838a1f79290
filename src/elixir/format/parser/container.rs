//! Lists, tuples, bitstrings and maps.

use super::super::FormatError;
use super::super::node::{Kind, Node};
use super::super::token::{Bracket, Operator, Token, TokenKind};
use super::call::pair;
use super::{Class, Parser};

/// The precedence of `|`.
const PIPE: u16 = 70;
/// The map that is updated binds tighter than `|`.
const ABOVE_PIPE: u16 = PIPE + 1;

impl<'t> Parser<'t> {
    /// A value inside brackets, where calls without parentheses may not have several arguments.
    pub(super) fn element(&mut self) -> Result<Node, FormatError> {
        let (node, class) = self.expression(0)?;
        if class == Class::NoParens {
            return Err(self.ambiguous_comma(&node));
        }
        Ok(node)
    }

    pub(super) fn list(&mut self) -> Result<Node, FormatError> {
        let line = self.line();
        self.next();
        let newlines = self.eol();
        let mut elements = self.container_elements(Bracket::Square)?;
        if let Some(Node { kind: Kind::Keywords(_), .. }) = elements.last()
            && let Some(Node { kind: Kind::Keywords(pairs), .. }) = elements.pop()
        {
            elements.extend(pairs);
        }
        let closing = self.expect_close(Bracket::Square)?;
        Ok(Node::new(line, Kind::List(elements)).with_newlines(newlines).with_closing(closing))
    }

    pub(super) fn tuple(&mut self) -> Result<Node, FormatError> {
        self.container(Bracket::Curly, Kind::Tuple)
    }

    pub(super) fn bitstring(&mut self) -> Result<Node, FormatError> {
        self.container(Bracket::Bits, Kind::Bitstring)
    }

    fn container(&mut self, bracket: Bracket, kind: fn(Vec<Node>) -> Kind) -> Result<Node, FormatError> {
        let line = self.line();
        self.next();
        let newlines = self.eol();
        let elements = self.container_elements(bracket)?;
        if let [Node { kind: Kind::Keywords(_), .. }] = elements.as_slice() {
            return Err(FormatError::new(line, "unexpected keyword list inside a tuple or bitstring"));
        }
        let closing = self.expect_close(bracket)?;
        Ok(Node::new(line, kind(elements)).with_newlines(newlines).with_closing(closing))
    }

    /// The elements up to the closing bracket; trailing pairs as one [`Kind::Keywords`].
    pub(super) fn container_elements(&mut self, bracket: Bracket) -> Result<Vec<Node>, FormatError> {
        self.with_bare_arguments(false, |parser| {
            let mut elements = Vec::new();
            while !parser.at_close(bracket) {
                if parser.at_key() {
                    elements.push(Node::placeless(Kind::Keywords(parser.keywords(true)?)));
                    break;
                }
                elements.push(parser.element()?);
                if parser.take(&TokenKind::Comma).is_none() {
                    break;
                }
            }
            Ok(elements)
        })
    }

    fn at_close(&self, bracket: Bracket) -> bool {
        let position = usize::from(self.peek() == Some(&TokenKind::Eol));
        self.peek_at(position) == Some(&TokenKind::Close(bracket))
    }

    /// `%{…}`.
    pub(super) fn map(&mut self) -> Result<Node, FormatError> {
        self.next();
        self.map_body(None)
    }

    /// `%Name{…}`.
    pub(super) fn structure(&mut self) -> Result<Node, FormatError> {
        self.next();
        let name = self.deeper(Self::structure_name)?;
        self.eol();
        self.map_body(Some(Box::new(name)))
    }

    fn structure_name(&mut self) -> Result<Node, FormatError> {
        if let Some(Token { kind: TokenKind::Operator { class, text }, line, .. }) = self.tokens.get(self.position) {
            self.next();
            self.eol();
            return match class {
                Operator::At | Operator::Unary | Operator::Dual | Operator::Ellipsis => {
                    Ok(Node::unary(*line, text, self.deeper(Self::structure_name)?))
                }
                _ => Err(self.unexpected()),
            };
        }
        let (name, _) = self.with_bare_arguments(true, Self::structure_name_value)?;
        Ok(name)
    }

    /// A value whose braces belong to the struct.
    fn structure_name_value(&mut self) -> Result<(Node, Class), FormatError> {
        if let Some(Token { kind: TokenKind::Identifier { name, .. }, line, .. }) = self.tokens.get(self.position)
            && self.peek_at(1) == Some(&TokenKind::Open(Bracket::Curly))
        {
            self.next();
            return Ok((Node::new(*line, Kind::Variable(name.clone())), Class::Matched));
        }
        self.value()
    }

    fn map_body(&mut self, name: Option<Box<Node>>) -> Result<Node, FormatError> {
        let line = self.line();
        if self.take(&TokenKind::Open(Bracket::Curly)).is_none() {
            return Err(self.unexpected());
        }
        let newlines = self.eol();
        let mut base = None;
        let mut entries = Vec::new();
        self.with_bare_arguments(false, |parser| {
            while !parser.at_close(Bracket::Curly) {
                if parser.at_key() {
                    entries.append(&mut parser.keywords(true)?);
                    return Ok(());
                }
                let (mut node, mut class) = parser.expression(ABOVE_PIPE)?;
                if base.is_none()
                    && entries.is_empty()
                    && let Some(pipe) = parser.pipe()
                {
                    let newlines = parser.eol().max(pipe.newlines);
                    if parser.at_key() {
                        base = Some((Box::new(node), pipe.line));
                        continue;
                    }
                    let (key, key_class) = parser.expression(PIPE)?;
                    if parser.at_looser_operator() {
                        // `%{a | b :: c => d}` has a key with operators, and updates nothing.
                        node = Node::combined(pipe, newlines, node, key)?;
                    } else {
                        base = Some((Box::new(node), pipe.line));
                        node = key;
                    }
                    class = key_class;
                }
                let (node, class) = parser.operators(node, class, 0)?;
                // Behind a prefix operator, Elixir's grammar takes such calls after all.
                if class == Class::NoParens && !matches!(node.kind, Kind::Unary { .. }) {
                    return Err(parser.ambiguous_comma(&node));
                }
                entries.push(parser.map_entry(node)?);
                if parser.take(&TokenKind::Comma).is_none() {
                    return Ok(());
                }
            }
            Ok(())
        })?;
        let closing = self.expect_close(Bracket::Curly)?;
        if base.is_some() && entries.is_empty() {
            return Err(FormatError::new(closing, "syntax error before: '}'"));
        }
        let kind = Kind::Map { name, base, entries };
        Ok(Node::new(line, kind).with_newlines(newlines).with_closing(closing))
    }

    /// `=> value` behind a key; or an expression that stands for entries (`unquote_splicing(entries)`).
    fn map_entry(&mut self, key: Node) -> Result<Node, FormatError> {
        if !matches!(self.peek(), Some(TokenKind::Operator { class: Operator::Assoc, .. })) {
            return Ok(key);
        }
        self.next();
        self.eol();
        Ok(pair(key, self.element()?))
    }

    fn pipe(&mut self) -> Option<&'t Token> {
        let token = self.tokens.get(self.position)?;
        matches!(token.kind, TokenKind::Operator { class: Operator::Pipe, .. }).then(|| self.next()).flatten()
    }

    /// Whether an operator comes next that binds looser than `|`.
    fn at_looser_operator(&self) -> bool {
        matches!(self.peek(), Some(TokenKind::Operator { class, .. }) if class.binary().is_some_and(|(_, strength)| strength < PIPE))
    }
}
