//! Ash types: what an attribute's `type` names, and what the generators make of it.
//!
//! Mirrors `migration_type/2` of the generators (ash_postgres 2.12.0, ash_sqlite 0.2.17) and the storage types of Ash 3.

mod builtin;
pub mod cast;
mod custom;

use std::sync::Arc;

use super::finding::Fact;
use crate::elixir::eval::{Context, Origin, Unknown, Value};
use crate::snapshot::ColumnType;

pub use builtin::{short_name, short_names};
pub use custom::{TypeKind, type_kind};

/// The database the columns are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Database {
    Postgres,
    Sqlite,
}

/// A type as `Ash.Type.get_type/1` gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A module, without `Elixir.`.
    Module(String),
    Array(Box<Type>),
}

impl Type {
    /// The type of the innermost elements.
    pub fn element(&self) -> &str {
        match self {
            Type::Module(name) => name,
            Type::Array(inner) => inner.element(),
        }
    }
}

/// What reading a type needs.
pub struct TypeReader<'a, 'b> {
    pub context: &'a Context<'b>,
    pub database: Database,
    /// Where the type is used.
    pub origin: Origin,
}

impl TypeReader<'_, '_> {
    pub(super) fn unknown(&self, reason: impl Into<String>) -> Arc<Unknown> {
        Arc::new(Unknown { origin: self.origin.clone(), reason: reason.into() })
    }

    /// `Ash.Type.get_type/1`: short names, those of the configuration first, to modules.
    pub fn resolve(&self, value: &Value) -> Fact<Type> {
        match value {
            Value::Unknown(unknown) => Err(unknown.clone()),
            Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom() == Some("array") => {
                Ok(Type::Array(Box::new(self.resolve(&pair[1])?)))
            }
            Value::Atom(name) => match name.strip_prefix("Elixir.") {
                Some(module) => Ok(Type::Module(module.to_owned())),
                None => self.short_type(name),
            },
            _ => Err(self.unknown("expected a type")),
        }
    }

    fn short_type(&self, name: &str) -> Fact<Type> {
        let custom = match self.context.setting_entry("ash", &Value::atom("custom_types"), name) {
            Ok(custom) => custom,
            Err(_) if short_name(name).is_some() => None,
            Err(Value::Unknown(unknown)) => return Err(unknown),
            Err(_) => None,
        };
        match &custom {
            Some(Value::Unknown(unknown)) => Err(unknown.clone()),
            Some(value) => match value.as_module() {
                Some(module) => Ok(Type::Module(module.to_owned())),
                None => Err(self.unknown(format!("the custom type :{name} is not a module"))),
            },
            None => match short_name(name) {
                Some(module) => Ok(Type::Module(module.to_owned())),
                None => Err(self.unknown(format!("no type is called :{name}"))),
            },
        }
    }

    /// `migration_type/2`: the type as the migration names it, sizes included.
    pub fn migration_type(&self, ty: &Type, constraints: &Value) -> Fact<Value> {
        let module = match ty {
            Type::Array(inner) => {
                let inner = self.migration_type(inner, &array_constraints(constraints))?;
                return Ok(Value::Tuple(vec![Value::atom("array"), inner]));
            }
            Type::Module(module) => module.as_str(),
        };
        let postgres = self.database == Database::Postgres;
        let amount = |name: &str| match constraints.get(name) {
            Some(Value::Unknown(unknown)) => Err(unknown.clone()),
            Some(value @ Value::Integer(_)) => Ok(value.clone()),
            _ => Ok(Value::nil()),
        };
        match module {
            "Ash.Type.CiString" => return Ok(Value::atom("citext")),
            "Ash.Type.UUID" => return Ok(Value::atom("uuid")),
            "Ash.Type.UUIDv7" if postgres => return Ok(Value::atom("uuid")),
            "Ash.Type.Integer" => return Ok(Value::atom("bigint")),
            "Ash.Type.Range" if postgres && self.context.module("AshPostgres.Type.Range").is_some() => {
                return self.range_type(constraints);
            }
            "Ash.Type.Vector" if postgres => {
                let dimensions = amount("dimensions")?;
                return Ok(match dimensions.is_nil() {
                    true => Value::atom("vector"),
                    false => Value::Tuple(vec![Value::atom("vector"), dimensions]),
                });
            }
            "Ash.Type.Decimal" if postgres => {
                return Ok(Value::Tuple(vec![Value::atom("decimal"), amount("precision")?, amount("scale")?]));
            }
            _ => {}
        }
        if postgres && let Some(own) = self.own_migration_type(module, constraints) {
            return own;
        }
        let storage = self.storage_type(module, constraints, 0)?;
        Ok(match storage.as_atom() {
            Some("string") => Value::atom("text"),
            Some("ci_string") => Value::atom("citext"),
            _ => storage,
        })
    }
}

