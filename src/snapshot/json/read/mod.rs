//! Reading a snapshot, with the defaults of `sanitize_snapshot/1` for keys that older versions did not write.

mod attribute;
mod index;
mod reference;

use super::object::{Mismatch, Object, line_of};
use super::value::Json;
use super::{Dialect, Oddities, ReadError, Stored};
use crate::snapshot::{CheckConstraint, CustomStatement, Multitenancy, Snapshot, Strategy};

/// Reads the text of one snapshot file. `path` is only for messages.
///
/// Mirrors `load_snapshot/1` of ash_postgres 2.12.0 and ash_sqlite 0.2.17.
///
/// # Errors
/// When the text is no JSON, or lacks what the generators cannot do without.
pub fn read(text: &str, path: &str, dialect: Dialect) -> Result<Stored, ReadError> {
    let value: Json = serde_json::from_str(text).map_err(|error| ReadError {
        path: path.to_owned(),
        line: error.line().max(1),
        problem: match error.classify() {
            serde_json::error::Category::Eof => "the JSON ends too early".to_owned(),
            _ => format!("this is no JSON ({error})"),
        },
    })?;
    read_snapshot(&value, dialect).map_err(|mismatch| ReadError {
        path: path.to_owned(),
        line: line_of(text, &mismatch.path),
        problem: mismatch.problem,
    })
}

fn read_snapshot(value: &Json, dialect: Dialect) -> Result<Stored, Mismatch> {
    let object = Object::new(value, Vec::new())?;
    let table = object.required_text("table")?;
    for key in ["attributes", "identities"] {
        if object.list(key)?.is_none() {
            return Err(object.missing(key));
        }
    }
    let repo = object.required_text("repo")?;
    let mut oddities = Oddities::default();
    let attributes = object.objects("attributes")?;
    let attributes = attributes
        .iter()
        .map(|item| attribute::read(item, &table, dialect, &mut oddities))
        .collect::<Result<_, _>>()?;
    let identities = object.objects("identities")?;
    let identities =
        identities.iter().map(|item| index::read_identity(item, &table, dialect)).collect::<Result<_, _>>()?;
    let mut custom_indexes = Vec::new();
    for (position, item) in object.objects("custom_indexes")?.iter().enumerate() {
        let (custom_index, odd) = index::read_custom_index(item, dialect)?;
        if odd {
            oddities.custom_indexes.insert(position);
        }
        custom_indexes.push(custom_index);
    }
    let statements = object.objects("custom_statements")?;
    let constraints = object.objects("check_constraints")?;
    let snapshot = Snapshot {
        schema: object.text("schema")?,
        repo: repo.strip_prefix("Elixir.").map(str::to_owned).unwrap_or(repo),
        attributes,
        identities,
        custom_indexes,
        custom_statements: statements.iter().map(read_statement).collect::<Result<_, _>>()?,
        check_constraints: constraints.iter().map(read_constraint).collect::<Result<_, _>>()?,
        multitenancy: read_multitenancy(object.object("multitenancy")?)?.0,
        base_filter: object.text("base_filter")?,
        create_table_options: object.text("create_table_options")?,
        has_create_action: object.flag("has_create_action")?.unwrap_or(true),
        strict: object.flag("strict?")?.unwrap_or(false),
        drop_table_opted_out: object.flag("drop_table_opted_out")?.unwrap_or(false),
        table,
    };
    Ok(Stored { snapshot, oddities })
}

/// The multitenancy, and whether the object has all the keys that are written today.
fn read_multitenancy(object: Option<Object<'_>>) -> Result<(Multitenancy, bool), Mismatch> {
    let Some(object) = object else { return Ok((Multitenancy::default(), true)) };
    let strategy = match object.text("strategy")?.as_deref() {
        None => None,
        Some("attribute") => Some(Strategy::Attribute),
        Some("context") => Some(Strategy::Context),
        Some(_) => {
            let found = object.value("strategy").unwrap_or(&Json::Null);
            return Err(object.mismatch("strategy", "\"attribute\", \"context\" or null", found));
        }
    };
    let multitenancy = Multitenancy { strategy, attribute: object.text("attribute")?, global: object.flag("global")? };
    Ok((multitenancy, object.has("global") && object.only(&["strategy", "attribute", "global"])))
}

fn read_statement(object: &Object<'_>) -> Result<CustomStatement, Mismatch> {
    Ok(CustomStatement {
        name: object.required_atom("name")?,
        up: object.required_text("up")?,
        down: object.required_text("down")?,
        code: object.flag("code?")?.unwrap_or(false),
        global: object.flag("global?")?.unwrap_or(false),
        after_tables: object.texts("after_tables")?,
    })
}

fn read_constraint(object: &Object<'_>) -> Result<CheckConstraint, Mismatch> {
    let attributes = match object.value("attribute") {
        None => return Err(object.missing("attribute")),
        Some(Json::String(attribute)) => vec![attribute.to_string()],
        Some(_) => object.atoms("attribute")?.unwrap_or_default(),
    };
    Ok(CheckConstraint {
        name: object.required_text("name")?,
        attributes,
        check: object.required_text("check")?,
        base_filter: if object.has("base_filter") { Some(object.text("base_filter")?) } else { None },
    })
}
