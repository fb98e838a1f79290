//! Ecto migrations as ash_postgres 2.12.0 writes them before formatting (`--no-format` output is this text). Mirrors
//! `up/1` and `down/1` of the structs in `AshPostgres.MigrationGenerator.Operation`.
//!
//! Must not order, merge or leave out anything: that is `plan`'s.

mod arguments;
mod attributes;
mod constraints;
pub mod extensions;
mod file;
mod indexes;
mod phases;
mod primary_key;
mod references;
pub mod sqlite;
mod statements;
mod tables;

#[cfg(test)]
mod tests;

pub use file::{FileOptions, MigrationText, automatic_name, migration_file, migration_files};
pub use phases::{phase_down, phase_up, up_and_down};

use crate::diff::Operation;
use crate::diff::operation::Change;

/// What the text depends on besides the operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderOptions {
    /// The repo's `create_schemas_in_migrations?/0`, true by default.
    pub create_schemas_in_migrations: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        RenderOptions { create_schemas_in_migrations: true }
    }
}

/// What the generator fails on, with its message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The snapshot's check constraint has no `base_filter` key, and `down` would have to add it again.
    #[error(
        "no function clause matching in AshPostgres.MigrationGenerator.Operation.RemoveCheckConstraint.down/1: the \
         snapshot of table {table:?} has a check constraint {constraint:?} without a `base_filter`; add \
         `\"base_filter\": null` to it"
    )]
    CheckConstraintWithoutBaseFilter { table: String, constraint: String },
}

/// What the operation writes into `up`, without the block around it: the line inside `create table … do` or
/// `alter table … do` for columns, an empty block for a new table, nothing for what only `down` needs.
pub fn operation_up(operation: &Operation, options: &RenderOptions) -> String {
    let on = &operation.on;
    let current = &on.multitenancy;
    match &operation.change {
        Change::CreateTable { create_table_options, .. } => {
            phases::create_table(on, create_table_options.as_deref(), &[], options)
        }
        Change::DropTable => phases::drop_table(on),
        Change::RenameTable { old_table } => tables::rename(on, old_table, &on.table),
        Change::MoveTableSchema { old_schema, new_schema } => {
            tables::create_schema(new_schema.as_deref(), options)
                + &tables::move_schema(&on.table, old_schema.as_deref(), new_schema.as_deref())
        }
        Change::AddAttribute { attribute } => attributes::add(on.schema.as_deref(), current, attribute),
        Change::AlterAttribute { old_attribute, new_attribute } => {
            attributes::alter(on.schema.as_deref(), current, old_attribute, new_attribute)
        }
        Change::RenameAttribute { old_attribute, new_attribute } => {
            attributes::rename(on, &old_attribute.source, &new_attribute.source)
        }
        Change::RemoveAttribute { attribute, commented: false } => attributes::remove(attribute),
        Change::RemoveAttribute { attribute, commented: true } => attributes::remove_commented(attribute),
        Change::AlterDeferrability { references, direction } => {
            references::alter_deferrability_up(on, references.as_ref(), *direction)
        }
        Change::DropForeignKey { attribute, direction } => references::drop_foreign_key_up(on, attribute, *direction),
        Change::SerialSequenceTransition { column, to_serial, .. } => {
            statements::serial_sequence(on, column, *to_serial)
        }
        Change::AddUniqueIndex { identity, concurrently, .. } => {
            indexes::create_unique(on, identity, current, *concurrently)
        }
        Change::RemoveUniqueIndex { identity } => indexes::drop_unique(on, identity, &on.old_multitenancy),
        Change::RenameUniqueIndex { old_identity, new_identity } => {
            indexes::rename(on, &old_identity.index_name, &new_identity.index_name)
        }
        Change::AddCustomIndex { index, base_filter } => {
            indexes::create_custom(on, index, base_filter.as_deref(), current)
        }
        Change::RemoveCustomIndex { index, .. } => indexes::drop_custom(on, index, &on.old_multitenancy),
        Change::AddReferenceIndex { source, filter } => {
            indexes::create_reference(on, source, filter.as_deref(), current)
        }
        Change::RemoveReferenceIndex { source, .. } => indexes::drop_reference(on, source, &on.old_multitenancy),
        Change::AddCustomStatement { statement } => statements::up(statement),
        Change::RemoveCustomStatement { statement } => statements::down(statement),
        Change::AddCheckConstraint { constraint } => constraints::create(on, constraint),
        Change::RemoveCheckConstraint { constraint } => constraints::drop(on, constraint),
        Change::AddPrimaryKey { keys } => primary_key::add(on, keys),
        Change::RemovePrimaryKey { .. } => primary_key::drop(on, &on.old_multitenancy),
        Change::AddPrimaryKeyDown { .. } | Change::RemovePrimaryKeyDown { .. } => String::new(),
    }
}

