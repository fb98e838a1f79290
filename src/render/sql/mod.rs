//! Ecto commands as the SQL that Ecto's adapters run for them.
//!
//! The SQL shown by ashls is always derived from Ecto migration text, so that the two cannot disagree. Knows the rules of
//! `Ecto.Migration.Runner` about order; the statements themselves are in [`postgres`] and [`sqlite`].

mod json;
pub mod postgres;
pub mod sqlite;
#[cfg(test)]
mod tests;

use crate::migration::{Command, Config, Step, StepKind, read_snippet};
use crate::text::Range;

/// Whose SQL is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Adapter {
    /// `Ecto.Adapters.Postgres` (ecto_sql 3.14).
    Postgres,
    /// `Ecto.Adapters.SQLite3` (ecto_sqlite3).
    Sqlite,
}

/// One statement and the bytes of the Ecto text it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub sql: Result<String, SqlError>,
    /// The call that causes it; on SQLite, where each line of an `alter` block is a statement, that line.
    pub range: Range,
}

/// Why there is no SQL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    /// Ecto, the adapter or the migration raises this, and the migration stops.
    #[error("{message}")]
    Raised { message: String },
    /// ashls could not evaluate the text, so what would run is not known.
    #[error("not known: {reason}")]
    Unknown { reason: String },
}

impl SqlError {
    /// The message without any prefix.
    pub fn message(&self) -> &str {
        match self {
            SqlError::Raised { message } => message,
            SqlError::Unknown { reason } => reason,
        }
    }
}

/// The statements of one direction of a migration, in the order in which Ecto comes to them.
///
/// A migration stops at its first error: **what follows the first `Err` is not run**, and is given so that it can be shown.
/// An exception while the function is evaluated comes before everything that was queued since the last flush, as queued
/// commands are only run at the next flush or at the end; likewise an `alter` block of which SQLite cannot do one line
/// runs none of them.
pub fn statements(steps: &[Step], adapter: Adapter) -> Vec<Statement> {
    let mut statements = Vec::new();
    for queue in steps.split(|step| step.kind == StepKind::Flush) {
        for step in queue {
            if let StepKind::Raise(message) = &step.kind {
                statements.push(raised(message, step.range));
            }
        }
        for step in queue {
            match &step.kind {
                StepKind::Command(command) => command_statements(command, step.range, adapter, &mut statements),
                StepKind::Irreversible(message) => statements.push(raised(message, step.range)),
                StepKind::Refused(reason) => statements
                    .push(Statement { sql: Err(SqlError::Unknown { reason: reason.clone() }), range: step.range }),
                StepKind::Raise(_) | StepKind::Flush => {}
            }
        }
    }
    statements
}

/// The statements of a piece of migration text that stands for itself (`alter table(:posts) do … end`).
pub fn snippet(text: &str, config: &Config, adapter: Adapter) -> Vec<Statement> {
    statements(&read_snippet(text, config), adapter)
}

fn command_statements(command: &Command, range: Range, adapter: Adapter, statements: &mut Vec<Statement>) {
    if let Err(message) = loggable(command) {
        return statements.push(raised(&message, range));
    }
    statements.extend(match adapter {
        Adapter::Postgres => postgres::statements(command, range),
        Adapter::Sqlite => sqlite::statements(command, range),
    });
}

/// What `Ecto.Migration.Runner.command/1` raises when it describes a command for the log, before the adapter sees it.
fn loggable(command: &Command) -> Result<(), String> {
    let Command::CreateConstraint { constraint } = command else { return Ok(()) };
    match (&constraint.check, &constraint.exclude) {
        (None, None) => Err("a constraint must have either a check or exclude option".to_owned()),
        (Some(_), Some(_)) => Err("a constraint must not have both check and exclude options".to_owned()),
        _ => Ok(()),
    }
}

fn raised(message: &str, range: Range) -> Statement {
    Statement { sql: Err(SqlError::Raised { message: message.to_owned() }), range }
}
