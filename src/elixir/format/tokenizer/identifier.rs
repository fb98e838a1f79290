//! Identifiers, aliases, reserved words and atoms.

use super::super::FormatError;
use super::super::token::{Operator, Shape, Token, TokenKind};
use super::{Opener, Tokenizer, is_space};
use crate::elixir::atom::{IdentifierKind, scan_identifier};

impl Tokenizer<'_> {
    /// `:name`, `:"quoted"`.
    pub(super) fn atom(&mut self) -> Result<bool, FormatError> {
        let Some(rest) = self.rest().strip_prefix(':') else { return Ok(false) };
        if let Some(quote @ ('"' | '\'')) = rest.chars().next() {
            self.atom_in_quotes(quote)?;
            return Ok(true);
        }
        self.advance(1);
        let Some((length, _)) = scan_identifier(rest) else { return Err(self.unexpected()) };
        self.push(TokenKind::Atom { name: rest[..length].to_owned(), quoted: false });
        self.advance(length);
        Ok(true)
    }

    pub(super) fn identifier(&mut self) -> Result<(), FormatError> {
        let rest = self.rest();
        let Some((length, kind)) = scan_identifier(rest) else { return Err(self.unexpected()) };
        let (name, after) = rest.split_at(length);
        let is_key = after.starts_with(':') && !after.starts_with("::");
        let behind_dot = matches!(self.tokens.last(), Some(Token { kind: TokenKind::Dot, .. }));
        if !is_key && !behind_dot && self.reserved_word(name)? {
            return Ok(());
        }
        if is_key {
            let after_colon = after[1..].chars().next();
            if is_space(after_colon) {
                self.advance(length + 1);
                self.push(TokenKind::Key(name.to_owned()));
                return Ok(());
            }
            if after_colon.is_some() {
                return Err(self.error(format!("keyword argument must be followed by space after: {name}:")));
            }
        }
        if name.contains('@') {
            return Err(self.error(format!("unexpected character @ in {name}")));
        }
        if name == "__aliases__" || name == "__block__" {
            return Err(self.error(format!("reserved token: {name}")));
        }
        match kind {
            IdentifierKind::Alias if !name.is_ascii() || name.ends_with(['!', '?']) => {
                Err(self.error(format!("invalid character in alias {name}: only ASCII letters are allowed")))
            }
            IdentifierKind::Alias => {
                self.push(TokenKind::Alias(name.to_owned()));
                self.advance(length);
                Ok(())
            }
            IdentifierKind::Identifier => {
                self.advance(length);
                let shape = self.shape_ahead();
                self.push(TokenKind::Identifier { name: name.to_owned(), shape });
                Ok(())
            }
            IdentifierKind::AtomOnly => Err(self.unexpected()),
        }
    }

    /// Whether `name`, which comes next, is reserved; if so it has been read.
    fn reserved_word(&mut self, name: &str) -> Result<bool, FormatError> {
        match name {
            "fn" => {
                self.open.push((Opener::Fn, self.line));
                self.push(TokenKind::Fn);
            }
            "do" => self.do_keyword()?,
            "end" => {
                self.close(Opener::Do)?;
                self.push(TokenKind::End);
            }
            "true" => self.push(TokenKind::Literal("true")),
            "false" => self.push(TokenKind::Literal("false")),
            "nil" => self.push(TokenKind::Literal("nil")),
            "after" => self.push(TokenKind::Section("after")),
            "else" => self.push(TokenKind::Section("else")),
            "catch" => self.push(TokenKind::Section("catch")),
            "rescue" => self.push(TokenKind::Section("rescue")),
            "not" => self.word_operator(Operator::Unary, "not"),
            "and" => self.word_operator(Operator::And, "and"),
            "or" => self.word_operator(Operator::Or, "or"),
            "when" => self.word_operator(Operator::When, "when"),
            "in" => self.word_operator(Operator::In, "in"),
            _ => return Ok(false),
        }
        self.advance(name.len());
        Ok(true)
    }

    fn word_operator(&mut self, class: Operator, text: &'static str) {
        if self.rest()[text.len()..].trim_start_matches([' ', '\t']).starts_with('/') {
            self.push(TokenKind::Identifier { name: text.to_owned(), shape: Shape::Plain });
            return;
        }
        if class == Operator::In
            && let Some(Token { kind: TokenKind::Operator { text: "not", .. }, line, .. }) = self.tokens.last()
        {
            let line = *line;
            self.tokens.pop();
            self.drop_eol();
            let kind = TokenKind::Operator { class, text: "not in" };
            self.tokens.push(Token { kind, line, newlines: 0 });
            return;
        }
        self.push_operator(class, text);
    }

    fn do_keyword(&mut self) -> Result<(), FormatError> {
        match self.tokens.last_mut() {
            Some(Token { kind: TokenKind::Identifier { shape: shape @ Shape::Plain, .. }, .. }) => *shape = Shape::Do,
            Some(Token {
                kind: TokenKind::Fn | TokenKind::Comma | TokenKind::Semicolon | TokenKind::Section(_),
                ..
            }) => return Err(self.error("unexpected reserved word: do")),
            _ => self.drop_eol(),
        }
        self.open.push((Opener::Do, self.line));
        self.push(TokenKind::Do);
        Ok(())
    }
}
