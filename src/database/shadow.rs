//! A database that is there for a moment: to see what migrations come to, printed by the same server.

use std::path::PathBuf;

use super::error::DatabaseError;
use super::storage::{create, drop};
use super::target::{PostgresTarget, SqliteTarget, Target};

/// A new, empty database beside another one. [`Shadow::remove`] must be called.
#[derive(Debug)]
pub struct Shadow {
    pub target: Target,
}

impl Shadow {
    /// Makes a database on the same server, or a SQLite file in the folder for temporary files. `number` tells it from
    /// other shadows of this process.
    ///
    /// # Errors
    /// When the user may not make databases, or the server cannot be reached.
    pub async fn make(like: &Target, number: usize) -> Result<Shadow, DatabaseError> {
        let name = format!("ashls_shadow_{}_{number}", std::process::id());
        let target = match like {
            Target::Postgres(postgres) => Target::Postgres(Box::new(PostgresTarget {
                options: postgres.options.clone().database(&name),
                database: name,
                force_drop: true,
                ..(**postgres).clone()
            })),
            Target::Sqlite(_) => {
                let mut file: PathBuf = std::env::temp_dir();
                file.push(format!("{name}.db"));
                Target::Sqlite(SqliteTarget::new(file))
            }
        };
        create(&target).await?;
        Ok(Shadow { target })
    }

    /// Removes the database.
    pub async fn remove(self) -> Result<(), DatabaseError> {
        drop(&self.target).await.map(|_| ())
    }
}
