//! Functions of Elixir's standard library, on known values.
//!
//! Each module has one table: name and arguments to a value. `None` means that the function, or these arguments, are
//! not evaluated; the caller makes an unknown of it.

mod enumerable;
mod environment;
mod kernel;
mod keyword;
mod list;
mod map;
mod module;

mod string;

use std::sync::Arc;

use super::context::{Context, Environment};
use super::entries::Entries;
use super::function::apply;
use super::scope::Scope;
use super::value::{Scalar, Value};
use crate::elixir::{SourceModule, decimal_of_float, decimal_text, float_text};
use crate::text::Range;

/// What a built-in needs to call back into the evaluation.
pub(super) struct Site<'a, 'b> {
    pub range: Range,
    pub scope: &'a Scope,
    pub context: &'a Context<'b>,
}

impl Site<'_, '_> {
    /// Calls a function value.
    fn apply(&self, function: &Value, arguments: Vec<Value>) -> Value {
        apply(self.range, function, arguments, self.scope, self.context)
    }
}

/// A function of `Kernel`, or `None` when there is none of that name.
pub(super) fn kernel(range: Range, name: &str, arguments: &[Value], scope: &Scope, context: &Context) -> Option<Value> {
    if !kernel::NAMES.contains(&name) {
        return None;
    }
    let site = Site { range, scope, context };
    Some(guarded(&site, "", name, arguments, |site| kernel::call(name, arguments, site)))
}

/// A function of a module of the standard library, or `None` when the module is not one of them.
pub(super) fn remote(
    range: Range,
    module: &str,
    name: &str,
    arguments: &[Value],
    scope: &Scope,
    context: &Context,
) -> Option<Value> {
    let site = Site { range, scope, context };
    let table: fn(&str, &[Value], &Site) -> Option<Value> = match module {
        "Kernel" => kernel::call,
        "Keyword" => keyword::call,
        "Map" => map::call,
        "Enum" | "Stream" => enumerable::call,
        "List" => list::call,
        "String" => string::call,
        "Atom" | "Integer" | "Float" | "Tuple" | "Path" | "Function" => string::call_conversion,
        "Module" | "Macro" => module::call,
        "Code" | "Application" | "System" | "Mix" | "Config" => environment::call,
        "Decimal" | "Date" | "Time" | "NaiveDateTime" | "DateTime" | "Duration" | "Regex" | "Version" => scalar,
        _ => return None,
    };
    let lookup = format!("{module}.{name}");
    Some(guarded(&site, module, name, arguments, |site| match module {
        "Atom" | "Integer" | "Float" | "Tuple" | "Path" | "Function" | "Module" | "Macro" | "Code" | "Application"
        | "System" | "Mix" | "Config" | "Decimal" | "Date" | "Time" | "NaiveDateTime" | "DateTime" | "Duration"
        | "Regex" | "Version" => table(&lookup, arguments, site),
        _ => table(name, arguments, site),
    }))
}

/// `module.name(arguments)` of the standard library, without a project around; `None` when it is not evaluated.
pub fn standard_function(module: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    let context = Context::new(&NoProject);
    let value = remote(Range::default(), module, name, arguments, &Scope::default(), &context)?;
    value.find_unknown().is_none().then_some(value)
}

/// Surroundings of which nothing is known.
struct NoProject;

impl Environment for NoProject {
    fn module(&self, _name: &str) -> Option<Arc<SourceModule>> {
        None
    }

    fn setting(&self, app: &str, _key: &Value) -> Result<Option<Value>, Value> {
        Err(Scope::default().unknown(Range::default(), format!("the configuration of {app} is not known")))
    }
}

/// Runs a table: an unknown argument is the result, and so is a missing entry.
fn guarded(
    site: &Site,
    module: &str,
    name: &str,
    arguments: &[Value],
    call: impl FnOnce(&Site) -> Option<Value>,
) -> Value {
    if let Some(unknown) = arguments.iter().find_map(Value::as_unknown) {
        return Value::Unknown(unknown.clone());
    }
    call(site).unwrap_or_else(|| {
        let dot = if module.is_empty() { "" } else { "." };
        site.scope.unknown(site.range, format!("{module}{dot}{name}/{} is not evaluated here", arguments.len()))
    })
}

