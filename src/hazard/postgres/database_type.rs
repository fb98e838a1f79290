//! PostgreSQL types as far as the rules tell them apart, and which one a column gets.

use crate::snapshot::{Attribute, ColumnType};

/// A column type of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseType {
    /// `text`, or `varchar(n)`.
    Text(Option<i64>),
    Citext,
    Uuid,
    /// `smallint`, `integer`, `bigint`: bits.
    Whole(u8),
    /// Precision and scale.
    Numeric(Option<(i64, i64)>),
    Real,
    Double,
    Boolean,
    Date,
    /// Digits of a second.
    Time(i64),
    Timestamp(i64),
    Timestamptz(i64),
    Interval,
    Json,
    Jsonb,
    Bytea,
    Inet,
    Cidr,
    Array(Box<DatabaseType>),
    /// Any other type.
    Other(String),
}

/// Digits of a second when none are given.
const MICROSECONDS: i64 = 6;

/// The type that Ecto gives the column (`column_type_name/2` of its PostgreSQL connection).
pub fn of(attribute: &Attribute) -> DatabaseType {
    let precision = attribute.precision.map(|precision| (precision, attribute.scale.unwrap_or(0)));
    of_type(&attribute.column_type, attribute.size, precision)
}

fn of_type(column_type: &ColumnType, size: Option<i64>, precision: Option<(i64, i64)>) -> DatabaseType {
    let name = match column_type {
        ColumnType::Array(element) => return DatabaseType::Array(Box::new(of_type(element, size, precision))),
        ColumnType::Atom(name) => name.as_str(),
    };
    let (base, modifiers) = modifiers(name);
    let first = modifiers.first().copied().or(size);
    let digits = modifiers.first().copied().or(precision.map(|(precision, _)| precision)).unwrap_or(MICROSECONDS);
    match base.to_ascii_lowercase().as_str() {
        "text" => DatabaseType::Text(None),
        "string" => DatabaseType::Text(Some(first.unwrap_or(255))),
        "varchar" | "character varying" => DatabaseType::Text(first),
        "citext" => DatabaseType::Citext,
        "uuid" | "binary_id" => DatabaseType::Uuid,
        "smallint" | "int2" | "smallserial" => DatabaseType::Whole(16),
        "integer" | "int" | "int4" | "id" | "serial" => DatabaseType::Whole(32),
        "bigint" | "int8" | "bigserial" | "identity" => DatabaseType::Whole(64),
        "decimal" | "numeric" => DatabaseType::Numeric(match modifiers.as_slice() {
            [digits, scale, ..] => Some((*digits, *scale)),
            [digits] => Some((*digits, 0)),
            [] => precision,
        }),
        "real" | "float4" => DatabaseType::Real,
        "float" | "float8" | "double precision" => DatabaseType::Double,
        "boolean" | "bool" => DatabaseType::Boolean,
        "date" => DatabaseType::Date,
        "time" => DatabaseType::Time(modifiers.first().copied().unwrap_or(0)),
        "time_usec" => DatabaseType::Time(digits),
        "utc_datetime" | "naive_datetime" => DatabaseType::Timestamp(0),
        "utc_datetime_usec" | "naive_datetime_usec" | "timestamp" => DatabaseType::Timestamp(digits),
        "timestamptz" => DatabaseType::Timestamptz(digits),
        "interval" | "duration" => DatabaseType::Interval,
        "json" => DatabaseType::Json,
        "map" | "jsonb" => DatabaseType::Jsonb,
        "binary" | "bytea" => DatabaseType::Bytea,
        "inet" => DatabaseType::Inet,
        "cidr" => DatabaseType::Cidr,
        _ => DatabaseType::Other(name.to_owned()),
    }
}

/// `numeric(10, 2)` without its parentheses, and the numbers in them.
fn modifiers(name: &str) -> (&str, Vec<i64>) {
    let Some((base, rest)) = name.split_once('(') else { return (name, Vec::new()) };
    let Some(inner) = rest.strip_suffix(')') else { return (name, Vec::new()) };
    match inner.split(',').map(|number| number.trim().parse().ok()).collect() {
        Some(numbers) => (base.trim(), numbers),
        None => (name, Vec::new()),
    }
}

/// As PostgreSQL writes it.
impl std::fmt::Display for DatabaseType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let timed = |f: &mut std::fmt::Formatter<'_>, name: &str, digits: i64| match digits {
            MICROSECONDS => f.write_str(name),
            digits => write!(f, "{name}({digits})"),
        };
        match self {
            DatabaseType::Text(None) => f.write_str("text"),
            DatabaseType::Text(Some(size)) => write!(f, "varchar({size})"),
            DatabaseType::Citext => f.write_str("citext"),
            DatabaseType::Uuid => f.write_str("uuid"),
            DatabaseType::Whole(16) => f.write_str("smallint"),
            DatabaseType::Whole(32) => f.write_str("integer"),
            DatabaseType::Whole(_) => f.write_str("bigint"),
            DatabaseType::Numeric(None) => f.write_str("numeric"),
            DatabaseType::Numeric(Some((precision, scale))) => write!(f, "numeric({precision},{scale})"),
            DatabaseType::Real => f.write_str("real"),
            DatabaseType::Double => f.write_str("double precision"),
            DatabaseType::Boolean => f.write_str("boolean"),
            DatabaseType::Date => f.write_str("date"),
            DatabaseType::Time(digits) => timed(f, "time", *digits),
            DatabaseType::Timestamp(digits) => timed(f, "timestamp", *digits),
            DatabaseType::Timestamptz(digits) => timed(f, "timestamptz", *digits),
            DatabaseType::Interval => f.write_str("interval"),
            DatabaseType::Json => f.write_str("json"),
            DatabaseType::Jsonb => f.write_str("jsonb"),
            DatabaseType::Bytea => f.write_str("bytea"),
            DatabaseType::Inet => f.write_str("inet"),
            DatabaseType::Cidr => f.write_str("cidr"),
            DatabaseType::Array(element) => write!(f, "{element}[]"),
            DatabaseType::Other(name) => f.write_str(name),
        }
    }
}
