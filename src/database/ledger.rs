//! Ecto's books: the table that says which migrations ran (`Ecto.Migration.SchemaMigration`, ecto_sql 3.14).

use std::collections::BTreeSet;

use super::error::DatabaseError;
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
        session.execute(&format!("CREATE TABLE IF NOT EXISTS {} ({columns})", self.table())).await
    }

    /// The versions that ran.
    pub async fn versions(&self, session: &mut Session) -> Result<BTreeSet<i64>, DatabaseError> {
        let kind = if session.is_sqlite() { "TEXT" } else { "text" };
        let rows = session.texts(&format!("SELECT CAST(\"version\" AS {kind}) FROM {}", self.table())).await?;
        Ok(rows.into_iter().flatten().filter_map(|version| version.parse().ok()).collect())
    }

    /// Whether a version ran.
    pub async fn has(&self, session: &mut Session, version: i64) -> Result<bool, DatabaseError> {
        let sql = format!("SELECT 'yes' FROM {} WHERE \"version\" = {version}", self.table());
        Ok(!session.texts(&sql).await?.is_empty())
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

/// A name as an SQL identifier.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as an SQL literal.
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
