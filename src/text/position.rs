//! Line and column positions in the encodings that editors use.

/// A place in a text as editors say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Position {
    /// From 0. Lines end with `\n`, `\r\n` or a lone `\r`.
    pub line: u32,
    /// From 0, in units of the [`Encoding`] that goes with it.
    pub column: u32,
}

impl Position {
    pub fn new(line: u32, column: u32) -> Position {
        Position { line, column }
    }
}

/// The unit of a [`Position`]'s column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// 16-bit code units: two for characters outside the basic multilingual plane. What editors mean unless agreed
    /// otherwise.
    #[default]
    Utf16,
    /// Characters (Unicode scalar values).
    Utf32,
}

/// Why a position does not name a place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    #[error("line {line} is behind the last line of a text of {lines} lines")]
    Line { line: u32, lines: u32 },
    #[error("column {column} of line {line} is inside a character")]
    Column { line: u32, column: u32 },
    #[error("byte {offset} is behind the end of a text of {length} bytes, or inside a character")]
    Offset { offset: usize, length: usize },
}

impl Encoding {
    /// How many units `text` takes.
    pub fn units(self, text: &str) -> usize {
        match self {
            Encoding::Utf8 => text.len(),
            Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => text.chars().count(),
        }
    }

    /// The bytes that `column` units of `line` take. A column behind the end counts as the end, as the language server
    /// protocol has it; `None` when the column lies inside a character.
    pub(super) fn bytes(self, line: &str, column: usize) -> Option<usize> {
        if line.is_ascii() || self == Encoding::Utf8 {
            let offset = column.min(line.len());
            return line.is_char_boundary(offset).then_some(offset);
        }
        let mut units = 0;
        for (offset, c) in line.char_indices() {
            if units >= column {
                return (units == column).then_some(offset);
            }
            units += if self == Encoding::Utf16 { c.len_utf16() } else { 1 };
        }
        // A column inside the last character is as wrong as inside any other.
        (units <= column).then_some(line.len())
    }
}

/// `line` without the line end it may have.
pub(super) fn without_line_end(line: &str) -> &str {
    line.strip_suffix("\r\n").or_else(|| line.strip_suffix(['\n', '\r'])).unwrap_or(line)
}