impl TypeReader<'_, '_> {
    /// `AshPostgres.Type.Range.pg_range_type/1` of versions behind 2.12.0.
    fn range_type(&self, constraints: &Value) -> Fact<Value> {
        let inner = constraints.get("inner_type").map(|inner| self.resolve(inner)).transpose()?;
        Ok(Value::atom(match inner {
            Some(Type::Module(module)) => match module.as_str() {
                "Ash.Type.Date" => "daterange",
                "Ash.Type.NaiveDatetime" => "tsrange",
                "Ash.Type.Integer" => "int8range",
                "Ash.Type.DateTime" => "tstzrange",
                _ => return Err(self.unknown("ranges of this type are not known")),
            },
            _ => return Err(self.unknown("ranges of this type are not known")),
        }))
    }
}

/// The constraints of an array as Ash initialises them: those of its elements under `items`.
fn array_constraints(given: &Value) -> Value {
    match given {
        Value::List(items) if given.get("items").is_none() => {
            let mut items = items.clone();
            items.push(Value::pair("items", Value::List(Vec::new())));
            Value::List(items)
        }
        other => other.clone(),
    }
}

/// A column's type with its sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizedType {
    pub column_type: ColumnType,
    pub size: Option<i64>,
    pub precision: Option<i64>,
    pub scale: Option<i64>,
}

impl SizedType {
    /// A type without sizes.
    pub fn plain(name: &str) -> SizedType {
        SizedType { column_type: ColumnType::Atom(name.to_owned()), size: None, precision: None, scale: None }
    }

    /// `migration_type_to_type/1` (ash_postgres) and its counterpart in `attributes/2` (ash_sqlite). `None` for what
    /// the generator cannot write.
    pub fn read(value: &Value, database: Database) -> Option<SizedType> {
        if let Some(name) = value.as_atom() {
            return Some(SizedType::plain(name));
        }
        let Value::Tuple(items) = value else { return None };
        let number = |value: &Value| value.as_integer().and_then(|value| i64::try_from(value).ok());
        let name = items.first()?.as_atom()?;
        match items.as_slice() {
            [_, inner] if name == "array" => {
                let inner = SizedType::read(inner, database)?;
                // ash_sqlite looks for sizes outside arrays only.
                if database == Database::Sqlite && inner.size.is_some() {
                    return None;
                }
                Some(SizedType { column_type: ColumnType::Array(Box::new(inner.column_type)), ..inner })
            }
            [_, precision] if name == "decimal" && database == Database::Postgres => {
                Some(SizedType { precision: number(precision), ..SizedType::plain(name) })
            }
            [_, precision, scale] if name == "decimal" && database == Database::Postgres => {
                Some(SizedType { precision: number(precision), scale: number(scale), ..SizedType::plain(name) })
            }
            [_, size @ Value::Integer(_)] => Some(SizedType { size: number(size), ..SizedType::plain(name) }),
            _ => None,
        }
    }
}
