//! Which statements of a file can go to PostgreSQL in one message, and which ones end the file's transaction.
//!
//! A message of several statements runs one after the other and stops at the first error, so that counting the answers
//! names the statement that failed. It must be the same as sending each by itself: so only texts go together that are one
//! whole statement beyond doubt, whatever stands before and after them. Where this cannot be told without knowing all of
//! SQL (dollar quotes, escapes, bodies), a text goes alone.

use std::ops::Range;

use crate::render::sql::Statement;

/// What stands between two statements of one message: a comment at the end of a line must not reach the next one.
pub const BETWEEN: &str = "\n;\n";

/// The server reads a whole message before it begins.
const MOST_BYTES: usize = 1 << 20;

/// Words that begin a statement after which the server reads the next one in another way, or not in the same transaction.
const ALONE: &[&str] = &[
    "abort",
    "begin",
    "commit",
    "copy",
    "discard",
    "end",
    "prepare",
    "release",
    "reset",
    "rollback",
    "savepoint",
    "set",
    "start",
];

/// Words anywhere in a statement of which the same is true: bodies with semicolons, and settings made by a function.
const NOT_WITHIN: &[&str] = &["atomic", "client_encoding", "conforming_strings"];

/// The statements in their order, those in one group to be sent together.
pub fn batches(statements: &[Statement]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    let (mut bytes, mut open) = (0, false);
    for (place, statement) in statements.iter().enumerate() {
        let joinable = statement.sql.as_ref().ok().filter(|sql| stands_for_itself(sql));
        let length = joinable.map_or(0, |sql| sql.len());
        match groups.last_mut() {
            Some(last) if open && joinable.is_some() && bytes + length < MOST_BYTES => {
                last.end = place + 1;
                bytes += length;
            }
            _ => {
                groups.push(place..place + 1);
                bytes = length;
            }
        }
        open = joinable.is_some();
    }
    groups
}

/// Whether a file of these statements ends the transaction that it runs in.
pub fn ends_transaction(statements: &[Statement]) -> bool {
    statements.iter().filter_map(|statement| statement.sql.as_ref().ok()).any(|sql| ends(sql))
}

/// Whether a statement ends the transaction: not `ROLLBACK TO SAVEPOINT`, and not what is said of a prepared one, which no
/// transaction block allows.
fn ends(sql: &str) -> bool {
    let words = first_words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["commit" | "rollback", "prepared", ..] => false,
        ["rollback", "to", ..] | ["rollback", "work" | "transaction", "to", ..] => false,
        ["commit" | "end" | "abort" | "rollback", ..] | ["prepare", "transaction", ..] => true,
        _ => false,
    }
}

/// Whether the text is exactly one statement, from its first word to its last, and nothing in it depends on its neighbours.
fn stands_for_itself(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    let first = first_words(&lower).into_iter().next();
    let first_is_harmless = first.is_some_and(|word| !ALONE.contains(&word.as_str()));
    first_is_harmless && !NOT_WITHIN.iter().any(|word| lower.contains(word)) && is_closed(sql)
}

