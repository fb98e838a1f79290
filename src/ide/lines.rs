//! Where lines begin and end, in bytes. A line ends at `\n`, `\r\n` or a lone `\r`, as the protocol has it.

use crate::text::Range;

/// The end of the line `offset` is on, before its line break. An offset beyond the text counts as its end.
pub fn line_end(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    let rest = &text.as_bytes()[offset..];
    offset + rest.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(rest.len())
}

/// The start of the line `offset` is on.
pub fn line_start(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    before.iter().rposition(|&byte| byte == b'\n' || byte == b'\r').map_or(0, |position| position + 1)
}

/// The part of `range` on its first line, without blanks at the end, so that a finding about a whole block does not
/// underline the block.
pub fn first_line(text: &str, range: Range) -> Range {
    let start = range.start.min(text.len());
    let end = range.end.min(line_end(text, start)).max(start);
    let bytes = &text.as_bytes()[start..end];
    let blanks = bytes.iter().rev().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    Range::new(start, end - blanks)
}

/// Whether two ranges share a byte or a border, as a selection and a finding do.
pub fn overlap(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_to_the_first_line() {
        let text = "attribute :a do  \r\n  x\r\nend";
        assert_eq!(first_line(text, Range::new(0, text.len())).slice(text), "attribute :a do");
        assert_eq!(first_line(text, Range::new(2, 5)), Range::new(2, 5));
        assert_eq!(first_line(text, Range::new(90, 95)), Range::empty(text.len()));
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        assert_eq!((line_start("a\rbc\rd", 3), line_end("a\rbc\rd", 3)), (2, 4));
    }
}
