//! Strings, charlists, heredocs, sigils and quoted names.

use super::super::FormatError;
use super::super::token::{Part, TokenKind};
use super::{Tokenizer, is_bidirectional_control, is_space};

/// What ends a string-like literal, and whether `#{…}` is code in it.
#[derive(Clone, Copy)]
struct Delimited {
    closing: char,
    heredoc: bool,
    interpolates: bool,
}

impl Tokenizer<'_> {
    /// `"…"`, `'…'`, heredocs, and quoted keys.
    pub(super) fn text(&mut self) -> Result<bool, FormatError> {
        let Some(quote @ ('"' | '\'')) = self.peek() else { return Ok(false) };
        let line = self.line;
        if self.rest().starts_with("\"\"\"") || self.rest().starts_with("'''") {
            self.advance(3);
            let parts = self.heredoc_parts(Delimited { closing: quote, heredoc: true, interpolates: true })?;
            self.push_at(line, TokenKind::Text { quote, heredoc: true, parts });
            return Ok(true);
        }
        self.advance(1);
        let parts = self.extract(Delimited { closing: quote, heredoc: false, interpolates: true })?;
        let mut ahead = self.rest().chars();
        let kind = if ahead.next() == Some(':') && is_space(ahead.next()) {
            self.advance(1);
            match plain(parts) {
                Ok(name) => TokenKind::Key(name),
                Err(parts) => TokenKind::DynamicKey(parts),
            }
        } else {
            TokenKind::Text { quote, heredoc: false, parts }
        };
        self.push_at(line, kind);
        Ok(true)
    }

    /// `:"…"`.
    pub(super) fn atom_in_quotes(&mut self, quote: char) -> Result<(), FormatError> {
        let line = self.line;
        self.advance(2);
        let parts = self.extract(Delimited { closing: quote, heredoc: false, interpolates: true })?;
        let kind = match plain(parts) {
            Ok(name) => TokenKind::Atom { name, quoted: quote == '"' },
            Err(parts) => TokenKind::DynamicAtom(parts),
        };
        self.push_at(line, kind);
        Ok(())
    }

    /// The quoted name of `Module."name"`.
    pub(super) fn quoted_call(&mut self) -> Result<(), FormatError> {
        let Some(quote) = self.peek() else { return Ok(()) };
        let line = self.line;
        self.advance(1);
        let parts = self.extract(Delimited { closing: quote, heredoc: false, interpolates: true })?;
        let Ok(name) = plain(parts) else {
            return Err(self.error("interpolation is not allowed when calling function/macro"));
        };
        let shape = self.shape_ahead();
        self.push_at(line, TokenKind::Identifier { name, shape });
        Ok(())
    }

    /// `~s(…)`, `~SQL"""…"""`.
    pub(super) fn sigil(&mut self) -> Result<bool, FormatError> {
        let Some(rest) = self.rest().strip_prefix('~') else { return Ok(false) };
        let Some(first) = rest.chars().next().filter(char::is_ascii_alphabetic) else { return Ok(false) };
        let line = self.line;
        let length = if first.is_ascii_lowercase() {
            1
        } else {
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()).len()
        };
        let (name, after) = rest.split_at(length);
        if after.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(self.error(format!("invalid sigil name ~{name}")));
        }
        let interpolates = first.is_ascii_lowercase();
        self.advance(1 + length);
        let Some(opening) = after.chars().next() else {
            return Err(self.error(format!("missing delimiter of sigil ~{name}")));
        };
        let (delimiter, parts) = match opening {
            '"' if after.starts_with("\"\"\"") => {
                self.advance(3);
                ("\"\"\"", self.heredoc_parts(Delimited { closing: '"', heredoc: true, interpolates })?)
            }
            '\'' if after.starts_with("'''") => {
                self.advance(3);
                ("'''", self.heredoc_parts(Delimited { closing: '\'', heredoc: true, interpolates })?)
            }
            _ => {
                let (delimiter, closing) = match opening {
                    '(' => ("(", ')'),
                    '[' => ("[", ']'),
                    '{' => ("{", '}'),
                    '<' => ("<", '>'),
                    '"' => ("\"", '"'),
                    '\'' => ("'", '\''),
                    '|' => ("|", '|'),
                    '/' => ("/", '/'),
                    _ => return Err(self.error(format!("invalid sigil delimiter: {opening:?}"))),
                };
                self.advance(1);
                (delimiter, self.extract(Delimited { closing, heredoc: false, interpolates })?)
            }
        };
        let rest = self.rest();
        let modifiers = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len();
        let modifiers = rest[..modifiers].to_owned();
        self.advance(modifiers.len());
        self.push_at(line, TokenKind::Sigil { name: name.to_owned(), parts, delimiter, modifiers });
        Ok(true)
    }

    /// The inside of a heredoc, from behind its opening quotes, without the indentation of its closing ones.
    fn heredoc_parts(&mut self, delimited: Delimited) -> Result<Vec<Part>, FormatError> {
        self.skip_blanks();
        if !self.rest().starts_with('\n') && !self.take("\r") {
            return Err(self.error("heredoc allows only whitespace characters followed by a new line after opening"));
        }
        if !self.rest().starts_with('\n') {
            return Err(self.unexpected());
        }
        let mut parts = self.extract(delimited)?;
        let before = &self.source[..self.offset - 3];
        let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
        for part in &mut parts {
            if let Part::Text(text) = part {
                *text = outdented(text, indent);
            }
        }
        if let Some(Part::Text(first)) = parts.first_mut() {
            first.remove(0);
        }
        Ok(parts)
    }

    /// The parts up to the closing delimiter, which is taken too. At least one part.
    fn extract(&mut self, delimited: Delimited) -> Result<Vec<Part>, FormatError> {
        let start = self.line;
        let closing = delimited.closing;
        let mut parts = Vec::new();
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(next) = rest.chars().next() else {
                return Err(FormatError::new(start, format!("missing terminator: {closing}")));
            };
            if next == closing && !delimited.heredoc {
                self.advance(closing.len_utf8());
                break;
            }
            let newline = ["\\\r\n", "\\\n", "\n"].into_iter().find(|newline| rest.starts_with(newline));
            if let Some(newline) = newline {
                text.push_str(newline);
                self.advance(newline.len());
                self.line += 1;
                if delimited.heredoc && self.heredoc_ends(closing) {
                    break;
                }
            } else if let Some(after) = rest.strip_prefix('\\') {
                self.advance(1);
                self.escape(after, delimited, &mut text);
            } else if delimited.interpolates && rest.starts_with("#{") {
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                self.advance(2);
                parts.push(self.interpolation()?);
            } else if is_bidirectional_control(next) {
                return Err(self.error("invalid bidirectional formatting character in string"));
            } else {
                text.push(next);
                self.advance(next.len_utf8());
            }
        }
        if !text.is_empty() || parts.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(parts)
    }

    /// What follows a backslash. An escaped delimiter loses its backslash, everything else keeps it.
    fn escape(&mut self, after: &str, delimited: Delimited, text: &mut String) {
        let closing = delimited.closing;
        if !delimited.heredoc && after.starts_with(closing) {
            text.push(closing);
            self.advance(closing.len_utf8());
            return;
        }
        if delimited.heredoc && after.chars().take(3).filter(|c| *c == closing).count() == 3 {
            text.extend([closing; 3]);
            self.advance(3);
            return;
        }
        text.push('\\');
        if delimited.interpolates && after.starts_with("#{") {
            text.push_str("#{");
            self.advance(2);
        } else if let Some(escaped) = after.chars().next() {
            text.push(escaped);
            self.advance(escaped.len_utf8());
        }
    }

    /// Takes the closing quotes of a heredoc, if they come next on a line of their own.
    fn heredoc_ends(&mut self, closing: char) -> bool {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let ends = trimmed.chars().take(3).filter(|c| *c == closing).count() == 3;
        if ends {
            self.advance(rest.len() - trimmed.len() + 3);
        }
        ends
    }

    fn push_at(&mut self, line: usize, kind: TokenKind) {
        self.push(kind);
        if let Some(token) = self.tokens.last_mut() {
            token.line = line;
        }
    }
}

/// The text, if there is no code in it.
fn plain(mut parts: Vec<Part>) -> Result<String, Vec<Part>> {
    match parts.as_mut_slice() {
        [Part::Text(text)] => Ok(std::mem::take(text)),
        _ => Err(parts),
    }
}

/// `text` with up to `indent` blanks less behind every line break.
fn outdented(text: &str, indent: usize) -> String {
    let mut result = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number == 0 {
            result.push_str(line);
            continue;
        }
        result.push('\n');
        let blanks = line.bytes().take(indent).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        result.push_str(&line[blanks..]);
    }
    result
}
