//! `Kernel`: functions and the macros that act like functions.

use super::super::operator;
use super::super::text::to_text;
use super::super::value::{BYTES, Function, Value};
use super::Site;
use crate::elixir::inspect;

/// What [`call`] knows. A local call of another name is a function or macro of the project.
pub(super) const NAMES: &[&str] = &[
    "abs",
    "apply",
    "div",
    "elem",
    "ceil",
    "floor",
    "get_in",
    "hd",
    "inspect",
    "is_atom",
    "is_binary",
    "is_bitstring",
    "is_boolean",
    "is_float",
    "is_function",
    "is_integer",
    "is_list",
    "is_map",
    "is_map_key",
    "is_nil",
    "is_number",
    "is_struct",
    "is_tuple",
    "length",
    "map_size",
    "max",
    "min",
    "not",
    "put_elem",
    "rem",
    "round",
    "struct",
    "tap",
    "then",
    "tl",
    "to_charlist",
    "to_string",
    "trunc",
    "tuple_size",
    "is_exception",
];

fn is_bytes(value: &Value) -> bool {
    matches!(value, Value::Scalar(scalar) if scalar.module == BYTES)
}

pub(super) fn call(name: &str, arguments: &[Value], site: &Site) -> Option<Value> {
    use Value::{Atom, Float, Integer, List, Map, Tuple};
    Some(match (name, arguments) {
        ("to_string", [value]) => Value::string(to_text(value)?),
        ("inspect", [value]) => Value::string(inspect::value(value)?),
        ("inspect", [value, options]) => match options.as_list()? {
            [] => Value::string(inspect::value(value)?),
            [_] if options.get("limit")?.as_atom() == Some("infinity") => {
                Value::string(inspect::value_without_limit(value)?)
            }
            _ => return None,
        },
        ("is_nil", [value]) => Value::bool(value.is_nil()),
        ("is_atom", [value]) => Value::bool(matches!(value, Atom(_))),
        ("is_binary" | "is_bitstring", [value]) => Value::bool(matches!(value, Value::String(_)) || is_bytes(value)),
        ("is_boolean", [value]) => Value::bool(value.as_bool().is_some()),
        ("is_float", [value]) => Value::bool(matches!(value, Float(_))),
        ("is_integer", [value]) => Value::bool(matches!(value, Integer(_))),
        ("is_number", [value]) => Value::bool(matches!(value, Integer(_) | Float(_))),
        ("is_list", [value]) => Value::bool(matches!(value, List(_))),
        ("is_map", [value]) => Value::bool(matches!(value, Map(_) | Value::Scalar(_)) && !is_bytes(value)),
        ("is_tuple", [value]) => Value::bool(matches!(value, Tuple(_) | Value::Quoted(_))),
        ("is_function", [value, ..]) => Value::bool(matches!(value, Value::Function(_))),
        ("is_map_key", [Map(map), key]) => Value::bool(map.contains_key(key)),
        ("is_struct", [Map(map)]) => Value::bool(map.contains_key(&Value::atom("__struct__"))),
        ("is_struct", [value @ Value::Scalar(_)]) => Value::bool(!is_bytes(value)),
        ("is_struct", [Map(map), name]) => Value::bool(map.get(&Value::atom("__struct__")) == Some(name)),
        ("is_struct", [_, ..]) => Value::bool(false),
        ("is_exception", [_]) => Value::bool(false),
        ("not", [value]) => Value::bool(!value.truthy()?),
        ("length", [List(items)]) => Integer(items.len() as i128),
        ("map_size", [Map(map)]) => Integer(map.len() as i128),
        ("tuple_size", [Tuple(items)]) => Integer(items.len() as i128),
        ("hd", [List(items)]) => items.first()?.clone(),
        ("tl", [List(items)]) => List(items.get(1..)?.to_vec()),
        ("elem", [Tuple(items), Integer(index)]) => items.get(usize::try_from(*index).ok()?)?.clone(),
        ("put_elem", [Tuple(items), Integer(index), value]) => {
            let mut items = items.clone();
            *items.get_mut(usize::try_from(*index).ok()?)? = value.clone();
            Tuple(items)
        }
        ("abs", [Integer(value)]) => Integer(value.checked_abs()?),
        ("div", [Integer(a), Integer(b)]) => Integer(a.checked_div(*b)?),
        ("rem", [Integer(a), Integer(b)]) => Integer(a.checked_rem(*b)?),
        ("round" | "trunc" | "floor" | "ceil", [Integer(value)]) => Integer(*value),
        ("round", [Float(value)]) => Integer(value.round() as i128),
        ("trunc", [Float(value)]) => Integer(value.trunc() as i128),
        ("floor", [Float(value)]) => Integer(value.floor() as i128),
        ("ceil", [Float(value)]) => Integer(value.ceil() as i128),
        ("max", [a, b]) => {
            if operator::apply(">=", a, b)?.truthy()? {
                a.clone()
            } else {
                b.clone()
            }
        }
        ("min", [a, b]) => {
            if operator::apply("<=", a, b)?.truthy()? {
                a.clone()
            } else {
                b.clone()
            }
        }
        ("then", [value, function]) => site.apply(function, vec![value.clone()]),
        ("tap", [value, _]) => value.clone(),
        ("apply", [function @ Value::Function(_), List(arguments)]) => site.apply(function, arguments.clone()),
        ("apply", [Atom(module), Atom(name), List(arguments)]) => {
            let module = module.strip_prefix("Elixir.").unwrap_or(module).into();
            let function = Function::Remote { module, name: name.clone(), arity: arguments.len() };
            site.apply(&Value::Function(function.into()), arguments.clone())
        }
        ("get_in", [value, List(path)]) => {
            let mut value = value.clone();
            for key in path {
                value = super::super::expression::access(&value, key)?;
            }
            value
        }
        ("to_charlist", [Value::String(text)]) => List(text.chars().map(|c| Integer(u32::from(c).into())).collect()),
        ("struct", [name @ Atom(_), fields]) => {
            let mut map = match fields {
                Map(map) => map.clone(),
                fields => super::pairs(fields)?.into_iter().collect(),
            };
            map.insert(Value::atom("__struct__"), name.clone());
            Map(map)
        }
        ("!", [value]) => Value::bool(!value.truthy()?),
        ("||" | "or", [first, second]) => [second, first][usize::from(first.truthy()?)].clone(),
        ("&&" | "and", [first, second]) => [first, second][usize::from(first.truthy()?)].clone(),
        // Operators are functions of this module, too: `|> Kernel.++(more)`.
        (operator, [left, right]) => operator::apply(operator, left, right)?,
        _ => return None,
    })
}
