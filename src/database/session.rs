//! One connection to a database.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};

use super::batch::BETWEEN;
use super::error::DatabaseError;
use super::target::Target;

/// How long a server may wait and work. `None`: as long as the server's own settings allow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// For a lock that a statement needs.
    pub lock: Option<Duration>,
    /// For a whole statement.
    pub statement: Option<Duration>,
}

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(15);

/// An open connection.
#[derive(Debug)]
pub enum Session {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Session {
    /// Connects.
    ///
    /// # Errors
    /// When the server cannot be reached, refuses, or the file is not there.
    pub async fn open(target: &Target, timeouts: Timeouts) -> Result<Session, DatabaseError> {
        match target {
            Target::Postgres(postgres) => {
                let connecting = tokio::time::timeout(CONNECT, postgres.options.connect()).await;
                let connection = connecting
                    .map_err(|_| DatabaseError::connection(format!("no answer within {} s", CONNECT.as_secs())))??;
                let mut session = Session::Postgres(connection);
                let settings = [("lock_timeout", timeouts.lock), ("statement_timeout", timeouts.statement)];
                let set = |(name, value): (&str, Option<Duration>)| {
                    value.map(|value| format!("SET {name} = {}", value.as_millis()))
                };
                let settings: Vec<String> = settings.into_iter().filter_map(set).collect();
                if !settings.is_empty() {
                    session.execute_all(&settings.join("; ")).await?;
                }
                Ok(session)
            }
            Target::Sqlite(sqlite) => {
                let patience = timeouts.lock.unwrap_or(Duration::from_secs(2));
                Ok(Session::Sqlite(sqlite.options(patience).connect().await?))
            }
        }
    }

    /// Connects to look only: the server refuses to change anything, and a query may take `timeout`.
    pub async fn open_to_read(target: &Target, timeout: Duration) -> Result<Session, DatabaseError> {
        match target {
            Target::Postgres(postgres) => {
                let milliseconds = timeout.as_millis().to_string();
                let options = postgres.options.clone().options([
                    ("default_transaction_read_only", "on"),
                    ("statement_timeout", milliseconds.as_str()),
                    ("lock_timeout", milliseconds.as_str()),
                ]);
                Ok(Session::Postgres(options.connect().await?))
            }
            Target::Sqlite(sqlite) => {
                let options = SqliteConnectOptions::new().filename(&sqlite.file).read_only(true).busy_timeout(timeout);
                Ok(Session::Sqlite(options.connect().await?))
            }
        }
    }

    /// Asks the server to end a statement when this process is gone, and says whether it does: PostgreSQL 14 and later.
    pub async fn watch_for_loss(&mut self) -> bool {
        match self {
            Session::Postgres(_) => self.execute("SET client_connection_check_interval = 1000").await.is_ok(),
            Session::Sqlite(_) => false,
        }
    }

    /// Runs one statement; rows are thrown away. More than one statement in the text is an error on PostgreSQL, as it is
    /// with Ecto.
    pub async fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        match self {
            // Only the extended protocol refuses several statements. It takes two round trips instead of one.
            Session::Postgres(connection) if sql.trim_end().trim_end_matches(';').contains(';') => {
                connection.execute(sqlx::query(AssertSqlSafe(sql)).persistent(false)).await?;
            }
            _ => self.execute_all(sql).await?,
        }
        Ok(())
    }

    /// Runs statements in one message, which must each be one whole statement. `done` is told of each that ran.
    ///
    /// # Errors
    /// With how many ran before it.
    pub async fn execute_batch(
        &mut self,
        statements: &[&str],
        mut done: impl FnMut(usize),
    ) -> Result<(), (usize, DatabaseError)> {
        let text = statements.join(BETWEEN);
        let mut count = 0;
        let mut answers = match self {
            Session::Postgres(connection) => connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(text))),
            Session::Sqlite(_) => {
                for statement in statements {
                    self.execute(statement).await.map_err(|error| (count, error))?;
                    count += 1;
                    done(count);
                }
                return Ok(());
            }
        };
        while let Some(answer) = std::future::poll_fn(|context| answers.as_mut().poll_next(context)).await {
            // Rows are thrown away.
            if answer.map_err(|error| (count, error.into()))?.is_left() {
                count += 1;
                done(count);
            }
        }
        Ok(())
    }

    /// Runs statements of ours, several in one text where that saves time.
    pub async fn execute_all(&mut self, sql: &str) -> Result<(), DatabaseError> {
        match self {
            Session::Postgres(connection) => connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop)?,
            Session::Sqlite(connection) => connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop)?,
        }
        Ok(())
    }

    /// Runs one statement of ours and says how many rows it changed.
    pub async fn affected(&mut self, sql: &str) -> Result<u64, DatabaseError> {
        Ok(match self {
            Session::Postgres(connection) => {
                connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?.rows_affected()
            }
            Session::Sqlite(connection) => connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?.rows_affected(),
        })
    }

    /// The first column of a query's rows, which must be text or null.
    pub async fn texts(&mut self, sql: &str) -> Result<Vec<Option<String>>, DatabaseError> {
        Ok(match self {
            Session::Postgres(connection) => {
                let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
                rows.iter().map(|row| row.try_get::<Option<String>, _>(0)).collect::<Result<_, _>>()?
            }
            Session::Sqlite(connection) => {
                let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
                rows.iter().map(|row| row.try_get::<Option<String>, _>(0)).collect::<Result<_, _>>()?
            }
        })
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Session::Sqlite(_))
    }

    /// Opens a transaction. SQLite's takes the write lock at once, so that what is read in it stays true.
    pub async fn begin(&mut self) -> Result<(), DatabaseError> {
        let sql = if self.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN" };
        self.execute(sql).await
    }

    pub async fn commit(&mut self) -> Result<(), DatabaseError> {
        self.execute("COMMIT").await
    }

    /// Undoes the open transaction. An error is nothing to tell: a connection that is gone has undone it.
    pub async fn rollback(&mut self) {
        let _ = self.execute("ROLLBACK").await;
    }

    /// Says goodbye.
    pub async fn close(self) {
        let _ = match self {
            Session::Postgres(connection) => connection.close().await,
            Session::Sqlite(connection) => connection.close().await,
        };
    }
}
