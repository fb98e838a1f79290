//! The default of a column: the Elixir text that goes into the migration.
//!
//! Mirrors `default/3` and `EctoMigrationDefault` of ash_postgres 2.12.0 (where version 1 is locked, its functions), and `default/3` of ash_sqlite 0.2.17.

use super::finding::Fact;
use super::repo::{Extension, Repo};
use super::types::{Database, Type, TypeReader};
use crate::elixir::eval::{BYTES, Function, Scope, Value, call_function, defines, to_text};

/// The default as the migration has it (`nil`, `"text"`, `fragment("now()")`), `migration_defaults` left aside.
pub fn default_text(
    ty: &Fact<Type>,
    constraints: &Value,
    default: &Value,
    repo: Option<&Repo>,
    reader: &TypeReader,
) -> Fact<String> {
    if let Value::Unknown(unknown) = default {
        return Err(unknown.clone());
    }
    if let Value::Function(function) = default {
        return match reader.database {
            Database::Postgres => match reader.context.locked_version("ash_postgres") {
                Some((0 | 1, _, _)) => first_function_text(function, repo),
                _ => function_text(function, ty, &repo.map_or(Ok(false), |repo| repo.builtin_uuidv7.clone())),
            },
            Database::Sqlite => Ok("nil".to_owned()),
        };
    }
    if default.is_nil() || is_call(default) {
        return Ok("nil".to_owned());
    }
    let ty = ty.clone()?;
    let value = reader.cast(&ty, constraints, default)?;
    match &value {
        value if value.is_nil() || is_call(value) => return Ok("nil".to_owned()),
        Value::List(items) if items.is_empty() => return Ok("[]".to_owned()),
        Value::Map(map) if map.is_empty() => return Ok("%{}".to_owned()),
        _ => {}
    }
    if let Some(text) = own_text(&ty, constraints, &value, reader) {
        return text;
    }
    Ok(match reader.database {
        Database::Postgres => literal_text(&value),
        Database::Sqlite => "nil".to_owned(),
    })
}

/// `{module, function, arguments}`: any triple is taken for it.
fn is_call(value: &Value) -> bool {
    matches!(value, Value::Tuple(items) if items.len() == 3)
}

fn function_text(function: &Function, ty: &Fact<Type>, builtin_uuidv7: &Fact<bool>) -> Fact<String> {
    let Function::Remote { module, name, arity: 0 } = function else { return Ok("nil".to_owned()) };
    let text = match (&**module, &**name) {
        ("Ash.UUID" | "Ecto.UUID", "generate") => r#"fragment("gen_random_uuid()")"#,
        ("Ash.UUIDv7", "generate") if builtin_uuidv7.clone()? => r#"fragment("uuidv7()")"#,
        ("Ash.UUIDv7", "generate") => r#"fragment("uuid_generate_v7()")"#,
        ("DateTime", "utc_now") => match ty {
            Ok(Type::Module(module)) if module == "AshPostgres.Timestamptz" => r#"fragment("now()")"#,
            Err(unknown) => return Err(unknown.clone()),
            Ok(_) => r#"fragment("(now() AT TIME ZONE 'utc')")"#,
        },
        ("Date", "utc_today") => r#"fragment("CURRENT_DATE")"#,
        _ => "nil",
    };
    Ok(text.to_owned())
}

/// The same in ash_postgres 1 (1.5.30), where time stamps are the server's and the function for UUIDs is that of the
/// installed extension.
fn first_function_text(function: &Function, repo: Option<&Repo>) -> Fact<String> {
    let Function::Remote { module, name, arity: 0 } = function else { return Ok("nil".to_owned()) };
    let text = match (&**module, &**name) {
        ("Ash.UUID" | "Ecto.UUID", "generate") => match repo.map(|repo| &repo.installed_extensions) {
            Some(Ok(installed)) if installed.contains(&Extension::Name("uuid-ossp".to_owned())) => {
                r#"fragment("uuid_generate_v4()")"#
            }
            Some(Err(unknown)) => return Err(unknown.clone()),
            _ => "nil",
        },
        ("DateTime", "utc_now") => r#"fragment("now()")"#,
        ("Date", "utc_today") => r#"fragment("CURRENT_DATE")"#,
        _ => "nil",
    };
    Ok(text.to_owned())
}

/// `value_to_postgres_default/3` or `value_to_sqlite_default/3` of the type; `None` when it leaves the choice.
fn own_text(ty: &Type, constraints: &Value, value: &Value, reader: &TypeReader) -> Option<Fact<String>> {
    let module = ty.element();
    let name = match reader.database {
        Database::Postgres => "value_to_postgres_default",
        Database::Sqlite => "value_to_sqlite_default",
    };
    if !defines(module, name, 3, reader.context) {
        return None;
    }
    let scope = Scope { place: Some(reader.origin.clone()), ..Scope::default() };
    let constraints = reader.with_defaults(module, constraints);
    let arguments = vec![Value::module(module), constraints, value.clone()];
    match call_function(module, name, arguments, &scope, reader.context) {
        Value::Atom(name) if &*name == "error" => None,
        Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom() == Some("ok") => match &pair[1] {
            Value::String(text) => Some(Ok(text.to_string())),
            Value::Unknown(unknown) => Some(Err(unknown.clone())),
            _ => Some(Err(reader.unknown(format!("{module}.{name} does not give a string")))),
        },
        Value::Unknown(unknown) => Some(Err(unknown)),
        _ => Some(Err(reader.unknown(format!("{module}.{name} does not give a default")))),
    }
}

/// `EctoMigrationDefault.to_default/1`.
fn literal_text(value: &Value) -> String {
    match value {
        Value::Integer(_) | Value::Float(_) => to_text(value).unwrap_or_default(),
        Value::String(text) => crate::elixir::eval::inspect_string(text),
        Value::Atom(name) if matches!(&**name, "nil" | "true" | "false") => name.to_string(),
        Value::Atom(name) => crate::elixir::eval::inspect_string(name),
        Value::Scalar(scalar) => match scalar.module {
            BYTES => scalar.text.to_string(),
            "Decimal" => format!("\"{}\"", scalar.text),
            "DateTime" | "NaiveDateTime" | "Date" | "Time" => format!("fragment(\"'{}'\")", scalar.text),
            _ => "nil".to_owned(),
        },
        _ => "nil".to_owned(),
    }
}
