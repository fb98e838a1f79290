//! Places in files as people and scripts read them: lines and columns from 1, columns in characters, ends exclusive.

use serde_json::{Value, json};

use crate::elixir::eval::Origin;
use crate::pending::ProjectState;
use crate::text::{Encoding, LineIndex, Range};

/// A range of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Relative to the project's root.
    pub file: String,
    /// Line and column.
    pub start: (u32, u32),
    pub end: (u32, u32),
}

impl Place {
    /// The first place of a file.
    pub fn start_of(file: &str) -> Place {
        Place { file: file.to_owned(), start: (1, 1), end: (1, 1) }
    }

    /// `{"file": …, "range": {"start": {"line": …, "column": …}, "end": …}}`.
    pub fn json(&self) -> Value {
        json!({ "file": self.file, "range": range_json(self.start, self.end) })
    }
}

/// Where `origin` is.
pub fn place(state: &ProjectState, origin: &Origin) -> Place {
    let text = state.source(&origin.file).map_or("", |text| text);
    let (start, end) = lines_and_columns(text, &LineIndex::new(text), origin.range);
    Place { file: origin.file.to_string(), start, end }
}

/// `{"start": {"line": …, "column": …}, "end": …}`.
pub fn range_in(text: &str, lines: &LineIndex, range: Range) -> Value {
    let (start, end) = lines_and_columns(text, lines, range);
    range_json(start, end)
}

fn range_json(start: (u32, u32), end: (u32, u32)) -> Value {
    let place = |(line, column)| json!({ "line": line, "column": column });
    json!({ "start": place(start), "end": place(end) })
}

fn lines_and_columns(text: &str, lines: &LineIndex, range: Range) -> ((u32, u32), (u32, u32)) {
    let place = |offset| {
        let position = lines.position(text, offset, Encoding::Utf32).unwrap_or_default();
        (position.line + 1, position.column + 1)
    };
    (place(range.start), place(range.end))
}
