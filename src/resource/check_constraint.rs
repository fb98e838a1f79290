//! The `check_constraints` section.

use super::finding::{Fact, Findings};
use super::options::{Options, convert};
use crate::elixir::eval::{Node, Origin, Value};

/// A check constraint as declared; one without `check` is not migrated.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckDeclaration {
    pub name: String,
    /// Attribute names.
    pub attributes: Fact<Vec<String>>,
    pub check: Fact<Option<String>>,
    pub origin: Origin,
}

/// Reads the constraints in order.
pub fn check_constraints(entries: &[Node], findings: &mut Findings) -> Vec<CheckDeclaration> {
    let mut constraints = Vec::new();
    for node in entries {
        if let Some(unknown) = &node.unknown {
            findings.unknown("check_constraints", unknown);
            continue;
        }
        if &*node.name != "check_constraint" {
            continue;
        }
        let options = Options::entity(node, 2);
        let names = |value: &Value| -> Option<Vec<String>> {
            value.wrap().iter().map(|item| item.as_atom().map(str::to_owned)).collect()
        };
        let (Some(attributes), Some(name)) = (node.arguments.first(), node.argument(1, "name")) else { continue };
        match convert(&name, &node.origin, "a string", |name| name.as_text().map(str::to_owned)) {
            Ok(name) => constraints.push(CheckDeclaration {
                name,
                attributes: convert(attributes, &node.origin, "attribute names", names),
                check: options.text("check"),
                origin: node.origin.clone(),
            }),
            Err(unknown) => findings.unknown("check_constraints", &unknown),
        }
    }
    constraints
}
