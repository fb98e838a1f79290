//! SQL text to tokens, as PostgreSQL cuts it.

use crate::text::Range;

/// One token. White space and comments are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// An unquoted name or keyword, in lower case.
    Word(String),
    /// A name in double quotes, without them.
    Quoted(String),
    /// A string literal as written, with its quotes or dollars.
    Text(String),
    Number(String),
    /// A bracket, a comma, an operator.
    Symbol(String),
}

impl Token {
    /// Whether this is the keyword or symbol `text`.
    pub fn is(&self, text: &str) -> bool {
        matches!(self, Token::Word(own) | Token::Symbol(own) if own == text)
    }

    /// The name that this token is, quoted or not.
    pub fn name(&self) -> Option<&str> {
        match self {
            Token::Word(name) | Token::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

/// Characters that operators are made of.
const OPERATOR: &str = "+-*/<>=~!@#%^&|`?";

/// The tokens of a text; `None` when a literal or comment in it does not end.
pub fn tokens(sql: &str) -> Option<Vec<Token>> {
    Some(placed_tokens(sql)?.into_iter().map(|(_, token)| token).collect())
}

/// The tokens with the bytes where they stand.
pub fn placed_tokens(sql: &str) -> Option<Vec<(Range, Token)>> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let mut add = |length: usize, token| {
            let start = sql.len() - rest.len();
            found.push((Range { start, end: start + length }, token));
        };
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment(rest)?
        } else if let Some(length) = literal(rest) {
            let length = length?;
            add(length, Token::Text(rest[..length].to_owned()));
            length
        } else if first == '"' {
            let length = quoted(rest, '"', false)?;
            add(length, Token::Quoted(rest[1..length - 1].replace("\"\"", "\"")));
            length
        } else if is_name_start(first) {
            let length = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
            add(length, Token::Word(rest[..length].to_lowercase()));
            length
        } else if first.is_ascii_digit() {
            let length = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
            let length = length.unwrap_or(rest.len());
            add(length, Token::Number(rest[..length].to_owned()));
            length
        } else {
            let length = symbol(rest, first);
            add(length, Token::Symbol(rest[..length].to_owned()));
            length
        };
        rest = &rest[length..];
    }
    Some(found)
}

fn is_name_start(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

/// The length of a string literal at the start of the text; `Some(None)` when it does not end.
fn literal(text: &str) -> Option<Option<usize>> {
    let lower = text.get(..2).map(str::to_ascii_lowercase);
    match lower.as_deref() {
        _ if text.starts_with('\'') => Some(quoted(text, '\'', false)),
        Some("e'") => Some(quoted(&text[1..], '\'', true).map(|length| length + 1)),
        Some("b'" | "x'" | "n'") => Some(quoted(&text[1..], '\'', false).map(|length| length + 1)),
        _ if text.starts_with('$') => dollars(text),
        _ => None,
    }
}

/// `$tag$ … $tag$`; `None` when the dollar begins something else.
fn dollars(text: &str) -> Option<Option<usize>> {
    let tag = &text[..text[1..].find('$')? + 2];
    let inner = &tag[1..tag.len() - 1];
    if !inner.chars().all(is_name) || inner.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    Some(text[tag.len()..].find(tag).map(|end| end + 2 * tag.len()))
}

/// The length of a quoted piece with its quotes; a doubled quote does not end it.
fn quoted(text: &str, quote: char, escapes: bool) -> Option<usize> {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((position, letter)) = letters.next() {
        if escapes && letter == '\\' {
            letters.next();
        } else if letter == quote {
            match letters.peek() {
                Some((_, next)) if *next == quote => drop(letters.next()),
                _ => return Some(position + 1),
            }
        }
    }
    None
}

/// The length of a comment; PostgreSQL's comments nest.
fn comment(text: &str) -> Option<usize> {
    let (mut depth, mut position) = (0, 0);
    while position < text.len() {
        let rest = &text[position..];
        position += if rest.starts_with("/*") {
            depth += 1;
            2
        } else if rest.starts_with("*/") {
            depth -= 1;
            if depth == 0 {
                return Some(position + 2);
            }
            2
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    None
}

fn symbol(text: &str, first: char) -> usize {
    if text.starts_with("::") || text.starts_with(":=") {
        return 2;
    }
    if !OPERATOR.contains(first) {
        return first.len_utf8();
    }
    let end = text.find(|letter| !OPERATOR.contains(letter)).unwrap_or(text.len());
    let comment = [text[..end].find("--"), text[..end].find("/*")].into_iter().flatten().min();
    comment.filter(|position| *position > 0).unwrap_or(end)
}

/// The tokens without brackets around all of them.
pub fn bare(mut tokens: &[Token]) -> &[Token] {
    while tokens.first().is_some_and(|token| token.is("(")) && closing(tokens) == Some(tokens.len() - 1) {
        tokens = &tokens[1..tokens.len() - 1];
    }
    tokens
}

/// The place of the bracket that closes the one the tokens begin with.
pub fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    for (position, token) in tokens.iter().enumerate() {
        if token.is("(") || token.is("[") {
            depth += 1;
        } else if token.is(")") || token.is("]") {
            depth -= 1;
            if depth == 0 {
                return Some(position);
            }
        }
    }
    None
}

/// The tokens between commas outside of brackets.
pub fn listed(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (position, token) in tokens.iter().enumerate() {
        match token {
            _ if token.is("(") || token.is("[") => depth += 1,
            _ if token.is(")") || token.is("]") => depth -= 1,
            _ if token.is(",") && depth == 0 => {
                items.push(&tokens[start..position]);
                start = position + 1;
            }
            _ => {}
        }
    }
    if start < tokens.len() || !items.is_empty() {
        items.push(&tokens[start..]);
    }
    items
}

/// How a statement begins, to name it.
pub fn first_words(tokens: &[Token]) -> String {
    let words: Vec<String> = tokens
        .iter()
        .map_while(|token| match token {
            Token::Word(word) => Some(word.to_uppercase()),
            _ => None,
        })
        .take(2)
        .collect();
    if words.is_empty() { "a statement of this form".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::super::writing::text;
    use super::*;

    fn check(sql: &str, expected: &str) {
        assert_eq!(tokens(sql).map(|tokens| text(&tokens)).as_deref(), Some(expected), "{sql}");
    }

    #[test]
    fn texts_are_cut_and_written_one_way() {
        check("lower( \"name\" ),Id DESC /* a /* b */ */", "lower(name), id DESC");
        check("now() at time zone 'UTC' -- x", "now() AT TIME ZONE 'UTC'");
        check(
            "a::text||E'it\\'s' <>'it''s' and \"Order\"[1] in (1,2.5)",
            "a::text || E'it\\'s' <> 'it''s' AND \"Order\"[1] IN (1, 2.5)",
        );
        check("$$ a; 'b $$ , $x$ $$ $x$", "$$ a; 'b $$, $x$ $$ $x$");
        check("data->>'key'=-1", "data ->> 'key' =- 1");
        check("public . f ( )", "public.f()");
        assert_eq!(tokens("'open"), None);
        assert_eq!(tokens("/* open"), None);
        assert_eq!(text(bare(&tokens("((a) and (b))").unwrap())), "(a) AND (b)");
    }
}
