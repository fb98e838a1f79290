//! Operators, dots, and names made of operator characters.

use super::super::FormatError;
use super::super::token::{OPERATORS_1, OPERATORS_2, OPERATORS_3, Operator, Shape, Token, TokenKind};
use super::{Tokenizer, is_space};

/// Names that look like punctuation but are keys when a colon and a space follow.
const PUNCTUATION_KEYS: &[&str] = &["..//", "<<>>", "%{}", "{}", "%", "&", "."];
/// Names that look like punctuation but are atoms behind a colon.
const PUNCTUATION_ATOMS: &[&str] = &["<<>>", "%{}", "%", "{}", "..//"];

impl Tokenizer<'_> {
    /// `%{}: `, `&: ` and the like.
    pub(super) fn special_key(&mut self) -> bool {
        let found = PUNCTUATION_KEYS.iter().find(|name| {
            let after = self.rest().strip_prefix(**name).and_then(|rest| rest.strip_prefix(':'));
            after.is_some_and(|rest| is_space(rest.chars().next()))
        });
        let Some(name) = found else { return false };
        self.advance(name.len() + 1);
        self.push(TokenKind::Key((*name).to_owned()));
        true
    }

    /// `:+`, `:<<>>`, `:::`.
    pub(super) fn operator_atom(&mut self) -> bool {
        let Some(rest) = self.rest().strip_prefix(':') else { return false };
        let name = PUNCTUATION_ATOMS
            .iter()
            .copied()
            .chain(OPERATORS_3.iter().map(|(text, _)| *text))
            .chain(std::iter::once("::"))
            .chain(
                OPERATORS_2
                    .iter()
                    .filter(|(_, class)| !matches!(class, Operator::Ternary | Operator::Type))
                    .map(|(text, _)| *text),
            )
            .chain(OPERATORS_1.iter().map(|(text, _)| *text))
            .chain(["&", "."])
            .find(|name| rest.starts_with(name));
        let Some(name) = name else { return false };
        self.advance(name.len() + 1);
        self.push(TokenKind::Atom { name: name.to_owned(), quoted: false });
        true
    }

    /// `=>`, `..//` as a name, and the operators of three characters.
    pub(super) fn operator(&mut self) -> Result<bool, FormatError> {
        if self.rest().starts_with("=>") {
            self.push_operator(Operator::Assoc, "=>");
            self.advance(2);
            return Ok(true);
        }
        if let Some(rest) = self.rest().strip_prefix("..//") {
            if !rest.trim_start_matches([' ', '\t']).starts_with('/') {
                return Err(self.unexpected());
            }
            self.push_name("..//");
            self.advance(4);
            self.skip_blanks();
            return Ok(true);
        }
        let Some((text, class)) = OPERATORS_3.iter().find(|(text, _)| self.rest().starts_with(text)) else {
            return Ok(false);
        };
        self.operator_or_name(*class, text);
        Ok(true)
    }

    /// The operators of one and two characters.
    pub(super) fn short_operator(&mut self) -> bool {
        if let Some((text, class)) = OPERATORS_2.iter().find(|(text, _)| self.rest().starts_with(text)) {
            if *class == Operator::Ternary {
                self.push_operator(*class, text);
                self.advance(2);
            } else {
                self.operator_or_name(*class, text);
            }
            return true;
        }
        if self.rest().starts_with('&') {
            self.capture();
            return true;
        }
        let Some((text, class)) = OPERATORS_1.iter().find(|(text, _)| self.rest().starts_with(text)) else {
            return false;
        };
        self.operator_or_name(*class, text);
        true
    }

    /// An operator; or its name when a colon and space (`+: 1`) or a slash (`+/2`) follows.
    fn operator_or_name(&mut self, class: Operator, text: &'static str) {
        let after = &self.rest()[text.len()..];
        if let Some(rest) = after.strip_prefix(':')
            && is_space(rest.chars().next())
        {
            self.advance(text.len() + 1);
            self.push(TokenKind::Key(text.to_owned()));
            return;
        }
        if after.trim_start_matches([' ', '\t']).starts_with('/') {
            self.push_name(text);
        } else {
            self.push_operator(class, text);
        }
        self.advance(text.len());
        self.skip_blanks();
    }

    fn push_name(&mut self, name: &str) {
        self.push(TokenKind::Identifier { name: name.to_owned(), shape: Shape::Plain });
    }

    /// Adds an operator, without reading on. Operators that only stand between two values continue the line above.
    pub(super) fn push_operator(&mut self, class: Operator, text: &'static str) {
        let may_start_expression =
            matches!(class, Operator::At | Operator::Unary | Operator::Dual | Operator::Ellipsis | Operator::Capture);
        let newlines = if may_start_expression { 0 } else { self.newlines_before() };
        if !may_start_expression {
            self.drop_eol();
        }
        self.tokens.push(Token { kind: TokenKind::Operator { class, text }, line: self.line, newlines });
    }

    fn capture(&mut self) {
        let after = &self.rest()[1..];
        if after.starts_with(|digit: char| digit.is_ascii_digit()) {
            self.push(TokenKind::CaptureArgument);
            self.advance(1);
            return;
        }
        let name_of_and = after.trim_start_matches([' ', '\t']).strip_prefix('/').is_some_and(|rest| {
            // `&/2` names the operator, `& //2` captures division.
            !rest.trim_start_matches([' ', '\t']).starts_with('/')
        });
        if name_of_and {
            self.push_name("&");
        } else {
            self.push_operator(Operator::Capture, "&");
        }
        self.advance(1);
    }

    /// `name -1`: the sign belongs to an argument of `name`.
    pub(super) fn signed_argument(&mut self) {
        let mut ahead = self.rest().chars();
        let Some(sign @ ('+' | '-')) = ahead.next() else { return };
        let Some(after) = ahead.next() else { return };
        if is_space(Some(after)) || after == sign || after == '/' || after == '>' {
            return;
        }
        if after == ':' && is_space(ahead.next()) {
            return;
        }
        let Some(Token { kind: TokenKind::Identifier { shape: shape @ Shape::Plain, .. }, .. }) =
            self.tokens.last_mut()
        else {
            return;
        };
        *shape = Shape::Signed;
        self.push(TokenKind::Operator { class: Operator::Dual, text: if sign == '+' { "+" } else { "-" } });
        self.advance(1);
    }

    /// `.` and what it accesses, which may be on a later line.
    pub(super) fn dot(&mut self) -> Result<(), FormatError> {
        let dot_line = self.line;
        self.advance(1);
        loop {
            self.skip_blanks();
            let rest = self.rest();
            if rest.starts_with('#') {
                self.comment()?;
            } else if rest.starts_with('\n') || rest.starts_with("\r\n") {
                self.advance(if rest.starts_with('\n') { 1 } else { 2 });
                self.line += 1;
            } else {
                break;
            }
        }
        self.drop_eol();
        if self.rest().starts_with('(') {
            self.tokens.push(Token { kind: TokenKind::DotCall, line: dot_line, newlines: 0 });
            return Ok(());
        }
        self.tokens.push(Token { kind: TokenKind::Dot, line: dot_line, newlines: 0 });
        if self.rest().starts_with(['"', '\'']) {
            return self.quoted_call();
        }
        if let Some(name) = callable_operator(self.rest()) {
            self.advance(name.len());
            let shape = self.shape_ahead();
            self.push(TokenKind::Identifier { name: name.to_owned(), shape });
        }
        Ok(())
    }
}

/// The operator that `text` starts with, if it can be called as `Module.+(1, 2)`.
fn callable_operator(text: &str) -> Option<&'static str> {
    OPERATORS_3
        .iter()
        .filter(|(_, class)| *class != Operator::Ellipsis)
        .chain(
            OPERATORS_2
                .iter()
                .filter(|(_, class)| !matches!(class, Operator::Ternary | Operator::Range | Operator::Stab)),
        )
        .chain(OPERATORS_1)
        .map(|(text, _)| *text)
        .chain(std::iter::once("&"))
        .find(|name| text.starts_with(name))
}
