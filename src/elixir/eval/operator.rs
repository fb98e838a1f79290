//! Unary and binary operators.

use std::cmp::Ordering;

use super::call;
use super::context::Context;
use super::expression::evaluate;
use super::pattern;
use super::scope::Scope;
use super::text::to_text;
use super::value::Value;
use crate::syntax::Expr;
use crate::text::Range;

pub(super) fn unary(range: Range, operator: &str, operand: &Expr, scope: &mut Scope, context: &Context) -> Value {
    let value = evaluate(operand, scope, context);
    if value.as_unknown().is_some() {
        return value;
    }
    match (operator, &value) {
        ("-", Value::Integer(value)) => {
            value.checked_neg().map_or_else(|| scope.unknown(range, "integer too large"), Value::Integer)
        }
        ("-", Value::Float(value)) => Value::Float(-value),
        ("+", Value::Integer(_) | Value::Float(_)) => value,
        ("not" | "!", _) => value.truthy().map_or(value, |truthy| Value::bool(!truthy)),
        ("^", _) => value,
        _ => scope.unknown(range, format!("the operator {operator} is not evaluated")),
    }
}

pub(super) fn binary(
    range: Range,
    operator: &str,
    left: &Expr,
    right: &Expr,
    scope: &mut Scope,
    context: &Context,
) -> Value {
    match operator {
        "=" => {
            let value = evaluate(right, scope, context);
            return match pattern::matches(left, &value, scope, context) {
                Some(true) => value,
                Some(false) => scope.unknown(range, "the pattern does not match"),
                None => {
                    bind_unknown(left, &value, range, scope);
                    value
                }
            };
        }
        "|>" => return call::pipe(range, left, right, scope, context),
        "and" | "&&" | "or" | "||" => {
            let first = evaluate(left, scope, context);
            return match first.truthy() {
                None => first,
                Some(truthy) if truthy == matches!(operator, "and" | "&&") => evaluate(right, scope, context),
                Some(_) => first,
            };
        }
        "." => return scope.unknown(range, "this dotted name is not evaluated"),
        _ => {}
    }
    let first = evaluate(left, scope, context);
    let second = evaluate(right, scope, context);
    for value in [&first, &second] {
        if value.as_unknown().is_some() {
            return value.clone();
        }
    }
    apply(operator, &first, &second)
        .unwrap_or_else(|| scope.unknown(range, format!("the operator {operator} is not evaluated on these values")))
}

/// After a pattern that could not be decided, its variables are unknown too.
fn bind_unknown(pattern: &Expr, value: &Value, range: Range, scope: &mut Scope) {
    let unknown = match value.find_unknown() {
        Some(unknown) => Value::Unknown(unknown.clone()),
        None => scope.unknown(range, "this pattern is not evaluated"),
    };
    super::quote::walk(pattern, &mut |expr| {
        if let crate::syntax::Kind::Identifier(name) = &expr.kind
            && name != "_"
        {
            scope.bind(name, unknown.clone());
        }
    });
}

/// `left operator right` on known values.
pub fn apply(operator: &str, left: &Value, right: &Value) -> Option<Value> {
    use Value::{Float, Integer, List};
    Some(match (operator, left, right) {
        ("<>", Value::String(a), Value::String(b)) => Value::string(format!("{a}{b}")),
        ("<>", _, _) => Value::string(to_text(left)? + &to_text(right)?),
        ("++", List(a), List(b)) => List(a.iter().chain(b).cloned().collect()),
        ("--", List(a), List(b)) => {
            let mut rest = a.clone();
            for item in b {
                if let Some(index) = rest.iter().position(|other| other == item) {
                    rest.remove(index);
                }
            }
            List(rest)
        }
        ("in" | "not in", item, List(items)) => {
            if item.find_unknown().is_some() || items.iter().any(|item| item.find_unknown().is_some()) {
                return None;
            }
            Value::bool(items.contains(item) == (operator == "in"))
        }
        ("==" | "!=" | "===" | "!==" | "<" | ">" | "<=" | ">=", _, _) => {
            if left.find_unknown().is_some() || right.find_unknown().is_some() {
                return None;
            }
            let loose = matches!(operator, "==" | "!=" | "<" | ">" | "<=" | ">=");
            let order = if loose { loose_order(left, right) } else { left.cmp(right) };
            Value::bool(match operator {
                "==" | "===" => order == Ordering::Equal,
                "!=" | "!==" => order != Ordering::Equal,
                "<" => order == Ordering::Less,
                ">" => order == Ordering::Greater,
                "<=" => order != Ordering::Greater,
                _ => order != Ordering::Less,
            })
        }
        ("+", Integer(a), Integer(b)) => Integer(a.checked_add(*b)?),
        ("-", Integer(a), Integer(b)) => Integer(a.checked_sub(*b)?),
        ("*", Integer(a), Integer(b)) => Integer(a.checked_mul(*b)?),
        ("**", Integer(a), Integer(b)) => Integer(a.checked_pow(u32::try_from(*b).ok()?)?),
        ("/", _, _) => Float(number(left)? / number(right).filter(|divisor| *divisor != 0.0)?),
        ("+", _, _) => Float(number(left)? + number(right)?),
        ("-", _, _) => Float(number(left)? - number(right)?),
        ("*", _, _) => Float(number(left)? * number(right)?),
        ("..", Integer(a), Integer(b)) => range(*a, *b)?,
        _ => return None,
    })
}

/// A range is kept as the list it walks over.
fn range(first: i128, last: i128) -> Option<Value> {
    const LONGEST: i128 = 10_000;
    if last.checked_sub(first)?.checked_abs()? > LONGEST {
        return None;
    }
    let numbers: Vec<Value> = match first <= last {
        true => (first..=last).map(Value::Integer).collect(),
        false => (last..=first).rev().map(Value::Integer).collect(),
    };
    Some(Value::List(numbers))
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

/// The order in which `1` and `1.0` are equal.
fn loose_order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Integer(_), Value::Float(_)) | (Value::Float(_), Value::Integer(_)) => {
            let (a, b) = (number(left).unwrap_or(0.0), number(right).unwrap_or(0.0));
            a.partial_cmp(&b).unwrap_or(Ordering::Equal)
        }
        _ => left.cmp(right),
    }
}
