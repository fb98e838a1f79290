//! Constraints, as a table or a column declares them.

use super::cursor::Cursor;
use super::names;
use super::relation::Rule;
use super::tokens::Token;
use super::{Model, Result, touching};
use crate::drift::TableName;

/// Words that end an expression where a column or a table goes on.
pub const AFTER: &[&str] = &[
    "constraint",
    "not",
    "null",
    "default",
    "primary",
    "unique",
    "references",
    "check",
    "generated",
    "collate",
    "deferrable",
    "initially",
    "no",
];

/// One constraint with its name; `None` for the name leaves it to PostgreSQL.
pub struct Declared {
    pub name: Option<String>,
    pub rule: Rule,
}

impl Model {
    /// Reads a constraint of a table, `CONSTRAINT name` included; `Ok(None)` when there is none.
    pub(super) fn table_constraint(&self, table: &TableName, cursor: &mut Cursor<'_>) -> Result<Option<Declared>> {
        let name = if cursor.take("constraint") { cursor.name() } else { None };
        let unknown = || touching(table, "a constraint of this form");
        let rule = if cursor.take("primary key") {
            let columns = cursor.names().ok_or_else(unknown)?;
            Rule::Key { primary: true, nulls: "", columns, tail: tail(cursor) }
        } else if cursor.take("unique") {
            let nulls = nulls(cursor);
            let columns = cursor.names().ok_or_else(unknown)?;
            Rule::Key { primary: false, nulls, columns, tail: tail(cursor) }
        } else if cursor.take("check") {
            let expression = cursor.group().ok_or_else(unknown)?.to_vec();
            Rule::Check { expression, tail: tail(cursor) }
        } else if cursor.take("exclude") {
            let mut tokens = vec![Token::Word("EXCLUDE".to_owned())];
            tokens.extend_from_slice(cursor.rest());
            *cursor = Cursor::new(&[]);
            Rule::Exclusion { tokens }
        } else if cursor.take("foreign key") {
            let columns = cursor.names().ok_or_else(unknown)?;
            if !cursor.take("references") {
                return Err(unknown());
            }
            self.foreign(table, columns, cursor)?
        } else if name.is_some() {
            return Err(unknown());
        } else {
            return Ok(None);
        };
        Ok(Some(Declared { name, rule }))
    }

    /// What follows `REFERENCES`.
    pub(super) fn foreign(&self, own: &TableName, columns: Vec<String>, cursor: &mut Cursor<'_>) -> Result<Rule> {
        let unknown = || touching(own, "a foreign key of this form");
        let table = cursor.qualified().ok_or_else(unknown)?;
        let theirs = match cursor.peek().is_some_and(|token| token.is("(")) {
            true => cursor.names().ok_or_else(unknown)?,
            false => {
                let key = self.tables.get(&table).and_then(|relation| relation.primary_key());
                key.ok_or_else(unknown)?.to_vec()
            }
        };
        Ok(Rule::Foreign { columns, table, theirs, tail: tail(cursor) })
    }

    /// Adds a constraint to a table, under its own name or the one PostgreSQL would give it.
    pub(super) fn add_rule(&mut self, table: &TableName, declared: Declared) -> Result<()> {
        let Declared { name, rule } = declared;
        let taken: Vec<String> = self
            .tables
            .iter()
            .filter(|(other, _)| other.schema == table.schema)
            .flat_map(|(_, relation)| relation.indexes.keys().chain(relation.rules.keys()).cloned())
            .collect();
        let relation = self.relation(table)?;
        let (columns, label): (&[String], &str) = match &rule {
            Rule::Key { primary: true, .. } => (&[], "pkey"),
            Rule::Key { columns, .. } => (columns, "key"),
            Rule::Foreign { columns, .. } => (columns, "fkey"),
            Rule::Check { expression, .. } => (&only(relation.fields.keys(), expression), "check"),
            Rule::Exclusion { .. } => (&[], "excl"),
        };
        let name = match name {
            Some(name) => names::cut(&name),
            None => names::own(relation, |name| taken.iter().any(|other| other == name), &table.table, columns, label),
        };
        if relation.rules.contains_key(&name) {
            return Err(touching(table, format!("there is a constraint {name} already")));
        }
        if let Rule::Key { columns, .. } | Rule::Foreign { columns, .. } = &rule
            && let Some(missing) = columns.iter().find(|column| !relation.fields.contains_key(*column))
        {
            return Err(touching(table, format!("there is no column {missing} in the model")));
        }
        if let Rule::Key { primary: true, columns, .. } = &rule {
            if relation.primary_key().is_some() {
                return Err(touching(table, "there is a primary key already"));
            }
            for column in columns {
                if let Some(field) = relation.fields.get_mut(column) {
                    field.not_null = true;
                }
            }
        }
        relation.rules.insert(name, rule);
        Ok(())
    }
}

