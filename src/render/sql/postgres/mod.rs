//! The SQL of `Ecto.Adapters.Postgres.Connection.execute_ddl/1` (ecto_sql 3.14), statement for statement.

mod column;
mod default;
mod index;
mod reference;
mod types;

use super::{SqlError, Statement};
use crate::migration::command::{ColumnAction, ColumnChange, Command, Constraint, RawCommand, Table};
use crate::migration::inspect::{inspect, quoted};
use crate::migration::term::Term;
use crate::text::Range;

/// The statements of one command, or the exception that the adapter raises. `range` is where the command stands.
pub fn statements(command: &Command, range: Range) -> Vec<Statement> {
    match execute_ddl(command) {
        Ok(texts) => texts.into_iter().map(|sql| Statement { sql: Ok(sql), range }).collect(),
        Err(message) => vec![Statement { sql: Err(SqlError::Raised { message }), range }],
    }
}

fn execute_ddl(command: &Command) -> Result<Vec<String>, String> {
    match command {
        Command::CreateTable { table, columns, if_not_exists } => create_table(table, columns, *if_not_exists),
        Command::AlterTable { table, changes } => alter_table(table, changes),
        Command::DropTable { table, if_exists, cascade } => Ok(vec![format!(
            "DROP TABLE {}{}{}",
            when(*if_exists, "IF EXISTS "),
            qualified(table.prefix.as_deref(), &table.name)?,
            when(*cascade, " CASCADE")
        )]),
        Command::RenameTable { from, to } => Ok(vec![format!(
            "ALTER TABLE {} RENAME TO {}",
            qualified(from.prefix.as_deref(), &from.name)?,
            quote(&to.name)?
        )]),
        Command::RenameColumn { table, from, to } => Ok(vec![format!(
            "ALTER TABLE {} RENAME {} TO {}",
            qualified(table.prefix.as_deref(), &table.name)?,
            quote(from)?,
            quote(to)?
        )]),
        Command::CreateIndex { index, if_not_exists } => index::create(index, *if_not_exists),
        Command::DropIndex { index, if_exists, cascade } => index::drop(index, *if_exists, *cascade),
        Command::RenameIndex { index, to } => Ok(vec![format!(
            "ALTER INDEX {} RENAME TO {}",
            qualified(index.prefix.as_deref(), &index.name)?,
            quote(to)?
        )]),
        Command::CreateConstraint { constraint } => create_constraint(constraint),
        Command::DropConstraint { constraint, if_exists, cascade } => Ok(vec![format!(
            "ALTER TABLE {} DROP CONSTRAINT {}{}{}",
            qualified(constraint.prefix.as_deref(), &constraint.table)?,
            when(*if_exists, "IF EXISTS "),
            quote(&constraint.name)?,
            when(*cascade, " CASCADE")
        )]),
        Command::Execute { up: RawCommand::Sql(sql), .. } => Ok(vec![sql.clone()]),
        Command::Execute { up: RawCommand::Keywords(_), .. } => {
            Err("PostgreSQL adapter does not support keyword lists in execute".to_owned())
        }
    }
}

fn create_table(table: &Table, columns: &[ColumnChange], if_not_exists: bool) -> Result<Vec<String>, String> {
    let name = qualified(table.prefix.as_deref(), &table.name)?;
    let modifiers = match &table.modifiers {
        Term::Nil => String::new(),
        Term::String(text) => format!("{text} "),
        other => {
            let value = inspect(other);
            return Err(format!("PostgreSQL adapter expects :modifiers to be a string or nil, got {value}"));
        }
    };
    let mut parts = Vec::with_capacity(columns.len() + 1);
    for change in columns {
        parts.push(column::definition(table, change)?);
    }
    let key = primary_key(columns, ", ")?;
    let options = match &table.options {
        Term::Nil => String::new(),
        Term::String(text) => format!(" {text}"),
        _ => return Err("PostgreSQL adapter does not support keyword lists in :options".to_owned()),
    };
    let sql = format!(
        "CREATE {modifiers}TABLE {}{name} ({}{key}){options}",
        when(if_not_exists, "IF NOT EXISTS "),
        parts.join(", ")
    );
    with_comments(sql, table, &name, columns)
}

