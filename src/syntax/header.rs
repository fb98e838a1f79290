//! The header of a block: from its first line to the line that ends in `do`.

use super::chunk::Chunk;
use super::delimiters::{Delimiters, Opener};
use super::expression::{Expr, Kind};
use super::repair::repair;
use super::shift::shift;
use super::source_tree::Issue;
use super::trouble::Verdict;
use crate::text::Range;

/// A header that was read by itself.
pub(super) struct Header {
    /// The call, with an empty `do` block that ends with the header; `None` when nothing could be read.
    pub call: Option<Expr>,
    pub issue: Option<Issue>,
}

/// The length of the header of a block, if its text has one. A header goes on over deeper lines while the line before
/// ends in a comma or an opening bracket.
pub(super) fn header_length(block: &str) -> Option<usize> {
    let mut end = 0;
    let mut indent = None;
    for line in block.split_inclusive('\n') {
        end += line.len();
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let width = line.len() - line.trim_start().len();
        if indent == Some(width) && without_comment(content) == "do" {
            return Some(end - line.len() + line.trim_end().len());
        }
        if indent.is_some_and(|indent| width <= indent) {
            return None;
        }
        indent = indent.or(Some(width));
        let code = without_comment(content);
        if ends_in_do(code) {
            return Some(end - line.len() + line.trim_end().len());
        }
        if !code.ends_with([',', '(', '[', '{']) && !code.starts_with('{') {
            return None;
        }
    }
    None
}

/// Reads a header that stands at byte `offset` of the file.
pub(super) fn read_header(text: &str, offset: usize) -> Header {
    let delimiters = Delimiters::of(text);
    if matches!(delimiters.open[..], [(Opener::Do, _)]) && delimiters.stray.is_empty() {
        let closed = format!("{text}\nend");
        let chunk = Chunk::parse(&closed);
        if chunk.verdict() <= Verdict::Layout
            && let Some(call) = only_call(chunk.expressions(offset), offset + text.len())
        {
            return Header { call: Some(call), issue: None };
        }
    }
    let (at, message) = match delimiters.open[..] {
        [(Opener::Do, at)] | [_, .., (Opener::Do, at)] if delimiters.open.len() == 1 => (at, "syntax error".to_owned()),
        _ => delimiters.complaint(text).unwrap_or((0, "syntax error".to_owned())),
    };
    let issue = Issue { range: Range::new(offset + at, offset + text.len()), message };
    let code = without_comment(text).trim_end();
    let call = code.strip_suffix("do").and_then(|before| {
        let mut expressions = repair(before, " do\nend")?;
        shift(&mut expressions, offset as isize);
        only_call(expressions, offset + text.len())
    });
    Header { call, issue: Some(issue) }
}

/// The call with an empty block that `expressions` should consist of. What was appended to read it ends at `end`.
fn only_call(mut expressions: Vec<Expr>, end: usize) -> Option<Expr> {
    if expressions.len() != 1 {
        return None;
    }
    let mut expression = expressions.pop()?;
    let Kind::Call(call) = &mut expression.kind else { return None };
    let block = call.block.as_mut()?;
    if !block.body.is_empty() || !block.clauses.is_empty() || !block.sections.is_empty() {
        return None;
    }
    block.range.end = end.max(block.range.start);
    expression.range.end = end.max(expression.range.start);
    Some(expression)
}

/// Whether a line of code opens a block.
fn ends_in_do(code: &str) -> bool {
    code.strip_suffix("do").is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t', ')']))
}

/// The last line of `text` without the comment it may end with; the lines before stay.
fn without_comment(text: &str) -> &str {
    let line_start = text.rfind('\n').map_or(0, |at| at + 1);
    let mut in_string = false;
    let mut previous = b' ';
    for (at, byte) in text.bytes().enumerate().skip(line_start) {
        match byte {
            b'"' if previous != b'\\' => in_string = !in_string,
            b'#' if !in_string && matches!(previous, b' ' | b'\t') => return text[..at].trim_end(),
            _ => {}
        }
        previous = byte;
    }
    text
}
