//! Evaluated terms as `inspect/2` writes them, on one line as it does unless asked for pretty output.

use std::collections::BTreeMap;

use super::{LIMIT, atom, escaped, key, string};
use crate::elixir::eval::{BYTES, Value};
use crate::elixir::inspect_float;

/// Entries of a map that Erlang keeps in the order of its keys; larger ones are in hash order.
const ORDERED_MAP: usize = 32;

/// `inspect(value)`; `None` when its text is not known: code and functions, structs of the project, and maps whose order
/// depends on the Erlang release.
pub fn value(value: &Value) -> Option<String> {
    term(value, Some(LIMIT))
}

/// `inspect(value, limit: :infinity)`; see [`value`].
pub fn value_without_limit(value: &Value) -> Option<String> {
    term(value, None)
}

/// A term of which at most `limit` items are shown.
fn term(value: &Value, limit: Option<usize>) -> Option<String> {
    Some(match value {
        Value::Atom(name) => atom(name),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => inspect_float(*value),
        Value::String(text) => string(text),
        Value::List(items) => list(items, limit)?,
        Value::Tuple(items) => format!("{{{}}}", joined(items, limit, term)?),
        Value::Map(entries) => map(entries, limit)?,
        Value::Scalar(scalar) => match scalar.module {
            "Date" => format!("~D[{}]", scalar.text),
            "Time" => format!("~T[{}]", scalar.text),
            "NaiveDateTime" => format!("~N[{}]", scalar.text),
            "DateTime" if scalar.text.ends_with('Z') => format!("~U[{}]", scalar.text),
            BYTES => scalar.text.to_string(),
            "Decimal" => format!("Decimal.new(\"{}\")", scalar.text),
            _ => return None,
        },
        Value::Function(_) | Value::Handle(_) | Value::Quoted(_) | Value::Unknown(_) => return None,
    })
}

fn list(items: &[Value], limit: Option<usize>) -> Option<String> {
    if let Some(text) = charlist(items) {
        return Some(format!("~c\"{}\"", escaped(&text)));
    }
    let pairs: Option<Vec<(&Value, &Value)>> = items
        .iter()
        .map(|item| match item {
            Value::Tuple(pair) => match pair.as_slice() {
                [key, value] if is_key(key) => Some((key, value)),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let inside = match pairs {
        Some(pairs) => joined(&pairs, limit, keyword)?,
        None => joined(items, limit, term)?,
    };
    Some(format!("[{inside}]"))
}

fn map(entries: &BTreeMap<Value, Value>, limit: Option<usize>) -> Option<String> {
    let atoms = entries.keys().filter(|key| matches!(key, Value::Atom(_))).count();
    let is_struct = entries.contains_key(&Value::atom("__struct__"));
    // From Erlang/OTP 26 on, atoms come in the order in which the system first saw them.
    if is_struct || atoms > 1 || entries.len() > ORDERED_MAP {
        return None;
    }
    let pairs: Vec<(&Value, &Value)> = entries.iter().collect();
    let inside = if pairs.iter().all(|(key, _)| is_key(key)) {
        joined(&pairs, limit, keyword)?
    } else {
        joined(&pairs, limit, |(key, value), limit| Some(format!("{} => {}", term(key, limit)?, term(value, limit)?)))?
    };
    Some(format!("%{{{inside}}}"))
}

/// An atom that is written `key:`.
fn is_key(value: &Value) -> bool {
    matches!(value, Value::Atom(name) if !name.starts_with("Elixir."))
}

fn keyword((name, value): &(&Value, &Value), limit: Option<usize>) -> Option<String> {
    let Value::Atom(name) = name else { return None };
    Some(format!("{} {}", key(name), term(value, limit)?))
}

/// The items with commas between. Each item may show as many items as are left when its turn comes.
fn joined<T>(items: &[T], limit: Option<usize>, write: impl Fn(&T, Option<usize>) -> Option<String>) -> Option<String> {
    let mut left = limit;
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        if left == Some(0) {
            parts.push("...".to_owned());
            break;
        }
        left = left.map(|left| left - 1);
        parts.push(write(item, left)?);
    }
    Some(parts.join(", "))
}

/// The text of a list of printable ASCII characters.
fn charlist(items: &[Value]) -> Option<String> {
    let character = |item: &Value| match item {
        Value::Integer(code) => {
            u8::try_from(*code).ok().filter(|code| matches!(code, 7..=13 | 27 | 32..=126)).map(char::from)
        }
        _ => None,
    };
    if items.is_empty() { None } else { items.iter().map(character).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elixir::eval::{Context, Environment, Scope, evaluate};

    struct Alone;

    impl Environment for Alone {
        fn module(&self, _name: &str) -> Option<std::sync::Arc<crate::elixir::SourceModule>> {
            None
        }

        fn setting(&self, _app: &str, _key: &Value) -> Result<Option<Value>, Value> {
            Ok(None)
        }
    }

    fn check(code: &str, expected: &str) {
        let expressions = crate::syntax::parse_expressions(code);
        let result = evaluate(&expressions[0], &mut Scope::default(), &Context::new(&Alone));
        assert_eq!(value(&result).as_deref().unwrap_or("not known"), expected, "{code}");
    }

    #[test]
    fn terms() {
        check(":a", ":a");
        check(":\"a b\"", ":\"a b\"");
        check("Foo.Bar", "Foo.Bar");
        check("nil", "nil");
        check("1000000", "1000000");
        check("1.0e3", "1000.0");
        check("\"a\\n\"", "\"a\\n\"");
        check("[]", "[]");
        check("[1, :b, \"c\"]", "[1, :b, \"c\"]");
        check("[a: 1, \"b c\": [d: 2]]", "[a: 1, \"b c\": [d: 2]]");
        check("[{Foo, 1}, {:a, 2}]", "[{Foo, 1}, {:a, 2}]");
        check("[{\"a\", 1}]", "[{\"a\", 1}]");
        check("~c\"it's\"", "~c\"it's\"");
        check("[7, 200]", "[7, 200]");
        check("{:ok, {}}", "{:ok, {}}");
        check("%{}", "%{}");
        check("%{a: 1}", "%{a: 1}");
        check("%{\"b\" => 2, \"a\" => 1, 3 => 4}", "%{3 => 4, \"a\" => 1, \"b\" => 2}");
        check("~D[2020-01-02]", "~D[2020-01-02]");
        check("Decimal.new(\"1.50\")", "Decimal.new(\"1.50\")");
    }

    #[test]
    fn what_is_not_known() {
        check("%{a: 1, b: 2}", "not known");
        check("[fn -> 1 end]", "not known");
        check("[System.get_env(\"A\")]", "not known");
    }

    #[test]
    fn long_lists_are_cut() {
        let numbers: Vec<Value> = (1000..1060).map(Value::Integer).collect();
        let numbers = Value::List(numbers);
        assert!(value(&numbers).is_some_and(|text| text.ends_with(", 1049, ...]")));
        assert!(value_without_limit(&numbers).is_some_and(|text| text.ends_with(", 1059]")));
        let nested = Value::List(vec![Value::atom("a"), numbers]);
        // The second item may show 48: the limit less the two items of the list around.
        assert!(value(&nested).is_some_and(|text| text.ends_with(", 1047, ...]]")));
    }
}
