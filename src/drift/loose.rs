//! Definitions, so far as two ways of writing the same thing look the same: to compare what people wrote with what
//! PostgreSQL prints.

use super::model::{Token, text, tokens};

/// What is left of a definition without brackets, casts and the schema `public`, with PostgreSQL's names for operators.
/// Equal texts mean the same; different ones may, too.
pub fn loose(definition: &str) -> String {
    let Some(tokens) = tokens(definition) else { return definition.to_owned() };
    let mut kept: Vec<Token> = Vec::new();
    let mut position = 0;
    while let Some(token) = tokens.get(position) {
        position += 1;
        let next = tokens.get(position);
        if token.is("(") || token.is(")") {
            continue;
        }
        if token.is("::") {
            position += cast(&tokens[position..]);
            continue;
        }
        if matches!(token.name(), Some("public" | "pg_catalog")) && next.is_some_and(|next| next.is(".")) {
            position += 1;
            continue;
        }
        // `= ANY (ARRAY[…])` is what becomes of `IN (…)`, `NOT IN` of `<> ALL`.
        let array = |from: usize, word: &str| {
            let words: Vec<&Token> = tokens[from..].iter().filter(|token| !token.is("(")).take(3).collect();
            matches!(words.as_slice(), [first, second, third] if first.is(word) && second.is("array") && third.is("["))
        };
        if token.is("=") && array(position, "any") {
            kept.push(word("in"));
            position = past(&tokens, position, "[");
            continue;
        }
        if token.is("<>") && array(position, "all") {
            kept.extend([word("not"), word("in")]);
            position = past(&tokens, position, "[");
            continue;
        }
        if token.is("]") {
            continue;
        }
        match token {
            _ if token.is("!=") => kept.push(symbol("<>")),
            _ if token.is("not") && next.is_some_and(|next| next.is("like")) => {
                kept.push(symbol("!~~"));
                position += 1;
            }
            _ if token.is("like") => kept.push(symbol("~~")),
            _ if token.is("ilike") => kept.push(symbol("~~*")),
            // PostgreSQL writes a number that is cast as a text.
            Token::Text(literal) if is_number(literal) => {
                let number = literal.trim_matches('\'');
                kept.extend(number.starts_with('-').then(|| symbol("-")));
                kept.push(Token::Number(number.trim_start_matches('-').to_owned()));
            }
            Token::Quoted(name) => kept.push(Token::Word(name.to_lowercase())),
            other => kept.push(other.clone()),
        }
    }
    text(&kept)
}

fn is_number(literal: &str) -> bool {
    let inner = literal.trim_matches('\'');
    !inner.is_empty() && inner.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn word(text: &str) -> Token {
    Token::Word(text.to_owned())
}

fn symbol(text: &str) -> Token {
    Token::Symbol(text.to_owned())
}

fn past(tokens: &[Token], from: usize, until: &str) -> usize {
    tokens[from..].iter().position(|token| token.is(until)).map_or(tokens.len(), |offset| from + offset + 1)
}

/// How many tokens the type of a cast takes.
fn cast(tokens: &[Token]) -> usize {
    let mut length = 1;
    let word = |position: usize, words: &[&str]| {
        tokens.get(position).is_some_and(|token| words.iter().any(|word| token.is(word)))
    };
    while word(length, &["."]) {
        length += 2;
    }
    while word(length, &["precision", "varying", "without", "with", "time", "zone"]) {
        length += 1;
    }
    if word(length, &["("]) {
        length += tokens[length..].iter().position(|token| token.is(")")).map_or(1, |end| end + 1);
    }
    while word(length, &["without", "with", "time", "zone"]) {
        length += 1;
    }
    while word(length, &["["]) && word(length + 1, &["]"]) {
        length += 2;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_postgresql_prints_is_what_was_written() {
        for (written, printed) in [
            ("CHECK ((price > 0))", "CHECK ((price > (0)::numeric))"),
            (
                "state IN ('a', 'b')",
                "((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("state NOT IN ('a', 'b')", "(state <> ALL (ARRAY['a'::public.state, 'b'::public.state]))"),
            ("'x'::text", "'x'::character varying(20)"),
            ("title like 'a%' and not_before != 3", "((title ~~ 'a%'::text) AND (not_before <> 3))"),
            ("-1", "'-1'::integer"),
            ("CREATE INDEX a ON public.b USING btree (c)", "CREATE INDEX a ON b USING btree (\"c\")"),
            ("now()", "now()"),
        ] {
            assert_eq!(loose(written), loose(printed), "{written}");
        }
        assert_ne!(loose("a > 1"), loose("a > 2"));
        assert_ne!(loose("a IN ('x')"), loose("a NOT IN ('x')"));
    }
}
