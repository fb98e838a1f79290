//! Statements about what is no table: extensions, functions, views and types, data, settings.

use super::cursor::Cursor;
use super::tokens::{Token, first_words};
use super::touched::{CALLED, KINDS, touched};
use super::writing::{identifier, text};
use super::{Model, Result, Unmodelled, anything};

/// Statements that change no table's definition.
const HARMLESS: &[&str] = &[
    "insert",
    "update",
    "delete",
    "truncate",
    "copy",
    "merge",
    "grant",
    "revoke",
    "comment",
    "analyze",
    "vacuum",
    "reindex",
    "refresh",
    "lock",
    "notify",
    "set constraints",
    "set local lock_timeout",
    "set local statement_timeout",
    "set lock_timeout",
    "set statement_timeout",
    "set maintenance_work_mem",
    "set local maintenance_work_mem",
    "reset",
    "explain",
    "show",
    "cluster",
    "security label",
    "reassign",
    "load",
    "alter sequence",
    "alter function",
    "alter extension",
    "alter role",
    "alter database",
    "alter system",
    "alter default privileges",
    "alter policy",
    "alter trigger",
    "alter procedure",
    "alter view",
    "alter materialized view",
    "alter publication",
    "alter event trigger",
    "alter aggregate",
    "alter operator",
    "alter statistics",
    "alter collation",
    "alter user",
];

impl Model {
    /// What follows `CREATE`, when it is no table and no index.
    pub(super) fn create_other(&mut self, cursor: &mut Cursor<'_>, whole: &[Token]) -> Result<()> {
        let _ = cursor.take("or replace");
        for word in ["temporary", "temp", "recursive", "unique", "global", "local", "default"] {
            cursor.take(word);
        }
        let Some(kind) = KINDS.iter().filter(|kind| cursor.clone().take(kind)).max_by_key(|kind| kind.len()) else {
            return Err(Unmodelled { reason: first_words(whole), touched: touched(whole) });
        };
        cursor.take(kind);
        cursor.take("if not exists");
        let Some(name) = cursor.qualified() else { return Ok(()) };
        match *kind {
            "view" | "materialized view" | "recursive view" => {
                self.others.insert(format!("{} {}.{}", kind.trim_start_matches("recursive "), name.schema, name.table));
                self.views.insert(name);
            }
            "extension" | "schema" => drop(self.others.insert(format!("{kind} {}", name.table))),
            "trigger" => {
                let table = cursor.before(&["on"]).and_then(|_| cursor.take("on").then(|| cursor.qualified())?);
                let table = table.map(|table| format!(" on {}.{}", table.schema, table.table)).unwrap_or_default();
                self.others.insert(format!("trigger {}{table}", name.table));
            }
            "function" | "procedure" => {
                let arguments = cursor.group().map(text).unwrap_or_default();
                self.others.insert(format!("{kind} {name}({arguments})"));
            }
            "type" | "domain" => drop(self.others.insert(format!("type {name}"))),
            _ => {}
        }
        Ok(())
    }

    /// Drops, data and settings; `false` when it is none of them.
    pub(super) fn run_other(&mut self, cursor: &mut Cursor<'_>) -> Result<bool> {
        let whole = cursor.rest();
        if cursor.take("drop") {
            let Some(kind) = KINDS.iter().filter(|kind| cursor.clone().take(kind)).max_by_key(|kind| kind.len()) else {
                return Ok(false);
            };
            if whole.last().is_some_and(|token| token.is("cascade")) && !matches!(*kind, "trigger" | "policy" | "rule")
            {
                return Err(anything(format!("{} … CASCADE", first_words(whole))));
            }
            cursor.take(kind);
            cursor.take("if exists");
            if let Some(name) = cursor.qualified() {
                self.views.remove(&name);
                let kind = if *kind == "domain" { "type" } else { kind };
                let exact = [format!("{kind} {name}"), format!("{kind} {}.{}", name.schema, name.table)];
                let begins = [format!("{kind} {name}("), format!("{kind} {} on ", name.table)];
                self.others
                    .retain(|other| !exact.contains(other) && !begins.iter().any(|begin| other.starts_with(begin)));
            }
            return Ok(true);
        }
        if cursor.take("alter type") || cursor.take("alter domain") {
            return self.alter_type(cursor, whole).map(|()| true);
        }
        if cursor.take("alter schema") {
            return Err(anything(first_words(whole)));
        }
        if cursor.clone().take("select") || cursor.clone().take("with") {
            return match called(whole) {
                None => Ok(true),
                Some(function) => Err(anything(format!("a query that calls {function}"))),
            };
        }
        Ok(HARMLESS.iter().any(|words| cursor.clone().take(words)))
    }

    /// A type's new value changes no table; its new name does.
    fn alter_type(&mut self, cursor: &mut Cursor<'_>, whole: &[Token]) -> Result<()> {
        let name = cursor.qualified();
        if let Some(name) = &name
            && cursor.take("rename to")
            && let Some(to) = cursor.name()
        {
            let (from, to) = (identifier(&name.table), identifier(&to));
            for field in self.tables.values_mut().flat_map(|relation| relation.fields.values_mut()) {
                let plain = field.column_type.trim_end_matches("[]");
                if plain == from || plain == format!("{}.{from}", name.schema) {
                    field.column_type = field.column_type.replacen(&from, &to, 1);
                }
            }
            return Ok(());
        }
        let harmless = [
            "add value",
            "rename value",
            "owner to",
            "add constraint",
            "drop constraint",
            "set default",
            "drop default",
        ];
        match name.is_some() && harmless.iter().any(|words| cursor.clone().take(words)) {
            true => Ok(()),
            false => Err(anything(first_words(whole))),
        }
    }
}

/// The function that a query calls and that could change tables.
fn called(tokens: &[Token]) -> Option<String> {
    tokens.windows(2).find_map(|pair| match pair {
        [Token::Word(name), bracket] if bracket.is("(") && !CALLED.contains(&name.as_str()) => Some(name.clone()),
        [Token::Quoted(name), bracket] if bracket.is("(") => Some(name.clone()),
        _ => None,
    })
}
