//! Sigils: word lists, regular expressions, dates and times.

use super::context::Context;
use super::scope::Scope;
use super::text;
use super::value::{Scalar, Value};
use crate::syntax::Sigil;
use crate::text::Range;

/// The value of a sigil.
pub(super) fn evaluate(range: Range, sigil: &Sigil, scope: &mut Scope, context: &Context) -> Value {
    let Sigil { name, parts, modifiers } = sigil;
    let module = match name.as_str() {
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
    let words = text.split_whitespace().map(|word| match modifiers.as_str() {
        "a" => Value::atom(word),
        "c" => Value::List(word.chars().map(|c| Value::Integer(u32::from(c).into())).collect()),
        _ => Value::string(word),
    });
    Value::List(words.collect())
}
