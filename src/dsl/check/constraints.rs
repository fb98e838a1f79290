//! What stands in `constraints`, where the type is one of Ash's own.
//!
//! Of a list only `items` is looked at: Ash refuses nothing else there when it compiles.

use super::shape::Shape;
use super::{DslIssue, IssueCode, expectation, hint, is_dynamic, nearest};
use crate::dsl::Node;
use crate::dsl::constraints::{Constraint, constraints_of, short_name};
use crate::dsl::option_type::Fit;
use crate::syntax::{Expr, Kind};

/// What Ash refuses about the constraints of an entity.
pub fn mistakes(node: &Node, shape: &Shape<'_>) -> Vec<DslIssue> {
    let mut found = Vec::new();
    let ty = ["type", "returns"].iter().find_map(|name| shape.value(node, name));
    if let (Some(ty), Some(value)) = (ty, shape.value(node, "constraints")) {
        look(ty, value, &mut found);
    }
    found
}

fn look(ty: &Expr, value: &Expr, found: &mut Vec<DslIssue>) {
    if is_dynamic(value) {
        return;
    }
    let Some(pairs) = pairs(value) else { return };
    let name = match &ty.kind {
        Kind::Tuple(parts) => {
            let [array, item] = &parts[..] else { return };
            let items = pairs.iter().find(|(key, _)| key.as_atom() == Some("items"));
            if let (Some("array"), Some((_, value))) = (array.as_atom(), items) {
                look(item, value, found);
            }
            return;
        }
        Kind::Atom(name) => name.as_str(),
        Kind::Alias(module) => short_name(module).unwrap_or_default(),
        _ => return,
    };
    let known: Vec<&Constraint> = constraints_of(name).collect();
    // Nobody gives `:array` as a type by itself.
    if known.is_empty() || name == "array" {
        return;
    }
    for (key, value) in pairs {
        let Some(given) = key.as_atom() else { continue };
        match known.iter().find(|constraint| constraint.name == given) {
            None => {
                let nearest = nearest(given, known.iter().map(|constraint| constraint.name.as_str()));
                found.push(DslIssue {
                    stops: true,
                    ..DslIssue::new(
                        key.range,
                        IssueCode::UnknownOption,
                        format!("`:{name}` has no constraint `{given}`{}", hint(nearest)),
                    )
                    .repaired(nearest.map(|nearest| format!("{nearest}:")))
                });
            }
            Some(constraint) if constraint.option_type.accepts(value) == Fit::No => found.push(DslIssue {
                stops: true,
                ..DslIssue::new(
                    value.range,
                    IssueCode::WrongType,
                    format!("constraint `{given}` of `:{name}` must be {}", expectation(&constraint.type_text)),
                )
            }),
            Some(_) => {}
        }
    }
}

/// The pairs of a keyword list, with its brackets or without.
fn pairs(value: &Expr) -> Option<Vec<&(Expr, Expr)>> {
    match &value.kind {
        Kind::Keywords(pairs) => Some(pairs.iter().collect()),
        Kind::List(items) => {
            let each: Option<Vec<_>> = items.iter().map(pairs_without_brackets).collect();
            Some(each?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

fn pairs_without_brackets(item: &Expr) -> Option<&[(Expr, Expr)]> {
    match &item.kind {
        Kind::Keywords(pairs) => Some(pairs),
        _ => None,
    }
}
