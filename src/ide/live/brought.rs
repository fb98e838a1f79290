//! What declarations of a fragment or wrapper make pending in the tables of other files' resources.
//!
//! The cause of an operation is where its declaration stands: in a fragment, or, for what a macro writes, at the `use` that
//! called the macro. Then the declaration is looked for in the macro itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::project::LiveProject;
use super::tables::{Planned, TableKey};
use crate::ide::bodies::bodies;
use crate::ide::provenance::used_at;
use crate::pending::{PendingOperation, ProjectState};
use crate::resource::{Relationship, Resource};
use crate::syntax::{Call, Expr};
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
                if let Some((file, _)) = place(&project.state, &planned.operation) {
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
        let here = planned.filter_map(|planned| {
            let (at, range) = place(&project.state, &planned.operation)?;
            (*at == *file).then_some((planned, range))
        });
        here.collect()
    }
}

/// The declaration of an operation, if it stands in another file than the resource.
fn place(state: &ProjectState, operation: &PendingOperation) -> Option<(Arc<str>, Range)> {
    let project = &state.project;
    let cause = operation.cause.as_ref()?;
    let mut resources = operation.resources.iter().filter_map(|module| project.resource(module));
    let Some(own) = resources.find(|resource| resource.origin.file == cause.file) else {
        return Some((cause.file.clone(), cause.range));
    };
    // Seen without the tree of the resource, which is not in memory as a rule.
    let text = state.source(&cause.file)?;
    if !text.get(cause.range.start..)?.starts_with("use ") {
        return None;
    }
    let path = operation.description.paths.first()?;
    let used = used_at(project.module(&own.module)?, cause).filter(|used| used != "Ash.Resource")?;
    let wrapper = project.module(&used).filter(|wrapper| wrapper.file != cause.file)?;
    let quoted = bodies(wrapper.body()).into_iter().filter(|body| body.quoted.is_some());
    let sections = quoted.flat_map(|body| body.expressions).filter_map(Expr::as_call);
    let mut declarations = sections.filter_map(|section| declared(section, path, own));
    // Of several, under different conditions, nobody knows here which one was meant.
    let range = declarations.next().filter(|_| declarations.next().is_none())?;
    Some((wrapper.file.clone(), range))
}

/// The entity of a section that declares what `path` names (`attributes.title`, `identities.unique_title`).
fn declared(section: &Call, path: &str, resource: &Resource) -> Option<Range> {
    let mut parts = path.split('.');
    let (list, name) = (parts.next()?, parts.next()?);
    let by_name = |wanted: &str, section: &Call| {
        let entities = section.block.iter().flat_map(|block| &block.body);
        let mut named = entities.filter(|expr| {
            let first = expr.as_call().and_then(|call| call.positional().next());
            first.and_then(Expr::as_atom) == Some(wanted)
        });
        named.next().map(|expr| expr.range)
    };
    let attribute = || resource.attributes.iter().find(|it| it.source.as_ref().is_ok_and(|source| source == name));
    match (list, section.local_name()?) {
        ("attributes", "attributes") => by_name(&attribute()?.name, section),
        ("attributes", "relationships") => {
            let attribute = attribute()?;
            let is_key = |it: &&Relationship| it.source_attribute.as_ref().is_ok_and(|key| *key == attribute.name);
            by_name(&resource.relationships.iter().find(is_key)?.name, section)
        }
        ("identities", "identities") => by_name(name, section),
        _ => None,
    }
}
