//! The lock that lets only one migrator work at a time (`lock_for_migrations` of `Ecto.Adapters.Postgres`). SQLite has
//! none: there the file's own lock does it.
//!
//! Ecto holds the table lock in a transaction on a second connection. Where a file runs in a transaction, that one can hold
//! it just as well: it excludes the same migrators for the same time, and saves a connection and three round trips a file.

use std::time::{Duration, Instant};

use super::error::{DatabaseError, Kind};
use super::ledger::{Ledger, text};
use super::session::{Session, Timeouts};
use super::target::Target;
use crate::elixir::phash::{Hashed, phash2_tuple};

/// The repo's `migration_lock`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LockStrategy {
    /// `LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE`, the default.
    #[default]
    Table,
    /// `:pg_advisory_lock`.
    Advisory,
    /// `false` or `nil`.
    None,
}

/// How migrators keep out of each other's way in one run.
pub struct Guard<'a> {
    pub target: &'a Target,
    pub strategy: LockStrategy,
    pub ledger: &'a Ledger,
    /// The repo's module.
    pub repo: &'a str,
    /// How long to wait for another migrator.
    pub patience: Duration,
    /// Opened when it is needed first.
    beside: Option<Locker>,
}

impl<'a> Guard<'a> {
    pub fn new(
        target: &'a Target,
        strategy: LockStrategy,
        ledger: &'a Ledger,
        repo: &'a str,
        patience: Duration,
    ) -> Guard<'a> {
        let strategy = if target.is_sqlite() { LockStrategy::None } else { strategy };
        Guard { target, strategy, ledger, repo, patience, beside: None }
    }

    /// Whether a transaction takes the lock by itself, with [`begin()`].
    pub fn within_transactions(&self) -> bool {
        self.strategy == LockStrategy::Table
    }

    /// Waits for the lock on a connection of its own.
    ///
    /// # Errors
    /// [`Kind::Locked`] when another migrator has it for longer than the patience.
    pub async fn take(&mut self) -> Result<(), DatabaseError> {
        if self.strategy == LockStrategy::None {
            return Ok(());
        }
        if self.beside.is_none() {
            self.beside = Some(Locker::open(self).await?);
        }
        match &mut self.beside {
            Some(locker) => locker.take().await,
            None => Ok(()),
        }
    }

    /// Gives back what [`Guard::take`] took.
    pub async fn release(&mut self) -> Result<(), DatabaseError> {
        match &mut self.beside {
            Some(locker) => locker.release().await,
            None => Ok(()),
        }
    }

    pub async fn close(self) {
        if let Some(locker) = self.beside {
            locker.session.close().await;
        }
    }
}

/// Opens a transaction that holds the table lock until it ends, and asks `query` in it.
///
/// # Errors
/// [`Kind::Locked`] when another migrator has the lock for longer than the patience. The transaction is undone then.
pub async fn begin(
    session: &mut Session,
    ledger: &Ledger,
    patience: Duration,
    query: &str,
) -> Result<Vec<Option<String>>, DatabaseError> {
    let lock = lock_table(ledger);
    let result = match session.texts(&format!("BEGIN; {lock} NOWAIT; {query}")).await {
        Err(error) if error.kind == Kind::Locked => {
            session.rollback().await;
            wait(session, &lock, patience, query).await
        }
        result => result,
    };
    if result.is_err() {
        session.rollback().await;
    }
    result.map_err(|error| explained(error, ledger, patience))
}

/// The same when somebody has the lock. What the session says about waiting for locks is for the statements of the files.
async fn wait(
    session: &mut Session,
    lock: &str,
    patience: Duration,
    query: &str,
) -> Result<Vec<Option<String>>, DatabaseError> {
    session.begin().await?;
    let usual = session.texts("SHOW lock_timeout").await?.into_iter().flatten().next().unwrap_or_default();
    session.execute_all(&format!("SET LOCAL lock_timeout = {}; {lock}", patience.as_millis())).await?;
    session.texts(&format!("SET LOCAL lock_timeout = {}; {query}", text(&usual))).await
}

fn lock_table(ledger: &Ledger) -> String {
    format!("LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE", ledger.table())
}

fn explained(error: DatabaseError, ledger: &Ledger, patience: Duration) -> DatabaseError {
    match error.kind {
        Kind::Locked => DatabaseError::locked(format!(
            "another session holds the migration lock on {} for more than {} s: another migration is running, or a \
             session holds a lock on this table. Wait for it, or see pg_locks",
            ledger.table(),
            patience.as_secs()
        )),
        _ => error,
    }
}

/// The lock on a connection of its own.
struct Locker {
    session: Session,
    strategy: LockStrategy,
    ledger: Ledger,
    /// Key of the advisory lock: Ecto's hash of the prefix and the repo.
    key: u32,
    patience: Duration,
}

/// How long to wait between attempts at an advisory lock.
const INTERVAL: Duration = Duration::from_millis(200);

impl Locker {
    async fn open(guard: &Guard<'_>) -> Result<Locker, DatabaseError> {
        let timeouts = Timeouts { lock: Some(guard.patience), statement: None };
        let session = Session::open(guard.target, timeouts).await?;
        let prefix = guard.ledger.prefix.as_deref().map_or(Hashed::Atom("nil"), Hashed::Text);
        let repo = format!("Elixir.{}", guard.repo);
        let key = phash2_tuple(&[Hashed::Atom("ecto"), prefix, Hashed::Atom(&repo)]);
        let (strategy, ledger, patience) = (guard.strategy, guard.ledger.clone(), guard.patience);
        Ok(Locker { session, strategy, ledger, key, patience })
    }

    async fn take(&mut self) -> Result<(), DatabaseError> {
        let taken = match self.strategy {
            LockStrategy::None => Ok(()),
            LockStrategy::Table => self.take_table().await,
            LockStrategy::Advisory => self.take_advisory().await,
        };
        taken.map_err(|error| explained(error, &self.ledger, self.patience))
    }

    async fn take_table(&mut self) -> Result<(), DatabaseError> {
        let locked = self.session.execute_all(&format!("BEGIN; {}", lock_table(&self.ledger))).await;
        if locked.is_err() {
            self.session.rollback().await;
        }
        locked
    }

    async fn take_advisory(&mut self) -> Result<(), DatabaseError> {
        let started = Instant::now();
        loop {
            let sql = format!("SELECT pg_try_advisory_lock({})::text", self.key);
            if self.session.texts(&sql).await?.first().is_some_and(|row| row.as_deref() == Some("true")) {
                return Ok(());
            }
            if started.elapsed() >= self.patience {
                return Err(DatabaseError::locked("the advisory lock is taken"));
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    async fn release(&mut self) -> Result<(), DatabaseError> {
        match self.strategy {
            LockStrategy::None => Ok(()),
            LockStrategy::Table => self.session.commit().await,
            LockStrategy::Advisory => {
                self.session.texts(&format!("SELECT pg_advisory_unlock({})::text", self.key)).await.map(|_| ())
            }
        }
    }
}
