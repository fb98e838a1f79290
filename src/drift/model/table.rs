//! `CREATE TABLE` and `ALTER TABLE`.

use super::constraint::{self, AFTER, Declared, nulls};
use super::cursor::Cursor;
use super::relation::{Field, Generated, Relation, Rule};
use super::tokens::{Token, listed};
use super::writing::identifier;
use super::{Model, Result, touching};
use crate::drift::TableName;

/// A column with the constraints that stand beside it.
struct Declaration {
    name: String,
    field: Field,
    rules: Vec<Declared>,
}

impl Model {
    /// What follows `CREATE TABLE`.
    pub(super) fn create_table(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let optional = cursor.take("if not exists");
        let table = cursor.qualified().ok_or_else(|| super::anything("a table without a name"))?;
        if self.tables.contains_key(&table) || self.views.contains(&table) {
            return match optional {
                true => Ok(()),
                false => Err(touching(&table, format!("there is a table {table} already"))),
            };
        }
        let Some(body) = cursor.group() else {
            return Err(touching(&table, "a table that is made of something else"));
        };
        let after = cursor.rest();
        if let Some(token) =
            after.iter().find(|token| ["as", "inherits", "of", "select"].iter().any(|word| token.is(word)))
        {
            return Err(touching(&table, format!("a table with {}", super::text(std::slice::from_ref(token)))));
        }
        self.tables.insert(table.clone(), Relation::default());
        let mut rules = Vec::new();
        for item in listed(body) {
            let mut cursor = Cursor::new(item);
            if item.first().is_some_and(|token| token.is("like")) {
                return Err(touching(&table, "a table LIKE another"));
            }
            if let Some(rule) = self.table_constraint(&table, &mut cursor)? {
                rules.push(rule);
            } else {
                let column = self.column(&table, &mut cursor)?;
                self.add_column(&table, column, &mut rules)?;
            }
            finished(&table, &cursor)?;
        }
        rules.into_iter().try_for_each(|rule| self.add_rule(&table, rule))
    }

    fn add_column(&mut self, table: &TableName, column: Declaration, rules: &mut Vec<Declared>) -> Result<()> {
        let relation = self.relation(table)?;
        if relation.fields.contains_key(&column.name) {
            return Err(touching(table, format!("there is a column {} already", column.name)));
        }
        relation.fields.insert(column.name, column.field);
        rules.extend(column.rules);
        Ok(())
    }

    /// `name type …`
    fn column(&self, table: &TableName, cursor: &mut Cursor<'_>) -> Result<Declaration> {
        let unknown = |what: &str| touching(table, what);
        let name = cursor.name().ok_or_else(|| unknown("a column without a name"))?;
        let mut column_type = cursor.column_type().ok_or_else(|| unknown("a type of this form"))?;
        let (mut not_null, mut default, mut generated) = (false, None, None);
        let mut rules = Vec::new();
        if let Some(integer) = serial(&column_type) {
            let sequence =
                super::names::own(&Relation::default(), |_| false, &table.table, std::slice::from_ref(&name), "seq");
            let literal = format!("'{}.{}'", identifier(&table.schema), identifier(&sequence));
            let words = [Token::Word("nextval".to_owned()), Token::Symbol("(".to_owned()), Token::Text(literal)];
            let cast = ["::", "regclass", ")"].map(|text| Token::Symbol(text.to_owned()));
            (not_null, default) = (true, Some(words.into_iter().chain(cast).collect()));
            integer.clone_into(&mut column_type);
        }
        while !cursor.is_at_end() {
            let label = if cursor.take("constraint") { cursor.name() } else { None };
            let own = || vec![name.clone()];
            let key = |primary, nulls| Rule::Key { primary, nulls, columns: own(), tail: String::new() };
            if cursor.take("not null") {
                not_null = true;
            } else if cursor.take("null") {
            } else if cursor.take("default") {
                let expression = cursor.before(AFTER).ok_or_else(|| unknown("a default of this form"))?;
                default = (!is_null(expression)).then(|| expression.to_vec());
            } else if cursor.take("primary key") {
                rules.push(Declared { name: label, rule: key(true, "") });
            } else if cursor.take("unique") {
                let nulls = nulls(cursor);
                rules.push(Declared { name: label, rule: key(false, nulls) });
            } else if cursor.take("references") {
                let rule = self.foreign(table, own(), cursor)?;
                rules.push(Declared { name: label, rule });
            } else if cursor.take("check") {
                let expression = cursor.group().ok_or_else(|| unknown("a check of this form"))?.to_vec();
                let tail = if cursor.take("no inherit") { " NO INHERIT" } else { "" }.to_owned();
                rules.push(Declared { name: label, rule: Rule::Check { expression, tail } });
            } else if cursor.take("collate") {
                let collation = cursor.qualified().ok_or_else(|| unknown("a collation of this form"))?;
                column_type.push_str(&format!(" COLLATE {}", identifier(&collation.table)));
            } else if cursor.take("generated") {
                let found = generation(cursor).ok_or_else(|| unknown("a generated column of this form"))?;
                not_null |= matches!(found, Generated::Identity(_));
                generated = Some(found);
            } else {
                return Err(unknown("a column of this form"));
            }
        }
        Ok(Declaration { name, field: Field { column_type, not_null, default, generated }, rules })
    }

