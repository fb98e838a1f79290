//! Which operations need a migration file of their own: an index made concurrently cannot run in a transaction, and
//! a foreign key on its columns has to wait for it. Mirrors `split_into_migrations/1` of
//! `AshPostgres.MigrationGenerator` (2.12.0).

use super::Step;
use crate::diff::Operation;
use crate::diff::operation::Change;
use crate::snapshot::{Field, Reference};

/// One list per file: the ordinary operations, the concurrent indexes, the foreign keys that wait for them. No list is
/// empty.
pub fn split_into_migrations(steps: Vec<Step>) -> Vec<Vec<Step>> {
    let (indexes, ordinary): (Vec<_>, Vec<_>) =
        steps.into_iter().partition(|step| is_concurrent_index(&step.operation));

    let unique_columns: Vec<(String, String)> =
        indexes.iter().flat_map(|step| unique_columns(&step.operation)).collect();
    let (deferred, ordinary): (Vec<_>, Vec<_>) = ordinary.into_iter().partition(|step| {
        reference(&step.operation).is_some_and(|reference| {
            unique_columns
                .iter()
                .any(|(table, column)| *table == reference.table && *column == reference.destination_attribute)
        })
    });
    [ordinary, indexes, deferred].into_iter().filter(|steps| !steps.is_empty()).collect()
}

/// Whether the operation makes an index concurrently.
pub fn is_concurrent_index(operation: &Operation) -> bool {
    match &operation.change {
        Change::AddCustomIndex { index, .. } => index.concurrently,
        Change::AddUniqueIndex { concurrently, .. } => *concurrently,
        _ => false,
    }
}

/// Table and column of each key of an identity's index.
fn unique_columns(operation: &Operation) -> Vec<(String, String)> {
    let Change::AddUniqueIndex { identity, .. } = &operation.change else { return Vec::new() };
    let columns = identity.keys.iter().filter_map(|key| match key {
        Field::Column(column) => Some(column.clone()),
        _ => None,
    });
    columns.map(|column| (operation.on.table.clone(), column)).collect()
}

fn reference(operation: &Operation) -> Option<&Reference> {
    match &operation.change {
        Change::AlterAttribute { new_attribute: attribute, .. }
        | Change::AddAttribute { attribute }
        | Change::DropForeignKey { attribute, .. } => attribute.references.as_ref(),
        _ => None,
    }
}
