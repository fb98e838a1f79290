//! From operations to migrations: in which order they run, in which file and in which block.
//!
//! Knows what an operation needs and makes true ([`facts`]), never how it is written (`render` does). Mirrors
//! `operations_to_migrations/4` and `organize_operations/1` of `AshPostgres.MigrationGenerator` (2.12.0).

mod column_sets;
pub mod extension;
pub mod facts;
pub mod order;
pub mod phase;
pub mod review;
pub mod split;
pub mod sqlite;
pub mod streamline;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use order::CycleError;
pub use phase::{Phase, PhaseKind};
pub use review::Review;

use crate::diff::Operation;
use crate::diff::operation::Change;

/// What the plan depends on besides the operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlanOptions {
    /// The operations belong to tenant migrations; `global?` statements then go to a migration of their own in the
    /// public folder.
    pub tenant: bool,
}

/// Operations in the migrations they will be written to. Empty `migrations` when there are no operations.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// One entry per file, in the order in which the files (and their time stamps) are made.
    pub migrations: Vec<PlannedMigration>,
    /// What the user should look at before running them.
    pub review: Review,
}

/// One migration file.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedMigration {
    /// Goes to the tenant migrations folder.
    pub tenant: bool,
    /// Position among the files of one plan: file and module names of all but the first end in `_1`, `_2`.
    pub split_index: usize,
    /// Needs `@disable_ddl_transaction` because an index is made concurrently.
    pub without_transaction: bool,
    /// In the order of `up`; `down` is the reverse.
    pub phases: Vec<Phase>,
}

/// An operation in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub operation: Operation,
    /// Indexes into the list given to [`plan`]: the operation itself and what was merged into it.
    pub sources: Vec<usize>,
}

impl Plan {
    /// No migration: a run that writes only snapshots does not ask for an order either.
    pub fn of_snapshots(operations: &[Operation]) -> Plan {
        Plan { migrations: Vec::new(), review: Review::of(operations) }
    }
}

/// Orders, merges and groups the operations of one repo (and of either its tenants or its public schema).
///
/// Fails when operations need each other; the error's text is the generator's.
pub fn plan(operations: Vec<Operation>, options: &PlanOptions) -> Result<Plan, CycleError> {
    let steps = without_repetitions(operations);
    let review = Review::of(steps.iter().map(|step| &step.operation));

    let (public, own): (Vec<_>, Vec<_>) =
        steps.into_iter().partition(|step| options.tenant && is_public_statement(&step.operation));

    let mut migrations = migrations_for(own, options.tenant)?;
    migrations.extend(migrations_for(public, false)?);
    Ok(Plan { migrations, review })
}

fn migrations_for(steps: Vec<Step>, tenant: bool) -> Result<Vec<PlannedMigration>, CycleError> {
    split::split_into_migrations(steps)
        .into_iter()
        .enumerate()
        .map(|(split_index, steps)| {
            let without_transaction = steps.iter().any(|step| split::is_concurrent_index(&step.operation));
            let steps = streamline::streamline(order::in_order(steps)?);
            Ok(PlannedMigration { tenant, split_index, without_transaction, phases: phase::phases(steps) })
        })
        .collect()
}

/// Equal operations run once, at the first one's place. The sources of the repetitions are kept.
fn without_repetitions(operations: Vec<Operation>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::with_capacity(operations.len());
    let mut by_table: std::collections::BTreeMap<String, Vec<usize>> = Default::default();
    for (index, operation) in operations.into_iter().enumerate() {
        let earlier = by_table.entry(operation.on.table.clone()).or_default();
        match earlier.iter().find(|&&position| steps[position].operation == operation) {
            Some(&position) => steps[position].sources.push(index),
            None => {
                earlier.push(steps.len());
                steps.push(Step { operation, sources: vec![index] });
            }
        }
    }
    steps
}

fn is_public_statement(operation: &Operation) -> bool {
    match &operation.change {
        Change::AddCustomStatement { statement } | Change::RemoveCustomStatement { statement } => statement.global,
        _ => false,
    }
}
