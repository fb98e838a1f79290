//! The first statement of a text. SQLite's drivers for Elixir compile one statement and leave the rest of the text alone.

/// The first statement, its semicolon included, and what follows it; the whole text when nothing is said after it.
pub fn first_statement(sql: &str) -> (&str, &str) {
    let mut scanner = Scanner { text: sql, position: 0 };
    let mut words: Vec<String> = Vec::new();
    // The last two tokens inside a trigger: its body ends with `; END ;`.
    let (mut after_semicolon, mut after_end) = (false, false);
    while let Some(token) = scanner.next() {
        match token {
            Token::Semicolon if words.is_empty() => {}
            Token::Semicolon if !is_trigger(&words) || after_end => {
                let (first, rest) = sql.split_at(scanner.position);
                return if says_something(rest) { (first, rest) } else { (sql, "") };
            }
            Token::Semicolon => (after_semicolon, after_end) = (true, false),
            Token::Word(word) => {
                after_end = after_semicolon && word.eq_ignore_ascii_case("end");
                after_semicolon = false;
                if words.len() < 3 {
                    words.push(word.to_ascii_lowercase());
                }
            }
            Token::Other => {
                (after_semicolon, after_end) = (false, false);
                if words.is_empty() {
                    words.push(String::new());
                }
            }
        }
    }
    (sql, "")
}

/// `CREATE TRIGGER` and `CREATE TEMP TRIGGER`.
fn is_trigger(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["create", "trigger", ..] | ["create", "temp" | "temporary", "trigger"])
}

fn says_something(text: &str) -> bool {
    Scanner { text, position: 0 }.any(|token| !matches!(token, Token::Semicolon))
}

enum Token<'a> {
    Semicolon,
    Word(&'a str),
    Other,
}

/// Tokens without white space and comments.
struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.text[self.position..];
            let first = rest.chars().next()?;
            let (length, token) = match first {
                _ if first.is_whitespace() => (first.len_utf8(), None),
                _ if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), None),
                _ if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), None),
                ';' => (1, Some(Token::Semicolon)),
                '\'' | '"' | '`' => (quoted(rest, first), Some(Token::Other)),
                '[' => (quoted(rest, ']'), Some(Token::Other)),
                _ if is_word(first) => {
                    let end = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
                    (end, Some(Token::Word(&rest[..end])))
                }
                _ => (first.len_utf8(), Some(Token::Other)),
            };
            self.position += length;
            if token.is_some() {
                return token;
            }
        }
    }
}

/// Length of a quoted piece. A doubled quote reads as two pieces, which comes to the same.
fn quoted(text: &str, close: char) -> usize {
    text[1..].find(close).map_or(text.len(), |end| end + 2)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, first: &str, rest: &str) {
        assert_eq!(first_statement(sql), (first, rest));
    }

    #[test]
    fn statements_end_at_their_semicolon() {
        check("SELECT 1", "SELECT 1", "");
        check("SELECT 1; -- done\n ;", "SELECT 1; -- done\n ;", "");
        check("SELECT ';' ; SELECT 2", "SELECT ';' ;", " SELECT 2");
        check("SELECT \";\"/* ; */, [a;b], 'it''s;'; x", "SELECT \";\"/* ; */, [a;b], 'it''s;';", " x");
        check(" ; ; DELETE FROM a; x", " ; ; DELETE FROM a;", " x");
        check("-- only\n", "-- only\n", "");
    }

    #[test]
    fn triggers_end_at_their_end() {
        let trigger =
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM c; END;";
        check(&format!("{trigger} SELECT 2"), trigger, " SELECT 2");
        check(trigger, trigger, "");
        check(
            "create temp trigger t after insert on a begin select 1; end",
            "create temp trigger t after insert on a begin select 1; end",
            "",
        );
    }
}
