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
    let queries = match session.is_sqlite() {
        true => {
            session.execute("BEGIN").await?;
            SQLITE
        }
        false => {
            session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
            // With nothing on the path, names are printed with their schemas.
            session.execute("SET LOCAL search_path = pg_catalog").await?;
            POSTGRES
        }
    };
    let mut rows = Vec::new();
    for query in queries {
        for row in session.texts(query).await?.into_iter().flatten() {
            rows.push(
                serde_json::from_str::<Row>(&row)
                    .map_err(|error| DatabaseError::connection(format!("the catalogue cannot be read: {error}")))?,
            );
        }
    }
    session.rollback().await;
    session.close().await;
    Ok(Catalogue::of(rows))
}
