//! Positions and edits.

use proptest::prelude::*;

use super::*;

const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

/// Checks that the byte of `$0` in `marked` has the given columns in UTF-8, UTF-16 and UTF-32.
fn check(marked: &str, line: u32, columns: [u32; 3]) {
    let offset = marked.find("$0").expect("a cursor");
    let text = marked.replacen("$0", "", 1);
    let (document, index) = (Text::new(&text), LineIndex::new(&text));
    for (encoding, column) in ENCODINGS.into_iter().zip(columns) {
        let position = Position { line, column };
        assert_eq!(document.position(offset, encoding), Ok(position), "{marked:?} {encoding:?}");
        assert_eq!(index.position(&text, offset, encoding), Ok(position), "{marked:?} {encoding:?}");
        assert_eq!(document.offset(position, encoding), Ok(offset), "{marked:?} {encoding:?}");
        assert_eq!(index.offset(&text, position, encoding), Ok(offset), "{marked:?} {encoding:?}");
    }
}

#[test]
fn columns_count_units_of_the_encoding() {
    check("ab$0c", 0, [2, 2, 2]);
    check("ä$0c", 0, [2, 1, 1]);
    check("😀é$0", 0, [6, 3, 2]);
    check("\u{feff}defmodule$0", 0, [12, 10, 10]);
}

#[test]
fn every_line_end_starts_a_line() {
    check("a\n$0b", 1, [0, 0, 0]);
    check("a\r\n$0b", 1, [0, 0, 0]);
    check("a\r$0b", 1, [0, 0, 0]);
    check("a\r\rb\r\n\n$0", 4, [0, 0, 0]);
    // Other separators of Unicode are ordinary characters to the protocol.
    check("a\u{2028}b\u{85}c\u{b}d$0", 0, [10, 7, 7]);
}

#[test]
fn columns_behind_the_end_mean_the_end() {
    let text = Text::new("ab\r\n😀\n");
    for encoding in ENCODINGS {
        assert_eq!(text.offset(Position::new(0, 99), encoding), Ok(2));
        assert_eq!(text.offset(Position::new(1, 99), encoding), Ok(8));
        assert_eq!(text.offset(Position::new(2, 7), encoding), Ok(9));
        assert_eq!(text.offset(Position::new(3, 0), encoding), Ok(9));
    }
}

#[test]
fn places_outside_the_text_are_errors() {
    let mut text = Text::new("😀\n");
    let at = Position::new;
    assert_eq!(text.offset(at(3, 0), Encoding::Utf16), Err(PositionError::Line { line: 3, lines: 2 }));
    assert_eq!(text.offset(at(2, 1), Encoding::Utf16), Err(PositionError::Line { line: 2, lines: 2 }));
    assert_eq!(text.offset(at(0, 1), Encoding::Utf16), Err(PositionError::Column { line: 0, column: 1 }));
    assert_eq!(text.offset(at(0, 3), Encoding::Utf8), Err(PositionError::Column { line: 0, column: 3 }));
    assert!(text.replace(Range { start: 0, end: 2 }, "x").unwrap_err().to_string().contains("inside"));
    assert_eq!(text.replace(Range { start: 5, end: 0 }, "x"), Err(EditError::Reversed));
    assert!(text.replace(Range { start: 0, end: 6 }, "x").is_err());
    assert_eq!(text.replace_between(at(1, 0), at(0, 0), "x", Encoding::Utf16), Err(EditError::Reversed));
    assert!(text.replace_between(at(0, 0), at(9, 0), "x", Encoding::Utf16).is_err());
    assert_eq!(text.to_string(), "😀\n");
}

#[test]
fn edits_between_positions_replace_what_lies_between() {
    let mut text = Text::new("a 😀 b\r\nc");
    let range = text.replace_between(Position::new(0, 2), Position::new(0, 4), "ä", Encoding::Utf16).unwrap();
    assert_eq!((range, text.to_string().as_str()), (Range::new(2, 6), "a ä b\r\nc"));
    let range = text.replace_between(Position::new(0, 99), Position::new(1, 0), "", Encoding::Utf16).unwrap();
    assert_eq!((range, text.to_string().as_str()), (Range::new(6, 8), "a ä bc"));
    assert_eq!(text.slice(Range::new(2, 4)).as_deref(), Some("ä"));
    assert_eq!(text.slice(Range::new(2, 3)), None);
}

fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof!["[a-c]", "[\r\n]", Just("\r\n".to_owned()), "[äé€😀𐍈\u{feff}]"], 0..60)
        .prop_map(|parts| parts.concat())
}

proptest! {
    /// The rope, the index and the definition agree, and offsets survive the way through a position.
    #[test]
    fn positions_and_offsets_are_inverse(text in any_text()) {
        let (document, index) = (Text::new(&text), LineIndex::new(&text));
        prop_assert_eq!(document.line_count(), index.line_count());
        for offset in 0..=text.len() + 1 {
            for encoding in ENCODINGS {
                let position = document.position(offset, encoding);
                prop_assert_eq!(position, index.position(&text, offset, encoding));
                prop_assert_eq!(position.is_ok(), text.is_char_boundary(offset));
                let Ok(position) = position else { continue };
                // Between `\r` and `\n` there is no position: it means the end of the line's content.
                let inside_line_end = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                let expected = if inside_line_end { offset - 1 } else { offset };
                prop_assert_eq!(document.offset(position, encoding), Ok(expected));
                prop_assert_eq!(index.offset(&text, position, encoding), Ok(expected));
            }
        }
    }

    /// Editing in place gives what cutting strings gives, or an error that changes nothing.
    #[test]
    fn edits_agree_with_strings(text in any_text(), start in 0usize..80, length in 0usize..40, with in any_text()) {
        let mut document = Text::new(&text);
        let end = start + length;
        let result = document.replace(Range { start, end }, &with);
        if text.get(start..end).is_some() {
            prop_assert_eq!(result, Ok(()));
            prop_assert_eq!(document.to_string(), format!("{}{with}{}", &text[..start], &text[end..]));
        } else {
            prop_assert!(result.is_err());
            prop_assert_eq!(document.to_string(), text);
        }
    }

    /// Any two positions either name an edit or are refused.
    #[test]
    fn positions_from_outside_never_panic(
        text in any_text(), lines in (0u32..20, 0u32..20), columns in (0u32..20, 0u32..20), with in any_text(),
    ) {
        let (start, end) = (Position::new(lines.0, columns.0), Position::new(lines.1, columns.1));
        for encoding in ENCODINGS {
            let mut document = Text::new(&text);
            match document.replace_between(start, end, &with, encoding) {
                Ok(range) => prop_assert_eq!(document.len(), text.len() - range.len() + with.len()),
                Err(_) => prop_assert_eq!(document.to_string(), text.clone()),
            }
        }
    }
}
