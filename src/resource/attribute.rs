//! The `attributes` section: attributes in all their forms.

use std::sync::Arc;

use super::extension::uuid_attribute;
use super::finding::{Fact, Findings};
use super::options::{Options, convert};
use super::sections::Declaration;
use crate::elixir::eval::{Function, Node, Origin, Unknown, Value};

/// An attribute as the DSL declares it, defaults of its entity filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub name: String,
    /// As written: a short name, a module, `{:array, type}`.
    pub ty: Value,
    pub constraints: Value,
    /// Column name.
    pub source: Fact<String>,
    pub allow_nil: Fact<bool>,
    pub primary_key: Fact<bool>,
    pub generated: Fact<bool>,
    pub default: Value,
    /// The whole entity.
    pub origin: Origin,
    /// Places of `type`, `default`, `allow_nil?` … where they are written.
    pub places: Vec<(&'static str, Origin)>,
    /// The extension that adds it; `None`: it is declared, or a declared relationship adds it.
    pub added_by: Option<Arc<str>>,
}

/// What an entity sets unless told otherwise.
struct Form {
    entity: &'static str,
    positional: usize,
    ty: Option<&'static str>,
    default: Option<(&'static str, &'static str)>,
    allow_nil: bool,
    /// Whether `allow_nil?` cannot be given.
    fixed_nil: bool,
    primary_key: bool,
    generated: bool,
}

/// `Ash.Resource.Attribute` and its variants.
const FORMS: &[Form] = &[
    Form {
        entity: "attribute",
        positional: 2,
        ty: None,
        default: None,
        allow_nil: true,
        fixed_nil: false,
        primary_key: false,
        generated: false,
    },
    Form {
        entity: "uuid_primary_key",
        positional: 1,
        ty: Some("uuid"),
        default: Some(("Ash.UUID", "generate")),
        allow_nil: false,
        fixed_nil: true,
        primary_key: true,
        generated: false,
    },
    Form {
        entity: "uuid_v7_primary_key",
        positional: 1,
        ty: Some("uuid_v7"),
        default: Some(("Ash.UUIDv7", "generate")),
        allow_nil: false,
        fixed_nil: true,
        primary_key: true,
        generated: false,
    },
    Form {
        entity: "integer_primary_key",
        positional: 1,
        ty: Some("integer"),
        default: None,
        allow_nil: false,
        fixed_nil: true,
        primary_key: true,
        generated: true,
    },
    Form {
        entity: "create_timestamp",
        positional: 1,
        ty: Some("utc_datetime_usec"),
        default: Some(("DateTime", "utc_now")),
        allow_nil: false,
        fixed_nil: false,
        primary_key: false,
        generated: false,
    },
    Form {
        entity: "update_timestamp",
        positional: 1,
        ty: Some("utc_datetime_usec"),
        default: Some(("DateTime", "utc_now")),
        allow_nil: false,
        fixed_nil: false,
        primary_key: false,
        generated: false,
    },
];

/// Reads the attributes of a resource, in order. Entities that are not understood are reported as missing columns.
pub fn attributes(declaration: &Declaration, findings: &mut Findings) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    for node in declaration.entries("attributes") {
        if let Some(unknown) = &node.unknown {
            findings.unknown("attributes", unknown);
            continue;
        }
        if &*node.name == "timestamps" {
            for (entity, name) in [("create_timestamp", "inserted_at"), ("update_timestamp", "updated_at")] {
                let mut node = node.clone();
                node.name = entity.into();
                node.arguments.insert(0, Value::atom(name));
                attributes.extend(from_node(&node, findings));
            }
            continue;
        }
        match uuid_attribute(node) {
            Some(node) => attributes.extend(from_node(&node, findings)),
            None => attributes.extend(from_node(node, findings)),
        }
    }
    attributes
}

/// Reads one entity of the section.
pub fn from_node(node: &Node, findings: &mut Findings) -> Option<Attribute> {
    let unknown = |reason: String| Unknown { origin: node.origin.clone(), reason };
    let Some(form) = FORMS.iter().find(|form| form.entity == &*node.name) else {
        findings.unknown("attributes", &unknown(format!("{} is not an entity of attributes", node.name)));
        return None;
    };
    let name = match node
        .arguments
        .first()
        .map(|name| convert(name, &node.origin, "a name", |name| name.as_atom().map(str::to_owned)))
    {
        Some(Ok(name)) => name,
        Some(Err(unknown)) => {
            findings.unknown("attributes", &unknown);
            return None;
        }
        None => {
            findings.unknown("attributes", &unknown("an attribute without a name".to_owned()));
            return None;
        }
    };
    let options = Options::entity(node, form.positional);
    let given_type = match form.positional {
        2 => node
            .arguments
            .get(1)
            .filter(|value| !is_options(value))
            .cloned()
            .or(options.get("type").map(|(value, _)| value)),
        _ => options.get("type").map(|(value, _)| value),
    };
    let ty = given_type
        .or(form.ty.map(Value::atom))
        .unwrap_or_else(|| Value::Unknown(Arc::new(unknown("an attribute without a type".to_owned()))));
    let source = options.atom("source").map(|source| source.unwrap_or_else(|| name.clone()));
    let allow_nil = match form.fixed_nil {
        true => Ok(false),
        false => options.bool("allow_nil?").map(|given| given.unwrap_or(form.allow_nil)),
    };
    let default = match (options.get("default"), options.read("default", "a value", |value| Some(value.clone()))) {
        (Some((value, _)), _) => value,
        (None, Err(unknown)) => Value::Unknown(unknown),
        (None, Ok(_)) => form.default.map_or_else(Value::nil, |(module, name)| function(module, name)),
    };
    let places = ["type", "default", "allow_nil?", "primary_key?", "generated?", "source", "constraints"];
    Some(Attribute {
        constraints: match options.read("constraints", "a keyword list", |value| Some(value.clone())) {
            Ok(constraints) => constraints.unwrap_or(Value::List(Vec::new())),
            Err(unknown) => Value::Unknown(unknown),
        },
        source,
        allow_nil,
        primary_key: options.bool("primary_key?").map(|given| given.unwrap_or(form.primary_key)),
        generated: options.bool("generated?").map(|given| given.unwrap_or(form.generated)),
        default,
        origin: node.origin.clone(),
        places: places.into_iter().filter_map(|name| Some((name, options.get(name)?.1))).collect(),
        added_by: None,
        name,
        ty,
    })
}

/// A keyword list where a type is expected: `attribute :name, type: :string`.
fn is_options(value: &Value) -> bool {
    value.as_list().is_some()
}

/// `&module.name/0`.
pub fn function(module: &str, name: &str) -> Value {
    Value::Function(Arc::new(Function::Remote { module: module.into(), name: name.into(), arity: 0 }))
}
