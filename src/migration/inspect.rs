//! `inspect/1` of migration values, for the messages Ecto raises. One line, whatever the length.

use super::term::Term;
pub use crate::elixir::inspect::{atom as inspect_atom, string as quoted};
use crate::elixir::{inspect, inspect_float};

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
    let parts: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{} {}", inspect::key(key), inspect(value))).collect();
    parts.join(", ")
}
