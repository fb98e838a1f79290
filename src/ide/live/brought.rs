//! What declarations of a fragment or wrapper make pending in the tables of other files' resources.
//!
//! The cause of an operation is where its declaration stands: in a fragment, or, for what a macro writes, at the `use` that
//! called the macro, with the place in the macro itself: of a wrapper of a wrapper, that of the inner one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::project::LiveProject;
use super::tables::{Planned, TableKey};
use crate::pending::{PendingOperation, ProjectState};
use crate::text::Range;

/// The files whose declarations make something pending elsewhere, with the tables.
#[derive(Default)]
pub(super) struct Brought(BTreeMap<Arc<str>, BTreeSet<TableKey>>);

impl Brought {
    /// Takes in what is pending on `tables` now. Returns the files that show something else than before.
    pub fn take(&mut self, project: &LiveProject, tables: &BTreeSet<TableKey>) -> BTreeSet<String> {
        let mut touched = BTreeSet::new();
        for (file, known) in &mut self.0 {
            let before = known.len();
            known.retain(|table| !tables.contains(table));
            if known.len() != before {
                touched.insert(file.to_string());
            }
        }
        for table in tables {
            for planned in project.tables.pending_on(table) {
                for (file, _) in places(&project.state, &planned.operation) {
                    touched.insert(file.to_string());
                    self.0.entry(file).or_default().insert(table.clone());
                }
            }
        }
        self.0.retain(|_, tables| !tables.is_empty());
        touched
    }

    /// What declarations in `file` make pending elsewhere, with the declarations.
    pub fn in_file<'a>(&self, project: &'a LiveProject, file: &str) -> Vec<(&'a Planned, Range)> {
        let planned = self.0.get(file).into_iter().flatten().flat_map(|table| project.tables.pending_on(table));
        let here = planned.flat_map(|planned| {
            let places = places(&project.state, &planned.operation).into_iter();
            places.filter(|(at, _)| **at == *file).map(move |(_, range)| (planned, range))
        });
        here.collect()
    }
}

/// The declarations of an operation that stand in other files than its resources: in a fragment, in the macro that wrote
/// them, or both where a fragment uses the macro.
fn places(state: &ProjectState, operation: &PendingOperation) -> Vec<(Arc<str>, Range)> {
    let Some(cause) = &operation.cause else { return Vec::new() };
    let resources: Vec<_> = operation.resources.iter().filter_map(|module| state.project.resource(module)).collect();
    let is_own = |file: &Arc<str>| resources.iter().any(|resource| resource.origin.file == *file);
    let places = [Some(cause), cause.written.as_deref()].into_iter().flatten();
    places.filter(|origin| !is_own(&origin.file)).map(|origin| (origin.file.clone(), origin.range)).collect()
}
