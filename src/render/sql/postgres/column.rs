//! The lines of `create table` and `alter table`: `column_definition/2` and `column_change/2`.

use super::default::default_clause;
use super::types::{column_type, reference_column_type};
use super::{quote, reference};
use crate::migration::command::{ColumnAction, ColumnChange, ColumnType, Options, Table};
use crate::migration::inspect::inspect;
use crate::migration::term::Term;

/// A column of `CREATE TABLE`.
pub fn definition(table: &Table, change: &ColumnChange) -> Result<String, String> {
    match (change.action, &change.column_type) {
        (ColumnAction::Add, Some(own_type)) => added(table, change, own_type, ", "),
        _ => Err("no function clause matching in Ecto.Adapters.Postgres.Connection.column_definition/2".to_owned()),
    }
}

/// An action of `ALTER TABLE`.
pub fn change(table: &Table, change: &ColumnChange) -> Result<String, String> {
    let name = quote(&change.column)?;
    match (change.action, &change.column_type) {
        (ColumnAction::Add, Some(own_type)) => Ok(format!("ADD COLUMN {}", added(table, change, own_type, ", ADD ")?)),
        (ColumnAction::AddIfNotExists, Some(own_type)) => {
            Ok(format!("ADD COLUMN IF NOT EXISTS {}", added(table, change, own_type, ", ADD ")?))
        }
        (ColumnAction::Modify, Some(own_type)) => modified(table, change, own_type, &name),
        (ColumnAction::Remove, Some(ColumnType::Reference(old))) => {
            Ok(format!("{}DROP COLUMN {name}", reference::drop_clause(old, table, &change.column, false)?))
        }
        (ColumnAction::Remove, _) => Ok(format!("DROP COLUMN {name}")),
        (ColumnAction::RemoveIfExists, Some(ColumnType::Reference(old))) => {
            Ok(format!("{}DROP COLUMN IF EXISTS {name}", reference::drop_clause(old, table, &change.column, true)?))
        }
        (ColumnAction::RemoveIfExists, _) => Ok(format!("DROP COLUMN IF EXISTS {name}")),
        (_, None) => Err("no function clause matching in Ecto.Adapters.Postgres.Connection.column_change/2".to_owned()),
    }
}

/// Name, type and options of a new column, and its foreign key after `separator`.
fn added(table: &Table, change: &ColumnChange, own_type: &ColumnType, separator: &str) -> Result<String, String> {
    let name = quote(&change.column)?;
    let options = &change.options;
    match own_type {
        ColumnType::Reference(target) => Ok(format!(
            "{name} {}{}{separator}{}",
            reference_column_type(&target.column_type, options)?,
            column_options(options, &target.column_type)?,
            reference::clause(target, table, &change.column)?
        )),
        plain => Ok(format!("{name} {}{}", column_type(plain, options)?, column_options(options, plain)?)),
    }
}

fn modified(table: &Table, change: &ColumnChange, own_type: &ColumnType, name: &str) -> Result<String, String> {
    let options = &change.options;
    let dropped = match change.from_type() {
        Some(ColumnType::Reference(old)) => reference::drop_clause(&old, table, &change.column, false)?,
        _ => String::new(),
    };
    let (value_type, body) = match own_type {
        ColumnType::Reference(target) => {
            let own_type = reference_column_type(&target.column_type, options)?;
            (&target.column_type, format!("{own_type}, ADD {}", reference::clause(target, table, &change.column)?))
        }
        plain => (plain, column_type(plain, options)?),
    };
    let null = match options.present("null") {
        None => String::new(),
        Some(Term::Bool(true)) => format!(", ALTER COLUMN {name} DROP NOT NULL"),
        Some(Term::Bool(false)) => format!(", ALTER COLUMN {name} SET NOT NULL"),
        Some(other) => return Err(format!("no case clause matching: {}", inspect(other))),
    };
    let default = match default_clause(options, value_type)? {
        clause if clause.is_empty() => clause,
        clause => format!(", ALTER COLUMN {name} SET{clause}"),
    };
    Ok(format!("{dropped}ALTER COLUMN {name} TYPE {body}{null}{default}{}", collation(options)?))
}

fn column_options(options: &Options, value_type: &ColumnType) -> Result<String, String> {
    let null = match options.get("null") {
        Some(Term::Bool(false)) => " NOT NULL",
        Some(Term::Bool(true)) => " NULL",
        _ => "",
    };
    Ok(format!("{}{null}{}", default_clause(options, value_type)?, collation(options)?))
}

fn collation(options: &Options) -> Result<String, String> {
    match options.get("collation") {
        None => Ok(String::new()),
        Some(name) => match name.to_text() {
            Some(text) => Ok(format!(" COLLATE \"{text}\"")),
            None => Err(super::no_text(name)),
        },
    }
}
