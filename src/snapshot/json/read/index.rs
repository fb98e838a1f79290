//! Reading identities and custom indexes, as `load_identity/2` and `load_custom_indexes/1` do.

use super::super::Dialect;
use super::super::object::{Mismatch, Object, atom};
use super::super::value::Json;
use crate::snapshot::{CustomIndex, Field, Identity};

pub(super) fn read_identity(object: &Object<'_>, table: &str, dialect: Dialect) -> Result<Identity, Mismatch> {
    let name = object.required_atom("name")?;
    let keys = object.list("keys")?.ok_or_else(|| object.missing("keys"))?;
    let keys = keys.iter().map(|key| match (key, dialect) {
        // Before fields had a type, an SQL expression was recognised by its parenthesis.
        (Json::String(text), Dialect::Postgres) if text.contains('(') => Ok(Field::Expression(text.to_string())),
        (Json::String(text), _) => Ok(Field::Column(text.to_string())),
        (other, _) => read_typed_field(other).ok_or_else(|| object.mismatch("keys", "column names", other)),
    });
    let mut keys = keys.collect::<Result<Vec<_>, _>>()?;
    if dialect == Dialect::Sqlite {
        keys.sort();
    }
    Ok(Identity {
        index_name: object.text("index_name")?.unwrap_or_else(|| format!("{table}_{name}_unique_index")),
        name,
        keys,
        base_filter: object.text("base_filter")?,
        filter: object.text("where")?,
        all_tenants: object.flag("all_tenants?")?.unwrap_or(false),
        nils_distinct: object.flag("nils_distinct?")?.unwrap_or(true),
    })
}

/// The index, and whether its keys are odd (see `Oddities`).
pub(super) fn read_custom_index(object: &Object<'_>, dialect: Dialect) -> Result<(CustomIndex, bool), Mismatch> {
    let (known, needed): (&[&str], &[&str]) = match dialect {
        Dialect::Postgres => (POSTGRES_KEYS, &["table", "unique", "concurrently", "using", "prefix", "where"]),
        Dialect::Sqlite => (SQLITE_KEYS, &["table", "unique", "using", "where"]),
    };
    let never_null = ["nulls_distinct", "all_tenants?", "include_base_filter?", "unique", "concurrently"];
    let odd = !object.only(known)
        || needed.iter().any(|key| !object.has(key))
        || never_null.iter().any(|key| object.is_null(key));
    let fields = object.list("fields")?.unwrap_or_default();
    let fields = fields.iter().map(|field| match field {
        Json::String(text) => Ok(Field::Expression(text.to_string())),
        other => read_typed_field(other).ok_or_else(|| object.mismatch("fields", "columns or expressions", other)),
    });
    let index = CustomIndex {
        table: object.text("table")?,
        fields: fields.collect::<Result<_, _>>()?,
        error_fields: object.atoms("error_fields")?,
        name: object.text("name")?,
        unique: object.flag("unique")?.unwrap_or(false),
        concurrently: object.flag("concurrently")?.unwrap_or(false),
        using: object.text("using")?,
        prefix: object.text("prefix")?,
        filter: object.text("where")?,
        include: if object.has("include") { object.texts("include")? } else { Some(Vec::new()) },
        nulls_distinct: object.flag("nulls_distinct")?.unwrap_or(true),
        message: object.text("message")?,
        all_tenants: object.flag("all_tenants?")?.unwrap_or(false),
        include_base_filter: object.flag("include_base_filter?")?.unwrap_or(true),
    };
    Ok((index, odd))
}

/// `{"type": "atom" | "string" | "directed", "value": …, "order": …}`.
fn read_typed_field(value: &Json) -> Option<Field> {
    let text = |key: &str| value.get(key).and_then(Json::as_str).map(str::to_owned);
    match text("type")?.as_str() {
        "atom" => Some(Field::Column(atom(value.get("value")?)?)),
        "string" => Some(Field::Expression(text("value")?)),
        "directed" => Some(Field::Directed { order: text("order")?, value: text("value")? }),
        _ => None,
    }
}

const POSTGRES_KEYS: &[&str] = &[
    "all_tenants?",
    "concurrently",
    "error_fields",
    "fields",
    "include",
    "include_base_filter?",
    "message",
    "name",
    "nulls_distinct",
    "prefix",
    "table",
    "unique",
    "using",
    "where",
];

const SQLITE_KEYS: &[&str] = &["fields", "include", "message", "name", "table", "unique", "using", "where"];
