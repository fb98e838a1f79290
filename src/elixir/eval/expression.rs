//! One expression to its value: literals, collections, names. Calls are in `call`, operators in `operator`.

use std::sync::Arc;

use super::call;
use super::context::Context;
use super::entries::Entries;
use super::function;
use super::operator;
use super::pattern;
use super::scope::Scope;
use super::sigil;
use super::text;
use super::value::{BYTES, Function, Scalar, Value};
use crate::syntax::{Expr, Kind};

/// The value of `expr`; assignments go into `scope`.
pub fn evaluate(expr: &Expr, scope: &mut Scope, context: &Context) -> Value {
    if !context.step() {
        return scope.unknown(expr.range, "the evaluation takes too long");
    }
    if let Some(value) = context.nested(|| evaluate_kind(expr, scope, context)) {
        return value;
    }
    scope.unknown(expr.range, "the code is nested too deeply")
}

fn evaluate_kind(expr: &Expr, scope: &mut Scope, context: &Context) -> Value {
    match &expr.kind {
        Kind::Nil => Value::nil(),
        Kind::Bool(value) => Value::bool(*value),
        Kind::Integer(text) => {
            integer(text).map_or_else(|| scope.unknown(expr.range, "integer too large"), Value::Integer)
        }
        Kind::Float(text) => match text.replace('_', "").parse() {
            Ok(value) => Value::Float(value),
            Err(_) => scope.unknown(expr.range, "float out of range"),
        },
        Kind::Char(character) => Value::Integer(u32::from(*character).into()),
        Kind::Atom(name) => Value::atom(name),
        Kind::DynamicAtom(parts) => match text::interpolate(parts, scope, context) {
            Ok(text) => Value::Atom(text.into()),
            Err(unknown) => unknown,
        },
        Kind::String(parts) => match text::interpolate(parts, scope, context) {
            Ok(text) => Value::String(text.into()),
            Err(unknown) => unknown,
        },
        Kind::Charlist(parts) => match text::interpolate(parts, scope, context) {
            Ok(text) => Value::List(text.chars().map(|c| Value::Integer(u32::from(c).into())).collect()),
            Err(unknown) => unknown,
        },
        Kind::Sigil(sigil) => sigil::evaluate(expr.range, sigil, scope, context),
        Kind::List(items) => list(items, scope, context),
        Kind::Tuple(items) => Value::Tuple(elements(items, scope, context)),
        Kind::Keywords(pairs) => keywords(pairs, scope, context),
        Kind::Map { name, base, entries } => map(expr, name.as_deref(), base.as_deref(), entries, scope, context),
        Kind::Alias(parts) => match scope.expand_alias(parts) {
            Some(name) => Value::module(&name),
            None => scope.unknown(expr.range, "__MODULE__ outside a module"),
        },
        Kind::Identifier(name) => identifier(expr, name, scope, context),
        Kind::Attribute(name) => attribute(expr, name, scope, context),
        Kind::Call(call) => call::evaluate(expr.range, call, scope, context),
        Kind::Access { value, key } => {
            let value = evaluate(value, scope, context);
            let key = evaluate(key, scope, context);
            access(&value, &key).unwrap_or_else(|| scope.unknown(expr.range, "cannot look into this value"))
        }
        Kind::Unary { operator, operand } => operator::unary(expr.range, operator, operand, scope, context),
        Kind::Binary { operator, left, right } => operator::binary(expr.range, operator, left, right, scope, context),
        Kind::Capture(body) => capture(expr, body, scope, context),
        Kind::Fn(clauses) => {
            Value::Function(Arc::new(Function::Clauses { clauses: clauses.clone(), scope: scope.clone() }))
        }
        Kind::Block(expressions) => block(expressions, scope, context),
        Kind::Bitstring(parts) => bitstring(parts, scope, context),
        Kind::Error => scope.unknown(expr.range, "cannot be parsed"),
    }
}

/// The value of the last expression; `nil` when there is none.
pub(super) fn block(expressions: &[Expr], scope: &mut Scope, context: &Context) -> Value {
    let mut last = Value::nil();
    for expr in expressions {
        last = evaluate(expr, scope, context);
    }
    last
}

/// Arguments or elements; trailing keywords become one list.
pub(super) fn elements(items: &[Expr], scope: &mut Scope, context: &Context) -> Vec<Value> {
    items.iter().map(|item| evaluate(item, scope, context)).collect()
}

fn list(items: &[Expr], scope: &mut Scope, context: &Context) -> Value {
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        match &item.kind {
            Kind::Keywords(pairs) => match keywords(pairs, scope, context) {
                Value::List(pairs) => values.extend(pairs),
                other => return other,
            },
            Kind::Binary { operator, left, right } if operator == "|" => {
                values.push(evaluate(left, scope, context));
                match evaluate(right, scope, context) {
                    Value::List(tail) => values.extend(tail),
                    Value::Unknown(unknown) => return Value::Unknown(unknown),
                    _ => return scope.unknown(item.range, "improper lists are not evaluated"),
                }
            }
            _ => values.push(evaluate(item, scope, context)),
        }
    }
    Value::List(values)
}

fn keywords(pairs: &[(Expr, Expr)], scope: &mut Scope, context: &Context) -> Value {
    let pairs = pairs.iter().map(|(key, value)| {
        let key = evaluate(key, scope, context);
        Value::Tuple(vec![key, evaluate(value, scope, context)])
    });
    Value::List(pairs.collect())
}

