//! Statements for differences. Definitions are used as the database printed them.

use super::catalogue::{Column, Table, TableName};

/// Whose SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    pub(super) fn drop_table(self, name: &TableName) -> String {
        format!("DROP TABLE {}", self.table(name))
    }

    pub(super) fn create_table(self, name: &TableName, table: &Table) -> Vec<String> {
        let is_foreign = |definition: &str| definition.starts_with("FOREIGN KEY");
        let mut lines: Vec<String> = table
            .columns
            .iter()
            .map(|(name, column)| format!("  {} {}", quoted(name), self.definition(column)))
            .collect();
        let (late, inline): (Vec<_>, Vec<_>) =
            table.constraints.iter().partition(|(_, definition)| is_foreign(definition));
        let sqlite = self == Dialect::Sqlite;
        // SQLite takes foreign keys with the table only.
        let inline = inline.into_iter().chain(late.iter().copied().filter(|_| sqlite));
        lines.extend(inline.map(|(name, definition)| format!("  {}", self.constraint(name, definition))));
        let mut statements = Vec::new();
        if self == Dialect::Postgres && name.schema != "public" {
            statements.push(format!("CREATE SCHEMA IF NOT EXISTS {}", quoted(&name.schema)));
        }
        statements.push(format!("CREATE TABLE {} (\n{}\n)", self.table(name), lines.join(",\n")));
        statements.extend(table.indexes.values().map(|index| index.definition.clone()));
        let late = late.into_iter().filter(|_| !sqlite);
        statements.extend(
            late.flat_map(|(constraint, definition)| {
                self.change_constraint(name, None, Some((constraint, definition)))
            }),
        );
        statements
    }

    pub(super) fn change_column(
        self,
        table: &TableName,
        name: &str,
        old: Option<&Column>,
        new: Option<&Column>,
    ) -> Vec<String> {
        let alter = |what: String| format!("ALTER TABLE {} {what}", self.table(table));
        let column = quoted(name);
        match (old, new) {
            (None, Some(new)) => vec![alter(format!("ADD COLUMN {column} {}", self.definition(new)))],
            (Some(_), None) => vec![alter(format!("DROP COLUMN {column}"))],
            (Some(old), Some(new)) if self == Dialect::Postgres && old.generated == new.generated => {
                let mut statements = Vec::new();
                if old.column_type != new.column_type {
                    let to = &new.column_type;
                    if old.default.is_some() && old.default != new.default {
                        statements.push(alter(format!("ALTER COLUMN {column} DROP DEFAULT")));
                    }
                    statements.push(alter(format!("ALTER COLUMN {column} TYPE {to} USING {column}::{to}")));
                }
                match (&old.default, &new.default) {
                    (old, new) if old == new => {}
                    (_, Some(default)) => {
                        statements.push(alter(format!("ALTER COLUMN {column} SET DEFAULT {default}")));
                    }
                    (_, None) if old.column_type != new.column_type => {}
                    (_, None) => statements.push(alter(format!("ALTER COLUMN {column} DROP DEFAULT"))),
                }
                if old.not_null != new.not_null {
                    let verb = if new.not_null { "SET" } else { "DROP" };
                    statements.push(alter(format!("ALTER COLUMN {column} {verb} NOT NULL")));
                }
                statements
            }
            // SQLite changes no column in place, and PostgreSQL makes none generated.
            _ => Vec::new(),
        }
    }

    /// Name and definition on either side.
    pub(super) fn change_constraint(
        self,
        table: &TableName,
        old: Option<(&str, &str)>,
        new: Option<(&str, &str)>,
    ) -> Vec<String> {
        if self == Dialect::Sqlite {
            return Vec::new();
        }
        let alter = |what: String| format!("ALTER TABLE {} {what}", self.table(table));
        let drop = |name: &str| alter(format!("DROP CONSTRAINT {}", quoted(name)));
        let add = |name: &str, definition: &str| alter(format!("ADD {}", self.constraint(name, definition)));
        match (old, new) {
            (Some((old_name, old)), Some((name, new))) if old == new => {
                vec![alter(format!("RENAME CONSTRAINT {} TO {}", quoted(old_name), quoted(name)))]
            }
            (Some((old_name, _)), Some((name, new))) => vec![drop(old_name), add(name, new)],
            (None, Some((name, new))) => vec![add(name, new)],
            (Some((name, _)), None) => vec![drop(name)],
            (None, None) => Vec::new(),
        }
    }

    pub(super) fn change_index(
        self,
        table: &TableName,
        old: Option<(&str, &str)>,
        new: Option<(&str, &str)>,
    ) -> Vec<String> {
        let index = |name: &str| self.table(&TableName { schema: table.schema.clone(), table: name.to_owned() });
        match (old, new) {
            (Some((old_name, old)), Some((name, new)))
                if self == Dialect::Postgres && unnamed(old, old_name) == unnamed(new, name) =>
            {
                vec![format!("ALTER INDEX {} RENAME TO {}", index(old_name), quoted(name))]
            }
            (Some((old_name, _)), Some((_, new))) => vec![format!("DROP INDEX {}", index(old_name)), new.to_owned()],
            (None, Some((_, new))) => vec![new.to_owned()],
            (Some((name, _)), None) => vec![format!("DROP INDEX {}", index(name))],
            (None, None) => Vec::new(),
        }
    }

    fn table(self, name: &TableName) -> String {
        match name.schema.as_str() {
            "" => quoted(&name.table),
            schema => format!("{}.{}", quoted(schema), quoted(&name.table)),
        }
    }

    fn definition(self, column: &Column) -> String {
        let mut text = column.column_type.clone();
        if let Some(generated) = &column.generated {
            text.push_str(&format!(" GENERATED {generated}"));
        }
        if let Some(default) = &column.default {
            text.push_str(&format!(" DEFAULT {default}"));
        }
        if column.not_null {
            text.push_str(" NOT NULL");
        }
        text
    }

    fn constraint(self, name: &str, definition: &str) -> String {
        format!("CONSTRAINT {} {definition}", quoted(name))
    }
}

/// A definition without its own name (`CREATE INDEX name ON …`).
pub(super) fn unnamed(definition: &str, name: &str) -> String {
    definition.replacen(&format!("\"{name}\" "), "", 1).replacen(&format!("{name} "), "", 1)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
