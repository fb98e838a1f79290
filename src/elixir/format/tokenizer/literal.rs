//! Numbers and characters.

use super::super::FormatError;
use super::super::token::TokenKind;
use super::Tokenizer;

impl Tokenizer<'_> {
    pub(super) fn number(&mut self) -> Result<bool, FormatError> {
        let rest = self.rest();
        if !rest.starts_with(|first: char| first.is_ascii_digit()) {
            return Ok(false);
        }
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] {
            let Some(digits) = rest.strip_prefix(prefix) else { continue };
            let length = digits_length(digits, radix);
            if length > 0 {
                self.push(TokenKind::Integer(rest[..prefix.len() + length].to_owned()));
                self.advance(prefix.len() + length);
                return Ok(true);
            }
        }
        let mut length = digits_length(rest, 10);
        let mut is_float = false;
        if let Some(fraction) = rest[length..].strip_prefix('.') {
            let digits = digits_length(fraction, 10);
            if digits > 0 {
                is_float = true;
                length += 1 + digits;
                length += exponent_length(&rest[length..]);
            }
        }
        let text = rest[..length].to_owned();
        if let Some(after) = rest[length..].chars().next()
            && (after.is_ascii_alphabetic() || after == '_')
        {
            return Err(self.error(format!("invalid character {after:?} after number {text}")));
        }
        self.push(if is_float { TokenKind::Float(text) } else { TokenKind::Integer(text) });
        self.advance(length);
        Ok(true)
    }

    /// `?a`, `?\n`.
    pub(super) fn character(&mut self) -> Result<bool, FormatError> {
        let Some(rest) = self.rest().strip_prefix('?') else { return Ok(false) };
        let mut ahead = rest.chars();
        let length = match (ahead.next(), ahead.next()) {
            (Some('\\'), Some(escaped)) => 1 + escaped.len_utf8(),
            (Some(character), _) => character.len_utf8(),
            (None, _) => return Ok(false),
        };
        let text = &self.rest()[..1 + length];
        let newlines = text.matches('\n').count();
        self.push(TokenKind::Integer(text.to_owned()));
        self.advance(text.len());
        self.line += newlines;
        Ok(true)
    }
}

/// The length in bytes of digits with single underscores between them.
fn digits_length(text: &str, radix: u32) -> usize {
    let mut length = 0;
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        let is_separator = next == '_' && length > 0 && rest.peek().is_some_and(|after| after.is_digit(radix));
        if !next.is_digit(radix) && !is_separator {
            break;
        }
        length += 1;
    }
    length
}

fn exponent_length(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return 0 };
    let sign = usize::from(rest.starts_with(['+', '-']));
    match digits_length(&rest[sign..], 10) {
        0 => 0,
        digits => 1 + sign + digits,
    }
}
