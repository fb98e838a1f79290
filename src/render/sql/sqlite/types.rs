//! Column types: `Ecto.Adapters.SQLite3.DataType.column_type/2`, with the adapter's default settings (`array_type`,
//! `binary_id_type`, `map_type` and `uuid_type` are `:string`).

use super::text_of;
use crate::migration::command::{ColumnType, Options};
use crate::migration::inspect::inspect;

/// SQLite's name of an Ecto type; other names are sent in capitals.
pub fn column_type(column_type: &ColumnType, options: &Options) -> Result<String, String> {
    let name = match column_type {
        ColumnType::Array(_) | ColumnType::Map(_) => return Ok("TEXT".to_owned()),
        ColumnType::Named(name) => name.as_str(),
        other => {
            let value = inspect(&other.to_term());
            return Err(format!(
                "unsupported type `{value}`. The type can either be an atom, a string or a tuple of the form `{{:map, t}}` or \
                 `{{:array, t}}` where `t` itself follows the same conditions."
            ));
        }
    };
    Ok(match name {
        "id" | "serial" | "bigserial" | "boolean" | "integer" | "bigint" => "INTEGER".to_owned(),
        "float" => "NUMERIC".to_owned(),
        "binary" => "BLOB".to_owned(),
        "string"
        | "date"
        | "utc_datetime"
        | "utc_datetime_usec"
        | "naive_datetime"
        | "naive_datetime_usec"
        | "time"
        | "time_usec"
        | "timestamp"
        | "array"
        | "binary_id"
        | "map"
        | "uuid" => "TEXT".to_owned(),
        "decimal" => match options.get("precision").filter(|precision| precision.is_truthy()) {
            Some(precision) => {
                let scale = options.get("scale").map_or(Ok("0".to_owned()), text_of)?;
                format!("DECIMAL({},{scale})", text_of(precision)?)
            }
            None => "DECIMAL".to_owned(),
        },
        other => other.to_uppercase(),
    })
}
