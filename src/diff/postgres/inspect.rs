//! Values as the generator shows them in messages: Elixir's `inspect`.

use std::collections::BTreeMap;

use crate::snapshot::{ColumnType, Deferrable, Multitenancy, OnDelete, Strategy};

pub(super) fn atom(name: &str) -> String {
    match name {
        "nil" | "true" | "false" => name.to_owned(),
        name if is_plain(name) => format!(":{name}"),
        name => format!(":{}", string(name)),
    }
}

pub(in crate::diff) fn atoms(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| atom(name)).collect();
    format!("[{}]", names.join(", "))
}

pub(in crate::diff) fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace("#{", "\\#{"))
}

pub(super) fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "false",
        Deferrable::Yes => "true",
        Deferrable::Initially => ":initially",
    }
}

pub(super) fn on_delete(on_delete: &OnDelete) -> String {
    match on_delete {
        OnDelete::Atom(action) => atom(action),
        OnDelete::Nilify(columns) => format!("{{:nilify, {}}}", atoms(columns)),
    }
}

pub(super) fn match_with(pairs: &BTreeMap<String, String>) -> String {
    let pairs = pairs.iter().map(|(source, destination)| {
        let key = atom(source);
        let key = if is_plain(source) { source } else { key.trim_start_matches(':') };
        format!("{key}: {}", atom(destination))
    });
    format!("[{}]", pairs.collect::<Vec<_>>().join(", "))
}

pub(super) fn multitenancy(multitenancy: &Multitenancy) -> String {
    let attribute = multitenancy.attribute.as_deref().map_or("nil".to_owned(), atom);
    let global = multitenancy.global.map_or("nil".to_owned(), |global| global.to_string());
    let strategy = match multitenancy.strategy {
        None => "nil",
        Some(Strategy::Attribute) => ":attribute",
        Some(Strategy::Context) => ":context",
    };
    format!("%{{attribute: {attribute}, global: {global}, strategy: {strategy}}}")
}

pub(super) fn column_type(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Atom(name) => atom(name),
        ColumnType::Array(inner) => format!("{{:array, {}}}", self::column_type(inner)),
    }
}

/// Whether the atom needs no quotes.
fn is_plain(name: &str) -> bool {
    let body = name.strip_suffix(['?', '!']).unwrap_or(name);
    let mut characters = body.chars();
    characters.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && characters.all(|other| other == '_' || other == '@' || other.is_alphanumeric())
}
