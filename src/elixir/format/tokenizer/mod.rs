//! Elixir source to tokens, with the line breaks and comments that the formatter keeps.
//!
//! Follows `elixir_tokenizer.erl` (1.18) with `unescape: false`: the text of literals stays as it was written.

mod identifier;
mod literal;
mod operator;
mod string;

use super::FormatError;
use super::comment::RawComment;
use super::token::{Bracket, Part, Shape, Token, TokenKind};

/// How deep interpolations may be nested in each other.
const MAX_INTERPOLATION_DEPTH: usize = 40;

/// The tokens and comments of `source`.
pub(super) fn tokenize(source: &str) -> Result<(Vec<Token>, Vec<RawComment>), FormatError> {
    let mut tokenizer =
        Tokenizer { source, offset: 0, line: 1, tokens: Vec::new(), open: Vec::new(), comments: Vec::new(), depth: 0 };
    tokenizer.run()?;
    Ok((tokenizer.tokens, tokenizer.comments))
}

struct Tokenizer<'s> {
    source: &'s str,
    /// Bytes read so far.
    offset: usize,
    line: usize,
    tokens: Vec<Token>,
    /// What has to be closed, with the line it was opened on.
    open: Vec<(Opener, usize)>,
    comments: Vec<RawComment>,
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    Bracket(Bracket),
    Do,
    Fn,
}

impl Opener {
    fn closer(self) -> &'static str {
        match self {
            Opener::Bracket(Bracket::Paren) => ")",
            Opener::Bracket(Bracket::Square) => "]",
            Opener::Bracket(Bracket::Curly) => "}",
            Opener::Bracket(Bracket::Bits) => ">>",
            Opener::Do | Opener::Fn => "end",
        }
    }
}

impl<'s> Tokenizer<'s> {
    /// Reads to the end of the source, or of the interpolation.
    fn run(&mut self) -> Result<(), FormatError> {
        while let Some(next) = self.peek() {
            if next == '}' && self.depth > 0 && self.open.is_empty() {
                return Ok(());
            }
            self.token(next)?;
        }
        if let Some((opener, line)) = self.open.last() {
            return Err(FormatError::new(*line, format!("missing terminator: {}", opener.closer())));
        }
        if self.depth > 0 {
            return Err(self.error("missing interpolation terminator: \"}\""));
        }
        Ok(())
    }

