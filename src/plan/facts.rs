//! What must hold before an operation can run, and what holds once it has run. A requirement waits for *every*
//! operation that provides the fact, and for nothing when none of the batch does. Mirrors
//! `AshPostgres.MigrationGenerator.OperationDeps` (2.12.0).

use super::column_sets::{check_constraint_columns, index_columns, simple_columns, sorted_set};
use crate::diff::Operation;
use crate::diff::operation::{Change, Direction, TableContext};
use crate::snapshot::{Attribute, Field};

/// A table: schema (`public` when none is named) and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableKey(String, String);

/// Something that becomes true while a migration runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// The table exists under this name.
    TableReady(TableKey),
    /// Every column of the table was added, altered, renamed or removed as planned.
    ColumnsSettled(TableKey),
    /// Every structural change of the table is done.
    StructureReady(TableKey),
    /// As [`Fact::StructureReady`], the table's own statements included.
    TableFinalized(TableKey),
    /// No foreign key refers to the table any more.
    TableForeignKeysDropped(TableKey),
    /// The column exists under this name.
    ColumnReady(TableKey, String),
    /// The unique indexes with this column are gone.
    ColumnUniqueIndexRemoved(TableKey, String),
    /// The custom indexes that list this column are gone.
    ColumnCustomIndexRemoved(TableKey, String),
    /// The check constraints on this column are gone.
    ColumnCheckRemoved(TableKey, String),
    /// No foreign key refers to the column any more.
    ColumnForeignKeysDropped(TableKey, String),
    /// The index that came with the reference on this column is gone.
    ReferenceIndexRemoved(TableKey, String),
    /// The sequence of a column that becomes serial exists.
    SerialSequenceReady(TableKey, String),
    /// The custom index with this explicit name is gone.
    CustomIndexRemoved(TableKey, String),
    /// A unique index on exactly these columns (sorted) exists.
    UniqueIndexCreated(TableKey, Vec<String>),
}

/// Whether the operation runs before all that no early operation waits for.
pub fn is_early(operation: &Operation) -> bool {
    matches!(
        operation.change,
        Change::DropTable
            | Change::RemoveCustomStatement { .. }
            | Change::AlterDeferrability { direction: Direction::Down, .. }
            | Change::RemovePrimaryKey { .. }
            | Change::AddPrimaryKeyDown { .. }
    )
}

