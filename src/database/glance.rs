//! A short look at a database that others work on: read-only, and given up when it takes long.

use std::collections::BTreeMap;
use std::time::Duration;

use super::error::DatabaseError;
use super::inspect::{catalogue, rows};
use super::ledger::quoted;
use super::session::Session;
use super::target::Target;
use crate::drift::Catalogue;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glance {
    /// The catalogue.
    pub catalogue: bool,
    /// Tables of which the rows are counted, as `table` or `schema.table`.
    pub tables: Vec<String>,
}

/// What was found. `true` beside a count: there are more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glanced {
    pub catalogue: Option<Catalogue>,
    pub rows: BTreeMap<String, (u64, bool)>,
}

/// Where counting stops.
const ENOUGH: u64 = 100_000;

/// Looks, in one transaction that may only read. Each query may take `timeout`, and so may connecting. A table that cannot
/// be counted, because it is not there or counting takes too long, is left out.
pub async fn glance(target: &Target, wanted: &Glance, timeout: Duration) -> Result<Glanced, DatabaseError> {
    let opened = tokio::time::timeout(timeout, Session::open_to_read(target, timeout)).await;
    let late = || DatabaseError::connection(format!("no answer within {} ms", timeout.as_millis()));
    let mut session = opened.map_err(|_| late())??;
    let looking = look(&mut session, wanted);
    // The server ends a query that takes too long; this is for a server that does not answer at all.
    let patience = timeout.saturating_mul(u32::try_from(wanted.tables.len() + 8).unwrap_or(u32::MAX));
    let found = tokio::time::timeout(patience, looking).await.map_err(|_| late())?;
    session.close().await;
    found
}

async fn look(session: &mut Session, wanted: &Glance) -> Result<Glanced, DatabaseError> {
    let mut found = Glanced::default();
    if wanted.catalogue {
        let begin = if session.is_sqlite() { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
        session.execute(begin).await?;
        let rows = rows(session).await?;
        session.rollback().await;
        found.catalogue = Some(catalogue(&rows)?);
    }
    for table in &wanted.tables {
        let name: Vec<String> = table.split('.').map(quoted).collect();
        let text = if session.is_sqlite() { "CAST(count(*) AS TEXT)" } else { "count(*)::text" };
        let limit = ENOUGH + 1;
        let sql = format!("SELECT {text} FROM (SELECT 1 FROM {} LIMIT {limit}) AS counted", name.join("."));
        let Ok(counted) = session.texts(&sql).await else { continue };
        if let Some(count) = counted.into_iter().flatten().next().and_then(|count| count.parse::<u64>().ok()) {
            found.rows.insert(table.clone(), (count.min(ENOUGH), count > ENOUGH));
        }
    }
    Ok(found)
}
