//! The `identities` section.

use super::finding::{Fact, Findings};
use super::options::{Options, convert};
use super::sections::Declaration;
use crate::elixir::eval::{Node, Origin, Value};

/// An identity as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityDeclaration {
    pub name: String,
    /// Names of attributes and calculations.
    pub keys: Fact<Vec<String>>,
    /// Whether a `where` is given; what it says is only used through `identity_wheres_to_sql`.
    pub has_where: bool,
    pub nils_distinct: Fact<bool>,
    pub all_tenants: Fact<bool>,
    pub origin: Origin,
}

/// Reads the identities in order.
pub fn identities(declaration: &Declaration, findings: &mut Findings) -> Vec<IdentityDeclaration> {
    let mut identities = Vec::new();
    for node in declaration.entries("identities") {
        if let Some(unknown) = &node.unknown {
            findings.unknown("identities", unknown);
            continue;
        }
        identities.extend(from_node(node, findings));
    }
    identities
}

/// Reads one entity of the section.
pub fn from_node(node: &Node, findings: &mut Findings) -> Option<IdentityDeclaration> {
    let (true, Some(name)) = (&*node.name == "identity", node.arguments.first()) else { return None };
    let name = match convert(name, &node.origin, "a name", |name| name.as_atom().map(str::to_owned)) {
        Ok(name) => name,
        Err(unknown) => {
            findings.unknown("identities", &unknown);
            return None;
        }
    };
    // `identity :title, keys: [:title]` is the other way to give them.
    let named = Options::entity(node, 1);
    let by_name = named.get("keys").is_some();
    let options = if by_name { named } else { Options::entity(node, 2) };
    let names = |value: &Value| -> Option<Vec<String>> {
        value.wrap().iter().map(|item| item.as_atom().map(str::to_owned)).collect()
    };
    let keys = match node.arguments.get(1).filter(|_| !by_name) {
        Some(keys) => convert(keys, &node.origin, "attribute names", names),
        None => options.atoms("keys").map(Option::unwrap_or_default),
    };
    Some(IdentityDeclaration {
        keys,
        has_where: options.get("where").is_some_and(|(value, _)| !value.is_nil()),
        nils_distinct: options.bool("nils_distinct?").map(|given| given.unwrap_or(true)),
        all_tenants: options.bool("all_tenants?").map(|given| given.unwrap_or(false)),
        origin: node.origin.clone(),
        name,
    })
}
