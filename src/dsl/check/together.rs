//! What entities need or exclude of one another.

use std::collections::BTreeMap;

use super::shape::Shape;
use super::{DslIssue, IssueCode, is_dynamic};
use crate::dsl::Node;
use crate::syntax::{Call, Expr, Kind};

/// What Ash refuses about an entity beside the others of its `section`; `names` holds what was met before.
pub fn mistakes(
    node: &Node,
    call: &Call,
    shape: &Shape<'_>,
    section: &[Expr],
    names: &mut BTreeMap<(&'static str, String), &'static str>,
) -> Option<DslIssue> {
    let first = call.arguments.first()?;
    let name = first.as_atom()?;
    if call.arguments.iter().chain(shape.body).any(is_dynamic) {
        return None;
    }
    let (group, entity) = node.path.split_once('.')?;
    if group == "actions" && !entity.contains('.') {
        let primary = shape.value(node, "primary?").filter(|value| value.kind == Kind::Bool(true))?;
        names.insert(("primary", entity.to_owned()), "action")?;
        let kind = if entity == "action" { "generic action" } else { entity };
        let message = format!("another {kind} is `primary?` already: there can be one of each type");
        return Some(DslIssue::new(primary.range, IssueCode::DuplicateName, message));
    }
    if node.path == "relationships.many_to_many" {
        let given = |option: &str| shape.value(node, option).is_some();
        // The relationship to the join resource has this name where none is given.
        let join = format!("{name}_join_assoc");
        let has_join = section.iter().filter_map(Expr::as_call).any(|other| {
            other.local_name().is_some() && other.arguments.first().and_then(Expr::as_atom) == Some(join.as_str())
        });
        if !given("through") && !given("join_relationship") && !has_join {
            let message = "`many_to_many` needs `through` or `join_relationship`".to_owned();
            return Some(DslIssue::new(first.range, IssueCode::MissingOption, message));
        }
    }
    None
}
