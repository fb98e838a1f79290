//! Two catalogues to a list of differences, each with the SQL that leads from the first to the second.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Catalogue, Column, Index, Table, TableName};
use super::loose::loose;
use super::model::Touched;
use super::replay::Gap;
use super::sql::{Dialect, unnamed};

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Table,
    Column,
    Constraint,
    Index,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub table: TableName,
    pub kind: Kind,
    /// The column, constraint or index; the table's own name for tables.
    pub name: String,
    /// What there is on the first side; `None`: it is not there.
    pub from: Option<String>,
    /// What there is on the second side.
    pub to: Option<String>,
    /// Statements that lead from the first to the second; empty where the database cannot do it in place.
    pub sql: Vec<String>,
    /// Whether the statements lose data.
    pub loses_data: bool,
    /// Whether the two may be the same, written in two ways.
    pub unsure: bool,
}

/// The result of comparing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    /// What only the database has, in words. Nobody proposes to drop it.
    pub unmanaged: Vec<String>,
    /// What is not known of either side.
    pub gaps: Vec<Gap>,
}

impl Comparison {
    /// Whether both sides are known and the same.
    pub fn is_same(&self) -> bool {
        self.differences.is_empty() && self.gaps.is_empty()
    }

    /// Takes in what is not known of one side. Nothing is said about tables that it touches.
    pub fn allow_for(&mut self, gaps: Vec<Gap>) {
        for gap in &gaps {
            if let Touched::Tables(tables) = &gap.touched {
                self.differences.retain(|difference| !tables.contains(&difference.table));
                self.unmanaged.retain(|line| !tables.iter().any(|table| *line == format!("table {table}")));
            }
        }
        self.gaps.extend(gaps);
        self.gaps.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        self.gaps.dedup();
    }

    /// Takes one side as written by people, not printed by the database: leaves out what reads the same, and marks what
    /// may be the same.
    pub fn allow_for_writing(&mut self) {
        self.differences.retain_mut(|difference| {
            let (Some(from), Some(to)) = (&difference.from, &difference.to) else { return true };
            let (from, to) = (loose(from), loose(to));
            difference.unsure = match difference.kind {
                Kind::Column => shape(&from) == shape(&to),
                Kind::Constraint => from.starts_with("check") && to.starts_with("check") || from.starts_with("exclude"),
                Kind::Index => has_expression(&difference.from) && has_expression(&difference.to),
                Kind::Table => false,
            };
            from != to
        });
    }
}

/// A column's description without its expressions.
fn shape(column: &str) -> (&str, bool) {
    let end = [" default ", " generated "].iter().filter_map(|word| column.find(word)).min();
    (&column[..end.unwrap_or(column.len())], end.is_some())
}

/// Whether an index has more than columns.
fn has_expression(definition: &Option<String>) -> bool {
    definition.as_ref().is_some_and(|definition| definition.matches('(').count() > 1)
}

/// Compares. `live_first` or `live_second` says which side is a live database: tables that only it has are unmanaged.
pub fn compare(from: &Catalogue, to: &Catalogue, live_first: bool, live_second: bool, dialect: Dialect) -> Comparison {
    let mut comparison = Comparison::default();
    let names: BTreeSet<&TableName> = from.tables.keys().chain(to.tables.keys()).collect();
    let mut alone = Vec::new();
    for name in names {
        match (from.tables.get(name), to.tables.get(name)) {
            (Some(_), None) if live_first => alone.push(name),
            (None, Some(_)) if live_second => alone.push(name),
            (Some(_), None) => comparison.differences.push(Difference {
                table: name.clone(),
                kind: Kind::Table,
                name: name.table.clone(),
                from: Some("a table".to_owned()),
                to: None,
                sql: vec![dialect.drop_table(name)],
                loses_data: true,
                unsure: false,
            }),
            (None, Some(table)) => comparison.differences.push(Difference {
                table: name.clone(),
                kind: Kind::Table,
                name: name.table.clone(),
                from: None,
                to: Some("a table".to_owned()),
                sql: dialect.create_table(name, table),
                loses_data: false,
                unsure: false,
            }),
            (Some(from), Some(to)) => TableComparison { name, dialect }.compare(from, to, &mut comparison.differences),
            (None, None) => {}
        }
    }
    if live_first || live_second {
        let (live, other) = if live_first { (from, to) } else { (to, from) };
        comparison.unmanaged.extend(in_words(&alone, other));
        comparison.unmanaged.extend(live.others.difference(&other.others).cloned());
    }
    // Foreign keys need their tables: tables first.
    comparison.differences.sort_by_key(|difference| difference.kind != Kind::Table);
    comparison
}

