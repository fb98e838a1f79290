//! Finding modules, sections and names in a file's expressions.

use crate::syntax::{Call, Expr};
use crate::text::Range;

/// The `defmodule` call whose whole range begins at `start`, at any depth.
pub(super) fn module_at(expressions: &[Expr], start: usize) -> Option<&Call> {
    for expr in expressions {
        if !(expr.range.start <= start && start < expr.range.end) {
            continue;
        }
        let call = expr.as_call().filter(|call| call.local_name() == Some("defmodule"))?;
        if expr.range.start == start {
            return Some(call);
        }
        return module_at(&call.block.as_ref()?.body, start);
    }
    None
}

/// The line of a section's header in a module's body: `postgres.references` falls back to `postgres`. `None` when there
/// is no such section.
pub(super) fn section_header(body: &[Expr], path: &str) -> Option<Range> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    // AshSqlite has the same sections under another name.
    let is_named = |call: &Call| {
        call.local_name().is_some_and(|name| name == first || (first == "postgres" && name == "sqlite"))
            && call.block.is_some()
    };
    let expr = body.iter().find(|expr| expr.as_call().is_some_and(is_named))?;
    let block = expr.as_call()?.block.as_ref()?;
    let inner = if rest.is_empty() { None } else { section_header(&block.body, rest) };
    // `do` is two bytes.
    inner.or(Some(Range::new(expr.range.start, block.range.start + 2)))
}

/// The innermost call that covers exactly `range`, or begins where it does.
pub(super) fn call_at(expressions: &[Expr], range: Range) -> Option<&Call> {
    for expr in expressions {
        if !expr.range.contains(range) {
            continue;
        }
        let Some(call) = expr.as_call() else { continue };
        if expr.range == range {
            return Some(call);
        }
        let body = call.block.as_ref().map_or(&[][..], |block| &block.body);
        return call_at(body, range).or(Some(call));
    }
    None
}