/// The only column that a check is about: it gives the check its name.
fn only<'a>(fields: impl Iterator<Item = &'a String>, expression: &[Token]) -> Vec<String> {
    let used: Vec<String> =
        fields.filter(|name| expression.iter().any(|token| token.name() == Some(name.as_str()))).cloned().collect();
    if used.len() == 1 { used } else { Vec::new() }
}

/// `NULLS [NOT] DISTINCT`.
pub fn nulls(cursor: &mut Cursor<'_>) -> &'static str {
    if cursor.take("nulls not distinct") {
        return " NULLS NOT DISTINCT";
    }
    cursor.take("nulls distinct");
    ""
}

/// What may follow a constraint, in the order in which PostgreSQL prints it.
fn tail(cursor: &mut Cursor<'_>) -> String {
    let (mut matching, mut update, mut delete) = ("", String::new(), String::new());
    let (mut include, mut deferrable, mut deferred, mut invalid, mut heirs) =
        (String::new(), false, false, false, false);
    loop {
        if cursor.take("match full") {
            matching = " MATCH FULL";
        } else if cursor.take("match simple") {
            matching = "";
        } else if cursor.take("on update") {
            update = action(cursor).map_or_else(String::new, |action| format!(" ON UPDATE {action}"));
        } else if cursor.take("on delete") {
            delete = action(cursor).map_or_else(String::new, |action| format!(" ON DELETE {action}"));
        } else if cursor.take("include") {
            let columns = cursor.names().unwrap_or_default();
            include = format!(" INCLUDE ({})", columns.join(", "));
        } else if cursor.take("not deferrable") || cursor.take("initially immediate") {
        } else if cursor.take("deferrable") {
            deferrable = true;
        } else if cursor.take("initially deferred") {
            (deferrable, deferred) = (true, true);
        } else if cursor.take("not valid") {
            invalid = true;
        } else if cursor.take("no inherit") {
            heirs = true;
        } else {
            break;
        }
    }
    let when = |condition: bool, text: &'static str| if condition { text } else { "" };
    format!(
        "{include}{matching}{update}{delete}{}{}{}{}",
        when(heirs, " NO INHERIT"),
        when(deferrable, " DEFERRABLE"),
        when(deferred, " INITIALLY DEFERRED"),
        when(invalid, " NOT VALID")
    )
}

/// The tail of a foreign key of which `ALTER CONSTRAINT` says anew when it is checked.
pub fn deferred(before: &str, cursor: &mut Cursor<'_>) -> String {
    let kept = before.replace(" INITIALLY DEFERRED", "").replace(" DEFERRABLE", "");
    let (kept, invalid) = match kept.strip_suffix(" NOT VALID") {
        Some(kept) => (kept, " NOT VALID"),
        None => (kept.as_str(), ""),
    };
    format!("{kept}{}{invalid}", tail(cursor))
}

/// What happens to referring rows; `None` for `NO ACTION`, which is not printed.
fn action(cursor: &mut Cursor<'_>) -> Option<String> {
    let set = |kind: &str, cursor: &mut Cursor<'_>| {
        let columns = cursor.names().map_or_else(String::new, |columns| format!(" ({})", columns.join(", ")));
        Some(format!("SET {kind}{columns}"))
    };
    if cursor.take("cascade") {
        Some("CASCADE".to_owned())
    } else if cursor.take("restrict") {
        Some("RESTRICT".to_owned())
    } else if cursor.take("set null") {
        set("NULL", cursor)
    } else if cursor.take("set default") {
        set("DEFAULT", cursor)
    } else {
        cursor.take("no action");
        None
    }
}
