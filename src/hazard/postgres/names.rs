//! The names that operations give to tables, columns, indexes and constraints.

use crate::diff::operation::{Change, Operation, TableContext};
use crate::migration::default_index_name;
use crate::snapshot::{Attribute, CustomIndex, Field, Multitenancy, Strategy};

/// What a name belongs to. Tables and indexes of a schema share one space of names, constraints have one per table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Table,
    Column,
    Index,
    Constraint,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Table => "table",
            Kind::Column => "column",
            Kind::Index => "index",
            Kind::Constraint => "constraint",
        }
    }
}

/// Bytes of a name that PostgreSQL keeps (`NAMEDATALEN` less one).
pub const LIMIT: usize = 63;

/// The name as PostgreSQL stores it.
pub fn stored(name: &str) -> &str {
    let mut end = name.len().min(LIMIT);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// The names that the operation brings into the database.
pub fn given(operation: &Operation) -> Vec<(Kind, String)> {
    let on = &operation.on;
    let named = |index: Option<String>| index.map(|name| (Kind::Index, name)).into_iter().collect();
    match &operation.change {
        Change::CreateTable { .. } | Change::RenameTable { .. } => vec![(Kind::Table, on.table.clone())],
        Change::AddAttribute { attribute } => {
            let mut names = vec![(Kind::Column, attribute.source.clone())];
            names.extend(foreign_key(attribute, &on.multitenancy));
            names
        }
        Change::RenameAttribute { new_attribute, .. } => vec![(Kind::Column, new_attribute.source.clone())],
        Change::AlterAttribute { old_attribute, new_attribute } => {
            let changed = old_attribute.references != new_attribute.references;
            foreign_key(new_attribute, &on.multitenancy).filter(|_| changed).into_iter().collect()
        }
        Change::AddUniqueIndex { identity, .. } => vec![(Kind::Index, identity.index_name.clone())],
        Change::RenameUniqueIndex { new_identity, .. } => vec![(Kind::Index, new_identity.index_name.clone())],
        Change::AddCustomIndex { index, .. } => named(custom_index(on, index, &on.multitenancy)),
        Change::AddReferenceIndex { source, .. } => named(reference_index(on, source, &on.multitenancy)),
        Change::AddCheckConstraint { constraint } => vec![(Kind::Constraint, constraint.name.clone())],
        _ => Vec::new(),
    }
}

fn foreign_key(attribute: &Attribute, multitenancy: &Multitenancy) -> Option<(Kind, String)> {
    let reference = attribute.references.as_ref().filter(|_| attribute.has_foreign_key(multitenancy))?;
    Some((Kind::Constraint, reference.name.clone()))
}

/// The given name, or the one Ecto makes of the table and the keys; `None` where it cannot make one.
pub fn custom_index(on: &TableContext, index: &CustomIndex, multitenancy: &Multitenancy) -> Option<String> {
    index.name.clone().or_else(|| {
        let fields = index.fields.iter().map(Field::value);
        default_index_name(&on.table, tenant(multitenancy).filter(|_| !index.all_tenants).into_iter().chain(fields))
    })
}

/// The name that Ecto makes of the table and the foreign key's column, if it can.
pub fn reference_index(on: &TableContext, source: &str, multitenancy: &Multitenancy) -> Option<String> {
    let tenant = tenant(multitenancy).filter(|tenant| *tenant != source);
    default_index_name(&on.table, tenant.into_iter().chain([source]))
}

/// The column that stands in front of the keys.
fn tenant(multitenancy: &Multitenancy) -> Option<&str> {
    match multitenancy.strategy {
        Some(Strategy::Attribute) => multitenancy.attribute.as_deref(),
        _ => None,
    }
}