/// Tables that only the database has; of schemas that the other side does not know, one line each.
fn in_words(tables: &[&TableName], other: &Catalogue) -> Vec<String> {
    let known: BTreeSet<&str> = other.tables.keys().map(|name| name.schema.as_str()).chain(["public", ""]).collect();
    let mut lines: Vec<String> =
        tables.iter().filter(|name| known.contains(name.schema.as_str())).map(|name| format!("table {name}")).collect();
    let mut schemas: BTreeMap<&str, usize> = BTreeMap::new();
    for name in tables.iter().filter(|name| !known.contains(name.schema.as_str())) {
        *schemas.entry(&name.schema).or_default() += 1;
    }
    lines.extend(schemas.into_iter().map(|(schema, count)| format!("tables of schema {schema} ({count})")));
    lines
}

struct TableComparison<'a> {
    name: &'a TableName,
    dialect: Dialect,
}

impl TableComparison<'_> {
    fn compare(&self, from: &Table, to: &Table, differences: &mut Vec<Difference>) {
        let names: BTreeSet<&String> = from.columns.keys().chain(to.columns.keys()).collect();
        for name in names {
            let (old, new) = (from.columns.get(name), to.columns.get(name));
            if old != new {
                let sql = self.dialect.change_column(self.name, name, old, new);
                let described = |column: Option<&Column>| column.map(Column::describe);
                differences.push(self.difference(
                    Kind::Column,
                    name,
                    described(old),
                    described(new),
                    sql,
                    new.is_none(),
                ));
            }
        }
        let dialect = self.dialect;
        self.named(Kind::Constraint, &from.constraints, &to.constraints, differences, |old, new| {
            dialect.change_constraint(self.name, old, new)
        });
        let definitions = |table: &Table| -> BTreeMap<String, String> {
            table.indexes.iter().map(|(name, index)| (name.clone(), index.describe())).collect()
        };
        self.named(Kind::Index, &definitions(from), &definitions(to), differences, |old, new| {
            dialect.change_index(self.name, old, new)
        });
    }

    /// Things with a name and a definition. The same definition under another name is a rename.
    fn named(
        &self,
        kind: Kind,
        from: &BTreeMap<String, String>,
        to: &BTreeMap<String, String>,
        differences: &mut Vec<Difference>,
        sql: impl Fn(Option<(&str, &str)>, Option<(&str, &str)>) -> Vec<String>,
    ) {
        let mut gone: Vec<(&String, &String)> = from.iter().filter(|(name, _)| !to.contains_key(*name)).collect();
        for (name, new) in to {
            let old = match from.get(name) {
                Some(old) if old == new => continue,
                Some(old) => Some((name, old)),
                None => {
                    let same = gone.iter().position(|(other, old)| unnamed(old, other) == unnamed(new, name));
                    same.map(|position| gone.remove(position))
                }
            };
            let statements = sql(old.map(pair), Some((name, new)));
            let described = old.map(|(old_name, old)| match old_name == name {
                true => old.clone(),
                false => format!("{old_name}: {old}"),
            });
            differences.push(self.difference(kind, name, described, Some(new.clone()), statements, false));
        }
        for (name, old) in gone {
            let statements = sql(Some((name, old)), None);
            differences.push(self.difference(kind, name, Some(old.clone()), None, statements, false));
        }
    }

    fn difference(
        &self,
        kind: Kind,
        name: &str,
        from: Option<String>,
        to: Option<String>,
        sql: Vec<String>,
        loses_data: bool,
    ) -> Difference {
        Difference { table: self.name.clone(), kind, name: name.to_owned(), from, to, sql, loses_data, unsure: false }
    }
}

fn pair<'a>((name, definition): (&'a String, &'a String)) -> (&'a str, &'a str) {
    (name, definition)
}

