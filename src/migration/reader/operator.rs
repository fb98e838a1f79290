//! Unary and binary operators.

use super::evaluator::{Evaluation, Evaluator, Scope, Stop, raise, refuse};
use super::query::needed;
use crate::elixir::eval::operate;
use crate::migration::inspect::inspect;
use crate::migration::term::Term;
use crate::syntax::{Expr, Kind};
use crate::text::Range;

impl Evaluator<'_> {
    pub(super) fn unary(
        &mut self,
        operator: &str,
        operand: &Expr,
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<Term> {
        let value = self.eval(operand, scope)?;
        match (operator, value) {
            ("!", value) => Ok(Term::Bool(!value.is_truthy())),
            ("not", Term::Bool(value)) => Ok(Term::Bool(!value)),
            ("-", Term::Integer(value)) => Ok(Term::Integer(value.saturating_neg())),
            ("-", Term::Float(value)) => Ok(Term::Float(-value)),
            ("+", value @ (Term::Integer(_) | Term::Float(_))) => Ok(value),
            _ => refuse(range, format!("the operator `{operator}` on a value of this kind")),
        }
    }

    pub(super) fn binary(
        &mut self,
        operator: &str,
        left: &Expr,
        right: &Expr,
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<Term> {
        match operator {
            "=" => {
                let value = match self.eval_statement(right, scope) {
                    // The caller forgets what the variable was bound to.
                    answer @ Err(Stop::Answer(_)) if matches!(left.kind, Kind::Identifier(_)) => return answer,
                    value => needed(value)?,
                };
                return match self.bind_pattern(left, &value, scope)? {
                    true => Ok(value),
                    false => raise(range, format!("no match of right hand side value: {}", inspect(&value))),
                };
            }
            "|>" => {
                let value = self.eval(left, scope)?;
                return match &right.kind {
                    Kind::Call(call) => self.call(call, Some(value), range, scope),
                    _ => refuse(right.range, "a pipe into something that is no call"),
                };
            }
            "&&" | "and" => {
                let value = self.eval(left, scope)?;
                return if value.is_truthy() { self.eval(right, scope) } else { Ok(value) };
            }
            "||" | "or" => {
                let value = self.eval(left, scope)?;
                return if value.is_truthy() { Ok(value) } else { self.eval(right, scope) };
            }
            _ => {}
        }
        let left = self.eval(left, scope)?;
        let right = self.eval(right, scope)?;
        self.operate(operator, left, right, range)
    }

    fn operate(&mut self, operator: &str, left: Term, right: Term, range: Range) -> Evaluation<Term> {
        let unknown = || refuse(range, format!("the operator `{operator}` on values of this kind"));
        match (operator, &left, &right) {
            ("<>", Term::String(left), Term::String(right)) => self.bounded(left.len() + right.len(), range)?,
            ("<>", ..) => return unknown(),
            // Lists may hold tables and indexes, which only migrations know.
            ("++", Term::List(left), Term::List(right)) => {
                self.bounded(left.len() + right.len(), range)?;
                return Ok(Term::List(left.iter().chain(right).cloned().collect()));
            }
            _ => {}
        }
        let result = match (left.to_value(), right.to_value()) {
            (Some(left), Some(right)) => operate(operator, &left, &right),
            _ => None,
        };
        result.as_ref().and_then(Term::from_value).map_or_else(unknown, Ok)
    }
}
