//! Which statement it is; indexes and what is dropped.

use super::constraint::nulls;
use super::cursor::Cursor;
use super::names;
use super::relation::IndexRule;
use super::tokens::{Token, first_words, listed};
use super::touched::touched;
use super::{Model, Result, Touched, Unmodelled, anything, touching};
use crate::drift::TableName;

impl Model {
    /// Runs a statement without its semicolon.
    pub(super) fn statement(&mut self, tokens: &[Token]) -> Result<()> {
        let mut cursor = Cursor::new(tokens);
        if cursor.is_at_end() {
            return Ok(());
        }
        if cursor.take("create") {
            let start = cursor.clone();
            let temporary = cursor.take("temporary")
                || cursor.take("temp")
                || cursor.take("local temporary")
                || cursor.take("global temporary");
            cursor.take("unlogged");
            if cursor.take("table") {
                return if temporary { Ok(()) } else { self.create_table(&mut cursor) };
            }
            cursor = start;
            let unique = cursor.take("unique");
            if cursor.take("index") {
                return self.create_index(unique, &mut cursor);
            }
            return self.create_other(&mut cursor, tokens);
        }
        if cursor.take("alter table") {
            return self.alter_table(&mut cursor);
        }
        if cursor.take("alter index") {
            return self.alter_index(&mut cursor);
        }
        if cursor.take("drop table") {
            return self.drop_tables(&mut cursor);
        }
        if cursor.take("drop index") {
            return self.drop_indexes(&mut cursor);
        }
        if cursor.take("drop schema") {
            return self.drop_schemas(&mut cursor);
        }
        if self.run_other(&mut cursor)? {
            return Ok(());
        }
        match touched(tokens) {
            // A block that only makes types, or changes data.
            Touched::Tables(tables) if tables.is_empty() => Ok(()),
            touched => Err(Unmodelled { reason: first_words(tokens), touched }),
        }
    }

    /// What follows `CREATE [UNIQUE] INDEX`.
    fn create_index(&mut self, unique: bool, cursor: &mut Cursor<'_>) -> Result<()> {
        let unknown = || anything("an index of this form");
        cursor.take("concurrently");
        let optional = cursor.take("if not exists");
        let name = if cursor.take("on") {
            None
        } else {
            let name = cursor.name().ok_or_else(unknown)?;
            cursor.take("on").then_some(()).ok_or_else(unknown)?;
            Some(names::cut(&name))
        };
        cursor.take("only");
        let table = cursor.qualified().ok_or_else(unknown)?;
        if self.views.contains(&table) {
            return Ok(());
        }
        let unknown = || touching(&table, "an index of this form");
        let method = if cursor.take("using") { cursor.name().ok_or_else(unknown)? } else { "btree".to_owned() };
        let items = listed(cursor.group().ok_or_else(unknown)?);
        let items: Vec<Vec<Token>> = items.into_iter().map(without_defaults).collect();
        let include = if cursor.take("include") { cursor.names().ok_or_else(unknown)? } else { Vec::new() };
        let nulls_distinct = nulls(cursor).is_empty();
        let with = if cursor.take("with") { cursor.group().ok_or_else(unknown)?.to_vec() } else { Vec::new() };
        if cursor.take("tablespace") {
            cursor.name();
        }
        let condition =
            if cursor.take("where") { cursor.before(&[]).ok_or_else(unknown)?.to_vec() } else { Vec::new() };
        if !cursor.is_at_end() {
            return Err(unknown());
        }
        let index = |name: &str| TableName { schema: table.schema.clone(), table: name.to_owned() };
        if let Some(name) = &name
            && self.table_of_index(&index(name)).is_some()
        {
            return match optional {
                true => Ok(()),
                false => Err(touching(&table, format!("there is an index {name} already"))),
            };
        }
        let relation = self.relation(&table)?;
        let missing = items.iter().find_map(|item| match item.as_slice() {
            [token] => token.name().filter(|name| !relation.fields.contains_key(*name)),
            _ => None,
        });
        if let Some(missing) = missing {
            return Err(touching(&table, format!("there is no column {missing} in the model")));
        }
        let columns: Vec<String> =
            items.iter().map(|item| item.first().and_then(Token::name).unwrap_or("expr").to_owned()).collect();
        let name = name.unwrap_or_else(|| names::own(relation, |_| false, &table.table, &columns, "idx"));
        relation.indexes.insert(name, IndexRule { unique, method, items, include, nulls_distinct, with, condition });
        Ok(())
    }

