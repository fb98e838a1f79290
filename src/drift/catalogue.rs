//! The tables of a database. All definitions are texts as the database itself prints them, so equal things are equal texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

/// A table's schema and name. SQLite has no schemas: empty there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct TableName {
    pub schema: String,
    pub table: String,
}

/// Everything that is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    pub tables: BTreeMap<TableName, Table>,
    /// Extensions, functions, triggers, views and types, in words (`view public.reports`).
    pub others: BTreeSet<String>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: BTreeMap<String, Column>,
    /// Definition by name (`CHECK ((price > 0))`).
    pub constraints: BTreeMap<String, String>,
    /// Indexes that no constraint brings, by name.
    pub indexes: BTreeMap<String, Index>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Column {
    #[serde(rename = "type")]
    pub column_type: String,
    pub not_null: bool,
    pub default: Option<String>,
    /// The expression of a generated column, or how an identity is generated.
    pub generated: Option<String>,
}

/// One index.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Index {
    /// `CREATE INDEX …`
    pub definition: String,
    /// Whether it is used; not so after a concurrent build that failed.
    pub valid: bool,
}

/// One row of a catalogue query, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum Row {
    Table {
        #[serde(flatten)]
        table: TableName,
    },
    Column {
        #[serde(flatten)]
        table: TableName,
        name: String,
        #[serde(flatten)]
        column: Column,
    },
    Constraint {
        #[serde(flatten)]
        table: TableName,
        name: String,
        definition: String,
    },
    Index {
        #[serde(flatten)]
        table: TableName,
        name: String,
        #[serde(flatten)]
        index: Index,
    },
    Other {
        name: String,
    },
}

impl Catalogue {
    /// The catalogue of these rows, in any order.
    pub fn of(rows: impl IntoIterator<Item = Row>) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for row in rows {
            catalogue.add(row);
        }
        catalogue
    }

    fn add(&mut self, row: Row) {
        match row {
            Row::Table { table } => drop(self.tables.entry(table).or_default()),
            Row::Column { table, name, column } => {
                self.tables.entry(table).or_default().columns.insert(name, column);
            }
            Row::Constraint { table, name, definition } => {
                self.tables.entry(table).or_default().constraints.insert(name, definition);
            }
            Row::Index { table, name, index } => {
                self.tables.entry(table).or_default().indexes.insert(name, index);
            }
            Row::Other { name } => drop(self.others.insert(name)),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.schema.as_str() {
            "" | "public" => write!(formatter, "{}", self.table),
            schema => write!(formatter, "{schema}.{}", self.table),
        }
    }
}
