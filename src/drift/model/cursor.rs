//! Reading tokens one after the other: names, types, expressions.

use super::tokens::{Token, closing};
use super::writing::{identifier, text};
use crate::drift::TableName;

/// What is still to be read of a statement.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    tokens: &'a [Token],
}

impl<'a> Cursor<'a> {
    pub fn new(tokens: &'a [Token]) -> Cursor<'a> {
        Cursor { tokens }
    }

    pub fn rest(&self) -> &'a [Token] {
        self.tokens
    }

    pub fn is_at_end(&self) -> bool {
        self.tokens.is_empty()
    }

    pub fn peek(&self) -> Option<&'a Token> {
        self.tokens.first()
    }

    /// Takes the next token.
    pub fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    /// Takes these words, separated by spaces, if they come next.
    pub fn take(&mut self, words: &str) -> bool {
        let mut rest = self.tokens;
        for word in words.split(' ') {
            match rest.split_first() {
                Some((first, others)) if first.is(word) => rest = others,
                _ => return false,
            }
        }
        self.tokens = rest;
        true
    }

    /// Takes a name.
    pub fn name(&mut self) -> Option<String> {
        let name = self.peek()?.name()?.to_owned();
        self.tokens = &self.tokens[1..];
        Some(name)
    }

    /// Takes `name` or `schema.name`.
    pub fn qualified(&mut self) -> Option<TableName> {
        let first = self.name()?;
        if !self.take(".") {
            return Some(TableName { schema: "public".to_owned(), table: first });
        }
        Some(TableName { schema: first, table: self.name()? })
    }

    /// Takes a pair of brackets; gives what is between them.
    pub fn group(&mut self) -> Option<&'a [Token]> {
        if !self.peek()?.is("(") {
            return None;
        }
        let end = closing(self.tokens)?;
        let inner = &self.tokens[1..end];
        self.tokens = &self.tokens[end + 1..];
        Some(inner)
    }

    /// Takes names in brackets, separated by commas.
    pub fn names(&mut self) -> Option<Vec<String>> {
        self.group()?
            .split(|token| token.is(","))
            .map(|item| match item {
                [token] => token.name().map(str::to_owned),
                _ => None,
            })
            .collect()
    }

    /// Takes everything before one of these words outside of brackets, at least one token.
    pub fn before(&mut self, words: &[&str]) -> Option<&'a [Token]> {
        let mut depth = 0;
        let mut case = 0;
        let end = self.tokens.iter().enumerate().position(|(position, token)| {
            match token {
                _ if token.is("(") || token.is("[") => depth += 1,
                _ if token.is(")") || token.is("]") => depth -= 1,
                _ if token.is("case") => case += 1,
                _ if token.is("end") => case -= 1,
                _ => return position > 0 && depth == 0 && case == 0 && words.iter().any(|word| token.is(word)),
            }
            false
        });
        let (taken, rest) = self.tokens.split_at(end.unwrap_or(self.tokens.len()));
        self.tokens = rest;
        if taken.is_empty() { None } else { Some(taken) }
    }

    /// Takes a type; gives it as PostgreSQL prints it.
    pub fn column_type(&mut self) -> Option<String> {
        let mut name = match self.peek()? {
            Token::Word(word) => word.clone(),
            Token::Quoted(name) => identifier(name),
            _ => return None,
        };
        self.tokens = &self.tokens[1..];
        if self.take(".") {
            let inner = identifier(&self.name()?);
            name = if matches!(name.as_str(), "public" | "pg_catalog") { inner } else { format!("{name}.{inner}") };
        }
        let (name, suffix) = match name.as_str() {
            "double" if self.take("precision") => ("double precision".to_owned(), ""),
            "character" | "char" | "national" | "nchar" => {
                self.take("character");
                let varying = self.take("varying");
                (if varying { "character varying" } else { "character" }.to_owned(), "")
            }
            "bit" if self.take("varying") => ("bit varying".to_owned(), ""),
            "timestamp" | "time" => (name, " without time zone"),
            "timestamptz" => ("timestamp".to_owned(), " with time zone"),
            "timetz" => ("time".to_owned(), " with time zone"),
            other => (plain(other).to_owned(), ""),
        };
        let modifier = self.group().map(|inner| format!("({})", text(inner).replace(", ", ",")));
        let suffix = match suffix {
            "" => "",
            _ if self.take("with time zone") => " with time zone",
            _ if self.take("without time zone") => " without time zone",
            suffix => suffix,
        };
        let modifier = match name.as_str() {
            "character" => modifier.unwrap_or_else(|| "(1)".to_owned()),
            "bit" => modifier.unwrap_or_else(|| "(1)".to_owned()),
            _ => modifier.unwrap_or_default(),
        };
        let mut whole = format!("{name}{modifier}{suffix}");
        loop {
            if self.take("[") {
                while !self.take("]") {
                    self.next()?;
                }
            } else if !self.take("array") {
                return Some(whole);
            }
            // However many dimensions are written, PostgreSQL keeps one.
            if !whole.ends_with("[]") {
                whole.push_str("[]");
            }
        }
    }
}

/// The name that PostgreSQL prints for a type.
fn plain(name: &str) -> &str {
    match name {
        "int" | "int4" => "integer",
        "int8" => "bigint",
        "int2" => "smallint",
        "bool" => "boolean",
        "float" | "float8" => "double precision",
        "float4" => "real",
        "decimal" | "dec" => "numeric",
        "varchar" => "character varying",
        "bpchar" => "character",
        "varbit" => "bit varying",
        "serial4" => "serial",
        "serial8" => "bigserial",
        "serial2" => "smallserial",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn types_are_written_as_postgresql_prints_them() {
        for (written, expected) in [
            ("varchar(255)[]", "character varying(255)[]"),
            ("timestamp(0)", "timestamp(0) without time zone"),
            ("TIMESTAMP (6) WITH TIME ZONE", "timestamp(6) with time zone"),
            ("timestamptz", "timestamp with time zone"),
            ("decimal(10, 2)", "numeric(10,2)"),
            ("double precision", "double precision"),
            ("\"public\".\"State\"", "\"State\""),
            ("public.citext", "citext"),
            ("shop.money_with_currency", "shop.money_with_currency"),
            ("vector(3)", "vector(3)"),
            ("char", "character(1)"),
            ("int[][]", "integer[]"),
            ("int array", "integer[]"),
        ] {
            let tokens = tokens(written).unwrap();
            let mut cursor = Cursor::new(&tokens);
            assert_eq!(cursor.column_type().as_deref(), Some(expected), "{written}");
            assert!(cursor.is_at_end(), "{written}");
        }
    }
}
