//! Names and terms as `inspect/1` and `Macro.inspect_atom/2` write them (Elixir 1.18).

mod value;

use std::fmt::Write;

use super::atom::{AtomClass, classify};
pub use value::{value, value_without_limit};

/// Characters of a string that `inspect/1` shows (`:printable_limit`).
const PRINTABLE_LIMIT: usize = 4096;

/// Items of a list that `inspect/1` shows (`:limit`).
const LIMIT: usize = 50;

/// An atom as a literal: `:title`, `:"two words"`, `nil`, `MyApp.Post`.
pub fn atom(name: &str) -> String {
    match classify(name) {
        _ if matches!(name, "nil" | "true" | "false") => name.to_owned(),
        AtomClass::Alias if name == "Elixir" || name.starts_with("Elixir.Elixir") => name.to_owned(),
        AtomClass::Alias => name.strip_prefix("Elixir.").unwrap_or(name).to_owned(),
        AtomClass::Other | AtomClass::QuotedOperator => format!(":\"{}\"", escaped(name)),
        AtomClass::Identifier | AtomClass::Operator | AtomClass::NotCallable => format!(":{name}"),
    }
}

/// An atom as a key: `title:`, `"two words":`.
pub fn key(name: &str) -> String {
    match classify(name) {
        AtomClass::Alias => format!("\"{name}\":"),
        AtomClass::Other | AtomClass::QuotedOperator => format!("\"{}\":", escaped(name)),
        AtomClass::Identifier | AtomClass::Operator | AtomClass::NotCallable => format!("{name}:"),
    }
}

/// A name as it is called behind a dot: `title`, `"two words"`, `"Title"`.
pub fn remote_call(name: &str) -> String {
    match classify(name) {
        AtomClass::Identifier | AtomClass::Operator | AtomClass::QuotedOperator => name.to_owned(),
        AtomClass::NotCallable | AtomClass::Alias => format!("\"{name}\""),
        AtomClass::Other => format!("\"{}\"", escaped(name)),
    }
}

/// A module by its name without `Elixir.`.
pub fn module(name: &str) -> String {
    atom(&format!("Elixir.{name}"))
}

/// A string; what is not printable text is written as bytes, and very long text is cut.
pub fn string(text: &str) -> String {
    let (shown, rest) = match text.char_indices().nth(PRINTABLE_LIMIT) {
        Some((end, _)) => text.split_at(end),
        None => (text, ""),
    };
    if !shown.chars().all(is_printable) {
        return bytes(text);
    }
    let more = if rest.is_empty() { "" } else { " <> ..." };
    format!("\"{}\"{more}", escaped(shown))
}

/// A list of terms that are already text. Always on one line: `inspect/1` only breaks lines when told to.
pub fn list(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    if items.len() > LIMIT {
        items.truncate(LIMIT);
        items.push("...".to_owned());
    }
    format!("[{}]", items.join(", "))
}

/// `Code.Identifier.escape/2` for double quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '#' if characters.peek() == Some(&'{') => out.push_str("\\#"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{7f}' => out.push_str("\\d"),
            '\0' => out.push_str("\\0"),
            _ if is_confusing(character) => {
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
            _ if is_printable(character) => out.push(character),
            _ => {
                let code = u32::from(character);
                let _ = if code < 0x100 { write!(out, "\\x{code:02X}") } else { write!(out, "\\x{{{code:04X}}}") };
            }
        }
    }
    out
}

/// `String.printable?/1` of one character.
fn is_printable(character: char) -> bool {
    matches!(character, '\u{7}'..='\r' | '\u{1b}' | ' '..='\u{7f}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

/// Spaces and marks that look like nothing or like something else.
fn is_confusing(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{34f}' | '\u{61c}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{205f}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}'
    )
}

fn bytes(text: &str) -> String {
    let mut shown: Vec<String> = text.bytes().take(LIMIT).map(|byte| byte.to_string()).collect();
    if text.len() > LIMIT {
        shown.push("...".to_owned());
    }
    format!("<<{}>>", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atoms() {
        for (name, literal, call) in [
            ("title", ":title", "title"),
            ("done?", ":done?", "done?"),
            ("two words", ":\"two words\"", "\"two words\""),
            ("Title", ":Title", "\"Title\""),
            ("größe", ":größe", "größe"),
            ("a@b", ":a@b", "\"a@b\""),
            ("1st", ":\"1st\"", "\"1st\""),
            ("nil", "nil", "nil"),
            ("in", ":in", "in"),
            ("::", ":\"::\"", "::"),
            ("quo\"te", ":\"quo\\\"te\"", "\"quo\\\"te\""),
            ("Elixir.MyApp.Post", "MyApp.Post", "\"Elixir.MyApp.Post\""),
            ("Elixir.MyApp.add-it", ":\"Elixir.MyApp.add-it\"", "\"Elixir.MyApp.add-it\""),
        ] {
            assert_eq!(atom(name), literal);
            assert_eq!(remote_call(name), call);
        }
        assert_eq!(key("nil") + &key("a b") + &key("a@b") + &key("Elixir.A"), "nil:\"a b\":a@b:\"Elixir.A\":");
        assert_eq!(module("MyApp.Repo"), "MyApp.Repo");
    }

    #[test]
    fn strings() {
        assert_eq!(string("a \"b\" \\ \n #{c} #d é \u{a0}\u{feff}"), r##""a \"b\" \\ \n \#{c} #d é \u00A0\uFEFF""##);
        assert_eq!(string("\0a"), "<<0, 97>>");
        assert_eq!(string(&"a".repeat(4096)), format!("\"{}\"", "a".repeat(4096)));
        assert_eq!(string(&"a".repeat(4097)), format!("\"{}\" <> ...", "a".repeat(4096)));
    }

    #[test]
    fn lists() {
        assert_eq!(list([]), "[]");
        assert_eq!(list([atom("a"), atom("b")]), "[:a, :b]");
        assert!(list((0..60).map(|number| number.to_string())).ends_with("49, ...]"));
    }
}
