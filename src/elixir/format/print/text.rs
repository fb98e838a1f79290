//! Strings, charlists, heredocs and sigils.

use super::{FIRST_LINE, LAST_LINE, Printer, surround};
use crate::elixir::algebra::{Doc, Indent, concat, join};
use crate::elixir::format::node::{Node, Piece};

/// A string or charlist without code in it.
pub(super) fn text(quote: char, heredoc: bool, text: &str) -> Doc {
    let quotes = quotes(quote, heredoc);
    if heredoc {
        let body = heredoc_lines(&format!("\n{}", escaped(text, quotes)));
        concat([quotes.into(), body, quotes.into()]).force_unfit()
    } else {
        concat([quotes.into(), plain_lines(&escaped(text, quotes)), quotes.into()])
    }
}

fn quotes(quote: char, heredoc: bool) -> &'static str {
    match (quote, heredoc) {
        ('\'', false) => "'",
        ('\'', true) => "'''",
        (_, false) => "\"",
        (_, true) => "\"\"\"",
    }
}

fn escaped(text: &str, delimiter: &str) -> String {
    text.replace(delimiter, &format!("\\{delimiter}"))
}

/// Lines that keep their own indentation.
fn plain_lines(text: &str) -> Doc {
    join(text.split('\n').map(Doc::text), &Doc::Line.nest_to(Indent::Reset))
}

/// Lines that are indented with the code around, but for empty ones.
fn heredoc_lines(text: &str) -> Doc {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut docs = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            let is_blank = index + 1 < lines.len() && (line.is_empty() || *line == "\r");
            docs.push(if is_blank { Doc::Line.nest_to(Indent::Reset) } else { Doc::Line });
        }
        if !line.is_empty() {
            docs.push(Doc::text(*line));
        }
    }
    concat(docs)
}

impl Printer<'_> {
    pub(super) fn interpolated_text(&mut self, quote: char, heredoc: bool, parts: &[Piece]) -> Doc {
        let quotes = quotes(quote, heredoc);
        if heredoc {
            self.heredoc(parts, quotes, quotes.into(), quotes.into())
        } else {
            self.interpolated(parts, quotes, quotes.into(), quotes.into())
        }
    }

    pub(super) fn sigil(&mut self, name: &str, parts: &[Piece], delimiter: &'static str, modifiers: &str) -> Doc {
        let opening = Doc::bytes(format!("~{name}{delimiter}"));
        let closing = match delimiter {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            "<" => ">",
            other => other,
        };
        let end = Doc::bytes(format!("{closing}{modifiers}"));
        if delimiter.len() == 3 {
            self.heredoc(parts, delimiter, opening, end)
        } else {
            self.interpolated(parts, closing, opening, end)
        }
    }

    fn heredoc(&mut self, parts: &[Piece], quotes: &str, opening: Doc, closing: Doc) -> Doc {
        let mut docs = vec![opening];
        if !matches!(parts.first(), Some(Piece::Text(_))) {
            docs.push(heredoc_lines("\n"));
        }
        for (index, part) in parts.iter().enumerate() {
            docs.push(match part {
                Piece::Text(text) if index == 0 => heredoc_lines(&escaped(&format!("\n{text}"), quotes)),
                Piece::Text(text) => heredoc_lines(&escaped(text, quotes)),
                Piece::Code { body, .. } => self.interpolation(body),
            });
        }
        docs.push(closing);
        concat(docs).force_unfit()
    }

    /// The parts between an opening and a closing text; `delimiter` is escaped in them.
    pub(super) fn interpolated(&mut self, parts: &[Piece], delimiter: &str, opening: Doc, closing: Doc) -> Doc {
        let mut docs = vec![opening];
        for part in parts {
            docs.push(match part {
                Piece::Text(text) => plain_lines(&escaped(text, delimiter)),
                Piece::Code { body, .. } => self.interpolation(body),
            });
        }
        docs.push(closing);
        concat(docs)
    }

    fn interpolation(&mut self, body: &Node) -> Doc {
        let before = std::mem::replace(&mut self.ignore_newlines, true);
        let doc = self.block(body, LAST_LINE, FIRST_LINE);
        self.ignore_newlines = before;
        surround("#{".into(), doc, "}".into()).no_limit()
    }
}
