//! Where the order of what is generated cannot be known.

use std::collections::BTreeSet;

use crate::codegen::{Outcome, RepoChanges};
use crate::project::Project;
use crate::snapshot::Strategy;

/// Tables up to which an Erlang map keeps them in the order of their names.
const SMALL_MAP: usize = 32;

/// A sentence for each repo whose generated files may have another order than the generator gives them. The generator goes
/// through the tables as its map holds them: by name up to 32, beyond that by a hash that Erlang does not fix. We always go by
/// name. It matters when several tables change.
pub fn order_notes(outcome: &Outcome, project: &Project) -> Vec<String> {
    let several = outcome.repos.iter().filter(|changes| changes.tables.len() > 1);
    let notes = several.filter_map(|changes| {
        let tables = tables(changes, project);
        (tables > SMALL_MAP).then(|| {
            format!(
                "{} has {tables} tables{}: where changes of several tables may come in any order, they are written by the \
                 tables' names; beyond {SMALL_MAP} tables mix orders them by a hash of Erlang's, and may write the same \
                 changes in another order",
                changes.repo,
                if changes.tenant { " of tenants" } else { "" }
            )
        })
    });
    notes.collect()
}

/// How many tables the generator compares at once.
fn tables(changes: &RepoChanges, project: &Project) -> usize {
    let declared = project.desired().filter(|desired| desired.managed).map(|desired| &desired.snapshot);
    let own = declared.filter(|snapshot| {
        snapshot.repo == changes.repo && (snapshot.multitenancy.strategy == Some(Strategy::Context)) == changes.tenant
    });
    own.map(|snapshot| (&snapshot.schema, &snapshot.table)).collect::<BTreeSet<_>>().len()
}
