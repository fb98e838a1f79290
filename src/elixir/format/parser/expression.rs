//! Operators.

use super::super::FormatError;
use super::super::node::{Kind, Node};
use super::super::token::{Bracket, Operator, Side, Token, TokenKind};
use super::{Class, Parser, starts_argument};

/// What binds looser than this is not part of the operand of `&`.
const CAPTURE_PRECEDENCE: u16 = 90;
/// The operand of a sign or `not` has only dots, brackets and calls.
const UNARY_PRECEDENCE: u16 = 300;

impl Parser<'_> {
    /// An expression whose operators bind at least as tight as `precedence`.
    pub(super) fn expression(&mut self, precedence: u16) -> Result<(Node, Class), FormatError> {
        self.deeper(|parser| {
            let (left, class) = parser.operand()?;
            parser.operators(left, class, precedence)
        })
    }

    /// The binary operators behind `left`.
    pub(super) fn operators(
        &mut self,
        mut left: Node,
        mut class: Class,
        precedence: u16,
    ) -> Result<(Node, Class), FormatError> {
        let start = self.depth;
        while class != Class::NoParens
            && let Some(TokenKind::Operator { class: operator, .. }) = self.peek()
            && let Some((side, strength)) = operator.binary()
            && strength >= precedence
        {
            let Some(token) = self.next() else { break };
            let after = self.eol();
            let newlines = if after > 0 { after } else { token.newlines };
            // Repetition nests to the left without recursion here, but the printer will recurse.
            self.depth += usize::from(side == Side::Left);
            let (right, right_class) = self.right_side(*operator, side, strength)?;
            left = Node::combined(token, newlines, left, right)?;
            class = match (class, right_class) {
                (Class::Unmatched, _) => Class::Unmatched,
                (_, right) => right,
            };
        }
        self.depth = start;
        Ok((left, class))
    }

    /// The value behind a binary operator.
    pub(super) fn right_side(
        &mut self,
        operator: Operator,
        side: Side,
        strength: u16,
    ) -> Result<(Node, Class), FormatError> {
        if operator == Operator::When && self.at_key() {
            let keywords = self.bare_keywords()?;
            return Ok((keywords, Class::NoParens));
        }
        match side {
            Side::Left => self.expression(strength + 1),
            Side::Right => self.expression(strength),
        }
    }

    /// An expression without binary operators: prefix operators, then a value.
    fn operand(&mut self) -> Result<(Node, Class), FormatError> {
        let Some(Token { kind: TokenKind::Operator { class, text }, line, .. }) = self.tokens.get(self.position) else {
            return self.value();
        };
        let precedence = match class {
            Operator::At => return self.attribute(),
            Operator::Unary | Operator::Dual | Operator::Ternary => UNARY_PRECEDENCE,
            Operator::Capture => CAPTURE_PRECEDENCE,
            Operator::Ellipsis if self.peek_at(1).is_some_and(starts_operand) => CAPTURE_PRECEDENCE,
            Operator::Ellipsis | Operator::Range => {
                self.next();
                let node = Node::new(*line, Kind::Nullary(text));
                return self.postfix(node, false);
            }
            _ => return Err(self.unexpected()),
        };
        self.next();
        self.eol();
        let (operand, class_of_operand) = self.prefixed(|parser| parser.expression(precedence))?;
        let node = if *class == Operator::Ternary {
            // `&//2`: division, captured.
            let name = Node::new(*line, Kind::Variable("/".to_owned()));
            Node::binary(*line, "/", name, operand)
        } else {
            Node::unary(*line, text, operand)
        };
        Ok((node, class_of_operand))
    }

    /// The operand of a prefix operator: behind a `do` block, all operators that follow belong to it.
    fn prefixed(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<(Node, Class), FormatError>,
    ) -> Result<(Node, Class), FormatError> {
        match parse(self)? {
            (operand, Class::Unmatched) => self.operators(operand, Class::Unmatched, 0),
            other => Ok(other),
        }
    }

    /// `@name`, `@name value`, `@name[key]`.
    fn attribute(&mut self) -> Result<(Node, Class), FormatError> {
        match self.attribute_alone()? {
            (node, Class::Matched) => self.postfix(node, true),
            other => Ok(other),
        }
    }

    /// An attribute with the brackets, but without the dots behind it: they apply to its value.
    fn attribute_alone(&mut self) -> Result<(Node, Class), FormatError> {
        let Some(Token { line, .. }) = self.next() else { return Err(self.unexpected()) };
        self.eol();
        let (operand, class) = match self.peek() {
            Some(TokenKind::Operator { class: Operator::At, .. }) => self.deeper(Self::attribute_alone)?,
            Some(TokenKind::Operator { .. }) => self.prefixed(|parser| parser.deeper(Self::operand))?,
            _ => self.prefixed(Self::attribute_operand)?,
        };
        let mut node = Node::unary(*line, "@", operand);
        while class == Class::Matched && self.peek() == Some(&TokenKind::Open(Bracket::Square)) {
            node = self.access(node)?;
        }
        Ok((node, class))
    }
}

/// Whether `...` is a prefix of what comes next.
fn starts_operand(kind: &TokenKind) -> bool {
    starts_argument(kind) || matches!(kind, TokenKind::Operator { class: Operator::Dual, .. })
}

impl Node {
    /// `left operator right`, as Elixir rearranges it.
    pub(super) fn combined(token: &Token, newlines: usize, left: Node, right: Node) -> Result<Node, FormatError> {
        let TokenKind::Operator { class, text } = &token.kind else {
            return Err(FormatError::new(token.line, "syntax error"));
        };
        let line = token.line;
        match (class, left) {
            (Operator::Ternary, left @ Node { kind: Kind::Binary { operator: "..", .. }, .. }) => {
                let line = left.line.unwrap_or(line);
                let newlines = left.newlines;
                Ok(Node::new(line, Kind::Step(Box::new(left), Box::new(right))).with_newlines(newlines))
            }
            (Operator::Ternary, _) => Err(FormatError::new(
                line,
                "the range step operator (//) must immediately follow the range definition operator (..)",
            )),
            (Operator::In, left) if *text == "not in" => {
                Ok(Node::unary(line, "not", Node::binary(line, "in", left, right)))
            }
            (Operator::In, Node { kind: Kind::Unary { operator: operator @ ("not" | "!"), operand }, .. }) => {
                Ok(Node::unary(line, operator, Node::binary(line, "in", *operand, right)))
            }
            (_, left) => Ok(Node::binary(line, text, left, right).with_newlines(newlines)),
        }
    }
}
