//! Running one migration file in one direction, in a transaction where Ecto opens one.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use super::batch::{BETWEEN, batches, ends_transaction};
use super::error::{DatabaseError, Kind};
use super::ledger::Ledger;
use super::lock;
use super::report::{Event, Reporter};
use super::session::Session;
use crate::migration::order::Way;
use crate::render::sql::Statement;
use crate::render::sql::sqlite::first_statement;
use crate::text;

/// Why a file did not run to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Relative path of the file.
    pub path: String,
    /// The call that caused it; absent when it was not a statement of the file.
    pub range: Option<text::Range>,
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
    /// It ended its transaction by itself: what it did before that stays.
    Ended,
    /// It ran without a transaction: so many of its statements stay.
    Statements { done: usize, all: usize },
    /// The connection was lost while the transaction was being committed.
    Uncertain,
}

impl Failure {
    /// What the database says, where trying again may help.
    fn lock(&self) -> Option<&str> {
        match &self.error {
            FailureKind::Database(error) if error.kind == Kind::Locked => Some(&error.message),
            _ => None,
        }
    }
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
    pub opening: Opening,
    /// Whether statements may be sent several at a time.
    pub together: bool,
}

/// What a transaction does first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    Plain,
    /// It takes the migration lock, for which it waits so long.
    Locked(Duration),
}

/// What ends the run of a file early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Before the file began.
    Database(DatabaseError),
    /// In the file.
    Failed(Box<Failure>),
}

impl From<DatabaseError> for Stop {
    fn from(error: DatabaseError) -> Stop {
        Stop::Database(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(Box::new(failure))
    }
}

/// What ends one attempt at a file.
enum Ending {
    Stop(Stop),
    /// The server could not read one of several statements, and ran none of the message. Sent one by one, those before it
    /// run, and may fail for a reason of their own.
    Unread,
}

impl From<Stop> for Ending {
    fn from(stop: Stop) -> Ending {
        Ending::Stop(stop)
    }
}

impl From<DatabaseError> for Ending {
    fn from(error: DatabaseError) -> Ending {
        Ending::Stop(error.into())
    }
}

impl From<Failure> for Ending {
    fn from(failure: Failure) -> Ending {
        Ending::Stop(failure.into())
    }
}

fn one_by_one(statements: &[Statement]) -> Vec<Range<usize>> {
    (0..statements.len()).map(|place| place..place + 1).collect()
}

/// Whether an error that came before anything was done is about another statement than the first. The server reads the whole
/// message before it runs anything, so what it points at behind the first one is a mistake in the syntax there.
fn is_of_a_later_one(error: &DatabaseError, texts: &[&str]) -> bool {
    let first = texts.first().map_or(0, |first| first.chars().count() + BETWEEN.len());
    match error.position {
        Some(position) => position > first,
        // Syntax errors and forms of statements that the server's grammar knows, but refuses.
        None => error.is("42601") || error.is("0A000"),
    }
}

/// How often, and after which pause, to try again where a lock was not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    pub count: u32,
    pub pause: Duration,
}