fn alter_table(table: &Table, changes: &[ColumnChange]) -> Result<Vec<String>, String> {
    let name = qualified(table.prefix.as_deref(), &table.name)?;
    let mut parts = Vec::with_capacity(changes.len());
    for change in changes {
        parts.push(column::change(table, change)?);
    }
    let key = primary_key(changes, ", ADD ")?;
    with_comments(format!("ALTER TABLE {name} {}{key}", parts.join(", ")), table, &name, changes)
}

/// `PRIMARY KEY (…)` over the columns that say `primary_key: true`.
fn primary_key(columns: &[ColumnChange], prefix: &str) -> Result<String, String> {
    let names: Vec<&str> = columns
        .iter()
        .filter(|change| match change.action {
            ColumnAction::Add | ColumnAction::AddIfNotExists | ColumnAction::Modify => {
                change.options.is_set("primary_key")
            }
            ColumnAction::Remove | ColumnAction::RemoveIfExists => false,
        })
        .map(|change| change.column.as_str())
        .collect();
    if names.is_empty() {
        return Ok(String::new());
    }
    Ok(format!("{prefix}PRIMARY KEY ({})", quote_all(names)?))
}

fn with_comments(sql: String, table: &Table, name: &str, columns: &[ColumnChange]) -> Result<Vec<String>, String> {
    let mut statements = vec![sql];
    if let Some(comment) = &table.comment {
        statements.push(format!("COMMENT ON TABLE {name} IS {}", literal(comment)));
    }
    for change in columns {
        if matches!(change.action, ColumnAction::Remove | ColumnAction::RemoveIfExists) {
            continue;
        }
        if let Some(comment) = change.options.present("comment") {
            let Term::String(comment) = comment else { return Err(no_text(comment)) };
            let column = quote(&change.column)?;
            statements.push(format!("COMMENT ON COLUMN {name}.{column} IS {}", literal(comment)));
        }
    }
    Ok(statements)
}

fn create_constraint(constraint: &Constraint) -> Result<Vec<String>, String> {
    let table = qualified(constraint.prefix.as_deref(), &constraint.table)?;
    let name = quote(&constraint.name)?;
    let body = match (&constraint.check, &constraint.exclude) {
        (Some(check), _) => format!("CHECK ({check})"),
        (None, Some(exclude)) => format!("EXCLUDE USING {exclude}"),
        (None, None) => return Err("a constraint must have either a check or exclude option".to_owned()),
    };
    let validate = when(!constraint.validate, " NOT VALID");
    let mut statements = vec![format!("ALTER TABLE {table} ADD CONSTRAINT {name} {body}{validate}")];
    if let Some(comment) = &constraint.comment {
        statements.push(format!("COMMENT ON CONSTRAINT {name} ON {table} IS {}", literal(comment)));
    }
    Ok(statements)
}

/// `text` when `condition` holds.
fn when(condition: bool, text: &str) -> &str {
    if condition { text } else { "" }
}

/// A name in double quotes. A double quote in it is an error.
fn quote(name: &str) -> Result<String, String> {
    if name.contains('"') {
        return Err(format!("bad literal/field/index/table name {} (\" is not permitted)", quoted(name)));
    }
    Ok(format!("\"{name}\""))
}

/// A name with its schema, if there is one.
fn qualified(prefix: Option<&str>, name: &str) -> Result<String, String> {
    match prefix {
        Some(prefix) => Ok(format!("{}.{}", quote(prefix)?, quote(name)?)),
        None => quote(name),
    }
}

fn quote_all<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<String, String> {
    let quoted: Result<Vec<String>, String> = names.into_iter().map(quote).collect();
    Ok(quoted?.join(","))
}

/// A text in single quotes.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What Elixir raises when something that is not text is used as text.
fn no_text(term: &Term) -> String {
    format!("protocol String.Chars not implemented for value {}", inspect(term))
}
