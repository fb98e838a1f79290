//! What a database said, in its own words, and what kind of trouble it is.

use std::error::Error;
use std::fmt;

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

/// What one can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No connection, or it was lost.
    Connection,
    /// A lock was not to be had in time, or a deadlock was resolved against us: trying again may help.
    Locked,
    /// The database refused the statement.
    Refused,
}

/// An error of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseError {
    pub kind: Kind,
    /// SQLSTATE of PostgreSQL, result code of SQLite.
    pub code: Option<String>,
    pub message: String,
    /// Detail, hint and context, one line each.
    pub more: Vec<String>,
    /// The character in what was sent (from 1) that the server points at.
    pub position: Option<usize>,
}

impl DatabaseError {
    /// An error of ours about a connection.
    pub fn connection(message: impl Into<String>) -> DatabaseError {
        DatabaseError { kind: Kind::Connection, code: None, message: message.into(), more: Vec::new(), position: None }
    }

    /// An error of ours about a lock that others hold.
    pub fn locked(message: impl Into<String>) -> DatabaseError {
        DatabaseError { kind: Kind::Locked, ..DatabaseError::connection(message) }
    }

    /// Whether the code is this one.
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(formatter, "{} ({code})", self.message)?,
            None => write!(formatter, "{}", self.message)?,
        }
        self.more.iter().try_for_each(|line| write!(formatter, "\n  {line}"))
    }
}

impl Error for DatabaseError {}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> DatabaseError {
        let sqlx::Error::Database(database) = &error else {
            return DatabaseError::connection(match &error {
                sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    "the connection was lost".to_owned()
                }
                sqlx::Error::Io(error) => format!("the connection failed: {error}"),
                other => other.to_string(),
            });
        };
        let code = database.code().map(|code| code.into_owned());
        let Some(postgres) = database.try_downcast_ref::<PgDatabaseError>() else {
            // 5: busy, 6: locked; extended codes have them in their lowest byte.
            let number = code.as_deref().and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
            let kind = if matches!(number & 0xff, 5 | 6) { Kind::Locked } else { Kind::Refused };
            let message = database.message().to_owned();
            return DatabaseError { kind, code, message, more: Vec::new(), position: None };
        };
        let more = [
            postgres.detail().map(|text| format!("detail: {text}")),
            postgres.hint().map(|text| format!("hint: {text}")),
            postgres.r#where().map(|text| format!("context: {}", text.replace('\n', "\n           "))),
        ];
        let kind = match postgres.code() {
            // lock_not_available, deadlock_detected.
            "55P03" | "40P01" => Kind::Locked,
            // Connection exceptions and the server going down.
            code if code.starts_with("08") || code.starts_with("57P") => Kind::Connection,
            _ => Kind::Refused,
        };
        let position = match postgres.position() {
            Some(PgErrorPosition::Original(position)) => Some(position),
            _ => None,
        };
        let message = postgres.message().to_owned();
        DatabaseError { kind, code, message, more: more.into_iter().flatten().collect(), position }
    }
}
