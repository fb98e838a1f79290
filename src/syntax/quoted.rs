//! What stands between quotes: escapes, interpolation and the indentation of heredocs.

use tree_sitter::Node;

use super::convert::Converter;
use super::expression::StringPart;
use super::node_kind::{ElixirKind, FIELDS};

impl Converter<'_> {
    /// The parts of a string-like node with escapes resolved and heredoc indentation removed.
    pub(super) fn parts(&self, node: Node<'_>, depth: usize) -> Vec<StringPart> {
        self.collect(node, depth, true)
    }

    /// The same with escapes left as written, for sigils whose own rules apply to them.
    pub(super) fn raw_parts(&self, node: Node<'_>, depth: usize) -> Vec<StringPart> {
        self.collect(node, depth, false)
    }

    fn collect(&self, node: Node<'_>, depth: usize, unescape: bool) -> Vec<StringPart> {
        let mut text = Text::new(self.heredoc_indent(node), unescape);
        let mut parts = Vec::new();
        for child in self.children(node) {
            match ElixirKind::of(child) {
                ElixirKind::QuotedContent => text.push(self.slice(child)),
                ElixirKind::EscapeSequence => text.escape(self.slice(child)),
                ElixirKind::Interpolation => {
                    text.finish(&mut parts);
                    let mut inner: Vec<_> = self.children(child).map(|child| self.expression(child, depth)).collect();
                    let expr = match inner.len() {
                        1 => inner.remove(0),
                        _ => super::Expr { range: self.range(child), kind: super::Kind::Block(inner) },
                    };
                    parts.push(StringPart::Interpolation(expr));
                }
                _ => {}
            }
        }
        text.finish(&mut parts);
        if parts.is_empty() {
            parts.push(StringPart::Text(String::new()));
        }
        parts
    }

    /// For a heredoc, the indentation of its terminator: that many characters are cut from each line.
    fn heredoc_indent(&self, node: Node<'_>) -> Option<usize> {
        let start = node.child_by_field_id(FIELDS.quoted_start)?;
        if !matches!(self.slice(start), "\"\"\"" | "'''") {
            return None;
        }
        let end = node.child_by_field_id(FIELDS.quoted_end)?;
        let line = &self.text[..end.start_byte()];
        let line = &line[line.rfind('\n').map_or(0, |newline| newline + 1)..];
        Some(line.chars().take_while(|character| matches!(character, ' ' | '\t')).count())
    }
}

/// Text under construction.
struct Text {
    out: String,
    /// `Some` in a heredoc: what is cut from each line.
    indent: Option<usize>,
    /// Indentation still to be cut on this line.
    cut: usize,
    /// The newline that follows the opening quotes of a heredoc is not content.
    opening: bool,
    /// Whether escapes are resolved.
    unescape: bool,
}

impl Text {
    fn new(indent: Option<usize>, unescape: bool) -> Text {
        Text { out: String::new(), indent, cut: 0, opening: indent.is_some(), unescape }
    }

    fn push(&mut self, raw: &str) {
        let mut raw_backslash = false;
        for character in raw.chars() {
            if self.opening {
                if character == '\n' {
                    self.opening = false;
                    self.cut = self.indent.unwrap_or(0);
                }
                continue;
            }
            if self.cut > 0 && matches!(character, ' ' | '\t') {
                self.cut -= 1;
                continue;
            }
            self.cut = if character == '\n' { self.indent.unwrap_or(0) } else { 0 };
            // A backslash at the end of a line joins it with the next; the grammar leaves both in the content.
            if character == '\n' && self.unescape && self.out.ends_with('\\') && raw_backslash {
                self.out.pop();
                raw_backslash = false;
                continue;
            }
            raw_backslash = character == '\\';
            self.out.push(character);
        }
    }

    fn escape(&mut self, raw: &str) {
        self.opening = false;
        self.cut = 0;
        match self.unescape {
            true => unescape_into(raw, &mut self.out),
            false => self.out.push_str(raw),
        }
    }

    fn finish(&mut self, parts: &mut Vec<StringPart>) {
        self.cut = 0;
        if !self.out.is_empty() {
            parts.push(StringPart::Text(std::mem::take(&mut self.out)));
        }
    }
}

/// Resolves one escape sequence (`\n`, `\x41`, `\u{1F600}` …), as `:elixir_interpolation.unescape_string` does.
fn unescape_into(raw: &str, out: &mut String) {
    let body = raw.strip_prefix('\\').unwrap_or(raw);
    let Some(first) = body.chars().next() else { return };
    let rest = &body[first.len_utf8()..];
    match first {
        'n' => out.push('\n'),
        't' => out.push('\t'),
        'r' => out.push('\r'),
        's' => out.push(' '),
        '0' => out.push('\0'),
        'a' => out.push('\u{7}'),
        'b' => out.push('\u{8}'),
        'd' => out.push('\u{7f}'),
        'e' => out.push('\u{1b}'),
        'f' => out.push('\u{c}'),
        'v' => out.push('\u{b}'),
        'x' | 'u' => match code_point(rest) {
            Some(character) => out.push(character),
            None => out.push_str(body),
        },
        _ => out.push_str(body),
    }
}

fn code_point(hex: &str) -> Option<char> {
    let hex = hex.trim_start_matches('{').trim_end_matches('}');
    u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)
}

/// The character of `?a` or `?\n`.
pub(super) fn character(raw: &str) -> Option<char> {
    let body = raw.strip_prefix('?')?;
    if !body.starts_with('\\') || body.len() == 1 {
        return body.chars().next();
    }
    let mut out = String::new();
    unescape_into(body, &mut out);
    out.chars().next()
}
