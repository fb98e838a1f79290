//! Elixir's code formatter (`Code.format_string!/2`, Elixir 1.18), byte for byte.
//!
//! Tokens (`tokenizer`) become a syntax tree (`parser`), which becomes a layout document (`print`), which is fitted
//! to the line length. Comments go beside the tokens. Knows nothing about migrations, files or projects.

mod comment;
mod locals;
mod node;
mod parser;
mod print;
#[cfg(test)]
mod tests;
mod token;
mod tokenizer;

use std::fmt;

use super::algebra::render;

pub use locals::DEFAULT_LOCALS_WITHOUT_PARENS;

/// What `.formatter.exs` can say about the formatting of Elixir code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatOptions {
    /// Columns per line.
    pub line_length: usize,
    /// Calls that keep going without parentheses, beside [`DEFAULT_LOCALS_WITHOUT_PARENS`].
    pub locals_without_parens: Vec<(String, Arity)>,
    /// Turns `do:` keywords into `do … end`.
    pub force_do_end_blocks: bool,
}

/// How many arguments a call has, for `locals_without_parens`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arity {
    /// `:*`.
    Any,
    Exactly(usize),
}

/// Why source cannot be formatted. Elixir raises `SyntaxError` or `TokenMissingError` for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// `source` formatted, without a line break at the end (`Code.format_string!/2`).
///
/// # Errors
/// When `source` is not valid Elixir.
pub fn format(source: &str, options: &FormatOptions) -> Result<String, FormatError> {
    let (tokens, comments) = tokenizer::tokenize(source)?;
    let node = parser::parse(&tokens)?;
    let doc = print::print(&node, comment::gather(&comments), options);
    Ok(render(&doc, Some(options.line_length)))
}

/// `source` formatted as the content of a file: with a line break at the end unless it is empty (`mix format`).
///
/// # Errors
/// When `source` is not valid Elixir.
pub fn format_file(source: &str, options: &FormatOptions) -> Result<String, FormatError> {
    let mut text = format(source, options)?;
    if !text.is_empty() {
        text.push('\n');
    }
    Ok(text)
}

impl Default for FormatOptions {
    fn default() -> FormatOptions {
        FormatOptions { line_length: 98, locals_without_parens: Vec::new(), force_do_end_blocks: false }
    }
}

impl FormatOptions {
    /// Whether a call of `name` with this many arguments goes without parentheses.
    fn is_without_parens(&self, name: &str, arity: usize) -> bool {
        let matches = |wanted: Arity| wanted == Arity::Any || wanted == Arity::Exactly(arity);
        arity > 0
            && (self.locals_without_parens.iter().any(|(local, wanted)| local == name && matches(*wanted))
                || DEFAULT_LOCALS_WITHOUT_PARENS.iter().any(|(local, wanted)| *local == name && matches(*wanted)))
    }
}

impl FormatError {
    fn new(line: usize, message: impl Into<String>) -> FormatError {
        FormatError { line, message: message.into() }
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for FormatError {}