/// Whether every quote and parenthesis is closed, and nothing is said after a semicolon.
fn is_closed(sql: &str) -> bool {
    let (mut depth, mut ended) = (0_usize, false);
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        match character {
            // What they mean depends on settings of the session, or takes a real reader of SQL.
            '\\' | '$' | '\0' => return false,
            '/' if next == Some('*') => return false,
            '-' if next == Some('-') => drop(characters.by_ref().find(|character| *character == '\n')),
            ';' => ended = true,
            _ if character.is_whitespace() => {}
            _ if ended => return false,
            '\'' | '"' => {
                // A doubled quote closes and opens again.
                let closed = characters.by_ref().find(|inner| *inner == character || *inner == '\\');
                if closed != Some(character) {
                    return false;
                }
            }
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// The first three words of a statement, in small letters, comments left out.
fn first_words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = sql;
    while words.len() < 3 {
        rest = rest.trim_start();
        if rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("/*") {
            rest = after_comment(rest);
        } else {
            let end =
                rest.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(rest.len());
            if end == 0 {
                break;
            }
            words.push(rest[..end].to_ascii_lowercase());
            rest = &rest[end..];
        }
    }
    words
}

/// What follows a comment, which may hold others.
fn after_comment(text: &str) -> &str {
    let (mut depth, mut rest) = (0_usize, text);
    loop {
        if let Some(after) = rest.strip_prefix("/*") {
            (depth, rest) = (depth + 1, after);
        } else if let Some(after) = rest.strip_prefix("*/") {
            (depth, rest) = (depth - 1, after);
        } else {
            let mut characters = rest.chars();
            if characters.next().is_none() {
                return rest;
            }
            rest = characters.as_str();
        }
        if depth == 0 {
            return rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, alone: bool) {
        assert_eq!(stands_for_itself(sql), !alone, "{sql}");
    }

    #[test]
    fn one_whole_statement_goes_with_others() {
        check("CREATE TABLE a (x int DEFAULT 1, y text DEFAULT 'a;b')", false);
        check("CREATE INDEX i ON a (x);  ", false);
        check("SELECT 1; -- done", false);
        check("-- why\nALTER TABLE \"odd;name\" ADD COLUMN y text", false);
        check("COMMENT ON TABLE a IS 'it''s'", false);
    }

    #[test]
    fn what_is_more_less_or_else_goes_alone() {
        check("SELECT 1; SELECT 2", true);
        check("INSERT INTO a VALUES ('open", true);
        check("' ) -- the rest of it", true);
        check("SELECT '\" \"'' ' \"", true);
        check("CREATE RULE r AS ON INSERT TO a DO (SELECT 1", true);
        check("SELECT 2)", true);
        check("", true);
        check(" -- nothing\n;", true);
        check("SELECT E'\\''", true);
        check("DO $$ BEGIN NULL; END $$", true);
        check("SELECT 1 /* open", true);
        check("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1", true);
        check("SET standard_conforming_strings = off", true);
        check("SELECT set_config('client_encoding', 'LATIN1', false)", true);
        check("/* a comment */ COMMIT", true);
        check("COPY a FROM STDIN", true);
    }

    fn groups(texts: &[&str]) -> Vec<Range<usize>> {
        let statement = |sql: &&str| Statement { sql: Ok((*sql).to_owned()), range: crate::text::Range::empty(0) };
        batches(&texts.iter().map(statement).collect::<Vec<_>>())
    }

    #[test]
    fn groups_keep_the_order() {
        assert_eq!(
            groups(&["SELECT 1", "SELECT 2", "DO $$ $$", "SELECT 3", "SET x = 1", "SET y = 1", "SELECT 4"]),
            [0..2, 2..3, 3..4, 4..5, 5..6, 6..7]
        );
        let long = format!("SELECT '{}'", "x".repeat(MOST_BYTES / 2));
        assert_eq!(groups(&[&long, "SELECT 1", &long, "SELECT 2"]), [0..2, 2..4]);
        assert!(groups(&[]).is_empty());
    }

    #[test]
    fn a_transaction_can_be_ended_in_several_words() {
        for sql in [
            "COMMIT",
            "  /* a /* b */ */ -- c\n commit;",
            "END",
            "ROLLBACK AND CHAIN",
            "abort",
            "PREPARE TRANSACTION 'x'",
        ] {
            assert!(ends(sql), "{sql}");
        }
        for sql in [
            "ROLLBACK TO here",
            "ROLLBACK WORK TO SAVEPOINT here",
            "COMMIT PREPARED 'x'",
            "SAVEPOINT a",
            "SELECT 'COMMIT'",
            "PREPARE q AS SELECT 1",
            "",
        ] {
            assert!(!ends(sql), "{sql}");
        }
    }
}
