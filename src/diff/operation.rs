//! One change of the database, before ordering and rendering. One variant per operation struct of
//! `AshPostgres.MigrationGenerator.Operation` (2.12.0); ash_sqlite 0.2.17 uses a subset.

use crate::snapshot::{
    Attribute, CheckConstraint, CustomIndex, CustomStatement, Field, Identity, Multitenancy, Reference,
};

/// The table an operation works on.
#[derive(Debug, Clone, PartialEq)]
pub struct TableContext {
    pub table: String,
    pub schema: Option<String>,
    /// Module name of the repo, without `Elixir.`.
    pub repo: String,
    pub multitenancy: Multitenancy,
    pub old_multitenancy: Multitenancy,
}

/// Which half of a migration an operation exists for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// A change and the table it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    pub on: TableContext,
    pub change: Change,
}

/// What changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    CreateTable {
        create_table_options: Option<String>,
        strict: bool,
    },
    DropTable,
    /// `on.table` is the new name.
    RenameTable {
        old_table: String,
    },
    MoveTableSchema {
        old_schema: Option<String>,
        new_schema: Option<String>,
    },
    AddAttribute {
        attribute: Attribute,
    },
    AlterAttribute {
        old_attribute: Attribute,
        new_attribute: Attribute,
    },
    RenameAttribute {
        old_attribute: Attribute,
        new_attribute: Attribute,
    },
    /// `commented`: written as a comment so that no data is lost (`--dont-drop-columns`).
    RemoveAttribute {
        attribute: Attribute,
        commented: bool,
    },
    /// `None` when that side of the change has no reference; nothing is written then, but the operation still takes
    /// its place in the order.
    AlterDeferrability {
        references: Option<Reference>,
        direction: Direction,
    },
    DropForeignKey {
        attribute: Attribute,
        direction: Direction,
    },
    /// `statement` is what the generator's plan carries; its text follows from table, schema and column.
    SerialSequenceTransition {
        column: String,
        to_serial: bool,
        statement: CustomStatement,
    },
    AddUniqueIndex {
        identity: Identity,
        /// The identity's key that comes last among the table's attributes; the index waits for it.
        insert_after_attribute_source: Option<String>,
        concurrently: bool,
    },
    RemoveUniqueIndex {
        identity: Identity,
    },
    RenameUniqueIndex {
        old_identity: Identity,
        new_identity: Identity,
    },
    AddCustomIndex {
        index: CustomIndex,
        base_filter: Option<String>,
    },
    RemoveCustomIndex {
        index: CustomIndex,
        base_filter: Option<String>,
    },
    AddReferenceIndex {
        source: String,
        filter: Option<String>,
    },
    RemoveReferenceIndex {
        source: String,
        filter: Option<String>,
    },
    AddCustomStatement {
        statement: CustomStatement,
    },
    RemoveCustomStatement {
        statement: CustomStatement,
    },
    AddCheckConstraint {
        constraint: CheckConstraint,
    },
    RemoveCheckConstraint {
        constraint: CheckConstraint,
    },
    AddPrimaryKey {
        keys: Vec<String>,
    },
    AddPrimaryKeyDown {
        keys: Vec<String>,
        remove_old: bool,
    },
    RemovePrimaryKey {
        keys: Vec<String>,
    },
    RemovePrimaryKeyDown {
        commented: bool,
    },
}

impl Change {
    /// Name of the generator's struct, without its module.
    pub fn struct_name(&self) -> &'static str {
        match self {
            Change::CreateTable { .. } => "CreateTable",
            Change::DropTable => "DropTable",
            Change::RenameTable { .. } => "RenameTable",
            Change::MoveTableSchema { .. } => "MoveTableSchema",
            Change::AddAttribute { .. } => "AddAttribute",
            Change::AlterAttribute { .. } => "AlterAttribute",
            Change::RenameAttribute { .. } => "RenameAttribute",
            Change::RemoveAttribute { .. } => "RemoveAttribute",
            Change::AlterDeferrability { .. } => "AlterDeferrability",
            Change::DropForeignKey { .. } => "DropForeignKey",
            Change::SerialSequenceTransition { .. } => "SerialSequenceTransition",
            Change::AddUniqueIndex { .. } => "AddUniqueIndex",
            Change::RemoveUniqueIndex { .. } => "RemoveUniqueIndex",
            Change::RenameUniqueIndex { .. } => "RenameUniqueIndex",
            Change::AddCustomIndex { .. } => "AddCustomIndex",
            Change::RemoveCustomIndex { .. } => "RemoveCustomIndex",
            Change::AddReferenceIndex { .. } => "AddReferenceIndex",
            Change::RemoveReferenceIndex { .. } => "RemoveReferenceIndex",
            Change::AddCustomStatement { .. } => "AddCustomStatement",
            Change::RemoveCustomStatement { .. } => "RemoveCustomStatement",
            Change::AddCheckConstraint { .. } => "AddCheckConstraint",
            Change::RemoveCheckConstraint { .. } => "RemoveCheckConstraint",
            Change::AddPrimaryKey { .. } => "AddPrimaryKey",
            Change::AddPrimaryKeyDown { .. } => "AddPrimaryKeyDown",
            Change::RemovePrimaryKey { .. } => "RemovePrimaryKey",
            Change::RemovePrimaryKeyDown { .. } => "RemovePrimaryKeyDown",
        }
    }
}

impl Field {
    /// The column or expression text, without its order.
    pub fn value(&self) -> &str {
        match self {
            Field::Column(value) | Field::Expression(value) => value,
            Field::Directed { value, .. } | Field::DirectedExpression { value, .. } => value,
        }
    }
}
