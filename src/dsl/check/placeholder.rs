//! Texts that somebody has to replace: a repair left them where SQL belongs.

use crate::syntax::{Expr, Kind, StringPart};
use crate::text::Range;

/// How the text begins that repairs leave in place of SQL that they do not know; what it is about follows.
pub const PLACEHOLDER: &str = "FILL IN the SQL of ";

/// Where such texts stand in the value of an option.
pub(super) fn left(value: &Expr) -> Vec<Range> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Expr, found: &mut Vec<Range>) {
    match &value.kind {
        Kind::String(parts) => {
            if matches!(parts.first(), Some(StringPart::Text(text)) if text.trim_start().starts_with("FILL IN")) {
                found.push(value.range);
            }
        }
        Kind::List(items) | Kind::Tuple(items) => items.iter().for_each(|item| collect(item, found)),
        Kind::Keywords(pairs) => pairs.iter().for_each(|(_, value)| collect(value, found)),
        _ => {}
    }
}
