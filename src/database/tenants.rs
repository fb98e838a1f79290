//! The same run on many schemas, several at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::error::DatabaseError;
use super::migrate::{Applied, Problem, Request, migrate};
use super::report::Event;
use super::session::{Session, Timeouts};
use super::target::Target;
use crate::migration::Config;

/// What became of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantOutcome {
    pub tenant: String,
    pub applied: Applied,
    pub problem: Option<Problem>,
}

/// The tenants that a query names in its first column.
///
/// # Errors
/// When the query fails or its first column is no text.
pub async fn tenants_of(target: &Target, query: &str, timeouts: Timeouts) -> Result<Vec<String>, DatabaseError> {
    let mut session = Session::open(target, timeouts).await?;
    let rows = session.texts(query).await?;
    session.close().await;
    Ok(rows.into_iter().flatten().collect())
}

/// Runs `request` for every tenant, `jobs` at a time. One tenant's failure does not stop the others. `finished` is told of
/// each tenant when it is done, in any order; the outcomes come in the order of the tenants.
pub async fn migrate_tenants(
    request: &Request<'_>,
    tenants: &[String],
    jobs: usize,
    finished: Arc<dyn Fn(&TenantOutcome) + Send + Sync>,
) -> Vec<TenantOutcome> {
    let shared = Arc::new(Shared {
        target: request.target.clone(),
        books: request.books.clone(),
        files: request.files.to_vec(),
    });
    let slots = Arc::new(Semaphore::new(jobs.max(1)));
    let mut tasks = JoinSet::new();
    for (number, tenant) in tenants.iter().enumerate() {
        let (shared, slots, finished) = (shared.clone(), slots.clone(), finished.clone());
        let (config, skip, assume) = (request.config.clone(), request.skip.clone(), request.assume.clone());
        let (way, extent, strict_order) = (request.way, request.extent, request.strict_order);
        let (timeouts, patience, retries) = (request.timeouts, request.patience, request.retries);
        let patient_without_transaction = request.patient_without_transaction;
        let tenant = tenant.clone();
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _slot = slots.acquire().await;
            let request = Request {
                target: &shared.target,
                books: &shared.books,
                files: &shared.files,
                config: Config { prefix: Some(tenant.clone()), ..config },
                way,
                extent,
                skip,
                assume,
                strict_order,
                timeouts,
                patient_without_transaction,
                patience,
                retries,
            };
            let (applied, result) = migrate(&request, &|_: Event| {}).await;
            let outcome = TenantOutcome { tenant, applied, problem: result.err() };
            finished(&outcome);
            (number, outcome)
        });
    }
    let mut outcomes = Vec::with_capacity(tenants.len());
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok(outcome) => outcomes.push(outcome),
            Err(error) => tracing::error!("a tenant's task ended: {error}"),
        }
    }
    outcomes.sort_by_key(|(number, _)| *number);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

struct Shared {
    target: Target,
    books: super::migrate::Books,
    files: Vec<super::migrate::MigrationFile>,
}
