//! A whole run on one schema: what is pending, one file after the other under the migration lock.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::batch::ends_transaction;
use super::error::DatabaseError;
use super::ledger::{Ledger, versions_of};
use super::lock::{self, Guard, LockStrategy};
use super::prepare::Chosen;
use super::report::{Event, Reporter};
use super::run::{Failure, Job, Opening, Retries, Stop};
use super::session::{Session, Timeouts};
use super::target::Target;
use crate::drift::Replay;
use crate::migration::library::Installed;
use crate::migration::order::{Duplicate, Extent, MigrationName, Way};
use crate::migration::{Config, Migration};
use crate::render::sql::{Adapter, Statement, statements};
use crate::syntax::Expr;
use crate::text::Range;

/// A migration file, parsed once for all schemas. `Err`: the bytes and the reason why it cannot be read.
#[derive(Debug, Clone)]
pub struct MigrationFile {
    pub name: MigrationName,
    pub text: Arc<str>,
    pub tree: Result<Arc<Vec<Expr>>, (Range, String)>,
}

/// The books that a repo is configured to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Books {
    /// The repo's module.
    pub repo: String,
    /// `migration_source`.
    pub source: String,
    /// `migration_lock`.
    pub lock: LockStrategy,
}

/// What to do on one schema.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    pub target: &'a Target,
    pub books: &'a Books,
    pub files: &'a [MigrationFile],
    /// How migrations are read; its prefix is the schema to work on.
    pub config: Config,
    pub way: Way,
    pub extent: Extent,
    /// Versions that are left out.
    pub skip: BTreeSet<i64>,
    /// Versions that only the books get to know.
    pub assume: BTreeSet<i64>,
    /// Refuse files older than one that ran, instead of warning.
    pub strict_order: bool,
    pub timeouts: Timeouts,
    /// Leave `timeouts.lock` out where a file runs without a transaction: building an index concurrently waits for others
    /// by design, and one that gives up leaves an invalid index behind.
    pub patient_without_transaction: bool,
    /// How long to wait for another migrator.
    pub patience: Duration,
    pub retries: Retries,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// In the order they ran.
    pub done: Vec<MigrationName>,
}

/// Why a run did not begin, or ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Before anything ran: files that collide.
    Duplicate(Duplicate),
    /// Before anything ran: path, bytes and reason of each place that is not understood.
    Refused(Vec<(String, Range, String)>),
    /// Before anything ran: applied versions that would have to be undone, but have no file.
    NoFile(Vec<i64>),
    /// Before anything ran: a file older than one that ran, under `strict_order`.
    OutOfOrder { version: i64, latest: i64 },
    /// The database, apart from any file.
    Database(DatabaseError),
    /// In a file. What is in [`Applied`] stays.
    Failed(Box<Failure>),
}

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Problem {
        Problem::Database(error)
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Problem {
        match stop {
            Stop::Database(error) => Problem::Database(error),
            Stop::Failed(failure) => Problem::Failed(failure),
        }
    }
}

/// Runs what is pending. What was applied is told also when a problem ends the run.
pub async fn migrate(request: &Request<'_>, report: Reporter<'_>) -> (Applied, Result<(), Problem>) {
    let session = Session::open(request.target, request.timeouts).await;
    migrate_on(session, request, report).await
}

/// The same on a session of the request's target, with its timeouts, that was opened before.
pub async fn migrate_on(
    session: Result<Session, DatabaseError>,
    request: &Request<'_>,
    report: Reporter<'_>,
) -> (Applied, Result<(), Problem>) {
    let mut applied = Applied::default();
    let result = match session {
        Ok(session) => run(request, session, report, &mut applied).await,
        Err(error) => Err(error.into()),
    };
    (applied, result)
}

async fn run(
    request: &Request<'_>,
    mut session: Session,
    report: Reporter<'_>,
    applied: &mut Applied,
) -> Result<(), Problem> {
    let ledger = request.ledger();
    ledger.ensure(&mut session).await?;
    let books = request.books;
    let mut guard = Guard::new(request.target, books.lock, &ledger, &books.repo, request.patience);
    let result = run_pending(request, &mut session, &mut guard, report, applied).await;
    session.close().await;
    guard.close().await;
    result
}

