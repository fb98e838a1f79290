//! Moves expressions to another place of the file, in place.

use super::expression::{Clause, DoBlock, Expr, Kind, StringPart, Target};
use crate::text::Range;

/// Lets `map` change every range in `expressions`, and the expression where it is one's own range.
pub(super) fn map_ranges(expressions: &mut [Expr], map: &mut impl FnMut(&mut Range, Option<&mut Kind>)) {
    for expression in expressions {
        map_expression(expression, map);
    }
}

/// Moves `expressions` by `delta` bytes.
pub(super) fn shift(expressions: &mut [Expr], delta: isize) {
    if delta != 0 {
        map_ranges(expressions, &mut |range, _| *range = shifted(*range, delta));
    }
}

/// `range` moved by `delta` bytes.
pub(super) fn shifted(range: Range, delta: isize) -> Range {
    Range { start: range.start.wrapping_add_signed(delta), end: range.end.wrapping_add_signed(delta) }
}

fn map_expression(expression: &mut Expr, map: &mut impl FnMut(&mut Range, Option<&mut Kind>)) {
    map(&mut expression.range, Some(&mut expression.kind));
    match &mut expression.kind {
        Kind::Nil
        | Kind::Bool(_)
        | Kind::Integer(_)
        | Kind::Float(_)
        | Kind::Char(_)
        | Kind::Atom(_)
        | Kind::Alias(_)
        | Kind::Identifier(_)
        | Kind::Attribute(_)
        | Kind::Error => {}
        Kind::DynamicAtom(parts) | Kind::String(parts) | Kind::Charlist(parts) => map_parts(parts, map),
        Kind::Sigil(sigil) => map_parts(&mut sigil.parts, map),
        Kind::List(items) | Kind::Tuple(items) | Kind::Block(items) | Kind::Bitstring(items) => map_ranges(items, map),
        Kind::Map { name, base, entries } => {
            for part in [name, base].into_iter().flatten() {
                map_expression(part, map);
            }
            map_pairs(entries, map);
        }
        Kind::Keywords(pairs) => map_pairs(pairs, map),
        Kind::Call(call) => {
            map(&mut call.name_range, None);
            if let Target::Remote { value, .. } | Target::Anonymous(value) = &mut call.target {
                map_expression(value, map);
            }
            map_ranges(&mut call.arguments, map);
            if let Some(block) = &mut call.block {
                map_block(block, map);
            }
        }
        Kind::Access { value, key } => {
            map_expression(value, map);
            map_expression(key, map);
        }
        Kind::Unary { operand, .. } | Kind::Capture(operand) => map_expression(operand, map),
        Kind::Binary { left, right, .. } => {
            map_expression(left, map);
            map_expression(right, map);
        }
        Kind::Fn(clauses) => map_clauses(clauses, map),
    }
}

fn map_parts(parts: &mut [StringPart], map: &mut impl FnMut(&mut Range, Option<&mut Kind>)) {
    for part in parts {
        if let StringPart::Interpolation(expression) = part {
            map_expression(expression, map);
        }
    }
}

fn map_pairs(pairs: &mut [(Expr, Expr)], map: &mut impl FnMut(&mut Range, Option<&mut Kind>)) {
    for (key, value) in pairs {
        map_expression(key, map);
        map_expression(value, map);
    }
}

fn map_block(block: &mut DoBlock, map: &mut impl FnMut(&mut Range, Option<&mut Kind>)) {
    map(&mut block.range, None);
    map_ranges(&mut block.body, map);
    map_clauses(&mut block.clauses, map);
    for (_, body, clauses) in &mut block.sections {
        map_ranges(body, map);
        map_clauses(clauses, map);
    }
}

fn map_clauses(clauses: &mut [Clause], map: &mut impl FnMut(&mut Range, Option<&mut Kind>)) {
    for clause in clauses {
        map(&mut clause.range, None);
        map_ranges(&mut clause.arguments, map);
        if let Some(guard) = &mut clause.guard {
            map_expression(guard, map);
        }
        map_ranges(&mut clause.body, map);
    }
}
