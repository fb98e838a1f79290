//! A database's catalogue, asked for with one query per kind of object.

use super::error::DatabaseError;
use super::session::{Session, Timeouts};
use super::target::Target;
use crate::drift::{Catalogue, Row};

const POSTGRES: &[&str] = &[
    include_str!("inspect/tables.sql"),
    include_str!("inspect/columns.sql"),
    include_str!("inspect/constraints.sql"),
    include_str!("inspect/indexes.sql"),
    include_str!("inspect/others.sql"),
];

const SQLITE: &[&str] = &[include_str!("inspect/sqlite.sql")];

/// Reads the catalogue, in one moment of the database. Writes nothing.
pub async fn inspect(target: &Target, timeouts: Timeouts) -> Result<Catalogue, DatabaseError> {
    let mut session = Session::open(target, timeouts).await?;
    let begin = if session.is_sqlite() { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
    session.execute(begin).await?;
    let rows = rows(&mut session).await?;
    session.rollback().await;
    session.close().await;
    catalogue(&rows)
}

/// The rows of the catalogue's queries, as JSON, in the transaction that is open.
pub(super) async fn rows(session: &mut Session) -> Result<Vec<String>, DatabaseError> {
    let queries = match session.is_sqlite() {
        true => SQLITE,
        false => {
            // With nothing on the path, names are printed with their schemas.
            session.execute("SET LOCAL search_path = pg_catalog").await?;
            POSTGRES
        }
    };
    let mut rows = Vec::new();
    for query in queries {
        rows.extend(session.texts(query).await?.into_iter().flatten());
    }
    Ok(rows)
}

/// The catalogue that the rows tell of.
pub(super) fn catalogue(rows: &[String]) -> Result<Catalogue, DatabaseError> {
    let read = |row: &String| {
        serde_json::from_str::<Row>(row)
            .map_err(|error| DatabaseError::connection(format!("the catalogue cannot be read: {error}")))
    };
    Ok(Catalogue::of(rows.iter().map(read).collect::<Result<Vec<Row>, _>>()?))
}