/// The facts that hold once the operation has run.
pub fn provides(operation: &Operation) -> Vec<Fact> {
    let on = &operation.on;
    let table = key(on);
    let structure = [Fact::StructureReady(table.clone()), Fact::TableFinalized(table.clone())];
    let mut facts = Vec::new();
    match &operation.change {
        Change::CreateTable { .. } | Change::RenameTable { .. } => facts.push(Fact::TableReady(table)),
        Change::MoveTableSchema { new_schema, .. } => {
            let moved = TableKey::new(new_schema.as_deref(), &on.table);
            return vec![
                Fact::TableReady(moved.clone()),
                Fact::StructureReady(moved.clone()),
                Fact::TableFinalized(moved),
            ];
        }
        Change::AddAttribute { attribute } | Change::RenameAttribute { new_attribute: attribute, .. } => {
            facts.push(Fact::ColumnReady(table.clone(), attribute.source.clone()));
            facts.push(Fact::ColumnsSettled(table));
        }
        Change::AlterAttribute { .. } | Change::RemoveAttribute { .. } => facts.push(Fact::ColumnsSettled(table)),
        Change::SerialSequenceTransition { column, to_serial, .. } => {
            return if *to_serial { vec![Fact::SerialSequenceReady(table, column.clone())] } else { Vec::new() };
        }
        Change::AddUniqueIndex { identity, .. } => {
            let columns = index_columns(&identity.keys, identity.all_tenants, &on.multitenancy);
            facts.push(Fact::UniqueIndexCreated(table, columns));
        }
        Change::RemoveUniqueIndex { identity } => {
            facts
                .extend(columns_of(&identity.keys).map(|column| Fact::ColumnUniqueIndexRemoved(table.clone(), column)));
        }
        Change::AddCustomIndex { index, .. } if index.unique => {
            let columns = index_columns(&index.fields, index.all_tenants, &on.multitenancy);
            facts.push(Fact::UniqueIndexCreated(table, columns));
        }
        Change::RemoveCustomIndex { index, .. } => {
            facts.extend(columns_of(&index.fields).map(|column| Fact::ColumnCustomIndexRemoved(table.clone(), column)));
            facts.extend(index.name.clone().map(|name| Fact::CustomIndexRemoved(table, name)));
        }
        Change::RemoveReferenceIndex { source, .. } => {
            facts.push(Fact::ReferenceIndexRemoved(table, source.clone()));
        }
        Change::RemoveCheckConstraint { constraint } => {
            let columns = check_constraint_columns(constraint, &on.multitenancy);
            facts.extend(columns.into_iter().map(|column| Fact::ColumnCheckRemoved(table.clone(), column)));
        }
        Change::DropForeignKey { attribute, direction: Direction::Up } => {
            if let Some(reference) = &attribute.references {
                let destination = TableKey::new(reference.schema.as_deref(), &reference.table);
                let column = reference.destination_attribute.clone();
                facts.push(Fact::ColumnForeignKeysDropped(destination.clone(), column));
                facts.push(Fact::TableForeignKeysDropped(destination));
            }
        }
        Change::AddCustomStatement { .. } => return vec![Fact::TableFinalized(table)],
        Change::DropTable | Change::RemoveCustomStatement { .. } | Change::RenameUniqueIndex { .. } => {
            return Vec::new();
        }
        Change::AddCustomIndex { .. }
        | Change::AddReferenceIndex { .. }
        | Change::AddCheckConstraint { .. }
        | Change::DropForeignKey { direction: Direction::Down, .. }
        | Change::AlterDeferrability { .. }
        | Change::AddPrimaryKey { .. }
        | Change::AddPrimaryKeyDown { .. }
        | Change::RemovePrimaryKey { .. }
        | Change::RemovePrimaryKeyDown { .. } => {}
    }
    facts.extend(structure);
    facts
}

