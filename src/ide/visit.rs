//! Walking over an expression and everything in it. Knows the call tree and no name of the DSL.

use crate::syntax::{Expr, Kind, Target};

/// Visits an expression and what is in it, outside in; `visit` says whether to go on inside.
pub fn each<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr) -> bool) {
    if !visit(expr) {
        return;
    }
    match &expr.kind {
        Kind::List(items) | Kind::Tuple(items) | Kind::Block(items) | Kind::Bitstring(items) => {
            items.iter().for_each(|item| each(item, visit));
        }
        Kind::Keywords(pairs) => pairs.iter().for_each(|(key, value)| {
            each(key, visit);
            each(value, visit);
        }),
        Kind::Map { name, base, entries } => {
            name.iter().chain(base).for_each(|part| each(part, visit));
            entries.iter().for_each(|(key, value)| {
                each(key, visit);
                each(value, visit);
            });
        }
        Kind::Access { value, key } => {
            each(value, visit);
            each(key, visit);
        }
        Kind::Unary { operand, .. } | Kind::Capture(operand) => each(operand, visit),
        Kind::Binary { left, right, .. } => {
            each(left, visit);
            each(right, visit);
        }
        Kind::Fn(clauses) => clauses.iter().flat_map(|clause| &clause.body).for_each(|part| each(part, visit)),
        Kind::Call(call) => {
            if let Target::Remote { value, .. } | Target::Anonymous(value) = &call.target {
                each(value, visit);
            }
            call.arguments.iter().for_each(|argument| each(argument, visit));
            if let Some(block) = &call.block {
                block.body.iter().for_each(|part| each(part, visit));
                block.clauses.iter().flat_map(|clause| &clause.body).for_each(|part| each(part, visit));
            }
        }
        _ => {}
    }
}
