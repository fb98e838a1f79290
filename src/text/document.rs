//! The text of an open document: edits in place, positions in any encoding.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use ropey::{Rope, RopeSlice};

use super::line_index::clamp;
use super::position::without_line_end;
use super::{Encoding, Position, PositionError, Range};

/// A text that is edited often. Cloning is cheap: clones share what is equal.
#[derive(Debug, Clone, Default)]
pub struct Text {
    rope: Rope,
}

/// Why an edit was not applied. The text is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("the range starts behind its end")]
    Reversed,
    #[error(transparent)]
    Position(#[from] PositionError),
}

impl Text {
    pub fn new(text: &str) -> Text {
        Text { rope: Rope::from_str(text) }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many lines there are; a text that ends with a line end has an empty last one.
    pub fn line_count(&self) -> usize {
        self.rope.len_lines()
    }

    /// The whole text in one piece.
    pub fn to_shared(&self) -> Arc<str> {
        self.to_string().into()
    }

    /// The part of the text that `range` covers; `None` when it is outside or cuts a character.
    pub fn slice(&self, range: Range) -> Option<Cow<'_, str>> {
        self.check(range.start).ok()?;
        self.check(range.end).ok()?;
        self.rope.get_byte_slice(range.start..range.end).map(Cow::from)
    }

    /// Puts `with` in the place of `range`.
    ///
    /// # Errors
    /// When the range is reversed, outside the text, or cuts a character.
    pub fn replace(&mut self, range: Range, with: &str) -> Result<(), EditError> {
        if range.start > range.end {
            return Err(EditError::Reversed);
        }
        let start = self.check(range.start)?;
        let end = self.check(range.end)?;
        self.rope.remove(start..end);
        self.rope.insert(start, with);
        Ok(())
    }

    /// Puts `with` in the place of what lies between two positions, and returns the bytes that were replaced.
    ///
    /// # Errors
    /// When a position is not in the text (see [`Text::offset`]) or `end` is before `start`.
    pub fn replace_between(
        &mut self,
        start: Position,
        end: Position,
        with: &str,
        encoding: Encoding,
    ) -> Result<Range, EditError> {
        if start > end {
            return Err(EditError::Reversed);
        }
        let (start, end) = (self.offset(start, encoding)?, self.offset(end, encoding)?);
        // `\r\n` counts as one line end, so ordered positions cannot give reversed bytes.
        let range = Range { start, end };
        self.replace(range, with)?;
        Ok(range)
    }

    /// The byte at `position`. A column behind the end of its line means the end of the line; the line behind the last,
    /// at column 0, means the end of the text.
    ///
    /// # Errors
    /// When the line does not exist or the column is inside a character.
    pub fn offset(&self, position: Position, encoding: Encoding) -> Result<usize, PositionError> {
        let Position { line, column } = position;
        if line as usize == self.line_count() && column == 0 {
            return Ok(self.len());
        }
        let Some(content) = self.rope.get_line(line as usize) else {
            return Err(PositionError::Line { line, lines: clamp(self.line_count()) });
        };
        encoding
            .bytes(without_line_end(&Cow::from(content)), column as usize)
            .map(|bytes| self.rope.line_to_byte(line as usize) + bytes)
            .ok_or(PositionError::Column { line, column })
    }

    /// The position of the byte at `offset`.
    ///
    /// # Errors
    /// When `offset` is behind the end or inside a character.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Result<Position, PositionError> {
        self.check(offset)?;
        let line = self.rope.byte_to_line(offset);
        let before: RopeSlice<'_> = self.rope.byte_slice(self.rope.line_to_byte(line)..offset);
        Ok(Position { line: clamp(line), column: clamp(encoding.units(&Cow::from(before))) })
    }

    /// The character index of the byte at `offset`, which must not be inside a character.
    fn check(&self, offset: usize) -> Result<usize, PositionError> {
        let error = PositionError::Offset { offset, length: self.len() };
        let character = self.rope.try_byte_to_char(offset).map_err(|_| error)?;
        if self.rope.char_to_byte(character) == offset { Ok(character) } else { Err(error) }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rope.chunks().try_for_each(|chunk| formatter.write_str(chunk))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::new(text)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.rope == other
    }
}
