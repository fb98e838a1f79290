//! Pattern matching.

use super::context::Context;
use super::expression::{evaluate, integer};
use super::scope::Scope;
use super::value::Value;
use crate::syntax::{Expr, Kind};

/// Whether all `patterns` match their `values`, binding variables in `scope`. `None`: not known.
pub(super) fn match_all(patterns: &[Expr], values: &[Value], scope: &mut Scope, context: &Context) -> Option<bool> {
    let patterns = flattened(patterns);
    if patterns.len() != values.len() {
        return Some(false);
    }
    let mut unknown = false;
    for (pattern, value) in patterns.iter().zip(values) {
        match matches_item(pattern, value, scope, context) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(true) }
}

/// An element of a list pattern: a pattern, or a `key: pattern` pair.
enum Item<'a> {
    Pattern(&'a Expr),
    Pair(&'a Expr, &'a Expr),
    Keywords(&'a [(Expr, Expr)]),
}

/// Trailing keywords of an argument list are one list.
fn flattened(patterns: &[Expr]) -> Vec<Item<'_>> {
    patterns
        .iter()
        .map(|pattern| match &pattern.kind {
            Kind::Keywords(pairs) => Item::Keywords(pairs),
            _ => Item::Pattern(pattern),
        })
        .collect()
}

fn matches_item(item: &Item, value: &Value, scope: &mut Scope, context: &Context) -> Option<bool> {
    match item {
        Item::Pattern(pattern) => matches(pattern, value, scope, context),
        Item::Pair(key, pattern) => match value {
            Value::Tuple(pair) if pair.len() == 2 => match matches(key, &pair[0], scope, context) {
                Some(true) => matches(pattern, &pair[1], scope, context),
                other => other,
            },
            Value::Unknown(_) => None,
            _ => Some(false),
        },
        Item::Keywords(pairs) => {
            let items: Vec<Item> = pairs.iter().map(|(key, value)| Item::Pair(key, value)).collect();
            match_list(&items, None, value, scope, context)
        }
    }
}

/// Whether `pattern` matches `value`, binding variables in `scope`. `None`: not known.
pub(super) fn matches(pattern: &Expr, value: &Value, scope: &mut Scope, context: &Context) -> Option<bool> {
    match &pattern.kind {
        Kind::Identifier(name) if name == "_" => Some(true),
        Kind::Identifier(name) if !name.starts_with("__") && !name.starts_with('\0') => {
            scope.bind(name, value.clone());
            Some(true)
        }
        Kind::Binary { operator, left, right } if operator == "=" => {
            let first = matches(left, value, scope, context)?;
            if first { matches(right, value, scope, context) } else { Some(false) }
        }
        Kind::Binary { operator, left, right } if operator == "\\\\" => {
            let _ = right;
            matches(left, value, scope, context)
        }
        _ if value.as_unknown().is_some() => None,
        Kind::Binary { operator, left, right } if operator == "<>" => match value {
            Value::String(text) => {
                let prefix = evaluate(left, scope, context);
                match text.strip_prefix(prefix.as_text()?) {
                    Some(rest) => matches(right, &Value::string(rest), scope, context),
                    None => Some(false),
                }
            }
            _ => Some(false),
        },
        Kind::List(items) => {
            let mut parts = Vec::new();
            let mut tail = None;
            for item in items {
                match &item.kind {
                    Kind::Keywords(pairs) => parts.extend(pairs.iter().map(|(key, value)| Item::Pair(key, value))),
                    Kind::Binary { operator, left, right } if operator == "|" => {
                        parts.push(Item::Pattern(left));
                        tail = Some(&**right);
                    }
                    _ => parts.push(Item::Pattern(item)),
                }
            }
            match_list(&parts, tail, value, scope, context)
        }
        Kind::Tuple(items) => match value {
            Value::Tuple(values) => match_all(items, values, scope, context),
            // Quoted code is a triple to Elixir; what is inside is not looked at.
            Value::Quoted(_) if items.len() == 3 => None,
            _ => Some(false),
        },
        Kind::Map { name, entries, .. } => {
            let Value::Map(map) = value else {
                return if matches!(value, Value::Scalar(_)) { None } else { Some(false) };
            };
            if let Some(name) = name {
                let actual = map.get(&Value::atom("__struct__")).cloned().unwrap_or_else(Value::nil);
                if !matches(name, &actual, scope, context)? {
                    return Some(false);
                }
            }
            for (key, pattern) in entries {
                let key = evaluate(key, scope, context);
                match map.get(&key) {
                    Some(value) if matches(pattern, value, scope, context)? => {}
                    _ => return Some(false),
                }
            }
            Some(true)
        }
        Kind::Unary { operator, operand } if operator == "^" => {
            let expected = evaluate(operand, scope, context);
            if expected.as_unknown().is_some() { None } else { Some(expected == *value) }
        }
        Kind::Bitstring(_) | Kind::Error | Kind::Call(_) => None,
        _ => {
            let expected = evaluate(pattern, scope, context);
            if expected.as_unknown().is_some() { None } else { Some(expected == *value) }
        }
    }
}

fn match_list(
    items: &[Item],
    tail: Option<&Expr>,
    value: &Value,
    scope: &mut Scope,
    context: &Context,
) -> Option<bool> {
    let values = match value {
        Value::List(values) => values,
        Value::Unknown(_) => return None,
        _ => return Some(false),
    };
    if values.len() < items.len() || (tail.is_none() && values.len() != items.len()) {
        return Some(false);
    }
    let mut unknown = false;
    for (item, value) in items.iter().zip(values) {
        match matches_item(item, value, scope, context) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => unknown = true,
        }
    }
    if let Some(tail) = tail {
        match matches(tail, &Value::List(values[items.len()..].to_vec()), scope, context) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(true) }
}

/// The highest `&n` of a capture's body.
pub(super) fn highest_placeholder(expr: &Expr) -> usize {
    let mut highest = 0;
    super::quote::walk(expr, &mut |expr| {
        if let Kind::Capture(inner) = &expr.kind
            && let Kind::Integer(text) = &inner.kind
        {
            highest = highest.max(integer(text).unwrap_or(0) as usize);
        }
    });
    highest
}
