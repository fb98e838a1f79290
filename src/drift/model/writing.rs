//! Tokens back to text, in one way of writing.

use super::tokens::Token;

/// Keywords of expressions, which are written in capitals and are no functions before a bracket.
const KEYWORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "is",
    "null",
    "in",
    "like",
    "ilike",
    "between",
    "case",
    "when",
    "then",
    "else",
    "end",
    "distinct",
    "from",
    "any",
    "all",
    "some",
    "at",
    "time",
    "zone",
    "current_timestamp",
    "current_date",
    "as",
    "asc",
    "desc",
    "nulls",
    "first",
    "last",
    "collate",
    "using",
    "with",
    "where",
];

/// The tokens in one way of writing: PostgreSQL's as far as that is possible without knowing any types.
pub fn text(tokens: &[Token]) -> String {
    let mut text = String::new();
    let mut before: Option<&Token> = None;
    for token in tokens {
        if before.is_some_and(|before| has_space(before, token)) {
            text.push(' ');
        }
        match token {
            Token::Word(word) if KEYWORDS.contains(&word.as_str()) => text.push_str(&word.to_uppercase()),
            Token::Word(word) | Token::Text(word) | Token::Number(word) | Token::Symbol(word) => text.push_str(word),
            Token::Quoted(name) => text.push_str(&identifier(name)),
        }
        before = Some(token);
    }
    text
}

fn has_space(before: &Token, token: &Token) -> bool {
    let tight = |token: &Token| [".", "::", "[", "]"].iter().any(|symbol| token.is(symbol));
    if tight(before) && !before.is("]") || tight(token) || before.is("(") {
        return false;
    }
    if [")", ",", ";"].iter().any(|symbol| token.is(symbol)) {
        return false;
    }
    if token.is("(") {
        // A function's name, but not a keyword, stands directly before its bracket.
        return match before {
            Token::Word(word) => KEYWORDS.contains(&word.as_str()),
            Token::Quoted(_) => false,
            _ => true,
        };
    }
    true
}

/// A name as PostgreSQL prints it: in quotes only where it needs them.
pub fn identifier(name: &str) -> String {
    let plain = name.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '_')
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        && !RESERVED.contains(&name);
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Names that PostgreSQL puts in quotes though they look plain.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];
