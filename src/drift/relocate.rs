//! Statements for other schemas: to run migrations beside the tables they are about, in schemas of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Token, placed_tokens};
use crate::text::Range;

/// Where the names of a statement are to lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relocation {
    /// The schema that stands for another one.
    pub schemas: BTreeMap<String, String>,
    /// What stays where it is, by schema and name: the members of extensions.
    pub kept: BTreeSet<(String, String)>,
}

/// The schemas that statements name, and those that they make themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    pub mentioned: BTreeSet<String>,
    pub made: BTreeSet<String>,
}

impl Named {
    /// Adds the schemas of one statement. Every `a.b` counts: aliases are no harm.
    pub fn add(&mut self, sql: &str) {
        let Some(tokens) = placed_tokens(sql) else { return };
        for (position, (_, token)) in tokens.iter().enumerate() {
            if let Token::Text(literal) = token
                && let Some(inner) = block(&tokens, literal)
            {
                self.add(inner);
            }
            if is_qualifier(&tokens, position)
                && let Some(name) = token.name()
            {
                self.mentioned.insert(name.to_owned());
            }
        }
        if let [(_, create), (_, schema), ..] = tokens.as_slice()
            && create.is("create")
            && schema.is("schema")
            && let Some(name) = tokens[schema_name(&tokens)..].first().and_then(|(_, token)| token.name())
        {
            self.made.insert(name.to_owned());
        }
    }
}

impl Relocation {
    /// The statement for the other schemas, without `CONCURRENTLY`, as it runs in a transaction. `None` for a statement
    /// that has no place there: it ends a transaction, or changes extensions.
    pub fn apply(&self, sql: &str) -> Option<String> {
        let tokens = placed_tokens(sql)?;
        let first = |words: &[&str]| starts_with(&tokens, words);
        let misplaced: &[&[&str]] = &[
            &["begin"],
            &["commit"],
            &["rollback"],
            &["end"],
            &["start"],
            &["vacuum"],
            &["drop", "extension"],
            &["alter", "extension"],
        ];
        if misplaced.iter().any(|words| first(words)) { None } else { self.moved(sql) }
    }

    fn moved(&self, sql: &str) -> Option<String> {
        let tokens = placed_tokens(sql)?;
        let first = |words: &[&str]| starts_with(&tokens, words);
        let mut edits: Vec<(Range, String)> = Vec::new();
        let of_schema = first(&["create", "schema"]) || first(&["drop", "schema"]) || first(&["alter", "schema"]);
        let named = if of_schema { schema_name(&tokens) } else { usize::MAX };
        let of_index = tokens.iter().take(3).any(|(_, token)| token.is("index"));
        for (position, (range, token)) in tokens.iter().enumerate() {
            if token.is("concurrently") && of_index && position < 4 {
                edits.push((*range, String::new()));
            } else if let Token::Text(literal) = token
                && let Some(inner) = block(&tokens, literal)
            {
                edits.push((*range, literal.replacen(inner, &self.moved(inner)?, 1)));
            } else if let Some(to) = token.name().and_then(|name| self.schemas.get(name)) {
                let is_schema = position == named
                    || is_qualifier(&tokens, position) && !self.is_kept(&tokens, position)
                    || position > 1 && tokens[position - 1].1.is("schema") && tokens[position - 2].1.is("set");
                if is_schema {
                    edits.push((*range, format!("\"{to}\"")));
                }
            }
        }
        let mut text = sql.to_owned();
        for (range, replacement) in edits.into_iter().rev() {
            text.replace_range(range.start..range.end, &replacement);
        }
        Some(text)
    }

    /// The text of a catalogue with the schemas' own names, which are put in quotes nowhere.
    pub fn undo(&self, text: &str) -> String {
        let names = self.schemas.iter();
        names.fold(text.to_owned(), |text, (own, other)| text.replace(other, own))
    }

    fn is_kept(&self, tokens: &[(Range, Token)], position: usize) -> bool {
        let (Some(schema), Some(name)) =
            (tokens[position].1.name(), tokens.get(position + 2).and_then(|(_, it)| it.name()))
        else {
            return false;
        };
        self.kept.contains(&(schema.to_owned(), name.to_owned()))
    }
}

fn starts_with(tokens: &[(Range, Token)], words: &[&str]) -> bool {
    words.iter().enumerate().all(|(position, word)| tokens.get(position).is_some_and(|(_, token)| token.is(word)))
}

/// `a` in `a.b`, but not `b` in `a.b.c`.
fn is_qualifier(tokens: &[(Range, Token)], position: usize) -> bool {
    let is_dot = |position: usize| tokens.get(position).is_some_and(|(_, token)| token.is("."));
    is_dot(position + 1) && !position.checked_sub(1).is_some_and(is_dot)
}

/// Where `CREATE SCHEMA [IF NOT EXISTS] name` has its name.
fn schema_name(tokens: &[(Range, Token)]) -> usize {
    let words = ["create", "drop", "alter", "schema", "if", "not", "exists"];
    tokens.iter().position(|(_, token)| !words.iter().any(|word| token.is(word))).unwrap_or(tokens.len())
}

/// The code of a `DO` block, of which `literal` is the text.
fn block<'a>(tokens: &[(Range, Token)], literal: &'a str) -> Option<&'a str> {
    if !tokens.first()?.1.is("do") {
        return None;
    }
    let tag = &literal[..literal.strip_prefix('$')?.find('$')? + 2];
    literal.strip_prefix(tag)?.strip_suffix(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relocation() -> Relocation {
        Relocation {
            schemas: [("public", "tmp_1x"), ("shop", "tmp_2x")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            kept: [("public".to_owned(), "citext".to_owned())].into(),
        }
    }

    #[test]
    fn names_move_to_other_schemas() {
        for (sql, expected) in [
            (
                "CREATE TABLE \"public\".\"a\" (b public.citext, c Shop.mood)",
                "CREATE TABLE \"tmp_1x\".\"a\" (b public.citext, c \"tmp_2x\".mood)",
            ),
            ("CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)", "CREATE UNIQUE INDEX  i ON a (b)"),
            ("CREATE SCHEMA IF NOT EXISTS \"shop\"", "CREATE SCHEMA IF NOT EXISTS \"tmp_2x\""),
            ("ALTER TABLE a SET SCHEMA shop", "ALTER TABLE a SET SCHEMA \"tmp_2x\""),
            (
                "DO $$ BEGIN ALTER TABLE shop.a ADD b int; END $$",
                "DO $$ BEGIN ALTER TABLE \"tmp_2x\".a ADD b int; END $$",
            ),
            ("SELECT 'public.a', a.public.b", "SELECT 'public.a', a.public.b"),
        ] {
            assert_eq!(relocation().apply(sql).as_deref(), Some(expected));
        }
        assert_eq!(relocation().apply("DROP EXTENSION citext"), None);
        assert_eq!(relocation().undo("nextval('tmp_2x.s'::regclass)"), "nextval('shop.s'::regclass)");
    }

    #[test]
    fn statements_name_their_schemas() {
        let mut named = Named::default();
        named.add("CREATE SCHEMA shop");
        named.add("DO $$ BEGIN DROP TABLE other.a; END $$");
        assert_eq!(named.made, BTreeSet::from(["shop".to_owned()]));
        assert_eq!(named.mentioned, BTreeSet::from(["other".to_owned()]));
    }
}
