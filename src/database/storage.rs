//! Making and removing databases (`storage_up/1` and `storage_down/1` of Ecto's adapters).

use std::path::PathBuf;

use super::error::DatabaseError;
use super::ledger::{quoted, text};
use super::session::{Session, Timeouts};
use super::target::{PostgresTarget, Target};

/// Whether there was something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Done,
    Already,
}

/// Makes the database.
pub async fn create(target: &Target) -> Result<Change, DatabaseError> {
    match target {
        Target::Postgres(postgres) => create_postgres(postgres).await,
        Target::Sqlite(sqlite) => {
            if sqlite.file.exists() {
                return Ok(Change::Already);
            }
            if let Some(folder) = sqlite.file.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|error| DatabaseError::connection(format!("{}: {error}", folder.display())))?;
            }
            let options = sqlite.options(std::time::Duration::from_secs(2)).create_if_missing(true);
            let connection = sqlx::ConnectOptions::connect(&options).await?;
            // Nothing is written before the first page is; this sets the journal mode into the file.
            let mut session = Session::Sqlite(connection);
            session.execute("PRAGMA user_version = 0").await?;
            session.close().await;
            Ok(Change::Done)
        }
    }
}

async fn create_postgres(postgres: &PostgresTarget) -> Result<Change, DatabaseError> {
    let mut session = maintenance(postgres).await?;
    let database = &postgres.database;
    let existing = format!("SELECT datname::text FROM pg_catalog.pg_database WHERE datname = {}", text(database));
    if !session.texts(&existing).await?.is_empty() {
        session.close().await;
        return Ok(Change::Already);
    }
    let mut sql = format!("CREATE DATABASE {}", quoted(database));
    let options =
        [("ENCODING", &postgres.encoding), ("LC_CTYPE", &postgres.lc_ctype), ("LC_COLLATE", &postgres.lc_collate)];
    for (name, value) in options {
        if let Some(value) = value {
            sql.push_str(&format!(" {name} = {}", text(value)));
        }
    }
    if let Some(template) = &postgres.template {
        sql.push_str(&format!(" TEMPLATE = {}", quoted(template)));
    }
    match session.execute(&sql).await {
        Err(error) if error.is("42P04") => return Ok(Change::Already),
        result => result?,
    }
    session.execute(&format!("ALTER DATABASE {} SET timezone TO 'Etc/UTC'", quoted(database))).await?;
    session.close().await;
    Ok(Change::Done)
}

/// Removes the database and everything in it.
pub async fn drop(target: &Target) -> Result<Change, DatabaseError> {
    match target {
        Target::Postgres(postgres) => {
            let mut session = maintenance(postgres).await?;
            let force = if postgres.force_drop { " WITH (FORCE)" } else { "" };
            let dropped = session.execute(&format!("DROP DATABASE {}{force}", quoted(&postgres.database))).await;
            session.close().await;
            match dropped {
                Err(error) if error.is("3D000") => Ok(Change::Already),
                result => result.map(|()| Change::Done),
            }
        }
        Target::Sqlite(sqlite) => {
            let beside = |ending: &str| {
                let mut name = sqlite.file.clone().into_os_string();
                name.push(ending);
                PathBuf::from(name)
            };
            if !sqlite.file.exists() {
                return Ok(Change::Already);
            }
            for file in [sqlite.file.clone(), beside("-wal"), beside("-shm"), beside("-journal")] {
                match std::fs::remove_file(&file) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(DatabaseError::connection(format!("{}: {error}", file.display())));
                    }
                    _ => {}
                }
            }
            Ok(Change::Done)
        }
    }
}

/// A session beside the database itself.
async fn maintenance(postgres: &PostgresTarget) -> Result<Session, DatabaseError> {
    let options = postgres.options.clone().database(&postgres.maintenance_database);
    let target = Target::Postgres(Box::new(PostgresTarget { options, ..postgres.clone() }));
    Session::open(&target, Timeouts::default()).await
}
