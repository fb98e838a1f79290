//! `inspect/1` of strings, as Elixir 1.18 prints them.

use std::fmt::Write;

/// Characters that `inspect/1` prints before it cuts a string.
const PRINTABLE_LIMIT: usize = 4096;

/// Bytes that `inspect/1` prints of a binary that is not text.
const BYTE_LIMIT: usize = 50;

/// The text of a string literal for `text`; `<<1, 2>>` when it has characters that are not printable.
pub fn inspect_string(text: &str) -> String {
    if !text.chars().take(PRINTABLE_LIMIT).all(is_printable) {
        return bytes(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut characters = text.chars().peekable();
    let mut count = 0;
    while let Some(character) = characters.next() {
        if count == PRINTABLE_LIMIT {
            out.push_str("\" <> ...");
            return out;
        }
        count += 1;
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '#' if characters.peek() == Some(&'{') => out.push_str("\\#"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{7f}' => out.push_str("\\d"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            character if is_confusing(character) => {
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    out
}

/// `String.printable?/1`.
fn is_printable(character: char) -> bool {
    matches!(character,
        ' '..='~' | '\n' | '\r' | '\t' | '\u{b}' | '\u{8}' | '\u{c}' | '\u{1b}' | '\u{7f}' | '\u{7}'
        | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Invisible characters and unusual spaces, which are shown by their code.
fn is_confusing(character: char) -> bool {
    matches!(character,
        '\u{feff}' | '\u{2061}'..='\u{2064}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffc}' | '\u{200c}' | '\u{200d}' | '\u{34f}' | '\u{a0}'
        | '\u{200b}' | '\u{2060}' | '\u{2028}' | '\u{2029}' | '\u{2000}'..='\u{200a}' | '\u{205f}')
}

fn bytes(text: &str) -> String {
    let mut parts: Vec<String> = text.bytes().take(BYTE_LIMIT).map(|byte| byte.to_string()).collect();
    if text.len() > BYTE_LIMIT {
        parts.push("...".to_owned());
    }
    format!("<<{}>>", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::inspect_string;

    #[test]
    fn strings_are_shown_as_elixir_shows_them() {
        let cases = [
            ("a\"b\\", r#""a\"b\\""#),
            ("#{x} #y", r##""\#{x} #y""##),
            ("\n\t\u{7}", r#""\n\t\a""#),
            ("é👩\u{200d}🌾\u{a0}", r#""é👩\u200D🌾\u00A0""#),
            ("a\0b", "<<97, 0, 98>>"),
        ];
        for (text, shown) in cases {
            assert_eq!(inspect_string(text), shown);
        }
        assert!(inspect_string(&"x".repeat(5_000)).ends_with("x\" <> ..."));
    }
}
