//! Reading a foreign key, as `load_attribute/2` and `sanitize_snapshot/1` do.

use std::collections::BTreeMap;

use super::super::object::{Mismatch, Object, atom};
use super::super::value::Json;
use super::read_multitenancy;
use crate::snapshot::{Deferrable, OnDelete, Reference};

const KEYS: &[&str] = &[
    "deferrable",
    "destination_attribute",
    "destination_attribute_default",
    "destination_attribute_generated",
    "destination_field",
    "destination_field_default",
    "destination_field_generated",
    "ignore",
    "ignore?",
    "index?",
    "index_where",
    "match_tenant?",
    "match_type",
    "match_with",
    "multitenancy",
    "name",
    "on_delete",
    "on_update",
    "primary_key?",
    "schema",
    "table",
];

/// The foreign key of column `source`, and whether its keys are odd (see `Oddities`).
pub(super) fn read(object: &Object<'_>, table: &str, source: &str) -> Result<(Reference, bool), Mismatch> {
    let (multitenancy, complete) = read_multitenancy(object.object("multitenancy")?)?;
    let multitenancy_null = object.is_null("multitenancy");
    let default_key = renamed(object, "destination_field_default", "destination_attribute_default");
    let generated_key = renamed(object, "destination_field_generated", "destination_attribute_generated");
    let name = object.text("name")?.unwrap_or_else(|| format!("{table}_{source}_fkey"));
    let (deferrable, deferrable_odd) = match object.value("deferrable") {
        None | Some(Json::Bool(false)) => (Deferrable::No, false),
        Some(Json::Null) => (Deferrable::No, true),
        Some(Json::Bool(true)) => (Deferrable::Yes, false),
        Some(Json::String(text)) if text == "initially" => (Deferrable::Initially, false),
        Some(other) => return Err(object.mismatch("deferrable", "true, false or \"initially\"", other)),
    };
    let odd = !object.only(KEYS) || !complete || multitenancy_null || deferrable_odd || object.is_null("ignore?");
    let reference = Reference {
        table: object.required_text("table")?,
        schema: object.text("schema")?,
        destination_attribute: object.required_atom(renamed(object, "destination_field", "destination_attribute"))?,
        destination_attribute_default: match object.has(default_key) {
            true => object.text(default_key)?,
            false => Some("nil".to_owned()),
        },
        destination_attribute_generated: match object.has(generated_key) {
            true => object.flag(generated_key)?,
            false => Some(false),
        },
        // Once only the part behind the table's name was stored.
        name: if name.starts_with('_') { format!("{table}{name}") } else { name },
        name_is_atom: false,
        on_delete: read_on_delete(object)?,
        on_update: object.text("on_update")?,
        deferrable,
        match_type: object.text("match_type")?,
        match_with: read_match_with(object)?,
        match_tenant: match object.has("match_tenant?") {
            true => object.flag("match_tenant?")?,
            false => Some(false),
        },
        index: object.flag("index?")?.unwrap_or(false),
        index_where: object.text("index_where")?,
        multitenancy,
        primary_key: object.flag("primary_key?")?,
        ignore: object.flag("ignore?")?,
    };
    Ok((reference, odd))
}

/// The older key when the file has it.
fn renamed<'k>(object: &Object<'_>, old: &'k str, new: &'k str) -> &'k str {
    if object.has(old) { old } else { new }
}

fn read_on_delete(object: &Object<'_>) -> Result<Option<OnDelete>, Mismatch> {
    const EXPECTED: &str = "an action, or a list of \"nilify\" and columns";
    match object.value("on_delete") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(action)) => Ok(Some(OnDelete::Atom(action.to_string()))),
        Some(value) => {
            let columns = match value.as_array() {
                Some([Json::String(action), Json::Array(columns)]) if action == "nilify" => {
                    columns.iter().map(atom).collect::<Option<Vec<_>>>()
                }
                _ => None,
            };
            let columns = columns.ok_or_else(|| object.mismatch("on_delete", EXPECTED, value))?;
            Ok(Some(OnDelete::Nilify(columns)))
        }
    }
}

fn read_match_with(object: &Object<'_>) -> Result<Option<BTreeMap<String, String>>, Mismatch> {
    let Some(pairs) = object.object("match_with")? else { return Ok(None) };
    let pairs = pairs.entries().map(|(source, destination)| match atom(destination) {
        Some(name) => Ok((source.to_owned(), name)),
        None => Err(pairs.mismatch(source, "a column name", destination)),
    });
    pairs.collect::<Result<_, _>>().map(Some)
}
