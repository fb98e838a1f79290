//! The operations that the rules look at, and which tables and columns they create.

use std::collections::BTreeSet;

use super::{Context, Finding};
use crate::diff::operation::{Change, Operation, TableContext};
use crate::snapshot::{Attribute, Field, Multitenancy, Strategy};

/// One change set of one repo.
#[derive(Debug)]
pub struct ChangeSet<'a> {
    pub operations: &'a [Operation],
    pub context: Context,
    created: BTreeSet<(Option<&'a str>, &'a str)>,
}

impl<'a> ChangeSet<'a> {
    pub fn new(operations: &'a [Operation], context: Context) -> ChangeSet<'a> {
        let creates = |operation: &&Operation| matches!(operation.change, Change::CreateTable { .. });
        let created = operations.iter().filter(creates).map(|operation| key(&operation.on)).collect();
        ChangeSet { operations, context, created }
    }

    /// Operations on tables that were there before, with their indexes.
    pub fn existing(&self) -> impl Iterator<Item = (usize, &'a Operation)> {
        self.operations.iter().enumerate().filter(|(_, operation)| !self.creates(&operation.on))
    }

    /// What `find` makes of the operations on tables that were there before.
    pub fn find(&self, find: impl Fn(usize, &'a Operation) -> Option<Finding>) -> Vec<Finding> {
        self.existing().filter_map(|(index, operation)| find(index, operation)).collect()
    }

    /// Whether the change set creates the table.
    pub fn creates(&self, on: &TableContext) -> bool {
        self.created.contains(&key(on))
    }

    /// The column that the change set adds to the table, if it does.
    pub fn added(&self, on: &TableContext, source: &str) -> Option<&'a Attribute> {
        self.on(on).find_map(|operation| match &operation.change {
            Change::AddAttribute { attribute } if attribute.source == source => Some(attribute),
            _ => None,
        })
    }

    /// Operations on the table.
    pub fn on(&self, on: &TableContext) -> impl Iterator<Item = &'a Operation> {
        let key = (on.schema.clone(), on.table.clone());
        self.operations
            .iter()
            .filter(move |operation| (operation.on.schema.as_ref(), &operation.on.table) == (key.0.as_ref(), &key.1))
    }

    /// Whether every row there is has null in one of the columns: it is added without a default.
    pub fn is_null_everywhere<'k>(&self, on: &TableContext, keys: impl IntoIterator<Item = &'k Field>) -> bool {
        keys.into_iter().any(|field| match field {
            Field::Column(source) => {
                self.added(on, source).is_some_and(|attribute| attribute.default == "nil" && !attribute.generated)
            }
            _ => false,
        })
    }
}

/// What makes it this table: schema and name.
pub(super) fn key(on: &TableContext) -> (Option<&str>, &str) {
    (on.schema.as_deref(), &on.table)
}

/// `schema.table`.
pub(super) fn table(on: &TableContext) -> String {
    on.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default() + &on.table
}

/// `schema.table.column`.
pub(super) fn column(on: &TableContext, source: &str) -> String {
    format!("{}.{source}", table(on))
}

/// The key columns of an index with the tenant's column, separated by commas.
pub(super) fn keys(fields: &[Field], all_tenants: bool, multitenancy: &Multitenancy) -> String {
    let tenant = match multitenancy.strategy {
        Some(Strategy::Attribute) if !all_tenants => multitenancy.attribute.as_deref(),
        _ => None,
    };
    let keys: Vec<&str> = tenant.into_iter().chain(fields.iter().map(Field::value)).collect();
    keys.join(", ")
}
