//! How an atom's name is written: bare, quoted, as a key or as a function name (`Macro.classify_atom/1`).

/// What a name can be used as without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtomClass {
    /// `Elixir.Foo.Bar`: a module.
    Alias,
    /// A variable or function name.
    Identifier,
    /// `+`, `in`: callable behind a dot.
    Operator,
    /// `::` and other operators that need quotes as an atom.
    QuotedOperator,
    /// Bare as an atom, quoted as a function: `%{}`, `Foo`, `foo@bar`.
    NotCallable,
    /// Only ever in quotes.
    Other,
}

/// What [`scan_identifier`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifierKind {
    Identifier,
    /// Starts with an ASCII capital.
    Alias,
    /// Starts with another capital: only valid as an atom or key.
    AtomOnly,
}

/// The class of the atom `name`.
pub fn classify(name: &str) -> AtomClass {
    const NOT_CALLABLE: &[&str] = &["%", "%{}", "{}", "<<>>", "...", "..", ".", "..//", "->"];
    const QUOTED: &[&str] = &["::", "^^^", "~~~", "<|>"];
    const OPERATORS: &[&str] = &[
        "&", "!", "^", "not", "+", "-", "@", "<-", "\\\\", "when", "|", "=", "||", "|||", "or", "&&", "&&&", "and",
        "==", "!=", "=~", "===", "!==", "<", "<=", ">=", ">", "|>", "<<<", ">>>", "<~", "~>", "<<~", "~>>", "<~>",
        "in", "++", "--", "<>", "+++", "---", "*", "/", "**",
    ];
    if NOT_CALLABLE.contains(&name) {
        return AtomClass::NotCallable;
    }
    if QUOTED.contains(&name) {
        return AtomClass::QuotedOperator;
    }
    if OPERATORS.contains(&name) {
        return AtomClass::Operator;
    }
    if is_module(name) {
        return AtomClass::Alias;
    }
    match scan_identifier(name) {
        Some((length, _)) if length != name.len() => AtomClass::Other,
        Some((_, IdentifierKind::Identifier)) if !name.contains('@') => AtomClass::Identifier,
        Some(_) => AtomClass::NotCallable,
        None => AtomClass::Other,
    }
}

/// The length in bytes of the identifier that `text` starts with, a closing `!` or `?` included.
pub fn scan_identifier(text: &str) -> Option<(usize, IdentifierKind)> {
    let mut characters = text.char_indices();
    let (_, first) = characters.next()?;
    let kind = match first {
        'A'..='Z' => IdentifierKind::Alias,
        'a'..='z' | '_' => IdentifierKind::Identifier,
        _ if first.is_ascii() => return None,
        _ if first.is_uppercase() => IdentifierKind::AtomOnly,
        _ if first.is_alphabetic() => IdentifierKind::Identifier,
        _ => return None,
    };
    for (position, next) in characters {
        match next {
            '!' | '?' => return Some((position + 1, kind)),
            '_' | '@' | '\u{300}'..='\u{36F}' => {}
            _ if next.is_alphanumeric() => {}
            _ => return Some((position, kind)),
        }
    }
    Some((text.len(), kind))
}

/// Whether `name` is `Elixir` or `Elixir.A.B`.
fn is_module(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("Elixir") else { return false };
    if rest.is_empty() {
        return true;
    }
    let Some(rest) = rest.strip_prefix('.') else { return false };
    rest.split('.').all(|part| {
        part.starts_with(|first: char| first.is_ascii_uppercase())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