impl Job<'_> {
    /// Runs the file and writes it into the books; `false` when it was done by somebody else meanwhile.
    pub async fn run(
        &self,
        session: &mut Session,
        ledger: &Ledger,
        retries: Retries,
        report: Reporter<'_>,
    ) -> Result<bool, Stop> {
        if !self.in_transaction {
            return self.run_each(session, ledger, report).await;
        }
        let repeatable = !ends_transaction(self.statements);
        let mut groups = match self.together && repeatable {
            true => batches(self.statements),
            false => one_by_one(self.statements),
        };
        let mut attempt = 0;
        loop {
            match self.run_whole(&groups, repeatable, session, ledger, report).await {
                Err(Ending::Unread) => groups = one_by_one(self.statements),
                Err(Ending::Stop(Stop::Failed(failure)))
                    if failure.lock().is_some() && repeatable && attempt < retries.count =>
                {
                    attempt += 1;
                    let reason = failure.lock().unwrap_or_default();
                    report(Event::Retrying { path: self.path, attempt, of: retries.count, reason });
                    tokio::time::sleep(retries.pause * attempt).await;
                }
                Err(Ending::Stop(stop)) => return Err(stop),
                Ok(ran) => return Ok(ran),
            }
        }
    }

    /// In a transaction, the statements of each group in one message. `repeatable`: none of them ends the transaction.
    async fn run_whole(
        &self,
        groups: &[Range<usize>],
        repeatable: bool,
        session: &mut Session,
        ledger: &Ledger,
        report: Reporter<'_>,
    ) -> Result<bool, Ending> {
        if self.begin(session, ledger).await? == (self.way == Way::Up) {
            session.rollback().await;
            return Ok(false);
        }
        let nothing = if repeatable { Left::Nothing } else { Left::Ended };
        for group in groups {
            let ran = match &self.statements[group.clone()] {
                [statement] => self.run_statement(session, statement, nothing, report).await.map_err(Ending::from),
                statements => self.run_together(session, statements, report).await,
            };
            if ran.is_err() {
                session.rollback().await;
                ran?;
            }
        }
        let note = self.note(session, ledger);
        let commit = if self.way == Way::Down && self.opening == Opening::Plain {
            // Nobody kept others away, and who comes second finds nothing to strike out.
            match session.affected(&note).await {
                Ok(0) => {
                    session.rollback().await;
                    return Ok(false);
                }
                Ok(_) => {}
                Err(error) => {
                    session.rollback().await;
                    return Err(self.failure(None, Some(&note), error, nothing).into());
                }
            }
            "COMMIT".to_owned()
        } else {
            format!("{note}; COMMIT")
        };
        if let Err(error) = session.execute_all(&commit).await {
            // A deferred constraint may fail here; then nothing stays. Without an answer nobody knows.
            let left = if error.kind == Kind::Connection { Left::Uncertain } else { nothing };
            session.rollback().await;
            return Err(self.failure(None, Some(&commit), error, left).into());
        }
        Ok(true)
    }

    /// Opens the transaction and says whether the version is in the books: another migrator may have been faster.
    async fn begin(&self, session: &mut Session, ledger: &Ledger) -> Result<bool, Stop> {
        let query = ledger.query(self.version);
        if let Opening::Locked(patience) = self.opening {
            return Ok(!lock::begin(session, ledger, patience, &query).await?.is_empty());
        }
        // SQLite has no lock but the transaction itself.
        session.begin().await.map_err(|error| self.failure(None, None, error, Left::Nothing))?;
        Ok(!session.texts(&query).await?.is_empty())
    }

    /// Without a transaction. What fails half way may have left something behind (an invalid index), so nothing is tried
    /// again here.
    async fn run_each(&self, session: &mut Session, ledger: &Ledger, report: Reporter<'_>) -> Result<bool, Stop> {
        let noted = !session.texts(&ledger.query(self.version)).await?.is_empty();
        if noted == (self.way == Way::Up) {
            return Ok(false);
        }
        let all = self.statements.len();
        for (done, statement) in self.statements.iter().enumerate() {
            self.run_statement(session, statement, Left::Statements { done, all }, report).await?;
        }
        let (left, note) = (Left::Statements { done: all, all }, self.note(session, ledger));
        session.execute_all(&note).await.map_err(|error| self.failure(None, Some(&note), error, left))?;
        Ok(true)
    }

    /// Several statements in one message, each of which is told when it begins.
    async fn run_together(
        &self,
        session: &mut Session,
        statements: &[Statement],
        report: Reporter<'_>,
    ) -> Result<(), Ending> {
        let texts: Vec<&str> = statements.iter().filter_map(|statement| statement.sql.as_deref().ok()).collect();
        let tell = |place: usize| {
            if let Some(sql) = texts.get(place) {
                report(Event::Statement { sql });
            }
        };
        tell(0);
        let Err((done, error)) = session.execute_batch(&texts, tell).await else { return Ok(()) };
        if done == 0 && is_of_a_later_one(&error, &texts) {
            return Err(Ending::Unread);
        }
        if error.kind == Kind::Connection && error.code.is_none() {
            // The server tells of several statements at once: there may be more that ran.
            return Err(self.failure(None, None, error, Left::Nothing).into());
        }
        let failed = statements.get(done);
        Err(self.failure(failed.map(|failed| failed.range), texts.get(done).copied(), error, Left::Nothing).into())
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

    fn failure(&self, range: Option<text::Range>, sql: Option<&str>, error: DatabaseError, left: Left) -> Failure {
        let error = FailureKind::Database(error);
        Failure { path: self.path.to_owned(), range, sql: sql.map(str::to_owned), error, left }
    }
}
