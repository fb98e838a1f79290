//! The `multitenancy` section, the base filter of the `resource` section, and whether there are create actions.

use super::finding::{Fact, Findings};
use super::options::Options;
use super::sections::Declaration;
use crate::elixir::eval::{Node, Value};
use crate::snapshot::{Multitenancy, Strategy};

/// Reads the section. A section that is there defaults to the `:context` strategy, one that is not to none.
pub fn multitenancy(declaration: &Declaration) -> Fact<Multitenancy> {
    let Some(section) = declaration.merged("multitenancy") else { return Ok(Multitenancy::default()) };
    let options = Options::entity(&section, 0);
    let strategy = options.read("strategy", ":context or :attribute", |value| match value.as_atom()? {
        "context" => Some(Strategy::Context),
        "attribute" => Some(Strategy::Attribute),
        _ => None,
    });
    Ok(Multitenancy {
        strategy: Some(strategy?.unwrap_or(Strategy::Context)),
        attribute: options.atom("attribute")?,
        global: Some(options.bool("global?")?.unwrap_or(false)),
    })
}

/// Whether the `resource` section sets a base filter.
pub fn has_base_filter(declaration: &Declaration) -> bool {
    let section = declaration.merged("resource");
    section.is_some_and(|section| section.option("base_filter", 0).is_some_and(|(value, _)| !value.is_nil()))
}

/// `has_create_action?/1`: a create action that is not manual.
pub fn has_create_action(declaration: &Declaration, findings: &mut Findings) -> bool {
    let mut found = false;
    for node in declaration.entries("actions") {
        if let Some(unknown) = &node.unknown {
            findings.unknown("has_create_action", unknown);
        }
        found |= match &*node.name {
            "create" => !is_manual(node),
            "defaults" => node.arguments.first().is_some_and(|defaults| {
                defaults.wrap().iter().any(|item| match item {
                    Value::Tuple(pair) => pair.first().and_then(Value::as_atom) == Some("create"),
                    item => item.as_atom() == Some("create"),
                })
            }),
            _ => false,
        };
    }
    if found {
        findings.unresolved.retain(|unresolved| unresolved.path != "has_create_action");
    }
    found
}

fn is_manual(node: &Node) -> bool {
    node.option("manual", 1).is_some_and(|(value, _)| value.truthy() != Some(false))
}
