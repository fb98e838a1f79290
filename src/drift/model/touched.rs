//! Which tables a statement names that is not understood.

use std::collections::BTreeSet;

use super::Touched;
use super::cursor::Cursor;
use super::tokens::{Token, tokens};
use crate::drift::TableName;

/// Kinds of things that are made and dropped without any table noticing, unless with `CASCADE`.
pub const KINDS: &[&str] = &[
    "extension",
    "function",
    "procedure",
    "aggregate",
    "routine",
    "view",
    "materialized view",
    "recursive view",
    "trigger",
    "constraint trigger",
    "type",
    "domain",
    "sequence",
    "schema",
    "policy",
    "rule",
    "role",
    "user",
    "collation",
    "statistics",
    "publication",
    "subscription",
    "event trigger",
    "operator",
    "operator class",
    "operator family",
    "cast",
    "server",
    "foreign data wrapper",
    "user mapping",
    "text search configuration",
    "text search dictionary",
    "access method",
    "language",
    "conversion",
    "database",
    "tablespace",
    "trusted language",
];

/// Functions of PostgreSQL that a `SELECT` may call without changing any table.
pub const CALLED: &[&str] = &[
    "setval",
    "nextval",
    "set_config",
    "pg_sleep",
    "now",
    "count",
    "max",
    "min",
    "coalesce",
    "exists",
    "pg_notify",
    "pg_advisory_lock",
    "pg_advisory_unlock",
    "pg_advisory_xact_lock",
    "pg_get_serial_sequence",
    "greatest",
    "array_agg",
    "lower",
    "upper",
    "to_regclass",
    "current_setting",
    "version",
    "gen_random_uuid",
    "format",
    "in",
    "values",
    "and",
    "or",
    "not",
    "any",
    "select",
    "from",
    "where",
    "as",
    "on",
    "using",
];

/// Which tables a statement that is not understood may change. Code that computes its statements may change anything.
pub fn touched(statement: &[Token]) -> Touched {
    let mut found = BTreeSet::new();
    match collect(statement, &mut found) {
        Some(()) => Touched::Tables(found),
        None => Touched::Anything,
    }
}

fn collect(statement: &[Token], found: &mut BTreeSet<TableName>) -> Option<()> {
    let is_block = statement.first()?.is("do");
    if is_block {
        for token in statement {
            if let Token::Text(literal) = token {
                let inner = inside(literal)?;
                let inner = tokens(inner)?;
                if inner.iter().any(|token| ["execute", "perform", "call", "cascade"].iter().any(|word| token.is(word)))
                {
                    return None;
                }
                let calls = inner.windows(3).any(|three| match three {
                    [select, Token::Word(name), bracket] if select.is("select") => {
                        bracket.is("(") && !CALLED.contains(&name.as_str())
                    }
                    _ => false,
                });
                if calls {
                    return None;
                }
                collect_definitions(&inner, found)?;
            }
        }
        return Some(());
    }
    match statement.iter().any(|token| token.is("cascade") || token.is("call")) {
        true => None,
        false => collect_definitions(statement, found).filter(|()| !found.is_empty()),
    }
}

/// The code between the quotes of a block.
fn inside(literal: &str) -> Option<&str> {
    let tag = &literal[..literal.strip_prefix('$')?.find('$')? + 2];
    literal.strip_prefix(tag)?.strip_suffix(tag)
}

/// The tables in `CREATE TABLE x`, `ALTER TABLE x`, `DROP TABLE x` and `CREATE INDEX … ON x`.
fn collect_definitions(code: &[Token], found: &mut BTreeSet<TableName>) -> Option<()> {
    for (position, token) in code.iter().enumerate() {
        if !["create", "alter", "drop"].iter().any(|word| token.is(word)) {
            continue;
        }
        let mut cursor = Cursor::new(&code[position + 1..]);
        for word in ["unlogged", "unique"] {
            cursor.take(word);
        }
        if cursor.take("table") {
            for word in ["if not exists", "if exists", "only"] {
                cursor.take(word);
            }
            found.insert(cursor.qualified()?);
            while cursor.take(",") {
                found.insert(cursor.qualified()?);
            }
        } else if cursor.take("index") {
            // A dropped or renamed index does not say whose it is.
            if !token.is("create") {
                return None;
            }
            cursor.before(&["on"])?;
            cursor.take("on").then_some(())?;
            cursor.take("only");
            found.insert(cursor.qualified()?);
        } else if cursor.take("column") || cursor.take("constraint") || cursor.take("not") || cursor.take("default") {
            // Parts of an ALTER TABLE that was seen already.
        } else {
            let harmless = KINDS.iter().any(|kind| cursor.clone().take(kind)) || cursor.take("or replace");
            let renames = token.is("alter") && (cursor.clone().take("type") || cursor.clone().take("schema"));
            if renames || !harmless && !is_part_of_alter(&cursor) {
                return None;
            }
        }
    }
    Some(())
}

/// `DROP name` and `ALTER name` within ALTER TABLE leave the word COLUMN out.
fn is_part_of_alter(cursor: &Cursor<'_>) -> bool {
    cursor.peek().is_some_and(|token| token.name().is_some())
}
