//! Reading a column, as `load_attribute/2` does.

use super::super::object::{Mismatch, Object};
use super::super::value::Json;
use super::super::{Dialect, Oddities};
use super::reference;
use crate::snapshot::{Attribute, ColumnType};

const KEYS: &[&str] = &[
    "allow_nil?",
    "default",
    "generated?",
    "name",
    "precision",
    "primary_key?",
    "references",
    "scale",
    "size",
    "source",
    "type",
];

pub(super) fn read(
    object: &Object<'_>,
    table: &str,
    dialect: Dialect,
    oddities: &mut Oddities,
) -> Result<Attribute, Mismatch> {
    // `name` was the column's name before `source` existed, and wins when both are there.
    let source = if object.has("name") { object.required_atom("name")? } else { object.required_atom("source")? };
    let value = object.value("type").ok_or_else(|| object.missing("type"))?;
    let (column_type, type_size) = read_type(value, dialect).ok_or_else(|| {
        object.mismatch("type", "a type name, or a list of \"array\" and a type or of a type and a size", value)
    })?;
    if !object.has("references") {
        return Err(object.missing("references"));
    }
    let references = match object.object("references")? {
        None => None,
        Some(references) => {
            let (reference, odd) = reference::read(&references, table, &source)?;
            if odd {
                oddities.references.insert(source.clone());
            }
            Some(reference)
        }
    };
    let complete = object.flag("allow_nil?")?.is_some() && object.flag("generated?")?.is_some();
    if !complete || !object.only(KEYS) {
        oddities.attributes.insert(source.clone());
    }
    Ok(Attribute {
        source,
        column_type,
        size: match dialect {
            Dialect::Postgres => object.integer("size")?,
            Dialect::Sqlite => type_size,
        },
        precision: object.integer("precision")?,
        scale: object.integer("scale")?,
        default: object.text("default")?.unwrap_or_else(|| "nil".to_owned()),
        allow_nil: object.flag("allow_nil?")?.unwrap_or(true),
        primary_key: object.flag("primary_key?")?.ok_or_else(|| object.missing("primary_key?"))?,
        generated: object.flag("generated?")?.unwrap_or(false),
        references,
    })
}

/// The type, and the size that stands with it (`["varchar", 40]`), which ash_postgres does not look at.
fn read_type(value: &Json, dialect: Dialect) -> Option<(ColumnType, Option<i64>)> {
    match value {
        Json::String(name) => Some((ColumnType::Atom(name.to_string()), None)),
        Json::Array(items) => match items.as_slice() {
            [Json::String(array), inner] if array == "array" => {
                let (inner, size) = read_type(inner, dialect)?;
                // ash_sqlite keeps the size of an inner type only where it reads it, outside of arrays.
                Some((ColumnType::Array(Box::new(inner)), if dialect == Dialect::Sqlite { size } else { None }))
            }
            [Json::String(name), rest @ ..] => {
                Some((ColumnType::Atom(name.to_string()), rest.first().and_then(Json::as_i64)))
            }
            _ => None,
        },
        _ => None,
    }
}
