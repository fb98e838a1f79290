//! Unquote fragments: `unquote` in a definition, outside of any quote, stands for what it evaluates to where the definition
//! is read.

use super::context::Context;
use super::quote::{Quoter, walk};
use super::scope::Scope;
use crate::syntax::Expr;
use crate::text::Range;

/// Whether there are fragments in the expressions.
pub(super) fn is_open<'e>(expressions: impl IntoIterator<Item = &'e Expr>) -> bool {
    expressions.into_iter().any(has_fragments)
}

fn has_fragments(expr: &Expr) -> bool {
    let mut quotes: Vec<Range> = Vec::new();
    let mut found = false;
    // Outer expressions come first.
    walk(expr, &mut |expr| match expr.as_call().and_then(|call| call.local_name()) {
        Some("quote") => quotes.push(expr.range),
        Some("unquote" | "unquote_splicing") => {
            found |= !quotes.iter().any(|quote| quote.start <= expr.range.start && expr.range.end <= quote.end);
        }
        _ => {}
    });
    found
}

/// The definition `expr` with its fragments filled in; `None` when it has none.
pub(super) fn filled(expr: &Expr, scope: &Scope, context: &Context) -> Option<Expr> {
    has_fragments(expr).then(|| Quoter { scope: &mut scope.clone(), context, unquotes: true }.copy(expr))
}