    fn token(&mut self, next: char) -> Result<(), FormatError> {
        if self.number()? || self.sigil()? || self.character()? || self.text()? {
            return Ok(());
        }
        if next == '#' {
            return self.comment();
        }
        if self.rest().starts_with("<<<<<<<") && self.at_line_start() {
            return Err(self.error("found an unexpected version control marker, please resolve the conflicts"));
        }
        if self.special_key() || self.operator_atom() || self.operator()? {
            return Ok(());
        }
        if self.punctuation()? || self.short_operator() || self.atom()? || self.space()? {
            return Ok(());
        }
        match next {
            '%' if self.rest().starts_with("%(") || self.rest().starts_with("%[") => {
                Err(self.error("expected %{ to define a map"))
            }
            '%' if self.rest().starts_with("%{") => {
                self.advance(1);
                self.push(TokenKind::MapStart);
                self.open_bracket(Bracket::Curly, 1)
            }
            '%' => {
                self.advance(1);
                self.push(TokenKind::Percent);
                Ok(())
            }
            '.' => self.dot(),
            _ => self.identifier(),
        }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.offset..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn advance(&mut self, bytes: usize) {
        self.offset += bytes;
    }

    /// Takes `text` if it comes next.
    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.advance(text.len());
        }
        found
    }

    fn at_line_start(&self) -> bool {
        self.source[..self.offset].chars().next_back().is_none_or(|before| before == '\n')
    }

    fn error(&self, message: impl Into<String>) -> FormatError {
        FormatError::new(self.line, message)
    }

    fn unexpected(&self) -> FormatError {
        match self.peek() {
            Some(character) => self.error(format!("unexpected token: {character:?}")),
            None => self.error("unexpected end of file"),
        }
    }

    fn push(&mut self, kind: TokenKind) {
        self.tokens.push(Token { kind, line: self.line, newlines: 0 });
    }

    /// The line breaks right before the next token.
    fn newlines_before(&self) -> usize {
        match self.tokens.last() {
            Some(Token { kind: TokenKind::Eol | TokenKind::Comma | TokenKind::Semicolon, newlines, .. }) => *newlines,
            _ => 0,
        }
    }

    /// Drops the line break before a token that continues the line above.
    fn drop_eol(&mut self) {
        if matches!(self.tokens.last(), Some(Token { kind: TokenKind::Eol, .. })) {
            self.tokens.pop();
        }
    }

    /// Spaces and tabs.
    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.advance(rest.len() - rest.trim_start_matches([' ', '\t']).len());
    }

    /// Spaces, line ends and semicolons.
    fn space(&mut self) -> Result<bool, FormatError> {
        let rest = self.rest();
        if rest.starts_with([' ', '\t']) {
            self.skip_blanks();
            self.signed_argument();
        } else if rest.starts_with(';') {
            if matches!(self.tokens.last(), Some(Token { kind: TokenKind::Semicolon, .. })) {
                return Err(self.unexpected());
            }
            self.advance(1);
            self.push(TokenKind::Semicolon);
        } else if rest.starts_with("\\\n") || rest.starts_with("\\\r\n") {
            let length = if rest.starts_with("\\\n") { 2 } else { 3 };
            if rest.len() == length {
                return Err(self.error("invalid escape \\ at end of file"));
            }
            self.advance(length);
            self.line += 1;
            self.skip_blanks();
        } else if rest.starts_with('\n') || rest.starts_with("\r\n") {
            self.eol();
            self.advance(if rest.starts_with('\n') { 1 } else { 2 });
            self.line += 1;
            self.skip_blanks();
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn eol(&mut self) {
        match self.tokens.last_mut() {
            Some(Token { kind: TokenKind::Eol | TokenKind::Comma | TokenKind::Semicolon, newlines, .. }) => {
                *newlines += 1;
            }
            _ => self.tokens.push(Token { kind: TokenKind::Eol, line: self.line, newlines: 1 }),
        }
    }

    fn comment(&mut self) -> Result<(), FormatError> {
        let newlines_before = if self.tokens.is_empty() { 1 } else { self.newlines_before() };
        let rest = self.rest();
        let end = rest.find('\n').unwrap_or(rest.len());
        let end = if rest[..end].ends_with('\r') && end < rest.len() { end - 1 } else { end };
        let text = rest[..end].to_owned();
        if text.contains(is_bidirectional_control) {
            return Err(self.error("invalid bidirectional formatting character in comment"));
        }
        self.advance(end);
        let newlines_after = newlines_ahead(self.rest());
        self.comments.push(RawComment { line: self.line, newlines_before, newlines_after, text });
        if let Some(Token { kind: TokenKind::Eol, newlines, .. }) = self.tokens.last_mut() {
            *newlines = 0;
        }
        Ok(())
    }

    /// Brackets and commas.
    fn punctuation(&mut self) -> Result<bool, FormatError> {
        let rest = self.rest();
        if self.take(",") {
            self.push(TokenKind::Comma);
        } else if rest.starts_with("<<") {
            self.open_bracket(Bracket::Bits, 2)?;
        } else if rest.starts_with(">>") {
            self.close_bracket(Bracket::Bits, 2)?;
        } else if rest.starts_with('{') && matches!(self.tokens.last(), Some(Token { kind: TokenKind::Percent, .. })) {
            return Err(self.error("unexpected space between % and {"));
        } else if let Some(position) = ["(", "[", "{"].iter().position(|open| rest.starts_with(open)) {
            self.open_bracket([Bracket::Paren, Bracket::Square, Bracket::Curly][position], 1)?;
        } else if let Some(position) = [")", "]", "}"].iter().position(|close| rest.starts_with(close)) {
            self.close_bracket([Bracket::Paren, Bracket::Square, Bracket::Curly][position], 1)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn open_bracket(&mut self, bracket: Bracket, length: usize) -> Result<(), FormatError> {
        if bracket == Bracket::Paren
            && let Some(Token { kind: TokenKind::Alias(name), .. }) = self.tokens.last()
        {
            return Err(self.error(format!("unexpected ( after alias {name}")));
        }
        self.open.push((Opener::Bracket(bracket), self.line));
        self.advance(length);
        self.push(TokenKind::Open(bracket));
        Ok(())
    }

    fn close_bracket(&mut self, bracket: Bracket, length: usize) -> Result<(), FormatError> {
        self.close(Opener::Bracket(bracket))?;
        let newlines = self.newlines_before();
        self.tokens.push(Token { kind: TokenKind::Close(bracket), line: self.line, newlines });
        self.advance(length);
        Ok(())
    }

    /// Checks that a closing token with the text of `closing` closes what was opened last.
    fn close(&mut self, closing: Opener) -> Result<(), FormatError> {
        match self.open.pop() {
            Some((opener, _)) if opener.closer() == closing.closer() => Ok(()),
            _ => Err(self.error(format!("unexpected token: {}", closing.closer()))),
        }
    }

    /// `#{…}` after the opening: the tokens up to the closing brace, which is taken too.
    fn interpolation(&mut self) -> Result<Part, FormatError> {
        if self.depth == MAX_INTERPOLATION_DEPTH {
            return Err(self.error("interpolations are nested too deeply"));
        }
        let line = self.line;
        let outer_tokens = std::mem::take(&mut self.tokens);
        let outer_open = std::mem::take(&mut self.open);
        self.depth += 1;
        let result = self.run();
        self.depth -= 1;
        self.open = outer_open;
        let tokens = std::mem::replace(&mut self.tokens, outer_tokens);
        result?;
        self.advance(1);
        Ok(Part::Code { line, tokens })
    }

    fn shape_ahead(&self) -> Shape {
        match self.peek() {
            Some('(') => Shape::Paren,
            Some('[') => Shape::Bracket,
            _ => Shape::Plain,
        }
    }
}

/// How many line breaks follow, with nothing but blanks between.
fn newlines_ahead(text: &str) -> usize {
    let mut rest = text;
    let mut count = 0;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        match rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")) {
            Some(after) => {
                count += 1;
                rest = after;
            }
            None => return count,
        }
    }
}

/// Characters that reorder the text around them; Elixir refuses them in source.
fn is_bidirectional_control(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_space(character: Option<char>) -> bool {
    matches!(character, Some(' ' | '\t' | '\r' | '\n'))
}
