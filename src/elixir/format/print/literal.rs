//! Numbers, atoms and aliases.

use super::{Context, Printer};
use crate::elixir::algebra::{Doc, concat};
use crate::elixir::atom::{AtomClass, classify};
use crate::elixir::format::node::Node;

impl Printer<'_> {
    pub(super) fn alias(&mut self, head: Option<&Node>, names: &[String], context: Context) -> Doc {
        match head {
            None => Doc::bytes(names.join(".")),
            Some(head) => {
                let head = self.in_parens_if_operator(head, context);
                concat([head].into_iter().chain(names.iter().map(|name| Doc::bytes(format!(".{name}")))))
            }
        }
    }
}

/// An integer or character as written, with underscores between the thousands of long decimal ones.
pub(super) fn integer(text: &str) -> Doc {
    if let Some(digits) = text.strip_prefix("0x") {
        return Doc::bytes(format!("0x{}", digits.to_ascii_uppercase()));
    }
    if text.starts_with("0b") || text.starts_with("0o") || text.starts_with('?') {
        return Doc::bytes(text);
    }
    Doc::bytes(with_underscores(text))
}

pub(super) fn float(text: &str) -> Doc {
    match text.split_once('.') {
        Some((whole, fraction)) => Doc::bytes(format!("{}.{}", with_underscores(whole), fraction.to_ascii_lowercase())),
        None => Doc::bytes(text),
    }
}

fn with_underscores(digits: &str) -> String {
    if digits.len() < 6 || digits.contains('_') {
        return digits.to_owned();
    }
    let mut result = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            result.push('_');
        }
        result.push(digit);
    }
    result
}

/// The number that `text` stands for, in decimal.
pub(super) fn decimal(text: &str) -> String {
    let digits = text.replace('_', "");
    let value = match digits.get(..2) {
        Some("0x") => u128::from_str_radix(&digits[2..], 16).ok(),
        Some("0b") => u128::from_str_radix(&digits[2..], 2).ok(),
        Some("0o") => u128::from_str_radix(&digits[2..], 8).ok(),
        _ => digits.parse::<u128>().ok(),
    };
    value.map_or(digits, |value| value.to_string())
}

/// `:name`, quoted if it has to be.
pub(super) fn atom(name: &str, quoted: bool) -> Doc {
    match name {
        "true" | "false" | "nil" => Doc::text(name),
        // Both `:\\` and `:"\\"` are kept as two backslashes.
        "\\\\" if quoted => Doc::text(":\"\\\\\""),
        _ => match classify(name) {
            AtomClass::Identifier | AtomClass::Operator | AtomClass::NotCallable => Doc::text(format!(":{name}")),
            AtomClass::Alias | AtomClass::QuotedOperator | AtomClass::Other => {
                Doc::text(format!(":\"{}\"", escaped(name)))
            }
        },
    }
}

/// `name:`, quoted if it has to be.
pub(super) fn key(name: &str) -> Doc {
    match classify(name) {
        AtomClass::Alias => Doc::text(format!("\"{name}\":")),
        AtomClass::QuotedOperator | AtomClass::Other => Doc::text(format!("\"{}\":", escaped(name))),
        AtomClass::Identifier | AtomClass::Operator | AtomClass::NotCallable => Doc::text(format!("{name}:")),
    }
}

/// A function name behind a dot, quoted if it has to be.
pub(super) fn remote_name(name: &str) -> String {
    match classify(name) {
        AtomClass::Identifier | AtomClass::Operator | AtomClass::QuotedOperator => name.to_owned(),
        AtomClass::NotCallable | AtomClass::Alias => format!("\"{name}\""),
        AtomClass::Other => format!("\"{}\"", escaped(name)),
    }
}

fn escaped(name: &str) -> String {
    name.replace('"', "\\\"")
}
