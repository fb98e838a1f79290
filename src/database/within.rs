//! What migrations come to, found out within a database that is in use: they run in schemas of their own, in one
//! transaction that is undone. Nobody else sees it, and what is there already is neither changed nor locked.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use super::error::{DatabaseError, Kind};
use super::inspect::{catalogue, rows};
use super::ledger::{quoted, text};
use super::migrate::Problem;
use super::run::{Failure, FailureKind, Left};
use super::session::{Session, Timeouts};
use super::target::Target;
use crate::drift::{Catalogue, Named, Relocation};
use crate::render::sql::Statement;

/// The statements of one file.
#[derive(Debug, Clone)]
pub struct Beside {
    pub path: String,
    pub statements: Vec<Statement>,
}

/// How long a statement may wait for a lock: nothing in schemas of our own waits, so this is for what goes astray.
const LOCK: Duration = Duration::from_millis(500);

/// The relations that are there already: number and name. They are asked for before anything runs, as what was dropped has
/// no name any more.
const LIVE: &str = "
    SELECT c.oid::text || ' ' || c.oid::regclass::text FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^(pg_|information_schema$)'";

/// The relations on which this transaction holds more than a lock for reading.
const LOCKED: &str = "
    SELECT DISTINCT relation::text FROM pg_catalog.pg_locks
    WHERE pid = pg_backend_pid() AND granted AND relation IS NOT NULL AND mode NOT IN ('AccessShareLock', 'RowShareLock')";

/// The members of extensions, which stay where they are: schema and name.
const MEMBERS: &str = "
    SELECT n.nspname || '.' || o.name FROM pg_catalog.pg_depend d
    JOIN (SELECT oid, typname AS name, typnamespace AS schema FROM pg_catalog.pg_type
          UNION ALL SELECT oid, proname, pronamespace FROM pg_catalog.pg_proc
          UNION ALL SELECT oid, opcname, opcnamespace FROM pg_catalog.pg_opclass
          UNION ALL SELECT oid, relname, relnamespace FROM pg_catalog.pg_class) o ON o.oid = d.objid
    JOIN pg_catalog.pg_namespace n ON n.oid = o.schema
    WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND n.nspname !~ '^(pg_|information_schema$)'";

/// Runs the statements beside what is there, reads the catalogue they lead to, and undoes everything. `schemas` are made
/// first: the tenant's. `number` tells the schemas from others of this process.
///
/// # Errors
/// When a statement fails, or reaches what is outside of the schemas.
pub async fn inspect_within(
    target: &Target,
    files: &[Beside],
    schemas: &[String],
    number: usize,
    timeout: Duration,
) -> Result<Catalogue, Problem> {
    let timeouts = Timeouts { lock: Some(LOCK), statement: Some(timeout) };
    let mut session = Session::open(target, timeouts).await?;
    session.execute("BEGIN").await?;
    let result = run(&mut session, files, schemas, number).await;
    session.rollback().await;
    session.close().await;
    result
}

async fn run(session: &mut Session, files: &[Beside], schemas: &[String], number: usize) -> Result<Catalogue, Problem> {
    let live = session.texts(LIVE).await?;
    let live: BTreeMap<&str, &str> = live.iter().flatten().filter_map(|line| line.split_once(' ')).collect();
    let (relocation, extensions) = prepare(session, files, schemas, number).await?;
    let home = relocation.schemas.get("public").map(|home| quoted(home)).unwrap_or_default();
    let path: Vec<String> = std::iter::once(home).chain(extensions.iter().map(|schema| quoted(schema))).collect();
    session.execute(&format!("SET LOCAL search_path = {}", path.join(", "))).await?;
    for file in files {
        for statement in &file.statements {
            let failed = |error: FailureKind, sql: Option<&str>| {
                Problem::Failed(Box::new(Failure {
                    path: file.path.clone(),
                    range: Some(statement.range),
                    sql: sql.map(str::to_owned),
                    error,
                    left: Left::Nothing,
                }))
            };
            let sql = statement.sql.as_ref();
            let sql = sql.map_err(|error| failed(FailureKind::Raised(error.message().to_owned()), None))?;
            let Some(moved) = relocation.apply(sql) else { continue };
            let done = session.execute(&moved).await;
            done.map_err(|error| failed(FailureKind::Database(error), Some(&moved)))?;
            let locked = session.texts(LOCKED).await?;
            if let Some(relation) = locked.iter().flatten().find_map(|number| live.get(number.as_str())) {
                let message = format!(
                    "this reaches {relation}, which is not of the temporary schemas (nothing was changed). --shadow database \
                     runs the migrations in a database of their own"
                );
                let error = DatabaseError { kind: Kind::Refused, ..DatabaseError::connection(message) };
                return Err(failed(FailureKind::Database(error), Some(&moved)));
            }
        }
    }
    // Only what lies in our schemas, under the names it would have.
    let ours = |row: &String| {
        let Ok(row) = serde_json::from_str::<Value>(row) else { return false };
        match row["schema"].as_str() {
            Some(schema) => relocation.schemas.values().any(|own| own == schema),
            None => row["name"].as_str().is_some_and(|name| {
                name.starts_with("extension ") || relocation.schemas.values().any(|own| name.contains(own.as_str()))
            }),
        }
    };
    let rows: Vec<String> =
        rows(session).await?.iter().filter(|row| ours(row)).map(|row| relocation.undo(row)).collect();
    Ok(catalogue(&rows)?)
}

/// Makes the schemas; gives what stands for what, and where extensions lie.
async fn prepare(
    session: &mut Session,
    files: &[Beside],
    schemas: &[String],
    number: usize,
) -> Result<(Relocation, BTreeSet<String>), Problem> {
    let mut named = Named::default();
    for sql in files.iter().flat_map(|file| &file.statements).filter_map(|statement| statement.sql.as_ref().ok()) {
        named.add(sql);
    }
    let live = session
        .texts("SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'")
        .await?;
    let live: BTreeSet<String> = live.into_iter().flatten().collect();
    let wanted: BTreeSet<String> = (named.mentioned.intersection(&live).chain(&named.made).chain(schemas).cloned())
        .chain(["public".to_owned()])
        .collect();
    let mut relocation = Relocation::default();
    for (place, schema) in wanted.into_iter().enumerate() {
        // PostgreSQL prints the name in quotes where it would print the other one in quotes.
        let plain = session.texts(&format!("SELECT (quote_ident({0}) = {0})::text", text(&schema))).await?;
        let dash = if plain.first().is_some_and(|plain| plain.as_deref() == Some("true")) { "_" } else { "-" };
        let name = format!("ashls_shadow{dash}{}_{number}_{place}x", std::process::id());
        if !named.made.contains(&schema) {
            session.execute(&format!("CREATE SCHEMA {}", quoted(&name))).await?;
        }
        relocation.schemas.insert(schema, name);
    }
    let mut extensions = BTreeSet::new();
    for member in session.texts(MEMBERS).await?.into_iter().flatten() {
        if let Some((schema, name)) = member.split_once('.') {
            extensions.insert(schema.to_owned());
            relocation.kept.insert((schema.to_owned(), name.to_owned()));
        }
    }
    Ok((relocation, extensions))
}
