//! Facts that the sources do not say: taken as they are in the newest snapshot.

use super::DeclaredTable;
use super::outcome::Fact;
use super::run::{Existing, Run};
use crate::pending::assume_unchanged;
use crate::snapshot::Snapshot;
use crate::snapshot::json::Dialect;

/// The declared tables of a generator. Unknown facts hold what the newest snapshot says; each is noted in the run as
/// assumed, or as unresolved where there is no such fact. `existing` finds the newest snapshot.
pub(super) fn settled(
    run: &mut Run<'_>,
    dialect: Dialect,
    existing: &mut dyn FnMut(&mut Run<'_>, &Snapshot) -> Existing,
) -> Vec<DeclaredTable> {
    let mut tables: Vec<DeclaredTable> =
        run.input.declared.iter().filter(|table| table.dialect == dialect).cloned().collect();
    for table in tables.iter_mut().filter(|table| !table.unresolved.is_empty()) {
        let paths = std::mem::take(&mut table.unresolved);
        let known = match existing(run, &table.snapshot) {
            Existing::Here(stored) => {
                assume_unchanged(&mut table.snapshot, paths.iter().map(String::as_str), &stored.snapshot)
            }
            Existing::Missing | Existing::Unreadable => vec![false; paths.len()],
        };
        for (path, known) in paths.into_iter().zip(known) {
            let fact = Fact { cause: table.cause, table: table.snapshot.table.clone(), path };
            if known { &mut run.assumed } else { &mut run.unresolved }.push(fact);
        }
    }
    tables
}