    /// What follows `ALTER TABLE`.
    pub(super) fn alter_table(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let optional = cursor.take("if exists");
        cursor.take("only");
        let table = cursor.qualified().ok_or_else(|| super::anything("a table without a name"))?;
        if self.views.contains(&table) || optional && !self.tables.contains_key(&table) {
            return Ok(());
        }
        self.relation(&table)?;
        if let Some(()) = self.rename(&table, cursor)? {
            return finished(&table, cursor);
        }
        if cursor.take("set schema") {
            let schema = cursor.name().ok_or_else(|| touching(&table, "a schema without a name"))?;
            return self.move_table(&table, &TableName { schema, table: table.table.clone() });
        }
        let mut rules = Vec::new();
        // PostgreSQL drops first, then alters types, then adds; Ecto writes no statement in which that matters.
        for action in listed(cursor.rest()) {
            let mut cursor = Cursor::new(action);
            self.alter(&table, &mut cursor, &mut rules)?;
            finished(&table, &cursor)?;
        }
        rules.into_iter().try_for_each(|rule| self.add_rule(&table, rule))
    }

    /// `RENAME …`; `None` when it is something else.
    fn rename(&mut self, table: &TableName, cursor: &mut Cursor<'_>) -> Result<Option<()>> {
        if !cursor.take("rename") {
            return Ok(None);
        }
        let unknown = || touching(table, "RENAME of this form");
        let name = |cursor: &mut Cursor<'_>| cursor.name().ok_or_else(unknown);
        if cursor.take("to") {
            let to = TableName { schema: table.schema.clone(), table: name(cursor)? };
            return self.move_table(table, &to).map(Some);
        }
        if cursor.take("constraint") {
            let from = name(cursor)?;
            let to = if cursor.take("to") { name(cursor)? } else { return Err(unknown()) };
            let relation = self.relation(table)?;
            let Some(rule) = relation.rules.remove(&from) else {
                return Err(touching(table, format!("there is no constraint {from} in the model")));
            };
            relation.rules.insert(to, rule);
            return Ok(Some(()));
        }
        cursor.take("column");
        let from = name(cursor)?;
        let to = if cursor.take("to") { name(cursor)? } else { return Err(unknown()) };
        let relation = self.relation(table)?;
        if !relation.fields.contains_key(&from) || relation.fields.contains_key(&to) {
            return Err(touching(table, format!("{from} cannot become {to} in the model")));
        }
        relation.rename_field(&from, &to);
        for other in self.tables.values_mut() {
            for rule in other.rules.values_mut() {
                if let Rule::Foreign { table: target, theirs, .. } = rule
                    && target == table
                {
                    theirs.iter_mut().filter(|their| **their == from).for_each(|their| to.clone_into(their));
                }
            }
        }
        Ok(Some(()))
    }

    /// One action of `ALTER TABLE`.
    fn alter(&mut self, table: &TableName, cursor: &mut Cursor<'_>, rules: &mut Vec<Declared>) -> Result<()> {
        let unknown = |what: &str| touching(table, format!("ALTER TABLE … {what} of this form"));
        if cursor.take("add") {
            if let Some(rule) = self.using_index(table, cursor)? {
                return self.add_rule(table, rule);
            }
            if let Some(rule) = self.table_constraint(table, cursor)? {
                rules.push(rule);
                return Ok(());
            }
            cursor.take("column");
            let optional = cursor.take("if not exists");
            let column = self.column(table, cursor)?;
            if optional && self.relation(table)?.fields.contains_key(&column.name) {
                return Ok(());
            }
            self.add_column(table, column, rules)
        } else if cursor.take("drop constraint") {
            let optional = cursor.take("if exists");
            let name = cursor.name().ok_or_else(|| unknown("DROP CONSTRAINT"))?;
            let cascade = cursor.take("cascade");
            cursor.take("restrict");
            match self.relation(table)?.rules.remove(&name) {
                Some(Rule::Key { columns, .. }) => self.drop_references(table, Some(&columns), cascade),
                None if !optional => Err(touching(table, format!("there is no constraint {name} in the model"))),
                _ => Ok(()),
            }
        } else if cursor.take("drop") {
            cursor.take("column");
            let optional = cursor.take("if exists");
            let name = cursor.name().ok_or_else(|| unknown("DROP COLUMN"))?;
            let cascade = cursor.take("cascade");
            cursor.take("restrict");
            let relation = self.relation(table)?;
            if !relation.fields.contains_key(&name) && !optional {
                return Err(touching(table, format!("there is no column {name} in the model")));
            }
            relation.drop_field(&name);
            self.drop_references(table, Some(&[name]), cascade)
        } else if cursor.take("alter constraint") {
            let name = cursor.name().ok_or_else(|| unknown("ALTER CONSTRAINT"))?;
            match self.relation(table)?.rules.get_mut(&name) {
                Some(Rule::Foreign { tail, .. }) => {
                    *tail = constraint::deferred(tail, cursor);
                    Ok(())
                }
                _ => Err(touching(table, format!("there is no foreign key {name} in the model"))),
            }
        } else if cursor.take("alter") {
            cursor.take("column");
            self.alter_column(table, cursor)
        } else if cursor.take("validate constraint") {
            let name = cursor.name().ok_or_else(|| unknown("VALIDATE CONSTRAINT"))?;
            match self.relation(table)?.rules.get_mut(&name) {
                Some(Rule::Check { tail, .. } | Rule::Foreign { tail, .. }) => {
                    *tail = tail.replace(" NOT VALID", "");
                    Ok(())
                }
                _ => Err(touching(table, format!("there is no constraint {name} in the model"))),
            }
        } else if [
            "enable",
            "disable",
            "owner to",
            "set",
            "reset",
            "replica identity",
            "cluster on",
            "force",
            "no force",
        ]
        .iter()
        .any(|words| cursor.clone().take(words))
        {
            // Nothing that is compared.
            *cursor = Cursor::new(&[]);
            Ok(())
        } else {
            Err(touching(table, "ALTER TABLE of this form"))
        }
    }

