//! One table of the model: columns, constraints and indexes as far as changes to one of them move the others.

use std::collections::BTreeMap;

use super::tokens::{Token, bare};
use super::writing::{identifier, text};
use crate::drift::{Column, Index, Table, TableName};

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relation {
    pub fields: BTreeMap<String, Field>,
    pub rules: BTreeMap<String, Rule>,
    pub indexes: BTreeMap<String, IndexRule>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub column_type: String,
    pub not_null: bool,
    pub default: Option<Vec<Token>>,
    pub generated: Option<Generated>,
}

/// How a column gets its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Generated {
    Stored(Vec<Token>),
    /// `ALWAYS` or `BY DEFAULT`.
    Identity(&'static str),
}

/// A constraint. `tail` is what follows the definition, as PostgreSQL prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    Key { primary: bool, nulls: &'static str, columns: Vec<String>, tail: String },
    Check { expression: Vec<Token>, tail: String },
    Exclusion { tokens: Vec<Token> },
    Foreign { columns: Vec<String>, table: TableName, theirs: Vec<String>, tail: String },
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRule {
    pub unique: bool,
    pub method: String,
    pub items: Vec<Vec<Token>>,
    pub include: Vec<String>,
    pub nulls_distinct: bool,
    pub with: Vec<Token>,
    pub condition: Vec<Token>,
}

impl Relation {
    /// A column goes, with all that involves it.
    pub fn drop_field(&mut self, name: &str) {
        self.fields.remove(name);
        self.rules.retain(|_, rule| !rule.involves(name));
        self.indexes.retain(|_, index| !index.involves(name));
    }

    /// A column gets another name wherever it stands.
    pub fn rename_field(&mut self, from: &str, to: &str) {
        if let Some(field) = self.fields.remove(from) {
            self.fields.insert(to.to_owned(), field);
        }
        for field in self.fields.values_mut() {
            if let Some(Generated::Stored(expression)) = &mut field.generated {
                rename(expression, from, to);
            }
        }
        for rule in self.rules.values_mut() {
            match rule {
                Rule::Key { columns, .. } | Rule::Foreign { columns, .. } => rename_in(columns, from, to),
                Rule::Check { expression: tokens, .. } | Rule::Exclusion { tokens } => rename(tokens, from, to),
            }
        }
        for index in self.indexes.values_mut() {
            index.items.iter_mut().for_each(|item| rename(item, from, to));
            rename_in(&mut index.include, from, to);
            rename(&mut index.condition, from, to);
        }
    }

    /// The columns of the primary key.
    pub fn primary_key(&self) -> Option<&[String]> {
        self.rules.values().find_map(|rule| match rule {
            Rule::Key { primary: true, columns, .. } => Some(columns.as_slice()),
            _ => None,
        })
    }

    /// The table as a catalogue has it.
    pub fn print(&self, name: &TableName) -> Table {
        let fields = self.fields.iter().map(|(name, field)| (name.clone(), field.print()));
        let rules = self.rules.iter().map(|(name, rule)| (name.clone(), rule.print()));
        let indexes = self
            .indexes
            .iter()
            .map(|(own, index)| (own.clone(), Index { definition: index.print(own, name), valid: true }));
        Table { columns: fields.collect(), constraints: rules.collect(), indexes: indexes.collect() }
    }
}

/// Renames a column in an expression: names that are not qualified and call nothing.
fn rename(tokens: &mut [Token], from: &str, to: &str) {
    for position in 0..tokens.len() {
        if is_column(tokens, position, from) {
            tokens[position] = Token::Quoted(to.to_owned());
        }
    }
}

fn is_column(tokens: &[Token], position: usize, name: &str) -> bool {
    let alone = !tokens.get(position + 1).is_some_and(|next| next.is("(") || next.is("."))
        && !position.checked_sub(1).is_some_and(|before| tokens[before].is("::"));
    alone && tokens[position].name() == Some(name)
}

fn rename_in(columns: &mut [String], from: &str, to: &str) {
    columns.iter_mut().filter(|column| *column == from).for_each(|column| to.clone_into(column));
}

fn mentions(tokens: &[Token], name: &str) -> bool {
    (0..tokens.len()).any(|position| is_column(tokens, position, name))
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ")
}

impl Field {
    fn print(&self) -> Column {
        let default = self.default.as_deref().map(|tokens| match bare(tokens) {
            // A string alone becomes a value of the column's type.
            [Token::Text(literal)] => format!("{literal}::{}", without_modifier(&self.column_type)),
            tokens => text(tokens),
        });
        let generated = self.generated.as_ref().map(|generated| match generated {
            Generated::Stored(expression) => format!("ALWAYS AS ({}) STORED", text(bare(expression))),
            Generated::Identity(when) => format!("{when} AS IDENTITY"),
        });
        Column { column_type: self.column_type.clone(), not_null: self.not_null, default, generated }
    }
}

/// `character varying` of `character varying(255)`.
fn without_modifier(column_type: &str) -> String {
    match (column_type.find('('), column_type.find(')')) {
        (Some(start), Some(end)) if start < end => format!("{}{}", &column_type[..start], &column_type[end + 1..]),
        _ => column_type.to_owned(),
    }
}

impl Rule {
    fn involves(&self, column: &str) -> bool {
        match self {
            Rule::Key { columns, .. } | Rule::Foreign { columns, .. } => columns.iter().any(|own| own == column),
            Rule::Check { expression: tokens, .. } | Rule::Exclusion { tokens } => mentions(tokens, column),
        }
    }

    fn print(&self) -> String {
        match self {
            Rule::Key { primary, nulls, columns, tail } => {
                let kind = if *primary { "PRIMARY KEY" } else { "UNIQUE" };
                format!("{kind}{nulls} ({}){tail}", list(columns))
            }
            Rule::Check { expression, tail } => format!("CHECK (({})){tail}", text(bare(expression))),
            Rule::Exclusion { tokens } => text(tokens),
            Rule::Foreign { columns, table, theirs, tail } => format!(
                "FOREIGN KEY ({}) REFERENCES {}.{}({}){tail}",
                list(columns),
                identifier(&table.schema),
                identifier(&table.table),
                list(theirs)
            ),
        }
    }
}

impl IndexRule {
    fn involves(&self, column: &str) -> bool {
        self.items.iter().any(|item| mentions(item, column))
            || self.include.iter().any(|own| own == column)
            || mentions(&self.condition, column)
    }

    fn print(&self, name: &str, table: &TableName) -> String {
        let items: Vec<String> = self.items.iter().map(|item| text(bare(item))).collect();
        let mut sql = format!(
            "CREATE {}INDEX {} ON {}.{} USING {} ({})",
            if self.unique { "UNIQUE " } else { "" },
            identifier(name),
            identifier(&table.schema),
            identifier(&table.table),
            self.method,
            items.join(", ")
        );
        if !self.include.is_empty() {
            sql.push_str(&format!(" INCLUDE ({})", list(&self.include)));
        }
        if !self.nulls_distinct {
            sql.push_str(" NULLS NOT DISTINCT");
        }
        if !self.with.is_empty() {
            sql.push_str(&format!(" WITH ({})", text(&self.with)));
        }
        if !self.condition.is_empty() {
            sql.push_str(&format!(" WHERE ({})", text(bare(&self.condition))));
        }
        sql
    }
}
