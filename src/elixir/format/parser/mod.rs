//! Tokens to a syntax tree, as `elixir_parser.yrl` (1.18) builds it for the formatter.
//!
//! Recursive descent with operator precedences. Where Elixir's grammar accepts code with a warning, so does this one.

mod call;
mod clause;
mod container;
mod expression;
mod literal;
mod postfix;

use super::FormatError;
use super::node::{Kind, Node, Target};
use super::token::{Bracket, Operator, Token, TokenKind};

/// How deep expressions may be nested, so that neither parser nor printer runs out of stack.
const MAX_DEPTH: usize = 100;

/// The expressions of a whole file.
pub(super) fn parse(tokens: &[Token]) -> Result<Node, FormatError> {
    parse_nested(tokens, 0)
}

fn parse_nested(tokens: &[Token], depth: usize) -> Result<Node, FormatError> {
    let mut parser = Parser { tokens, position: 0, depth, inside_bare_arguments: false };
    let mut expressions = Vec::new();
    parser.end_of_expression();
    while parser.peek().is_some() {
        let (node, _) = parser.expression(0)?;
        expressions.push(node);
        match parser.end_of_expression() {
            Some(newlines) => annotate(&mut expressions, newlines),
            None if parser.peek().is_some() => return Err(parser.unexpected()),
            None => {}
        }
    }
    Ok(block(expressions, None))
}

/// Which of Elixir's three kinds of calls an expression ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Complete in itself.
    Matched,
    /// Ends in a `do` block.
    Unmatched,
    /// Ends in a call without parentheses that has several arguments.
    NoParens,
}

struct Parser<'t> {
    tokens: &'t [Token],
    position: usize,
    depth: usize,
    /// A `do` belongs to the call whose arguments (without parentheses) are being read.
    inside_bare_arguments: bool,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t TokenKind> {
        self.tokens.get(self.position).map(|token| &token.kind)
    }

    fn peek_at(&self, ahead: usize) -> Option<&'t TokenKind> {
        self.tokens.get(self.position + ahead).map(|token| &token.kind)
    }

    fn next(&mut self) -> Option<&'t Token> {
        let token = self.tokens.get(self.position);
        self.position += usize::from(token.is_some());
        token
    }

    /// The line of the next token, or of the last one.
    fn line(&self) -> usize {
        self.tokens.get(self.position).or(self.tokens.last()).map_or(1, |token| token.line)
    }

    fn take(&mut self, kind: &TokenKind) -> Option<&'t Token> {
        if self.peek()? != kind {
            return None;
        }
        self.next()
    }

    /// Takes a line break, and says how many there were.
    fn eol(&mut self) -> usize {
        self.take(&TokenKind::Eol).map_or(0, |token| token.newlines)
    }

    /// Takes what ends an expression: line breaks, a semicolon, or both.
    fn end_of_expression(&mut self) -> Option<usize> {
        if let Some(token) = self.take(&TokenKind::Eol) {
            self.take(&TokenKind::Semicolon);
            return Some(token.newlines);
        }
        self.take(&TokenKind::Semicolon).map(|token| token.newlines)
    }

    fn expect_close(&mut self, bracket: Bracket) -> Result<usize, FormatError> {
        if matches!(self.peek_at(1), Some(TokenKind::Close(close)) if *close == bracket) {
            self.eol();
        }
        match self.take(&TokenKind::Close(bracket)) {
            Some(token) => Ok(token.line),
            None => Err(self.unexpected()),
        }
    }

    /// Runs `parse` one level deeper.
    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, FormatError>) -> Result<T, FormatError> {
        if self.depth >= MAX_DEPTH {
            return Err(FormatError::new(self.line(), "expressions are nested too deeply"));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Runs `parse` with `do` blocks attached to the nearest call (inside brackets) or left to the call around.
    fn with_bare_arguments<T>(&mut self, inside: bool, parse: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.inside_bare_arguments, inside);
        let result = parse(self);
        self.inside_bare_arguments = before;
        result
    }

    /// Both of the above: printing the arguments of a call takes more stack than other expressions.
    fn deeper_bare_arguments<T>(
        &mut self,
        inside: bool,
        parse: impl FnOnce(&mut Self) -> Result<T, FormatError>,
    ) -> Result<T, FormatError> {
        self.deeper(|parser| parser.with_bare_arguments(inside, parse))
    }

    fn unexpected(&self) -> FormatError {
        let message = match self.peek() {
            None => "syntax error: expression is incomplete".to_owned(),
            Some(kind) => format!("syntax error before: {}", describe(kind)),
        };
        FormatError::new(self.line(), message)
    }
}

