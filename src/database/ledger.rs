//! Ecto's books: the table that says which migrations ran (`Ecto.Migration.SchemaMigration`, ecto_sql 3.14).

use std::collections::BTreeSet;

use super::error::{DatabaseError, Kind};
use super::session::Session;

/// The table of one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// `schema_migrations`, or the repo's `migration_source`.
    pub source: String,
    /// The schema; `None` for the one that comes first in the search path.
    pub prefix: Option<String>,
}

impl Ledger {
    /// The table's name for SQL.
    pub fn table(&self) -> String {
        match &self.prefix {
            Some(prefix) => format!("{}.{}", quoted(prefix), quoted(&self.source)),
            None => quoted(&self.source),
        }
    }

    /// Whether the table is there.
    pub async fn exists(&self, session: &mut Session) -> Result<bool, DatabaseError> {
        let sql = match session.is_sqlite() {
            true => format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name = {}", text(&self.source)),
            false => format!("SELECT to_regclass({})::text", text(&self.table())),
        };
        Ok(session.texts(&sql).await?.first().is_some_and(Option::is_some))
    }

    /// Makes the table unless it is there (`ensure_schema_migrations_table!/3`).
    pub async fn ensure(&self, session: &mut Session) -> Result<(), DatabaseError> {
        // Looked for first: who may not create tables can still run migrations that only change data.
        if self.exists(session).await? {
            return Ok(());
        }
        let columns = match session.is_sqlite() {
            true => "\"version\" INTEGER PRIMARY KEY, \"inserted_at\" TEXT",
            false => "\"version\" bigint, \"inserted_at\" timestamp(0), PRIMARY KEY (\"version\")",
        };
        match session.execute(&format!("CREATE TABLE IF NOT EXISTS {} ({columns})", self.table())).await {
            // Two that make it at the same moment collide in PostgreSQL's catalogue, and one of them did it.
            Err(error) if error.kind == Kind::Refused && self.exists(session).await? => {
                tracing::debug!("{}: {error}", self.table());
                Ok(())
            }
            result => result,
        }
    }

    /// The versions that ran.
    pub async fn versions(&self, session: &mut Session) -> Result<BTreeSet<i64>, DatabaseError> {
        Ok(versions_of(session.texts(&self.versions_query()).await?))
    }

    /// The query that [`versions_of`] understands.
    pub fn versions_query(&self) -> String {
        format!("SELECT CAST(\"version\" AS text) FROM {}", self.table())
    }

    /// A query that has a row when a version ran.
    pub fn query(&self, version: i64) -> String {
        format!("SELECT 'yes' FROM {} WHERE \"version\" = {version}", self.table())
    }

    /// The statement that writes down that a version ran.
    pub fn record(&self, version: i64, sqlite: bool) -> String {
        // UTC to the second, as Ecto's `:naive_datetime` has it; by the database's clock.
        let now = match sqlite {
            true => "strftime('%Y-%m-%dT%H:%M:%S', 'now')",
            false => "date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')",
        };
        format!("INSERT INTO {} (\"version\", \"inserted_at\") VALUES ({version}, {now})", self.table())
    }

    /// The statement that strikes a version out.
    pub fn forget(&self, version: i64) -> String {
        format!("DELETE FROM {} WHERE \"version\" = {version}", self.table())
    }
}

/// The versions that ran, from the rows of [`Ledger::versions_query`].
pub fn versions_of(rows: Vec<Option<String>>) -> BTreeSet<i64> {
    rows.into_iter().flatten().filter_map(|version| version.parse().ok()).collect()
}

/// A name as an SQL identifier.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as an SQL literal.
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