fn map(
    expr: &Expr,
    name: Option<&Expr>,
    base: Option<&Expr>,
    entries: &[(Expr, Expr)],
    scope: &mut Scope,
    context: &Context,
) -> Value {
    let mut map = match base.map(|base| evaluate(base, scope, context)) {
        None => Entries::default(),
        Some(Value::Map(map)) => map,
        Some(Value::Unknown(unknown)) => return Value::Unknown(unknown),
        Some(_) => return scope.unknown(expr.range, "this value cannot be updated"),
    };
    if let Some(name) = name {
        let name = evaluate(name, scope, context);
        map.insert(Value::atom("__struct__"), name);
    }
    for (key, value) in entries {
        let key = evaluate(key, scope, context);
        map.insert(key, evaluate(value, scope, context));
    }
    Value::Map(map)
}

fn identifier(expr: &Expr, name: &str, scope: &mut Scope, context: &Context) -> Value {
    if let Some(value) = scope.variables.get(name) {
        return (**value).clone();
    }
    if let Some(value) = context.held(name) {
        return value;
    }
    match name {
        "__MODULE__" => match &scope.module {
            Some(module) => Value::module(module),
            None => Value::nil(),
        },
        "__CALLER__" => Value::atom("__CALLER__"),
        "__ENV__" => Value::atom("__ENV__"),
        // The folder is only known relative to the project, which is what a configuration needs to find its parts.
        "__DIR__" if scope.imports.iter().any(|module| &**module == "Config") => {
            Value::string(scope.file.rsplit_once('/').map_or("", |(folder, _)| folder))
        }
        "__DIR__" | "__STACKTRACE__" => scope.unknown(expr.range, format!("{name} is not evaluated")),
        _ => function::call_local(expr.range, name, Vec::new(), scope, context),
    }
}

fn attribute(expr: &Expr, name: &str, scope: &mut Scope, context: &Context) -> Value {
    if let Some(value) = scope.attributes.get(name) {
        return (**value).clone();
    }
    function::source_attribute(name, expr.range, scope, context).unwrap_or_else(Value::nil)
}

/// `value[key]`; `None` when the value is not of a kind that has keys.
pub(super) fn access(value: &Value, key: &Value) -> Option<Value> {
    if value.as_unknown().is_some() {
        return Some(value.clone());
    }
    if key.as_unknown().is_some() {
        return Some(key.clone());
    }
    match value {
        Value::Map(map) => Some(map.get(key).cloned().unwrap_or_else(Value::nil)),
        Value::List(items) => {
            if let Some(unknown) = items.iter().find_map(Value::as_unknown) {
                return Some(Value::Unknown(unknown.clone()));
            }
            let found = items.iter().find_map(|item| match item {
                Value::Tuple(pair) if pair.len() == 2 && pair[0] == *key => Some(pair[1].clone()),
                _ => None,
            });
            Some(found.unwrap_or_else(Value::nil))
        }
        value if value.is_nil() => Some(Value::nil()),
        _ => None,
    }
}

fn capture(expr: &Expr, body: &Expr, scope: &mut Scope, context: &Context) -> Value {
    match &body.kind {
        Kind::Integer(index) => scope
            .variables
            .get(format!("&{index}").as_str())
            .map(|value| (**value).clone())
            .unwrap_or_else(|| scope.unknown(expr.range, "& outside a capture")),
        Kind::Binary { operator, left, right } if operator == "/" && matches!(right.kind, Kind::Integer(_)) => {
            let arity = match &right.kind {
                Kind::Integer(text) => integer(text).unwrap_or(0) as usize,
                _ => 0,
            };
            match &left.kind {
                Kind::Identifier(name) => Value::Function(Arc::new(Function::Local {
                    name: name.as_str().into(),
                    arity,
                    scope: scope.clone(),
                })),
                Kind::Call(call) => match &call.target {
                    crate::syntax::Target::Remote { value, name } => match evaluate(value, scope, context) {
                        Value::Atom(module) => Value::Function(Arc::new(Function::Remote {
                            module: module.strip_prefix("Elixir.").unwrap_or(&module).into(),
                            name: name.as_str().into(),
                            arity,
                        })),
                        Value::Unknown(unknown) => Value::Unknown(unknown),
                        _ => scope.unknown(expr.range, "cannot capture a function of this"),
                    },
                    _ => scope.unknown(expr.range, "cannot capture this"),
                },
                _ => scope.unknown(expr.range, "cannot capture this"),
            }
        }
        _ => {
            let arity = pattern::highest_placeholder(body);
            Value::Function(Arc::new(Function::Capture { body: body.clone(), arity, scope: scope.clone() }))
        }
    }
}

/// The value of an integer literal as written, underscores and base included.
pub(super) fn integer(text: &str) -> Option<i128> {
    let text = text.replace('_', "");
    match text.get(..2) {
        Some("0x" | "0X") => i128::from_str_radix(&text[2..], 16).ok(),
        Some("0o") => i128::from_str_radix(&text[2..], 8).ok(),
        Some("0b") => i128::from_str_radix(&text[2..], 2).ok(),
        _ => text.parse().ok(),
    }
}

/// `<<1, 2, "text">>`: bytes and strings, without sizes and types.
fn bitstring(parts: &[Expr], scope: &mut Scope, context: &Context) -> Value {
    let mut bytes = Vec::new();
    for part in parts {
        match evaluate(part, scope, context) {
            // What does not fit into a byte is cut.
            Value::Integer(number) => bytes.push(number.rem_euclid(256) as u8),
            Value::String(text) if matches!(part.kind, Kind::String(_)) => bytes.extend_from_slice(text.as_bytes()),
            unknown @ Value::Unknown(_) => return unknown,
            _ => return scope.unknown(part.range, "this part of a bitstring is not evaluated"),
        }
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Value::string(text),
        Err(_) => {
            let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
            Value::Scalar(Scalar { module: BYTES, text: format!("<<{}>>", numbers.join(", ")).into() })
        }
    }
}