async fn run_pending(
    request: &Request<'_>,
    session: &mut Session,
    guard: &mut Guard<'_>,
    report: Reporter<'_>,
    applied: &mut Applied,
) -> Result<(), Problem> {
    let versions = versions_at_rest(request, session, guard).await?;
    let chosen = request.chosen(&versions, report)?;
    if chosen.is_empty() {
        return Ok(());
    }
    // What is sent in one message would go on for long after this process is killed, unless the server looks.
    let together = session.watch_for_loss().await;
    for Chosen { file, migration } in chosen {
        let migration = match migration {
            Some(migration) => Some(request.as_of_now(file, migration, session, &Installed::new()).await?),
            None => None,
        };
        let work = Work::new(request, file, migration.as_ref(), together);
        if let Some(migration) = &migration {
            request.tell_notes(file, migration, report);
        }
        let ends = work.in_transaction && ends_transaction(&work.statements);
        if ends {
            report(Event::Warning { message: &format!("{}: {ENDS}", file.name.path) });
        }
        let locks = migration.as_ref().is_none_or(|migration| !migration.disable_migration_lock);
        // A lock in the file's transaction would be given up with it.
        let within = locks && work.in_transaction && !ends && guard.within_transactions();
        let beside = locks && !within;
        if beside {
            guard.take().await?;
        }
        let opening = if within { Opening::Locked(guard.patience) } else { Opening::Plain };
        let result = work.run(request, guard.ledger, session, opening, report).await;
        // The failure of the file is worth more than that of the lock.
        let released = if beside { guard.release().await } else { Ok(()) };
        if result? {
            applied.done.push(file.name.clone());
        }
        released?;
    }
    Ok(())
}

/// What is said of a file that ends its transaction by itself.
const ENDS: &str = "it ends its transaction by itself: what it did until then stays, also when a later statement fails";

/// One file, with what it takes to run it.
struct Work<'a> {
    file: &'a MigrationFile,
    /// Empty for a file that is only noted.
    statements: Vec<Statement>,
    in_transaction: bool,
    noted_only: bool,
    together: bool,
}

impl<'a> Work<'a> {
    fn new(request: &Request<'_>, file: &'a MigrationFile, migration: Option<&Migration>, together: bool) -> Work<'a> {
        let steps = migration.map(|migration| if request.way == Way::Up { &migration.up } else { &migration.down });
        Work {
            file,
            statements: steps.map(|steps| statements(steps, request.adapter())).unwrap_or_default(),
            in_transaction: migration.is_none_or(|migration| !migration.disable_ddl_transaction),
            noted_only: migration.is_none(),
            together,
        }
    }

    /// Runs the file, or only notes it; `false` when somebody else did so meanwhile.
    async fn run(
        &self,
        request: &Request<'_>,
        ledger: &Ledger,
        session: &mut Session,
        opening: Opening,
        report: Reporter<'_>,
    ) -> Result<bool, Problem> {
        let name = &self.file.name;
        if !self.noted_only {
            report(Event::Started { name, way: request.way });
        }
        let started = Instant::now();
        let job = Job {
            path: &name.path,
            version: name.version,
            way: request.way,
            statements: &self.statements,
            in_transaction: self.in_transaction,
            opening,
            together: self.together,
        };
        let unlimited = request.patient_without_transaction && !self.in_transaction && !session.is_sqlite();
        let limit = request.timeouts.lock.filter(|_| unlimited);
        if limit.is_some() {
            session.execute("SET lock_timeout = 0").await?;
        }
        let ran = job.run(session, ledger, request.retries, report).await?;
        if let Some(limit) = limit {
            session.execute(&format!("SET lock_timeout = {}", limit.as_millis())).await?;
        }
        if ran {
            report(match self.noted_only {
                true => Event::Assumed { name },
                false => Event::Finished { name, took: started.elapsed() },
            });
        }
        Ok(ran)
    }
}

/// The versions that ran, asked while no other migrator works.
async fn versions_at_rest(
    request: &Request<'_>,
    session: &mut Session,
    guard: &mut Guard<'_>,
) -> Result<BTreeSet<i64>, DatabaseError> {
    if guard.within_transactions() {
        let query = guard.ledger.versions_query();
        let rows = lock::begin(session, guard.ledger, request.patience, &query).await?;
        session.commit().await?;
        return Ok(versions_of(rows));
    }
    guard.take().await?;
    let versions = guard.ledger.versions(session).await?;
    guard.release().await?;
    Ok(versions)
}

impl<'a> Request<'a> {
    pub(super) fn ledger(&self) -> Ledger {
        Ledger { source: self.books.source.clone(), prefix: self.config.prefix.clone() }
    }

    pub(super) fn adapter(&self) -> Adapter {
        if self.target.is_sqlite() { Adapter::Sqlite } else { Adapter::Postgres }
    }
}

impl MigrationFile {
    /// The file, to be replayed without a database.
    pub fn replay(&self) -> Replay<'_> {
        let tree = self.tree.as_ref().map(|tree| tree.as_slice());
        Replay {
            path: &self.name.path,
            text: &self.text,
            tree: tree.map_err(|(range, reason)| (*range, reason.as_str())),
        }
    }
}