/// What the operation writes into `down`, likewise.
pub fn operation_down(operation: &Operation) -> Result<String, RenderError> {
    let on = &operation.on;
    let schema = on.schema.as_deref();
    Ok(match &operation.change {
        Change::CreateTable { .. } => phases::drop_table(on),
        Change::DropTable => phases::DROPPED_TABLE_IN_DOWN.to_owned(),
        Change::RenameTable { old_table } => tables::rename(on, &on.table, old_table),
        Change::MoveTableSchema { old_schema, new_schema } => {
            tables::move_schema(&on.table, new_schema.as_deref(), old_schema.as_deref())
        }
        Change::AddAttribute { attribute } => attributes::remove(attribute),
        Change::AlterAttribute { old_attribute, new_attribute } => {
            let restored = crate::snapshot::Attribute { source: new_attribute.source.clone(), ..old_attribute.clone() };
            attributes::alter(schema, &on.old_multitenancy, new_attribute, &restored)
        }
        Change::RenameAttribute { old_attribute, new_attribute } => {
            attributes::rename(on, &new_attribute.source, &old_attribute.source)
        }
        Change::RemoveAttribute { attribute, commented: false } => attributes::add(schema, &on.multitenancy, attribute),
        Change::RemoveAttribute { attribute, commented: true } => {
            attributes::add_commented(&on.multitenancy, attribute)
        }
        Change::AlterDeferrability { references, direction } => {
            references::alter_deferrability_down(on, references.as_ref(), *direction)
        }
        Change::DropForeignKey { attribute, direction } => references::drop_foreign_key_down(on, attribute, *direction),
        Change::SerialSequenceTransition { column, to_serial, .. } => {
            statements::serial_sequence(on, column, !*to_serial)
        }
        Change::AddUniqueIndex { identity, .. } => indexes::drop_unique(on, identity, &on.multitenancy),
        Change::RemoveUniqueIndex { identity } => indexes::create_unique(on, identity, &on.old_multitenancy, false),
        Change::RenameUniqueIndex { old_identity, new_identity } => {
            indexes::rename(on, &new_identity.index_name, &old_identity.index_name)
        }
        Change::AddCustomIndex { index, .. } => indexes::drop_custom(on, index, &on.multitenancy),
        Change::RemoveCustomIndex { index, base_filter } => {
            indexes::create_custom(on, index, base_filter.as_deref(), &on.old_multitenancy)
        }
        Change::AddReferenceIndex { source, .. } => indexes::drop_reference(on, source, &on.multitenancy),
        Change::RemoveReferenceIndex { source, filter } => {
            indexes::create_reference(on, source, filter.as_deref(), &on.old_multitenancy)
        }
        Change::AddCustomStatement { statement } => statements::down(statement),
        Change::RemoveCustomStatement { statement } => statements::up(statement),
        Change::AddCheckConstraint { constraint } => constraints::drop(on, constraint),
        Change::RemoveCheckConstraint { constraint } => constraints::restore(on, constraint)?,
        Change::AddPrimaryKeyDown { keys, remove_old } => primary_key::restore(on, keys, *remove_old),
        Change::RemovePrimaryKeyDown { commented } => primary_key::drop_in_down(on, *commented),
        Change::AddPrimaryKey { .. } | Change::RemovePrimaryKey { .. } => String::new(),
    })
}
