//! `to_string/1`, string interpolation.

use super::context::Context;
use super::expression::evaluate;
use super::scope::Scope;
use super::value::{BYTES, Value};
use crate::elixir::float_text;
use crate::syntax::StringPart;

/// The text of an interpolated literal; `Err` is the unknown that stands in the way.
pub(super) fn interpolate(parts: &[StringPart], scope: &mut Scope, context: &Context) -> Result<String, Value> {
    let mut text = String::new();
    for part in parts {
        match part {
            StringPart::Text(part) => text.push_str(part),
            StringPart::Interpolation(expr) => {
                let value = evaluate(expr, scope, context);
                match to_text(&value) {
                    Some(part) => text.push_str(&part),
                    None if value.as_unknown().is_some() => return Err(value),
                    None => return Err(scope.unknown(expr.range, "this value has no text form here")),
                }
            }
        }
    }
    Ok(text)
}

/// `to_string/1`; `None` for values without one, or whose text is not known.
pub fn to_text(value: &Value) -> Option<String> {
    match value {
        value if value.is_nil() => Some(String::new()),
        Value::Atom(name) => Some(name.to_string()),
        Value::Integer(value) => Some(value.to_string()),
        Value::Float(value) => Some(float_text(*value)),
        Value::String(text) => Some(text.to_string()),
        Value::Scalar(scalar) if scalar.module != "Regex" && scalar.module != BYTES => Some(scalar.text.to_string()),
        Value::List(items) => {
            let mut text = String::new();
            for item in items {
                match item {
                    Value::Integer(code) => text.push(char::from_u32(u32::try_from(*code).ok()?)?),
                    item => text.push_str(&to_text(item)?),
                }
            }
            Some(text)
        }
        _ => None,
    }
}
