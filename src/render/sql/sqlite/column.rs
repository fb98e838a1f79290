//! The lines of `create table` and `alter table`, with their options and foreign keys.

use super::types::column_type;
use super::{quote, quote_all, quote_table, text_of};
use crate::elixir::float_text;
use crate::migration::command::{
    ColumnAction, ColumnChange, ColumnType, OnDelete, OnUpdate, Options, Reference, Table,
};
use crate::migration::term::Term;
use crate::render::sql::json;

/// A column of `CREATE TABLE`. With a composite key no column is the key by itself.
pub fn definition(table: &Table, change: &ColumnChange, composite_key: bool) -> Result<String, String> {
    match (change.action, &change.column_type) {
        (ColumnAction::Add, Some(own_type)) => added(table, change, own_type, &change.options, composite_key),
        _ => Err("no function clause matching in Ecto.Adapters.SQLite3.Connection.column_definition/2".to_owned()),
    }
}

/// What follows `ALTER TABLE "t" `.
pub fn change(table: &Table, change: &ColumnChange) -> Result<String, String> {
    match (change.action, &change.column_type) {
        (ColumnAction::Add, Some(own_type)) => {
            // SQLite wants a default for a new NOT NULL column; the adapter drops the NOT NULL of these two types instead.
            let nullable = own_type.is("utc_datetime") || own_type.is("naive_datetime");
            let options = if nullable { change.options.without("null") } else { change.options.clone() };
            Ok(format!("ADD COLUMN {}", added(table, change, own_type, &options, false)?))
        }
        (ColumnAction::Modify, _) => Err("ALTER COLUMN not supported by SQLite3".to_owned()),
        (ColumnAction::Remove, _) => Ok(format!("DROP COLUMN {}", quote(&change.column))),
        _ => Err("Not supported by SQLite3".to_owned()),
    }
}

/// `, FOREIGN KEY (…) …` of a reference over exactly two columns; nothing otherwise.
pub fn composite_reference(table: &Table, change: &ColumnChange) -> Result<String, String> {
    let Some(reference) = change.reference() else { return Ok(String::new()) };
    let [(own, theirs)] = reference.with.as_slice() else { return Ok(String::new()) };
    Ok(format!(
        ", FOREIGN KEY ({}) REFERENCES {}({}){}",
        quote_all([change.column.as_str(), own]),
        target(table, reference)?,
        quote_all([reference.column.as_str(), theirs]),
        actions(reference)
    ))
}

fn added(
    table: &Table,
    change: &ColumnChange,
    own_type: &ColumnType,
    options: &Options,
    composite_key: bool,
) -> Result<String, String> {
    let value_type = match own_type {
        ColumnType::Reference(reference) => &reference.column_type,
        plain => plain,
    };
    let mut text = format!(
        "{} {}{}",
        quote(&change.column),
        column_type(value_type, options)?,
        column_options(value_type, options, composite_key)?
    );
    if let ColumnType::Reference(reference) = own_type
        && reference.with.len() != 1
    {
        let name = reference.name.clone().unwrap_or_else(|| format!("{}_{}_fkey", table.name, change.column));
        text.push_str(&format!(
            " CONSTRAINT {} REFERENCES {}({}){}",
            quote(&name),
            target(table, reference)?,
            quote(&reference.column),
            actions(reference)
        ));
    }
    Ok(text)
}

fn column_options(value_type: &ColumnType, options: &Options, composite_key: bool) -> Result<String, String> {
    let mut text = default_clause(options)?;
    match options.get("null") {
        Some(Term::Bool(false)) => text.push_str(" NOT NULL"),
        Some(Term::Bool(true)) => text.push_str(" NULL"),
        _ => {}
    }
    if let Some(collation) = options.present("collate") {
        text.push_str(&format!(" COLLATE {}", text_of(collation)?.to_uppercase()));
    }
    if let Some(check) = options.present("check") {
        text.push_str(&check_clause(check)?);
    }
    if !composite_key && options.get("primary_key") == Some(&Term::Bool(true)) {
        let counts = value_type.is("serial") || value_type.is("bigserial");
        text.push_str(if counts { " PRIMARY KEY AUTOINCREMENT" } else { " PRIMARY KEY" });
    }
    Ok(text)
}

fn default_clause(options: &Options) -> Result<String, String> {
    let Some(value) = options.get("default") else { return Ok(String::new()) };
    if let Some(sql) = value.as_fragment() {
        return Ok(format!(" DEFAULT {sql}"));
    }
    Ok(match value {
        Term::Nil => " DEFAULT NULL".to_owned(),
        Term::String(text) => format!(" DEFAULT '{}'", escape(text)),
        Term::Integer(number) => format!(" DEFAULT {number}"),
        Term::Float(number) => format!(" DEFAULT {}", float_text(*number)),
        Term::Bool(value) => format!(" DEFAULT {value}"),
        Term::Map(_) | Term::List(_) => format!(" DEFAULT ('{}')", escape(&json::encode(value)?)),
        _ => return Err("no function clause matching in Ecto.Adapters.SQLite3.Connection.default_expr/1".to_owned()),
    })
}

/// `check: %{name: …, expr: …}`.
fn check_clause(check: &Term) -> Result<String, String> {
    let field = |key: &str| match check {
        Term::Map(entries) => {
            entries.iter().find(|(own, _)| own.atom_name() == Some(key)).and_then(|(_, value)| value.to_text())
        }
        _ => None,
    };
    match (field("name"), field("expr")) {
        (Some(name), Some(expression)) => Ok(format!(" CONSTRAINT {name} CHECK ({expression})")),
        _ => Err("no function clause matching in Ecto.Adapters.SQLite3.Connection.check_expr/1".to_owned()),
    }
}

fn target(table: &Table, reference: &Reference) -> Result<String, String> {
    let prefix = reference.prefix.as_ref().and_then(Option::as_deref).or(table.prefix.as_deref());
    quote_table(prefix, &reference.table)
}

fn actions(reference: &Reference) -> String {
    let on_delete = match reference.on_delete {
        OnDelete::NilifyAll => " ON DELETE SET NULL",
        OnDelete::DefaultAll => " ON DELETE SET DEFAULT",
        OnDelete::DeleteAll => " ON DELETE CASCADE",
        OnDelete::Restrict => " ON DELETE RESTRICT",
        OnDelete::Nothing | OnDelete::Nilify(_) | OnDelete::Default(_) => "",
    };
    let on_update = match reference.on_update {
        OnUpdate::NilifyAll => " ON UPDATE SET NULL",
        OnUpdate::UpdateAll => " ON UPDATE CASCADE",
        OnUpdate::Restrict => " ON UPDATE RESTRICT",
        OnUpdate::Nothing => "",
    };
    format!("{on_delete}{on_update}")
}

fn escape(text: &str) -> String {
    text.replace('\'', "''").replace('\\', "\\\\")
}