/// The facts that must hold before the operation can run.
pub fn requires(operation: &Operation) -> Vec<Fact> {
    let on = &operation.on;
    let table = key(on);
    let column = |name: &str| Fact::ColumnReady(key(on), name.to_owned());
    let mut facts = vec![Fact::TableReady(table.clone())];
    match &operation.change {
        Change::AddAttribute { attribute } => facts.extend(reference_requirements(attribute, on)),
        Change::AlterAttribute { old_attribute, new_attribute } => {
            facts.extend([column(&old_attribute.source), column(&new_attribute.source)]);
            if new_attribute.is_serial() && !old_attribute.is_serial() {
                facts.push(Fact::SerialSequenceReady(table, new_attribute.source.clone()));
            }
            facts.extend(reference_requirements(new_attribute, on));
        }
        Change::SerialSequenceTransition { column: name, to_serial: true, .. } => facts.push(column(name)),
        Change::SerialSequenceTransition { .. } | Change::DropForeignKey { direction: Direction::Down, .. } => {
            facts.push(Fact::ColumnsSettled(table));
        }
        Change::RenameAttribute { old_attribute, .. } => {
            let source = &old_attribute.source;
            facts.extend([
                column(source),
                Fact::ColumnUniqueIndexRemoved(table.clone(), source.clone()),
                Fact::ColumnCheckRemoved(table.clone(), source.clone()),
                Fact::ColumnCustomIndexRemoved(table, source.clone()),
            ]);
        }
        Change::RemoveAttribute { attribute, .. } => {
            facts.push(Fact::ColumnCheckRemoved(table, attribute.source.clone()));
        }
        Change::AddUniqueIndex { identity, insert_after_attribute_source, .. } => {
            // A filter is raw SQL and may name any column.
            if identity.filter.is_some() || identity.base_filter.is_some() {
                facts.push(Fact::ColumnsSettled(table));
            }
            facts.extend(insert_after_attribute_source.as_deref().map(column));
        }
        Change::RemoveUniqueIndex { identity } => {
            facts.extend(columns_of(&identity.keys).map(|name| Fact::ColumnForeignKeysDropped(table.clone(), name)));
        }
        Change::AddCustomIndex { index, .. } => {
            match simple_columns(index) {
                Some(columns) => facts.extend(columns.iter().map(|name| column(name))),
                None => facts.push(Fact::ColumnsSettled(table.clone())),
            }
            facts.extend(index.name.clone().map(|name| Fact::CustomIndexRemoved(table, name)));
        }
        Change::AddReferenceIndex { source, .. } => {
            facts.push(Fact::ColumnsSettled(table.clone()));
            facts.push(Fact::ReferenceIndexRemoved(table, source.clone()));
        }
        Change::AddCheckConstraint { constraint } => {
            facts.push(Fact::ColumnsSettled(table));
            facts.extend(check_constraint_columns(constraint, &on.multitenancy).iter().map(|name| column(name)));
        }
        Change::RemoveCheckConstraint { .. } | Change::DropForeignKey { direction: Direction::Up, .. } => {}
        Change::DropTable => return vec![Fact::TableForeignKeysDropped(table)],
        Change::RemovePrimaryKey { keys } => {
            return keys.iter().map(|name| Fact::ColumnForeignKeysDropped(table.clone(), name.clone())).collect();
        }
        Change::AddCustomStatement { statement } => {
            let after = statement.after_tables.iter().flatten();
            let after = after.map(|name| Fact::TableFinalized(TableKey::new(on.schema.as_deref(), name)));
            return std::iter::once(Fact::StructureReady(table)).chain(after).collect();
        }
        Change::CreateTable { .. }
        | Change::RenameTable { .. }
        | Change::MoveTableSchema { .. }
        | Change::AlterDeferrability { .. }
        | Change::RenameUniqueIndex { .. }
        | Change::RemoveCustomIndex { .. }
        | Change::RemoveReferenceIndex { .. }
        | Change::RemoveCustomStatement { .. }
        | Change::AddPrimaryKey { .. }
        | Change::AddPrimaryKeyDown { .. }
        | Change::RemovePrimaryKeyDown { .. } => return Vec::new(),
    }
    facts
}

/// A foreign key needs the columns it refers to, a unique index on exactly those, and its own other columns.
fn reference_requirements(attribute: &Attribute, on: &TableContext) -> Vec<Fact> {
    let Some(reference) = &attribute.references else { return Vec::new() };
    let destination = TableKey::new(reference.schema.as_deref(), &reference.table);
    let pairs = || reference.match_with.iter().flatten();

    let columns = std::iter::once(&reference.destination_attribute).chain(pairs().map(|(_, destination)| destination));
    let columns: Vec<String> = columns.cloned().collect();
    let own = pairs().map(|(source, _)| source).filter(|source| **source != attribute.source);

    let ready = columns.iter().map(|column| Fact::ColumnReady(destination.clone(), column.clone()));
    let unique = Fact::UniqueIndexCreated(destination.clone(), sorted_set(columns.clone()));
    ready.chain([unique]).chain(own.map(|source| Fact::ColumnReady(key(on), source.clone()))).collect()
}

/// The columns among the keys. Expressions never name a column in a fact.
fn columns_of(keys: &[Field]) -> impl Iterator<Item = String> + '_ {
    keys.iter().filter_map(|key| match key {
        Field::Column(name) | Field::Directed { value: name, .. } => Some(name.clone()),
        Field::Expression(_) | Field::DirectedExpression { .. } => None,
    })
}

fn key(on: &TableContext) -> TableKey {
    TableKey::new(on.schema.as_deref(), &on.table)
}

impl TableKey {
    fn new(schema: Option<&str>, table: &str) -> TableKey {
        TableKey(schema.unwrap_or("public").to_owned(), table.to_owned())
    }
}
