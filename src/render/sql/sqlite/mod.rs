//! The SQL of `Ecto.Adapters.SQLite3.Connection.execute_ddl/1` (ecto_sqlite3), statement for statement.

mod column;
mod first;
mod types;

use super::{SqlError, Statement};
use crate::migration::command::{ColumnChange, Command, Index, IndexColumn, RawCommand, Table};
use crate::migration::inspect::inspect;
use crate::migration::term::Term;
use crate::text::Range;
pub use first::first_statement;

/// The statements of one command, or the exception that the adapter raises. `range` is where the command stands.
pub fn statements(command: &Command, range: Range) -> Vec<Statement> {
    let sql = match command {
        Command::AlterTable { table, changes } => return alter_table(table, changes),
        Command::RenameIndex { index, to } => return rename_index(index, to, range),
        Command::CreateTable { table, columns, if_not_exists } => create_table(table, columns, *if_not_exists),
        Command::DropTable { table, if_exists, .. } => drop_table(table, *if_exists),
        Command::RenameTable { from, to } => rename_table(from, to),
        Command::RenameColumn { table, from, to } => quote_table(table.prefix.as_deref(), &table.name)
            .map(|table| format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", quote(from), quote(to))),
        Command::CreateIndex { index, if_not_exists } => create_index(index, *if_not_exists),
        Command::DropIndex { index, if_exists, .. } => drop_index(index, *if_exists),
        Command::CreateConstraint { .. } => Err("SQLite3 does not support ALTER TABLE ADD CONSTRAINT.".to_owned()),
        Command::DropConstraint { .. } => Err("SQLite3 does not support ALTER TABLE DROP CONSTRAINT.".to_owned()),
        Command::Execute { up: RawCommand::Sql(sql), .. } => Ok(sql.clone()),
        Command::Execute { up: RawCommand::Keywords(_), .. } => {
            Err("SQLite3 adapter does not support keyword lists in execute".to_owned())
        }
    };
    vec![statement(sql, range)]
}

fn statement(sql: Result<String, String>, range: Range) -> Statement {
    Statement { sql: sql.map_err(|message| SqlError::Raised { message }), range }
}

/// The statements of an `alter` block, one per line. The adapter builds all of them before it runs the first, so a line it
/// cannot do comes before the others.
fn alter_table(table: &Table, changes: &[ColumnChange]) -> Vec<Statement> {
    let line = |change: &ColumnChange| -> Result<String, String> {
        no_options_list(table)?;
        let name = quote_table(table.prefix.as_deref(), &table.name)?;
        Ok(format!("ALTER TABLE {name} {}", column::change(table, change)?))
    };
    let (mut statements, possible): (Vec<Statement>, Vec<Statement>) = changes
        .iter()
        .map(|change| statement(line(change), change.range))
        .partition(|statement| statement.sql.is_err());
    statements.extend(possible);
    statements
}

fn create_table(table: &Table, columns: &[ColumnChange], if_not_exists: bool) -> Result<String, String> {
    no_options_list(table)?;
    let name = quote_table(table.prefix.as_deref(), &table.name)?;
    let keys: Vec<&str> = columns
        .iter()
        .filter(|change| change.options.get("primary_key") == Some(&Term::Bool(true)))
        .map(|change| change.column.as_str())
        .collect();
    let composite_key = keys.len() > 1;
    let mut parts = Vec::with_capacity(columns.len());
    for change in columns {
        parts.push(column::definition(table, change, composite_key)?);
    }
    let mut body = parts.join(", ");
    if composite_key {
        body.push_str(&format!(", PRIMARY KEY ({})", quote_all(keys)));
    }
    for change in columns {
        body.push_str(&column::composite_reference(table, change)?);
    }
    let options = match &table.options {
        Term::Nil => String::new(),
        other => format!(" {}", text_of(other)?),
    };
    Ok(format!("CREATE TABLE {}{name} ({body}){options}", if if_not_exists { "IF NOT EXISTS " } else { "" }))
}

fn drop_table(table: &Table, if_exists: bool) -> Result<String, String> {
    no_options_list(table)?;
    let name = quote_table(table.prefix.as_deref(), &table.name)?;
    Ok(format!("DROP TABLE {}{name}", if if_exists { "IF EXISTS " } else { "" }))
}

fn rename_table(from: &Table, to: &Table) -> Result<String, String> {
    no_options_list(from)?;
    let name = quote_table(from.prefix.as_deref(), &from.name)?;
    Ok(format!("ALTER TABLE {name} RENAME TO {}", quote(&to.name)))
}

/// SQLite cannot rename an index: the adapter drops it and creates another.
fn rename_index(index: &Index, to: &str, range: Range) -> Vec<Statement> {
    let renamed = Index { name: to.to_owned(), ..index.clone() };
    match drop_index(index, false) {
        Ok(drop) => vec![statement(Ok(drop), range), statement(create_index(&renamed, false), range)],
        Err(message) => vec![statement(Err(message), range)],
    }
}

fn create_index(index: &Index, if_not_exists: bool) -> Result<String, String> {
    supported(index)?;
    let table = quote_table(index.prefix.as_deref(), &index.table)?;
    let mut columns = Vec::with_capacity(index.columns.len());
    for column in &index.columns {
        columns.push(match column {
            IndexColumn::Column(name) => quote(name),
            IndexColumn::Expression(text) => text.clone(),
            // The adapter takes the pair for a name.
            IndexColumn::Sorted(..) => {
                return Err(
                    "errors were found at the given arguments:\n\n  * 1st argument: not an iodata term\n".to_owned()
                );
            }
        });
    }
    let condition = index.condition.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default();
    Ok(format!(
        "CREATE {}INDEX {}{} ON {} ({}){condition}",
        if index.unique { "UNIQUE " } else { "" },
        if if_not_exists { "IF NOT EXISTS " } else { "" },
        quote(&index.name),
        table,
        columns.join(", ")
    ))
}

fn drop_index(index: &Index, if_exists: bool) -> Result<String, String> {
    supported(index)?;
    let name = quote_table(index.prefix.as_deref(), &index.name)?;
    Ok(format!("DROP INDEX {}{name}", if if_exists { "IF EXISTS " } else { "" }))
}

/// Options of indexes that the adapter refuses, on creating and on dropping.
fn supported(index: &Index) -> Result<(), String> {
    let refused = [
        (index.concurrently, "concurrently"),
        (index.only, "only"),
        (!index.include.is_empty(), "include"),
        (index.using.is_some(), "using"),
        (index.nulls_distinct.is_some(), "nulls_distinct"),
    ];
    match refused.iter().find(|(given, _)| *given) {
        Some((_, option)) => Err(format!("`{option}` is not supported with SQLite3")),
        None => Ok(()),
    }
}

fn no_options_list(table: &Table) -> Result<(), String> {
    match table.options {
        Term::List(_) => Err("SQLite3 adapter does not support keyword lists in :options".to_owned()),
        _ => Ok(()),
    }
}

/// A name in double quotes. Double quotes in it are not escaped.
fn quote(name: &str) -> String {
    format!("\"{name}\"")
}

fn quote_table(prefix: Option<&str>, name: &str) -> Result<String, String> {
    match prefix {
        Some(_) => Err("SQLite3 does not support table prefixes".to_owned()),
        None => Ok(quote(name)),
    }
}

fn quote_all<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(",")
}

fn text_of(term: &Term) -> Result<String, String> {
    term.to_text().ok_or_else(|| format!("protocol String.Chars not implemented for value {}", inspect(term)))
}
