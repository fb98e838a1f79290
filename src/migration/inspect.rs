//! `inspect/1` of migration values, for the messages Ecto raises. One line, whatever the length.

use super::term::Term;
use crate::elixir::inspect_float;

/// The term as Elixir prints it.
pub fn inspect(term: &Term) -> String {
    match term {
        Term::Nil => "nil".to_owned(),
        Term::Bool(value) => value.to_string(),
        Term::Integer(value) => value.to_string(),
        Term::Float(value) => inspect_float(*value),
        Term::Atom(name) => inspect_atom(name),
        Term::String(text) => quoted(text),
        Term::Tuple(items) => format!("{{{}}}", join(items)),
        Term::List(items) => match term.as_keywords() {
            Some(pairs) if !items.is_empty() => format!("[{}]", inspect_pairs(&pairs)),
            _ => match printable(items) {
                Some(text) => format!("~c{}", quoted(&text)),
                None => format!("[{}]", join(items)),
            },
        },
        Term::Map(entries) => {
            let keys: Option<Vec<(String, Term)>> = entries
                .iter()
                .map(|(key, value)| key.atom_name().map(|name| (name.to_owned(), value.clone())))
                .collect();
            match keys {
                Some(pairs) => format!("%{{{}}}", inspect_pairs(&pairs)),
                None => {
                    let parts: Vec<String> =
                        entries.iter().map(|(key, value)| format!("{} => {}", inspect(key), inspect(value))).collect();
                    format!("%{{{}}}", parts.join(", "))
                }
            }
        }
        Term::Table(table) => format!("%Ecto.Migration.Table{{name: {}}}", quoted(&table.name)),
        Term::Index(index) => format!("%Ecto.Migration.Index{{table: {}}}", quoted(&index.table)),
        Term::Constraint(constraint) => format!("%Ecto.Migration.Constraint{{table: {}}}", quoted(&constraint.table)),
        Term::Reference(reference) => format!("%Ecto.Migration.Reference{{table: {}}}", quoted(&reference.table)),
    }
}

/// The text of a charlist, if it is one that Elixir prints as text.
fn printable(items: &[Term]) -> Option<String> {
    let text: Option<String> = items
        .iter()
        .map(|item| match item {
            Term::Integer(code @ (7..=13 | 27 | 32..=126)) => u8::try_from(*code).ok().map(char::from),
            _ => None,
        })
        .collect();
    text.filter(|text| !text.is_empty())
}

fn join(items: &[Term]) -> String {
    items.iter().map(inspect).collect::<Vec<_>>().join(", ")
}

fn inspect_pairs(pairs: &[(String, Term)]) -> String {
    let parts: Vec<String> = pairs
        .iter()
        .map(|(key, value)| {
            let key = if is_plain_atom(key) { key.clone() } else { quoted(key) };
            format!("{key}: {}", inspect(value))
        })
        .collect();
    parts.join(", ")
}

/// An atom with its colon (`:title`, `:"two words"`), a module without.
pub fn inspect_atom(name: &str) -> String {
    match name.strip_prefix("Elixir.") {
        Some(module) if module.split('.').all(is_alias) => module.to_owned(),
        _ if is_plain_atom(name) => format!(":{name}"),
        _ => format!(":{}", quoted(name)),
    }
}

fn is_alias(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_uppercase()) && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_plain_atom(name: &str) -> bool {
    let body = name.strip_suffix(['?', '!']).unwrap_or(name);
    body.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && body.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '@')
}

/// A string in double quotes, escaped as Elixir does.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{7f}' => out.push_str("\\d"),
            '#' if characters.peek() == Some(&'{') => out.push_str("\\#"),
            other if other.is_control() => out.push_str(&format!("\\x{:02X}", u32::from(other))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
