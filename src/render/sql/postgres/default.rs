//! Column defaults: `default_expr/2` and `default_type/2`.

use super::literal;
use super::types::database_type;
use crate::elixir::float_text;
use crate::migration::command::{ColumnType, Options};
use crate::migration::inspect::{inspect, quoted};
use crate::migration::term::Term;
use crate::render::sql::json;

/// ` DEFAULT …`, or nothing when `default:` is not given.
pub fn default_clause(options: &Options, column_type: &ColumnType) -> Result<String, String> {
    match options.get("default") {
        None => Ok(String::new()),
        Some(Term::Nil) => Ok(" DEFAULT NULL".to_owned()),
        Some(value) => Ok(format!(" DEFAULT {}", expression(value, column_type)?)),
    }
}

fn expression(value: &Term, column_type: &ColumnType) -> Result<String, String> {
    if let Some(sql) = value.as_fragment() {
        return Ok(sql.to_owned());
    }
    match (value, column_type) {
        (Term::List(items), ColumnType::Array(inner)) => {
            let items: Result<Vec<String>, String> = items.iter().map(|item| expression(item, inner)).collect();
            Ok(format!("ARRAY[{}]::{}", items?.join(","), database_type(column_type)?))
        }
        (Term::String(text), _) if text.contains('\0') => {
            let bytes: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
            Err(format!(
                "default values are interpolated as UTF-8 strings and cannot contain null bytes. `{}` is invalid. If you want \
                 to write it as a binary, use \"\\x{bytes}\", otherwise refer to PostgreSQL documentation for instructions on \
                 how to escape this SQL type",
                quoted(text)
            ))
        }
        (Term::String(text), _) => Ok(literal(text)),
        (Term::Integer(number), _) => Ok(number.to_string()),
        (Term::Float(number), _) => Ok(float_text(*number)),
        (Term::Bool(value), _) => Ok(value.to_string()),
        (Term::Map(_), ColumnType::Named(name)) if name == "map" => Ok(literal(&json::encode(value)?)),
        _ => Err(format!(
            "unknown default `{}` for type `{}`. :default may be a string, number, boolean, list of strings, list of integers, \
             map (when type is Map), or a fragment(...)",
            inspect(value),
            inspect(&column_type.to_term())
        )),
    }
}
