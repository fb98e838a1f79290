//! Literals, names of modules, and everything in brackets.

use super::super::FormatError;
use super::super::node::{Kind, Node, Piece};
use super::super::token::{Bracket, Part, Token, TokenKind};
use super::{Parser, parse_nested};

impl Parser<'_> {
    pub(super) fn literal(&mut self) -> Result<Node, FormatError> {
        let Some(token) = self.tokens.get(self.position) else { return Err(self.unexpected()) };
        match &token.kind {
            TokenKind::Open(Bracket::Paren) => return self.parens(),
            TokenKind::Open(Bracket::Square) => return self.list(),
            TokenKind::Open(Bracket::Curly) => return self.tuple(),
            TokenKind::Open(Bracket::Bits) => return self.bitstring(),
            TokenKind::MapStart => return self.map(),
            TokenKind::Percent => return self.structure(),
            TokenKind::Fn => return self.function(),
            _ => {}
        }
        let kind = self.simple_literal(token)?;
        self.next();
        Ok(Node::new(token.line, kind))
    }

    fn simple_literal(&mut self, token: &Token) -> Result<Kind, FormatError> {
        Ok(match &token.kind {
            TokenKind::Integer(text) => Kind::Integer(text.clone()),
            TokenKind::Float(text) => Kind::Float(text.clone()),
            TokenKind::Literal(name) => Kind::Atom { name: (*name).to_owned(), quoted: false, key: false },
            TokenKind::Atom { name, quoted } => Kind::Atom { name: name.clone(), quoted: *quoted, key: false },
            TokenKind::DynamicAtom(parts) => Kind::DynamicAtom { parts: self.pieces(parts)?, key: false },
            TokenKind::Alias(name) => Kind::Alias { head: None, names: vec![name.clone()] },
            TokenKind::CaptureArgument => {
                let Some(TokenKind::Integer(text)) = self.peek_at(1) else { return Err(self.unexpected()) };
                self.next();
                Kind::CaptureArgument(text.clone())
            }
            TokenKind::Text { quote, heredoc, parts } => match parts.as_slice() {
                [Part::Text(text)] => Kind::Text { quote: *quote, heredoc: *heredoc, text: text.clone() },
                _ => Kind::Interpolated { quote: *quote, heredoc: *heredoc, parts: self.pieces(parts)? },
            },
            TokenKind::Sigil { name, parts, delimiter, modifiers } => {
                Kind::Sigil { name: name.clone(), parts: self.pieces(parts)?, delimiter, modifiers: modifiers.clone() }
            }
            _ => return Err(self.unexpected()),
        })
    }

    /// The parts of a string-like literal, with the code in them parsed.
    pub(super) fn pieces(&mut self, parts: &[Part]) -> Result<Vec<Piece>, FormatError> {
        parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Ok(Piece::Text(text.clone())),
                Part::Code { line, tokens } => {
                    let body = parse_nested(tokens, self.depth + 1)?;
                    Ok(Piece::Code { line: *line, body })
                }
            })
            .collect()
    }
}
