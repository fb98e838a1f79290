//! Looking without changing anything: what a run would do, and what ran.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::error::DatabaseError;
use super::ledger::Ledger;
use super::migrate::{Books, Problem, Request};
use super::prepare::Chosen;
use super::report::Reporter;
use super::session::Session;
use super::target::Target;
use crate::migration::library::Installed;
use crate::migration::order::{MigrationName, Way, without_file};
use crate::render::sql::{Statement, statements};

/// What a run would do: the statements of each file, none of which run.
///
/// # Errors
/// As for [`migrate()`](super::migrate()), before anything runs.
pub async fn sql_of(
    request: &Request<'_>,
    report: Reporter<'_>,
) -> Result<Vec<(MigrationName, Vec<Statement>)>, Problem> {
    let ledger = request.ledger();
    let mut session = Session::open(request.target, request.timeouts).await?;
    let versions = match ledger.exists(&mut session).await? {
        true => ledger.versions(&mut session).await?,
        false => BTreeSet::new(),
    };
    let mut installed = Installed::new();
    let mut found = Vec::new();
    for Chosen { file, migration } in request.chosen(&versions, report)? {
        let Some(migration) = migration else { continue };
        let migration = request.as_of_now(file, migration, &mut session, &installed).await?;
        request.tell_notes(file, &migration, report);
        let (steps, leaves) = match request.way {
            Way::Up => (&migration.up, &migration.up_leaves),
            Way::Down => (&migration.down, &migration.down_leaves),
        };
        installed.extend(leaves.clone());
        found.push((file.name.clone(), statements(steps, request.adapter())));
    }
    session.close().await;
    Ok(found)
}

/// The versions that ran, asked on a connection that can only read.
pub async fn applied(target: &Target, books: &Books) -> Result<BTreeSet<i64>, DatabaseError> {
    let ledger = Ledger { source: books.source.clone(), prefix: None };
    let mut session = Session::open_to_read(target, PATIENCE).await?;
    let versions = match ledger.exists(&mut session).await? {
        true => ledger.versions(&mut session).await?,
        false => BTreeSet::new(),
    };
    session.close().await;
    Ok(versions)
}

/// How long a question to [`applied`] may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The state of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub version: i64,
    pub applied: bool,
    /// Name and path; `None` for an applied version without a file.
    pub file: Option<(String, String)>,
}

/// Every version that has a file or is applied, oldest first. Only reads.
pub async fn status(request: &Request<'_>) -> Result<Vec<Status>, DatabaseError> {
    let ledger = request.ledger();
    let mut session = Session::open(request.target, request.timeouts).await?;
    let versions = match ledger.exists(&mut session).await? {
        true => ledger.versions(&mut session).await?,
        false => BTreeSet::new(),
    };
    session.close().await;
    let mut all: BTreeMap<(i64, String), Status> = BTreeMap::new();
    for file in request.files {
        let MigrationName { version, name, path } = file.name.clone();
        let applied = versions.contains(&version);
        all.insert((version, path.clone()), Status { version, applied, file: Some((name, path)) });
    }
    let names: Vec<MigrationName> = request.files.iter().map(|file| file.name.clone()).collect();
    for version in without_file(&names, &versions) {
        all.insert((version, String::new()), Status { version, applied: true, file: None });
    }
    Ok(all.into_values().collect())
}