/// `Enum.into(values, into)`.
pub(super) fn collect(values: Vec<Value>, into: &Value) -> Option<Value> {
    match into {
        Value::List(items) => Some(Value::List(items.iter().cloned().chain(values).collect())),
        Value::Map(map) => {
            let mut map = map.clone();
            for value in values {
                match value {
                    Value::Tuple(pair) if pair.len() == 2 => {
                        map.insert(pair[0].clone(), pair[1].clone());
                    }
                    _ => return None,
                }
            }
            Some(Value::Map(map))
        }
        Value::String(text) => {
            let mut text = text.to_string();
            for value in &values {
                text.push_str(value.as_text()?);
            }
            Some(Value::string(text))
        }
        _ => None,
    }
}

/// The pairs of a keyword list; `None` when it is not one, or not known.
fn pairs(value: &Value) -> Option<Vec<(Value, Value)>> {
    value
        .as_list()?
        .iter()
        .map(|item| match item {
            Value::Tuple(pair) if pair.len() == 2 => Some((pair[0].clone(), pair[1].clone())),
            _ => None,
        })
        .collect()
}

fn keyword_list(pairs: impl IntoIterator<Item = (Value, Value)>) -> Value {
    Value::List(pairs.into_iter().map(|(key, value)| Value::Tuple(vec![key, value])).collect())
}

fn map_of(pairs: impl IntoIterator<Item = (Value, Value)>) -> Value {
    Value::Map(pairs.into_iter().collect())
}

/// Constructors of structs that are known by their text.
fn scalar(name: &str, arguments: &[Value], _site: &Site) -> Option<Value> {
    let known = |module: &'static str, text: &str| Some(Value::Scalar(Scalar { module, text: text.into() }));
    match (name, arguments) {
        ("Decimal.new", [Value::String(text)]) => known("Decimal", &decimal_text(text)?),
        ("Decimal.new", [Value::Integer(sign @ (1 | -1)), Value::Integer(number @ 0..), Value::Integer(exponent)]) => {
            let sign = if *sign < 0 { "-" } else { "" };
            known("Decimal", &decimal_text(&format!("{sign}{number}e{exponent}"))?)
        }
        ("Decimal.new", [Value::Integer(value)]) => known("Decimal", &value.to_string()),
        ("Decimal.from_float", [Value::Float(value)]) => known("Decimal", &decimal_of_float(&float_text(*value))?),
        ("Date.from_iso8601!", [Value::String(text)]) => known("Date", text),
        ("Time.from_iso8601!", [Value::String(text)]) => known("Time", text),
        ("Date.new!", [Value::Integer(year), Value::Integer(month), Value::Integer(day)]) => {
            known("Date", &format!("{year:04}-{month:02}-{day:02}"))
        }
        ("Time.new!", [Value::Integer(hour), Value::Integer(minute), Value::Integer(second)]) => {
            known("Time", &format!("{hour:02}:{minute:02}:{second:02}"))
        }
        ("Duration.new!", [Value::List(units)]) => duration(units),
        ("Regex.compile!", [Value::String(text), ..]) => known("Regex", text),
        ("Version.parse!", [Value::String(text)]) => {
            let mut numbers = text.split(['-', '+']).next()?.split('.').map(|part| part.parse::<i128>().ok());
            let mut next = || numbers.next().flatten().map(Value::Integer);
            let fields = [("major", next()?), ("minor", next()?), ("patch", next()?)];
            let mut map: Entries = fields.into_iter().map(|(key, value)| (Value::atom(key), value)).collect();
            map.insert(Value::atom("__struct__"), Value::module("Version"));
            Some(Value::Map(map))
        }
        _ => None,
    }
}

/// A duration of these units; `None` where `Duration.new!/1` raises. `microsecond` is a pair.
fn duration(units: &[Value]) -> Option<Value> {
    const UNITS: &[&str] = &["year", "month", "week", "day", "hour", "minute", "second"];
    let none = Value::Tuple(vec![Value::Integer(0), Value::Integer(0)]);
    let zero = UNITS.iter().map(|unit| (Value::atom(unit), Value::Integer(0)));
    let mut map: Entries = zero.chain([(Value::atom("microsecond"), none)]).collect();
    for unit in units {
        let Value::Tuple(pair) = unit else { return None };
        let [name, amount] = pair.as_slice() else { return None };
        let is_known = match (name.as_atom()?, amount) {
            ("microsecond", Value::Tuple(pair)) => matches!(pair[..], [Value::Integer(_), Value::Integer(0..=6)]),
            (name, amount) => UNITS.contains(&name) && matches!(amount, Value::Integer(_)),
        };
        if !is_known {
            return None;
        }
        map.insert(name.clone(), amount.clone());
    }
    map.insert(Value::atom("__struct__"), Value::module("Duration"));
    Some(Value::Map(map))
}