fn describe(kind: &TokenKind) -> String {
    match kind {
        TokenKind::Identifier { name, .. } | TokenKind::Alias(name) => format!("'{name}'"),
        TokenKind::Key(name) => format!("'{name}:'"),
        TokenKind::Atom { name, .. } => format!("':{name}'"),
        TokenKind::Integer(text) | TokenKind::Float(text) => format!("\"{text}\""),
        TokenKind::Literal(text) | TokenKind::Section(text) | TokenKind::Operator { text, .. } => format!("'{text}'"),
        TokenKind::DynamicKey(_) | TokenKind::DynamicAtom(_) | TokenKind::Text { .. } => "a quoted value".to_owned(),
        TokenKind::Sigil { name, .. } => format!("sigil ~{name}"),
        TokenKind::CaptureArgument => "'&'".to_owned(),
        TokenKind::Dot | TokenKind::DotCall => "'.'".to_owned(),
        TokenKind::Comma => "','".to_owned(),
        TokenKind::Semicolon => "';'".to_owned(),
        TokenKind::Eol => "the end of the line".to_owned(),
        TokenKind::Open(bracket) => {
            format!("'{}'", bracket_text(*bracket, ["(", "[", "{", "<<"]))
        }
        TokenKind::Close(bracket) => {
            format!("'{}'", bracket_text(*bracket, [")", "]", "}", ">>"]))
        }
        TokenKind::MapStart => "'%{}'".to_owned(),
        TokenKind::Percent => "'%'".to_owned(),
        TokenKind::Fn => "'fn'".to_owned(),
        TokenKind::Do => "'do'".to_owned(),
        TokenKind::End => "'end'".to_owned(),
    }
}

fn bracket_text(bracket: Bracket, texts: [&'static str; 4]) -> &'static str {
    match bracket {
        Bracket::Paren => texts[0],
        Bracket::Square => texts[1],
        Bracket::Curly => texts[2],
        Bracket::Bits => texts[3],
    }
}

/// Notes how many line breaks follow the last expression.
///
/// Behind a clause they belong to its body's first expression.
fn annotate(expressions: &mut [Node], newlines: usize) {
    match expressions.last_mut() {
        Some(Node { kind: Kind::Clause { body, .. }, .. }) => body.newlines_after = newlines,
        Some(node) => node.newlines_after = newlines,
        None => {}
    }
}

/// Several expressions as one. `parens`: the lines of the parentheses around them.
fn block(mut expressions: Vec<Node>, parens: Option<(usize, usize)>) -> Node {
    let stays_single = matches!(
        expressions.as_slice(),
        [Node { kind: Kind::Call { target: Target::Local(name), arguments, .. }, .. }]
            if name == "unquote_splicing" && arguments.len() == 1
    );
    if expressions.len() == 1
        && !stays_single
        && let Some(node) = expressions.pop()
    {
        return node;
    }
    match parens {
        Some((line, closing)) => Node::new(line, Kind::Block(expressions)).with_closing(closing),
        None => Node::placeless(Kind::Block(expressions)),
    }
}

/// Whether an expression can start with `kind`, as the first argument of a call without parentheses.
fn starts_argument(kind: &TokenKind) -> bool {
    match kind {
        TokenKind::Operator { class, .. } => {
            matches!(class, Operator::At | Operator::Unary | Operator::Capture | Operator::Ellipsis)
        }
        TokenKind::Identifier { .. }
        | TokenKind::Key(_)
        | TokenKind::DynamicKey(_)
        | TokenKind::Alias(_)
        | TokenKind::Atom { .. }
        | TokenKind::DynamicAtom(_)
        | TokenKind::Integer(_)
        | TokenKind::Float(_)
        | TokenKind::Text { .. }
        | TokenKind::Sigil { .. }
        | TokenKind::Literal(_)
        | TokenKind::CaptureArgument
        | TokenKind::Open(_)
        | TokenKind::MapStart
        | TokenKind::Percent
        | TokenKind::Fn => true,
        TokenKind::Dot
        | TokenKind::DotCall
        | TokenKind::Comma
        | TokenKind::Semicolon
        | TokenKind::Eol
        | TokenKind::Close(_)
        | TokenKind::Do
        | TokenKind::End
        | TokenKind::Section(_) => false,
    }
}
