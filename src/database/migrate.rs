//! A whole run on one schema: what is pending, one file after the other under the migration lock.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::DatabaseError;
use super::ledger::{Ledger, versions_of};
use super::lock::{self, Guard, LockStrategy};
use super::report::{Event, Reporter};
use super::run::{Failure, Job, Opening, Retries, Stop};
use super::session::{Session, Timeouts};
use super::target::Target;
use crate::drift::Replay;
use crate::migration::library::Installed;
use crate::migration::order::{Duplicate, Extent, MigrationName, Way, duplicate, pending, without_file};
use crate::migration::{Config, Migration, StepKind, read_expressions};
use crate::render::sql::{Adapter, statements};
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
    let mut applied = Applied::default();
    let result = run(request, report, &mut applied).await;
    (applied, result)
}

async fn run(request: &Request<'_>, report: Reporter<'_>, applied: &mut Applied) -> Result<(), Problem> {
    let ledger = request.ledger();
    let mut session = Session::open(request.target, request.timeouts).await?;
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
    for file in request.chosen(&versions, report)? {
        let assumed = request.assume.contains(&file.name.version);
        let migration = if assumed { None } else { Some(request.read(file, session, &Installed::new()).await?) };
        if let Some(migration) = &migration {
            request.tell_notes(file, migration, report);
        }
        let in_transaction = migration.as_ref().is_none_or(|migration| !migration.disable_ddl_transaction);
        let locks = migration.as_ref().is_none_or(|migration| !migration.disable_migration_lock);
        let within = locks && in_transaction && guard.within_transactions();
        let beside = locks && !within;
        if beside {
            guard.take().await?;
        }
        let opening = if within { Opening::Locked(guard.patience) } else { Opening::Plain };
        let result = match &migration {
            None => request.assume(file, guard.ledger, session, opening, report).await,
            Some(migration) => request.run_file(file, migration, guard.ledger, session, opening, report).await,
        };
        // The failure of the file is worth more than that of the lock.
        let released = if beside { guard.release().await } else { Ok(()) };
        if result? {
            applied.done.push(file.name.clone());
        }
        released?;
    }
    Ok(())
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

    /// The files to run, all of which can be read.
    pub(super) fn chosen(
        &self,
        versions: &BTreeSet<i64>,
        report: Reporter<'_>,
    ) -> Result<Vec<&'a MigrationFile>, Problem> {
        let names: Vec<MigrationName> = self.files.iter().map(|file| file.name.clone()).collect();
        let mut chosen = pending(&names, versions, self.way, self.extent);
        chosen.retain(|name| !self.skip.contains(&name.version));
        if let Some(duplicate) = duplicate(&chosen) {
            return Err(Problem::Duplicate(duplicate));
        }
        let oldest = chosen.last().map(|name| name.version);
        let missing: Vec<i64> = without_file(&names, versions)
            .into_iter()
            .filter(|version| !self.skip.contains(version) && !self.assume.contains(version))
            .collect();
        match self.way {
            Way::Down => {
                // Ecto would go on to the next older one, which nobody asked for.
                let between = |version: &i64| oldest.is_none_or(|oldest| *version > oldest);
                let missing: Vec<i64> = missing.into_iter().filter(between).collect();
                if !missing.is_empty() && self.reaches_all(&missing) {
                    return Err(Problem::NoFile(missing));
                }
            }
            Way::Up => self.check_order(&chosen, versions, &missing, report)?,
        }
        let files: Vec<&MigrationFile> =
            chosen.iter().filter_map(|name| self.files.iter().find(|file| file.name == *name)).collect();
        self.check_readable(&files)?;
        Ok(files)
    }

    /// Whether undoing would have to come to one of these versions.
    fn reaches_all(&self, missing: &[i64]) -> bool {
        match self.extent {
            Extent::To(target) => missing.iter().any(|version| *version >= target),
            Extent::ToExclusive(target) => missing.iter().any(|version| *version > target),
            Extent::Step(0) => false,
            Extent::Step(_) | Extent::All => true,
        }
    }

    fn check_order(
        &self,
        chosen: &[MigrationName],
        versions: &BTreeSet<i64>,
        missing: &[i64],
        report: Reporter<'_>,
    ) -> Result<(), Problem> {
        for version in missing {
            let message = format!("version {version} is applied, but there is no file for it");
            report(Event::Warning { message: &message });
        }
        let Some(latest) = versions.last() else { return Ok(()) };
        for name in chosen.iter().filter(|name| name.version < *latest) {
            if self.strict_order {
                return Err(Problem::OutOfOrder { version: name.version, latest: *latest });
            }
            let message = format!(
                "{} is older than {latest}, which ran already: a rollback would undo {latest} first",
                name.path
            );
            report(Event::Warning { message: &message });
        }
        Ok(())
    }

    /// Nothing may run while a later file is not understood.
    fn check_readable(&self, files: &[&MigrationFile]) -> Result<(), Problem> {
        let mut refused = Vec::new();
        for file in files.iter().filter(|file| !self.assume.contains(&file.name.version)) {
            match file.read(&self.config) {
                Ok(migration) => refused.extend(
                    refusals(&migration, self.way)
                        .into_iter()
                        .map(|(range, reason)| (file.name.path.clone(), range, reason)),
                ),
                Err((range, reason)) => refused.push((file.name.path.clone(), range, reason)),
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(Problem::Refused(refused)) }
    }

    /// Reads a file as it is meant now: libraries do what the installed version of their tables leaves to do.
    /// Where an earlier file of a run that is only shown would have changed them, that counts.
    pub(super) async fn read(
        &self,
        file: &MigrationFile,
        session: &mut Session,
        left: &Installed,
    ) -> Result<Migration, Problem> {
        let refused =
            |(range, reason): (Range, String)| Problem::Refused(vec![(file.name.path.clone(), range, reason)]);
        let migration = file.read(&self.config).map_err(refused)?;
        let leaves = if self.way == Way::Up { &migration.up_leaves } else { &migration.down_leaves };
        if leaves.is_empty() {
            return Ok(migration);
        }
        let mut config = self.config.clone();
        for installation in leaves.keys() {
            if let Some(version) = left.get(installation) {
                config.installed.insert(installation.clone(), *version);
                continue;
            }
            let found = session.texts(&installation.version_query(session.is_sqlite())).await?;
            let version = found.into_iter().flatten().next().and_then(|text| text.trim().parse().ok());
            config.installed.insert(installation.clone(), version.unwrap_or(0));
        }
        file.read(&config).map_err(refused)
    }

    /// Tells what a person should know about a file.
    pub(super) fn tell_notes(&self, file: &MigrationFile, migration: &Migration, report: Reporter<'_>) {
        let notes = if self.way == Way::Up { &migration.up_notes } else { &migration.down_notes };
        for note in notes {
            report(Event::Warning { message: &format!("{}: {note}", file.name.path) });
        }
    }

    /// Runs nothing, and notes the file all the same.
    async fn assume(
        &self,
        file: &MigrationFile,
        ledger: &Ledger,
        session: &mut Session,
        opening: Opening,
        report: Reporter<'_>,
    ) -> Result<bool, Problem> {
        let job = Job {
            path: &file.name.path,
            version: file.name.version,
            way: self.way,
            statements: &[],
            in_transaction: true,
            opening,
        };
        let noted = job.run(session, ledger, self.retries, report).await?;
        if noted {
            report(Event::Assumed { name: &file.name });
        }
        Ok(noted)
    }

    async fn run_file(
        &self,
        file: &MigrationFile,
        migration: &Migration,
        ledger: &Ledger,
        session: &mut Session,
        opening: Opening,
        report: Reporter<'_>,
    ) -> Result<bool, Problem> {
        report(Event::Started { name: &file.name, way: self.way });
        let started = Instant::now();
        let steps = if self.way == Way::Up { &migration.up } else { &migration.down };
        let statements = statements(steps, self.adapter());
        let job = Job {
            path: &file.name.path,
            version: file.name.version,
            way: self.way,
            statements: &statements,
            in_transaction: !migration.disable_ddl_transaction,
            opening,
        };
        let unlimited = self.patient_without_transaction && !job.in_transaction && !session.is_sqlite();
        let limit = self.timeouts.lock.filter(|_| unlimited);
        if limit.is_some() {
            session.execute("SET lock_timeout = 0").await?;
        }
        let ran = job.run(session, ledger, self.retries, report).await?;
        if let Some(limit) = limit {
            session.execute(&format!("SET lock_timeout = {}", limit.as_millis())).await?;
        }
        if ran {
            report(Event::Finished { name: &file.name, took: started.elapsed() });
        }
        Ok(ran)
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

    fn read(&self, config: &Config) -> Result<Migration, (Range, String)> {
        let tree = self.tree.as_ref().map_err(Clone::clone)?;
        read_expressions(tree, config).map_err(|error| (error.range, error.reason))
    }
}

fn refusals(migration: &Migration, way: Way) -> Vec<(Range, String)> {
    let steps = if way == Way::Up { &migration.up } else { &migration.down };
    let refused = steps.iter().filter_map(|step| match &step.kind {
        StepKind::Refused(reason) => Some((step.range, reason.clone())),
        _ => None,
    });
    refused.collect()
}
