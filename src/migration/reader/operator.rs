//! Unary and binary operators.

use super::evaluator::{Evaluation, Evaluator, Scope, raise, refuse};
use crate::migration::inspect::inspect;
use crate::migration::term::{Term, order};
use crate::syntax::{Expr, Kind};
use crate::text::Range;

/// Elements a range may have.
const MAX_RANGE: i128 = 10_000;

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
                let value = self.eval(right, scope)?;
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
        let result = match (operator, left, right) {
            ("<>", Term::String(left), Term::String(right)) => {
                self.bounded(left.len() + right.len(), range)?;
                Some(Term::String(left + &right))
            }
            ("++", Term::List(mut left), Term::List(right)) => {
                self.bounded(left.len() + right.len(), range)?;
                left.extend(right);
                Some(Term::List(left))
            }
            ("--", Term::List(mut left), Term::List(right)) => {
                for item in right {
                    if let Some(index) = left.iter().position(|own| *own == item) {
                        left.remove(index);
                    }
                }
                Some(Term::List(left))
            }
            ("===", left, right) => Some(Term::Bool(left == right)),
            ("!==", left, right) => Some(Term::Bool(left != right)),
            ("==", left, right) => Some(Term::Bool(order(&left, &right).is_eq())),
            ("!=", left, right) => Some(Term::Bool(order(&left, &right).is_ne())),
            ("<", left, right) => Some(Term::Bool(order(&left, &right).is_lt())),
            (">", left, right) => Some(Term::Bool(order(&left, &right).is_gt())),
            ("<=", left, right) => Some(Term::Bool(order(&left, &right).is_le())),
            (">=", left, right) => Some(Term::Bool(order(&left, &right).is_ge())),
            ("in", item, Term::List(items)) => Some(Term::Bool(items.contains(&item))),
            ("not in", item, Term::List(items)) => Some(Term::Bool(!items.contains(&item))),
            ("+", Term::Integer(left), Term::Integer(right)) => left.checked_add(right).map(Term::Integer),
            ("-", Term::Integer(left), Term::Integer(right)) => left.checked_sub(right).map(Term::Integer),
            ("*", Term::Integer(left), Term::Integer(right)) => left.checked_mul(right).map(Term::Integer),
            ("..", Term::Integer(first), Term::Integer(last))
                if last.saturating_sub(first).saturating_abs() < MAX_RANGE =>
            {
                let numbers: Vec<Term> = match first <= last {
                    true => (first..=last).map(Term::Integer).collect(),
                    false => (last..=first).rev().map(Term::Integer).collect(),
                };
                Some(Term::List(numbers))
            }
            _ => None,
        };
        result.map_or_else(|| refuse(range, format!("the operator `{operator}` on values of this kind")), Ok)
    }
}
