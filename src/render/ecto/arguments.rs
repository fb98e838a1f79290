//! Arguments of the calls in a migration: how they are joined and which options are written at all. Mirrors
//! `AshPostgres.MigrationGenerator.Operation.Helper`.

use crate::elixir::inspect;
use crate::snapshot::{Attribute, ColumnType, Field, Multitenancy, Strategy};

/// The arguments that are there, separated by commas. A closing parenthesis as an argument closes the call before it.
pub(super) fn join(arguments: impl IntoIterator<Item = Option<String>>) -> String {
    arguments.into_iter().flatten().collect::<Vec<_>>().join(", ").replace(", )", ")")
}

/// `key: "value"` when there is a value.
pub(super) fn text_option(key: &str, value: Option<&str>) -> Option<String> {
    value.map(|value| format!("{key}: {}", inspect::string(value)))
}

/// `key: true` when it is true.
pub(super) fn flag(key: &str, value: bool) -> Option<String> {
    value.then(|| format!("{key}: true"))
}

/// `nulls_distinct: false`, the only value that is written.
pub(super) fn nulls_distinct(value: bool) -> Option<String> {
    (!value).then(|| "nulls_distinct: false".to_owned())
}

/// `, prefix: "schema"`, put in without escaping; empty without a schema.
pub(super) fn raw_prefix(schema: Option<&str>) -> String {
    schema.map(|schema| format!(", prefix: \"{schema}\"")).unwrap_or_default()
}

pub(super) fn size(attribute: &Attribute) -> Option<String> {
    attribute.size.map(|size| format!("size: {size}"))
}

pub(super) fn precision(attribute: &Attribute) -> Option<String> {
    attribute.precision.map(|precision| format!("precision: {precision}"))
}

pub(super) fn scale(attribute: &Attribute) -> Option<String> {
    attribute.scale.map(|scale| format!("scale: {scale}"))
}

pub(super) fn default(attribute: &Attribute) -> Option<String> {
    (attribute.default != "nil").then(|| format!("default: {}", attribute.default))
}

pub(super) fn primary_key(attribute: &Attribute) -> Option<String> {
    flag("primary_key", attribute.primary_key)
}

pub(super) fn null(attribute: &Attribute) -> Option<String> {
    (!attribute.allow_nil).then(|| "null: false".to_owned())
}

/// A column type as a term.
pub(super) fn column_type(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Atom(name) => inspect::atom(name),
        ColumnType::Array(element) => format!("{{:array, {}}}", self::column_type(element)),
    }
}

/// The keys of an index, separated by commas, the tenant's column first unless the index spans all tenants.
pub(super) fn index_keys(keys: &[Field], all_tenants: bool, multitenancy: &Multitenancy) -> String {
    let tenant = match multitenancy.strategy {
        Some(Strategy::Attribute) if !all_tenants => multitenancy.attribute.clone().map(Field::Column),
        _ => None,
    };
    let mut written: Vec<&Field> = Vec::new();
    for key in tenant.iter().chain(keys) {
        // Only the list with the tenant's column has its repetitions removed.
        if tenant.is_none() || !written.contains(&key) {
            written.push(key);
        }
    }
    written.into_iter().map(index_key).collect::<Vec<_>>().join(", ")
}

fn index_key(key: &Field) -> String {
    match key {
        Field::Column(name) => inspect::atom(name),
        Field::Expression(text) => inspect::string(text),
        Field::Directed { order, value } => format!("{order}: {}", inspect::atom(value)),
        Field::DirectedExpression { order, value } => format!("{order}: {}", inspect::string(value)),
    }
}
