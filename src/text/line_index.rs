//! Where the lines of a text begin: positions of texts that are not being edited.

use super::position::without_line_end;
use super::{Encoding, Position, PositionError};

/// The line starts of one text. Line ends are `\n`, `\r\n` and a lone `\r`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
    length: usize,
}

impl LineIndex {
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(index + 1) != Some(&b'\n')) {
                starts.push(index + 1);
            }
        }
        LineIndex { starts, length: text.len() }
    }

    /// How many lines there are; a text that ends with a line end has an empty last one.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The line that holds the byte at `offset`, from 0; the last line for the end of the text and beyond.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// The first byte of `line`; the text's length behind the last line.
    pub fn line_start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.length)
    }

    /// The position of the byte at `offset` in `text`, which must be the text the index was made of.
    ///
    /// # Errors
    /// When `offset` is behind the end or inside a character.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Result<Position, PositionError> {
        let line = self.line(offset);
        let before =
            text.get(self.line_start(line)..offset).ok_or(PositionError::Offset { offset, length: self.length })?;
        Ok(Position { line: clamp(line), column: clamp(encoding.units(before)) })
    }

    /// The byte at `position` in `text`, which must be the text the index was made of. A column behind the end of its
    /// line means the end of the line; the line behind the last, at column 0, means the end of the text.
    ///
    /// # Errors
    /// When the line does not exist or the column is inside a character.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> Result<usize, PositionError> {
        let Position { line, column } = position;
        let number = line as usize;
        if number == self.line_count() && column == 0 {
            return Ok(self.length);
        }
        if number >= self.line_count() {
            return Err(PositionError::Line { line, lines: clamp(self.line_count()) });
        }
        let start = self.line_start(number);
        let content = text.get(start..self.line_start(number + 1)).unwrap_or_default();
        encoding
            .bytes(without_line_end(content), column as usize)
            .map(|bytes| start + bytes)
            .ok_or(PositionError::Column { line, column })
    }
}

/// Texts of 4 GiB and more are not worked on; their positions saturate.
pub(super) fn clamp(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