impl Column {
    /// `text not null default 'x'::text`.
    pub fn describe(&self) -> String {
        let mut text = self.column_type.clone();
        if let Some(generated) = &self.generated {
            text.push_str(&format!(" generated {generated}"));
        }
        if self.not_null {
            text.push_str(" not null");
        }
        if let Some(default) = &self.default {
            text.push_str(&format!(" default {default}"));
        }
        text
    }
}

impl Index {
    fn describe(&self) -> String {
        if self.valid {
            self.definition.clone()
        } else {
            format!("{} (invalid: drop it and build it again)", self.definition)
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn catalogue(rows: &str) -> Catalogue {
        let rows = rows.lines().map(str::trim).filter(|line| !line.is_empty());
        Catalogue::of(rows.map(|line| serde_json::from_str(line).unwrap()))
    }

    fn check(from: &str, to: &str, expected: Expect) {
        let comparison = compare(&catalogue(from), &catalogue(to), true, false, Dialect::Postgres);
        let mut text = String::new();
        for difference in &comparison.differences {
            text.push_str(&format!("{} {:?} {}\n", difference.table, difference.kind, difference.name));
            for sql in &difference.sql {
                text.push_str(&format!("  {sql}\n"));
            }
        }
        for unmanaged in &comparison.unmanaged {
            text.push_str(&format!("unmanaged {unmanaged}\n"));
        }
        expected.assert_eq(&text);
    }

    #[test]
    fn differences_lead_from_one_to_the_other() {
        check(
            r#"{"row": "table", "schema": "public", "table": "legacy"}
               {"row": "other", "name": "view public.reports"}
               {"row": "column", "schema": "public", "table": "posts", "name": "title", "type": "character varying(255)", "not_null": false, "default": "'x'::text"}
               {"row": "column", "schema": "public", "table": "posts", "name": "old", "type": "text", "not_null": false}
               {"row": "constraint", "schema": "public", "table": "posts", "name": "p", "definition": "PRIMARY KEY (id)"}
               {"row": "index", "schema": "public", "table": "posts", "name": "a", "definition": "CREATE INDEX a ON public.posts USING btree (title)", "valid": true}"#,
            r#"{"row": "column", "schema": "public", "table": "posts", "name": "title", "type": "text", "not_null": true}
               {"row": "column", "schema": "public", "table": "posts", "name": "new", "type": "bigint", "not_null": true, "default": "0"}
               {"row": "constraint", "schema": "public", "table": "posts", "name": "posts_pkey", "definition": "PRIMARY KEY (id)"}
               {"row": "constraint", "schema": "public", "table": "posts", "name": "c", "definition": "CHECK ((new > 0))"}
               {"row": "index", "schema": "public", "table": "posts", "name": "b", "definition": "CREATE INDEX b ON public.posts USING btree (title)", "valid": true}
               {"row": "column", "schema": "blog", "table": "tags", "name": "id", "type": "uuid", "not_null": true}"#,
            expect![[r#"
                blog.tags Table tags
                  CREATE SCHEMA IF NOT EXISTS "blog"
                  CREATE TABLE "blog"."tags" (
                  "id" uuid NOT NULL
                )
                posts Column new
                  ALTER TABLE "public"."posts" ADD COLUMN "new" bigint DEFAULT 0 NOT NULL
                posts Column old
                  ALTER TABLE "public"."posts" DROP COLUMN "old"
                posts Column title
                  ALTER TABLE "public"."posts" ALTER COLUMN "title" DROP DEFAULT
                  ALTER TABLE "public"."posts" ALTER COLUMN "title" TYPE text USING "title"::text
                  ALTER TABLE "public"."posts" ALTER COLUMN "title" SET NOT NULL
                posts Constraint c
                  ALTER TABLE "public"."posts" ADD CONSTRAINT "c" CHECK ((new > 0))
                posts Constraint posts_pkey
                  ALTER TABLE "public"."posts" RENAME CONSTRAINT "p" TO "posts_pkey"
                posts Index b
                  ALTER INDEX "public"."a" RENAME TO "b"
                unmanaged table legacy
                unmanaged view public.reports
            "#]],
        );
    }
}
