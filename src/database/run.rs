//! Running one migration file in one direction, in a transaction where Ecto opens one.

use std::fmt;
use std::time::Duration;

use super::error::{DatabaseError, Kind};
use super::ledger::Ledger;
use super::migrate::{Event, Reporter};
use super::session::Session;
use crate::migration::order::Way;
use crate::render::sql::Statement;
use crate::render::sql::sqlite::first_statement;
use crate::text::Range;

/// Why a file did not run to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Relative path of the file.
    pub path: String,
    /// The call that caused it; absent when it was not a statement of the file.
    pub range: Option<Range>,
    /// The statement; absent for exceptions and for our own.
    pub sql: Option<String>,
    pub error: FailureKind,
    /// What is left of the file in the database.
    pub left: Left,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureKind {
    Database(DatabaseError),
    /// Ecto, the adapter or the migration raises this.
    Raised(String),
}

/// What a file that failed left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It ran in a transaction, which was undone.
    Nothing,
    /// It ran without a transaction: so many of its statements stay.
    Statements { done: usize, all: usize },
    /// The connection was lost while the transaction was being committed.
    Uncertain,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FailureKind::Database(error) => error.fmt(formatter),
            FailureKind::Raised(message) => write!(formatter, "the migration raises: {message}"),
        }
    }
}

/// One file, ready to run.
pub struct Job<'a> {
    pub path: &'a str,
    pub version: i64,
    pub way: Way,
    pub statements: &'a [Statement],
    pub in_transaction: bool,
}

/// How often, and after which pause, to try again where a lock was not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    pub count: u32,
    pub pause: Duration,
}

impl Job<'_> {
    /// Runs the file and writes it into the books.
    pub async fn run(
        &self,
        session: &mut Session,
        ledger: &Ledger,
        retries: Retries,
        report: Reporter<'_>,
    ) -> Result<(), Failure> {
        let mut attempt = 0;
        loop {
            let result = match self.in_transaction {
                true => self.run_whole(session, ledger, report).await,
                false => return self.run_each(session, ledger, report).await,
            };
            match result {
                Err(Failure { error: FailureKind::Database(error), .. })
                    if error.kind == Kind::Locked && attempt < retries.count =>
                {
                    attempt += 1;
                    report(Event::Retrying { path: self.path, attempt, of: retries.count, reason: &error.message });
                    tokio::time::sleep(retries.pause * attempt).await;
                }
                result => return result,
            }
        }
    }

    async fn run_whole(&self, session: &mut Session, ledger: &Ledger, report: Reporter<'_>) -> Result<(), Failure> {
        session.begin().await.map_err(|error| self.failure(None, None, error, Left::Nothing))?;
        for statement in self.statements {
            if let Err(failure) = self.run_statement(session, statement, Left::Nothing, report).await {
                session.rollback().await;
                return Err(failure);
            }
        }
        let commit = format!("{}; COMMIT", self.note(session, ledger));
        if let Err(error) = session.execute_all(&commit).await {
            // A deferred constraint may fail here; then nothing stays. Without an answer nobody knows.
            let left = if error.kind == Kind::Connection { Left::Uncertain } else { Left::Nothing };
            session.rollback().await;
            return Err(self.failure(None, Some(&commit), error, left));
        }
        Ok(())
    }

    /// Without a transaction. What fails half way may have left something behind (an invalid index), so nothing is tried
    /// again here.
    async fn run_each(&self, session: &mut Session, ledger: &Ledger, report: Reporter<'_>) -> Result<(), Failure> {
        let all = self.statements.len();
        for (done, statement) in self.statements.iter().enumerate() {
            self.run_statement(session, statement, Left::Statements { done, all }, report).await?;
        }
        let (left, note) = (Left::Statements { done: all, all }, self.note(session, ledger));
        session.execute_all(&note).await.map_err(|error| self.failure(None, Some(&note), error, left))
    }

    async fn run_statement(
        &self,
        session: &mut Session,
        statement: &Statement,
        left: Left,
        report: Reporter<'_>,
    ) -> Result<(), Failure> {
        match &statement.sql {
            Ok(sql) => {
                let (sql, rest) = if session.is_sqlite() { first_statement(sql) } else { (sql.as_str(), "") };
                if !rest.is_empty() {
                    let rest = rest.trim();
                    let message =
                        format!("{}: SQLite runs one statement at a time, as with Ecto; not run: {rest}", self.path);
                    report(Event::Warning { message: &message });
                }
                report(Event::Statement { sql });
                let done = session.execute(sql).await;
                done.map_err(|error| self.failure(Some(statement.range), Some(sql), error, left))
            }
            Err(error) => Err(Failure {
                path: self.path.to_owned(),
                range: Some(statement.range),
                sql: None,
                error: FailureKind::Raised(error.message().to_owned()),
                left,
            }),
        }
    }

    /// The statement that writes the file into the books.
    fn note(&self, session: &Session, ledger: &Ledger) -> String {
        match self.way {
            Way::Up => ledger.record(self.version, session.is_sqlite()),
            Way::Down => ledger.forget(self.version),
        }
    }

    fn failure(&self, range: Option<Range>, sql: Option<&str>, error: DatabaseError, left: Left) -> Failure {
        let error = FailureKind::Database(error);
        Failure { path: self.path.to_owned(), range, sql: sql.map(str::to_owned), error, left }
    }
}
