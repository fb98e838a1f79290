//! Values as the generator shows them in messages: Elixir's `inspect`.

use std::collections::BTreeMap;

use crate::elixir::inspect;
pub(super) use crate::elixir::inspect::atom;
pub(in crate::diff) use crate::elixir::inspect::string;
use crate::snapshot::{ColumnType, Deferrable, Multitenancy, OnDelete, Strategy};

pub(in crate::diff) fn atoms(names: &[String]) -> String {
    inspect::list(names.iter().map(|name| inspect::atom(name)))
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
    let pairs = pairs.iter().map(|(source, destination)| format!("{} {}", inspect::key(source), atom(destination)));
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
