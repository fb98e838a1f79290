//! A database in memory: what statements that define tables leave behind, as PostgreSQL's catalogue would say it.
//!
//! It knows the statements that Ecto's adapter sends and the usual ones that people write by hand. Anything else is
//! refused with what it may have touched: that is unknown from then on, and never taken to be as it was.

mod constraint;
mod cursor;
mod names;
mod other;
mod relation;
mod statement;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod touched;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Catalogue, TableName};
use relation::{Relation, Rule};

pub use tokens::{Token, placed_tokens, tokens};
pub use writing::text;

/// The tables so far.
#[derive(Debug, Clone, Default)]
pub struct Model {
    tables: BTreeMap<TableName, Relation>,
    /// Views, which have columns and indexes, too, but are not compared.
    views: BTreeSet<TableName>,
    /// Extensions, functions, types and the like, in words.
    others: BTreeSet<String>,
}

/// What a statement that is not understood may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    Tables(BTreeSet<TableName>),
    Anything,
}

/// A statement that is not understood, or would fail on what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmodelled {
    pub reason: String,
    pub touched: Touched,
}

type Result<T> = std::result::Result<T, Unmodelled>;

impl Model {
    /// Runs one statement.
    ///
    /// # Errors
    /// When it is not understood. Then nothing was changed.
    pub fn run(&mut self, sql: &str) -> Result<()> {
        let Some(mut tokens) = tokens(sql) else {
            return Err(anything("its text does not end"));
        };
        while tokens.last().is_some_and(|token| token.is(";")) {
            tokens.pop();
        }
        if tokens.iter().any(|token| token.is(";")) {
            return Err(anything("PostgreSQL takes one statement at a time"));
        }
        // A statement that fails half way changes nothing.
        let before = self.clone();
        let result = self.statement(&tokens);
        if result.is_err() {
            *self = before;
        }
        result
    }

    /// The catalogue of what is there.
    pub fn catalogue(&self) -> Catalogue {
        let tables = self.tables.iter().map(|(name, relation)| (name.clone(), relation.print(name)));
        Catalogue { tables: tables.collect(), others: self.others.clone() }
    }

    /// The table `name`, which must be there.
    fn relation(&mut self, name: &TableName) -> Result<&mut Relation> {
        self.tables.get_mut(name).ok_or_else(|| touching(name, format!("there is no table {name} in the model")))
    }

    /// Removes a table and, with `cascade`, the foreign keys that lead to it.
    fn drop_table(&mut self, name: &TableName, cascade: bool) -> Result<()> {
        self.tables.remove(name);
        self.drop_references(name, None, cascade)
    }

    /// Foreign keys of other tables that lead to a table, or to these columns of it, go or keep it from going.
    fn drop_references(&mut self, target: &TableName, columns: Option<&[String]>, cascade: bool) -> Result<()> {
        for (name, relation) in &mut self.tables {
            let leads = |rule: &Rule| match rule {
                Rule::Foreign { table, theirs, .. } => {
                    table == target && columns.is_none_or(|columns| theirs.iter().any(|their| columns.contains(their)))
                }
                _ => false,
            };
            if !cascade && name != target && relation.rules.values().any(leads) {
                return Err(touching(target, format!("{name} refers to it")));
            }
            relation.rules.retain(|_, rule| !leads(rule));
        }
        Ok(())
    }

    /// Gives a table another name; what refers to it follows.
    fn move_table(&mut self, from: &TableName, to: &TableName) -> Result<()> {
        if self.tables.contains_key(to) {
            return Err(touching(to, format!("there is a table {to} already")));
        }
        let Some(relation) = self.tables.remove(from) else {
            return Err(touching(from, format!("there is no table {from} in the model")));
        };
        self.tables.insert(to.clone(), relation);
        for relation in self.tables.values_mut() {
            for rule in relation.rules.values_mut() {
                if let Rule::Foreign { table, .. } = rule
                    && table == from
                {
                    to.clone_into(table);
                }
            }
        }
        Ok(())
    }

    /// The table that has an index of this name in the schema.
    fn table_of_index(&self, index: &TableName) -> Option<TableName> {
        let mut own = self.tables.iter().filter(|(name, _)| name.schema == index.schema);
        own.find(|(_, relation)| relation.indexes.contains_key(&index.table)).map(|(name, _)| name.clone())
    }
}

fn anything(reason: impl Into<String>) -> Unmodelled {
    Unmodelled { reason: reason.into(), touched: Touched::Anything }
}

fn touching(table: &TableName, reason: impl Into<String>) -> Unmodelled {
    Unmodelled { reason: reason.into(), touched: Touched::Tables(BTreeSet::from([table.clone()])) }
}
