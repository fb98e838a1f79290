//! Sigils: word lists, regular expressions, dates and times.

use super::context::Context;
use super::scope::Scope;
use super::text;
use super::value::{Scalar, Value};
use crate::syntax::StringPart;
use crate::text::Range;

/// The value of `~name(parts)modifiers`.
pub(super) fn evaluate(
    range: Range,
    name: &str,
    parts: &[StringPart],
    modifiers: &str,
    scope: &mut Scope,
    context: &Context,
) -> Value {
    let module = match name {
        "w" | "W" => "",
        "r" | "R" => "Regex",
        "D" => "Date",
        "T" => "Time",
        "N" => "NaiveDateTime",
        "U" => "DateTime",
        _ => return scope.unknown(range, format!("the sigil ~{name} is not evaluated")),
    };
    let text = match text::interpolate(parts, scope, context) {
        Ok(text) => text,
        Err(unknown) => return unknown,
    };
    if !module.is_empty() {
        let text = if matches!(module, "NaiveDateTime" | "DateTime") { text.replacen('T', " ", 1) } else { text };
        return Value::Scalar(Scalar { module, text: text.into() });
    }
    let words = text.split_whitespace().map(|word| match modifiers {
        "a" => Value::atom(word),
        "c" => Value::List(word.chars().map(|c| Value::Integer(u32::from(c).into())).collect()),
        _ => Value::string(word),
    });
    Value::List(words.collect())
}
