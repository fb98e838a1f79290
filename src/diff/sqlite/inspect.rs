//! Values as the generator shows them in messages: Elixir's `inspect`.

use crate::snapshot::{ColumnType, Deferrable, Multitenancy, OnDelete, Strategy};

pub fn atom(name: &str) -> String {
    match name {
        "nil" | "true" | "false" => name.to_owned(),
        _ => format!(":{name}"),
    }
}

pub fn atoms(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| atom(name)).collect();
    format!("[{}]", names.join(", "))
}

pub fn string(text: &str) -> String {
    format!("{text:?}")
}

pub fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "false",
        Deferrable::Yes => "true",
        Deferrable::Initially => ":initially",
    }
}

pub fn on_delete(on_delete: &OnDelete) -> String {
    match on_delete {
        OnDelete::Atom(action) => atom(action),
        OnDelete::Nilify(columns) => format!("{{:nilify, {}}}", atoms(columns)),
    }
}

pub fn multitenancy(multitenancy: &Multitenancy) -> String {
    let attribute = multitenancy.attribute.as_deref().map_or("nil".to_owned(), atom);
    let global = multitenancy.global.map_or("nil".to_owned(), |global| global.to_string());
    let strategy = match multitenancy.strategy {
        None => "nil",
        Some(Strategy::Attribute) => ":attribute",
        Some(Strategy::Context) => ":context",
    };
    format!("%{{attribute: {attribute}, global: {global}, strategy: {strategy}}}")
}

pub fn column_type(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Atom(name) => atom(name),
        ColumnType::Array(inner) => format!("{{:array, {}}}", self::column_type(inner)),
    }
}