    /// `ADD CONSTRAINT name UNIQUE USING INDEX index`.
    fn using_index(&mut self, table: &TableName, cursor: &mut Cursor<'_>) -> Result<Option<Declared>> {
        let mut ahead = cursor.clone();
        let name = if ahead.take("constraint") { ahead.name() } else { None };
        let primary = ahead.take("primary key");
        if !(primary || ahead.take("unique")) || !ahead.take("using index") {
            return Ok(None);
        }
        let index = ahead.name().unwrap_or_default();
        *cursor = ahead;
        let relation = self.relation(table)?;
        let Some(found) = relation.indexes.remove(&index) else {
            return Err(touching(table, format!("there is no index {index} in the model")));
        };
        let columns: Option<Vec<String>> = found
            .items
            .iter()
            .map(|item| if let [token] = item.as_slice() { token.name().map(str::to_owned) } else { None })
            .collect();
        let columns = columns.ok_or_else(|| touching(table, "a constraint on an index of expressions"))?;
        let rule = Rule::Key { primary, nulls: "", columns, tail: String::new() };
        Ok(Some(Declared { name: name.or(Some(index)), rule }))
    }

    fn alter_column(&mut self, table: &TableName, cursor: &mut Cursor<'_>) -> Result<()> {
        let unknown = || touching(table, "ALTER COLUMN of this form");
        let name = cursor.name().ok_or_else(unknown)?;
        let relation = self.relation(table)?;
        let Some(field) = relation.fields.get_mut(&name) else {
            return Err(touching(table, format!("there is no column {name} in the model")));
        };
        if cursor.take("set data type") || cursor.take("type") {
            let mut column_type = cursor.column_type().ok_or_else(unknown)?;
            if cursor.take("collate") {
                let collation = cursor.qualified().ok_or_else(unknown)?;
                column_type.push_str(&format!(" COLLATE {}", identifier(&collation.table)));
            }
            if cursor.take("using") {
                cursor.before(&[]);
            }
            field.column_type = column_type;
        } else if cursor.take("set default") {
            let expression = cursor.before(&[]).ok_or_else(unknown)?;
            field.default = (!is_null(expression)).then(|| expression.to_vec());
        } else if cursor.take("drop default") {
            field.default = None;
        } else if cursor.take("set not null") {
            field.not_null = true;
        } else if cursor.take("drop not null") {
            field.not_null = false;
        } else if cursor.take("drop identity") || cursor.take("drop expression") {
            cursor.take("if exists");
            field.generated = None;
        } else if cursor.take("add generated") {
            field.generated = Some(generation(cursor).ok_or_else(unknown)?);
        } else if cursor.take("set statistics") || cursor.take("set storage") || cursor.take("set (") {
            *cursor = Cursor::new(&[]);
        } else {
            return Err(unknown());
        }
        Ok(())
    }
}

/// `ALWAYS AS (…) STORED`, `BY DEFAULT AS IDENTITY (…)`.
fn generation(cursor: &mut Cursor<'_>) -> Option<Generated> {
    let when = if cursor.take("always") { "ALWAYS" } else { cursor.take("by default").then_some("BY DEFAULT")? };
    if cursor.take("as identity") {
        cursor.group();
        return Some(Generated::Identity(when));
    }
    let expression = cursor.take("as").then(|| cursor.group())??;
    cursor.take("stored").then(|| Generated::Stored(expression.to_vec()))
}

fn is_null(expression: &[Token]) -> bool {
    matches!(expression, [token] if token.is("null"))
}

/// The type under a serial.
fn serial(column_type: &str) -> Option<&'static str> {
    match column_type {
        "serial" => Some("integer"),
        "bigserial" => Some("bigint"),
        "smallserial" => Some("smallint"),
        _ => None,
    }
}

fn finished(table: &TableName, cursor: &Cursor<'_>) -> Result<()> {
    match cursor.is_at_end() {
        true => Ok(()),
        false => Err(touching(table, format!("`{}`", super::text(cursor.rest())))),
    }
}
