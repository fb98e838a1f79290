//! The `references` section: how foreign keys are configured.

use std::collections::BTreeMap;

use super::finding::{Fact, Findings};
use super::options::{Options, convert};
use crate::elixir::eval::{Node, Origin, Value};
use crate::snapshot::{Deferrable, OnDelete};

/// A `reference :relationship, …`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceOptions {
    pub relationship: String,
    pub ignore: Fact<bool>,
    pub on_delete: Fact<Option<OnDelete>>,
    pub on_update: Fact<Option<String>>,
    pub deferrable: Fact<Deferrable>,
    pub name: Fact<Option<String>>,
    /// Source column names to destination column names.
    pub match_with: Fact<Option<BTreeMap<String, String>>>,
    pub match_type: Fact<Option<String>>,
    pub match_tenant: Fact<bool>,
    pub index: Fact<bool>,
    pub index_where: Fact<Option<IndexWhere>>,
    pub origin: Origin,
}

/// `index_where`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexWhere {
    /// `:not_nil`.
    NotNil,
    Sql(String),
}

/// The entities of the section.
pub fn references(section: &Node, findings: &mut Findings) -> Vec<ReferenceOptions> {
    let mut references = Vec::new();
    for node in &section.children {
        if let Some(unknown) = &node.unknown {
            findings.unknown("attributes", unknown);
            continue;
        }
        if &*node.name == "reference" {
            references.extend(from_node(node, findings));
        }
    }
    references
}

/// Reads one entity of the section.
pub fn from_node(node: &Node, findings: &mut Findings) -> Option<ReferenceOptions> {
    let name = node.arguments.first()?;
    match convert(name, &node.origin, "a relationship", |name| name.as_atom().map(str::to_owned)) {
        Ok(name) => Some(reference(name, node)),
        Err(unknown) => {
            findings.unknown("attributes", &unknown);
            None
        }
    }
}

fn reference(relationship: String, node: &Node) -> ReferenceOptions {
    let options = Options::entity(node, 1);
    let deferrable = |value: &Value| match value.as_atom()? {
        "true" => Some(Deferrable::Yes),
        "false" => Some(Deferrable::No),
        "initially" => Some(Deferrable::Initially),
        _ => None,
    };
    let columns = |value: &Value| -> Option<BTreeMap<String, String>> {
        value
            .as_list()?
            .iter()
            .map(|item| match item {
                Value::Tuple(pair) if pair.len() == 2 => {
                    Some((pair[0].as_atom()?.to_owned(), pair[1].as_atom()?.to_owned()))
                }
                _ => None,
            })
            .collect()
    };
    let index_where = |value: &Value| match value {
        Value::String(sql) => Some(IndexWhere::Sql(sql.to_string())),
        value if value.as_atom() == Some("not_nil") => Some(IndexWhere::NotNil),
        _ => None,
    };
    ReferenceOptions {
        relationship,
        ignore: options.bool("ignore?").map(|given| given.unwrap_or(false)),
        on_delete: options.read("on_delete", "an on_delete action", on_delete),
        on_update: options.atom("on_update"),
        deferrable: options.read("deferrable", "true, false or :initially", deferrable).map(Option::unwrap_or_default),
        name: options.text("name"),
        match_with: options.read("match_with", "a keyword list of columns", columns),
        match_type: options.atom("match_type"),
        match_tenant: options.bool("match_tenant?").map(|given| given.unwrap_or(false)),
        index: options.bool("index?").map(|given| given.unwrap_or(false)),
        index_where: options.read("index_where", ":not_nil or a string", index_where),
        origin: node.origin.clone(),
    }
}

/// `:delete`, `{:nilify, :column}`, `{:nilify, [:a, :b]}`.
pub fn on_delete(value: &Value) -> Option<OnDelete> {
    match value {
        Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom() == Some("nilify") => {
            let columns =
                pair[1].wrap().iter().map(|column| column.as_atom().map(str::to_owned)).collect::<Option<_>>();
            columns.map(OnDelete::Nilify)
        }
        value => value.as_atom().map(|name| OnDelete::Atom(name.to_owned())),
    }
}
