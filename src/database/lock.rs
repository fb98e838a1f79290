//! The lock that lets only one migrator work at a time, on a connection of its own (`lock_for_migrations` of
//! `Ecto.Adapters.Postgres`). SQLite has none: there the file's own lock does it.

use std::time::{Duration, Instant};

use super::error::{DatabaseError, Kind};
use super::ledger::Ledger;
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

/// Takes and gives back the lock.
pub struct Locker {
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
    /// A connection for the lock. `repo` is the repo's module. `patience` is how long to wait for another migrator.
    pub async fn open(
        target: &Target,
        strategy: LockStrategy,
        ledger: &Ledger,
        repo: &str,
        patience: Duration,
    ) -> Result<Locker, DatabaseError> {
        let timeouts = Timeouts { lock: Some(patience), statement: None };
        let session = Session::open(target, timeouts).await?;
        let prefix = ledger.prefix.as_deref().map_or(Hashed::Atom("nil"), Hashed::Text);
        let repo = format!("Elixir.{repo}");
        let key = phash2_tuple(&[Hashed::Atom("ecto"), prefix, Hashed::Atom(&repo)]);
        Ok(Locker { session, strategy, ledger: ledger.clone(), key, patience })
    }

    /// Waits for the lock.
    ///
    /// # Errors
    /// [`Kind::Locked`] when another migrator has it for longer than the patience.
    pub async fn take(&mut self) -> Result<(), DatabaseError> {
        let taken = match self.strategy {
            LockStrategy::None => Ok(()),
            LockStrategy::Table => self.take_table().await,
            LockStrategy::Advisory => self.take_advisory().await,
        };
        taken.map_err(|error| match error.kind {
            Kind::Locked => DatabaseError::locked(format!(
                "another session holds the migration lock on {} for more than {} s: another migration is running, or a \
                 session holds a lock on this table. Wait for it, or see pg_locks",
                self.ledger.table(),
                self.patience.as_secs()
            )),
            _ => error,
        })
    }

    async fn take_table(&mut self) -> Result<(), DatabaseError> {
        let sql = format!("BEGIN; LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE", self.ledger.table());
        let locked = self.session.execute_all(&sql).await;
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

    /// Gives the lock back.
    pub async fn release(&mut self) -> Result<(), DatabaseError> {
        match self.strategy {
            LockStrategy::None => Ok(()),
            LockStrategy::Table => self.session.commit().await,
            LockStrategy::Advisory => {
                self.session.texts(&format!("SELECT pg_advisory_unlock({})::text", self.key)).await.map(|_| ())
            }
        }
    }

    pub async fn close(self) {
        self.session.close().await;
    }
}