    fn alter_index(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let optional = cursor.take("if exists");
        let index = cursor.qualified().ok_or_else(|| anything("an index without a name"))?;
        if !cursor.take("rename to") {
            // Where it lies and how it is stored.
            return Ok(());
        }
        let to = cursor.name().ok_or_else(|| anything("an index without a name"))?;
        let Some(table) = self.table_of_index(&index) else {
            return self.rename_key(&index, to, optional);
        };
        let relation = self.relation(&table)?;
        if let Some(rule) = relation.indexes.remove(&index.table) {
            relation.indexes.insert(to, rule);
        }
        Ok(())
    }

    /// The index of a key has the name of its constraint, and both change together.
    fn rename_key(&mut self, index: &TableName, to: String, optional: bool) -> Result<()> {
        let own = self.tables.iter_mut().filter(|(name, _)| name.schema == index.schema);
        for (_, relation) in own {
            if let Some(rule) = relation.rules.remove(&index.table) {
                relation.rules.insert(to, rule);
                return Ok(());
            }
        }
        if optional { Ok(()) } else { Err(anything(format!("there is no index {index} in the model"))) }
    }

    fn drop_tables(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let optional = cursor.take("if exists");
        let (tables, cascade) = dropped(cursor).ok_or_else(|| anything("DROP TABLE of this form"))?;
        for table in tables {
            if !self.tables.contains_key(&table) && !optional {
                return Err(touching(&table, format!("there is no table {table} in the model")));
            }
            self.drop_table(&table, cascade)?;
        }
        Ok(())
    }

    fn drop_indexes(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        cursor.take("concurrently");
        let optional = cursor.take("if exists");
        let (indexes, _) = dropped(cursor).ok_or_else(|| anything("DROP INDEX of this form"))?;
        for index in indexes {
            match self.table_of_index(&index) {
                Some(table) => drop(self.relation(&table)?.indexes.remove(&index.table)),
                None if optional || !self.views.is_empty() => {}
                None => return Err(anything(format!("there is no index {index} in the model"))),
            }
        }
        Ok(())
    }

    fn drop_schemas(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        cursor.take("if exists");
        let (schemas, cascade) = dropped(cursor).ok_or_else(|| anything("DROP SCHEMA of this form"))?;
        for TableName { table: schema, .. } in schemas {
            let tables: Vec<TableName> = self.tables.keys().filter(|table| table.schema == schema).cloned().collect();
            tables.iter().try_for_each(|table| self.drop_table(table, cascade))?;
            self.others.remove(&format!("schema {schema}"));
        }
        Ok(())
    }
}

/// `a, b [CASCADE | RESTRICT]`
fn dropped(cursor: &mut Cursor<'_>) -> Option<(Vec<TableName>, bool)> {
    let mut names = vec![cursor.qualified()?];
    while cursor.take(",") {
        names.push(cursor.qualified()?);
    }
    let cascade = cursor.take("cascade");
    cursor.take("restrict");
    cursor.is_at_end().then_some((names, cascade))
}

/// An entry of an index without the order that it has anyhow.
fn without_defaults(item: &[Token]) -> Vec<Token> {
    let words = |item: &[Token], words: &[&str]| {
        item.len() > words.len()
            && item[item.len() - words.len()..].iter().zip(words).all(|(token, word)| token.is(word))
    };
    let mut item = item;
    if words(item, &["desc", "nulls", "first"]) {
        item = &item[..item.len() - 2];
    } else if words(item, &["asc", "nulls", "first"]) {
        let mut kept = item[..item.len() - 3].to_vec();
        kept.extend_from_slice(&item[item.len() - 2..]);
        return kept;
    } else if words(item, &["nulls", "last"]) && !words(item, &["desc", "nulls", "last"]) {
        item = &item[..item.len() - 2];
    }
    if words(item, &["asc"]) {
        item = &item[..item.len() - 1];
    }
    item.to_vec()
}
