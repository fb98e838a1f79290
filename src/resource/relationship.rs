//! The `relationships` section, and the attributes that `belongs_to` adds.

use std::sync::Arc;

use super::attribute::Attribute;
use super::finding::{Fact, Findings};
use super::options::{Options, convert};
use super::sections::Declaration;
use crate::elixir::eval::{Context, Node, Origin, Unknown, Value};
use crate::elixir::name::{last_part, underscore};

/// The kind of a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationshipKind {
    BelongsTo,
    HasOne,
    HasMany,
    ManyToMany,
}

/// A relationship, defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Relationship {
    pub name: String,
    pub kind: RelationshipKind,
    /// The destination's module.
    pub destination: Fact<String>,
    /// Attribute names.
    pub source_attribute: Fact<String>,
    pub destination_attribute: Fact<String>,
    /// `relationship_context: %{data_layer: %{table: …, schema: …}}`.
    pub context_table: Fact<Option<String>>,
    pub context_schema: Fact<Option<String>>,
    pub define_attribute: Fact<bool>,
    pub attribute_type: Value,
    pub allow_nil: Fact<bool>,
    pub primary_key: Fact<bool>,
    pub origin: Origin,
}

/// Reads the relationships of `module`, in order.
pub fn relationships(
    module: &str,
    declaration: &Declaration,
    context: &Context,
    findings: &mut Findings,
) -> Vec<Relationship> {
    let mut relationships = Vec::new();
    for node in declaration.entries("relationships") {
        if let Some(unknown) = &node.unknown {
            findings.unknown("attributes", unknown);
            continue;
        }
        relationships.extend(read(module, node, context, findings));
    }
    relationships
}

/// Reads one entity of the section, added by a transformer.
pub fn from_node(node: &Node, context: &Context, findings: &mut Findings) -> Option<Relationship> {
    read("", node, context, findings)
}

/// The type of `belongs_to` attributes unless they say otherwise.
pub fn default_belongs_to_type(context: &Context) -> Value {
    match context.setting("ash", &Value::atom("default_belongs_to_type")) {
        Ok(setting) => setting.unwrap_or_else(|| Value::atom("uuid")),
        Err(unknown) => unknown,
    }
}

fn read(module: &str, node: &Node, context: &Context, findings: &mut Findings) -> Option<Relationship> {
    let kind = match &*node.name {
        "belongs_to" => RelationshipKind::BelongsTo,
        "has_one" => RelationshipKind::HasOne,
        "has_many" => RelationshipKind::HasMany,
        "many_to_many" => RelationshipKind::ManyToMany,
        other => {
            let reason = format!("{other} is not an entity of relationships");
            findings.unknown("attributes", &Unknown { origin: node.origin.clone(), reason });
            return None;
        }
    };
    match relationship(module, kind, node, &default_belongs_to_type(context)) {
        Ok(relationship) => Some(relationship),
        Err(unknown) => {
            findings.unknown("attributes", &unknown);
            None
        }
    }
}

fn relationship(module: &str, kind: RelationshipKind, node: &Node, default_type: &Value) -> Fact<Relationship> {
    let Some(name) = node.arguments.first() else {
        return Err(Arc::new(Unknown {
            origin: node.origin.clone(),
            reason: "a relationship without a name".to_owned(),
        }));
    };
    let name = convert(name, &node.origin, "a name", |name| name.as_atom().map(str::to_owned))?;
    let options = Options::entity(node, 2);
    let destination = match node.arguments.get(1) {
        Some(value) if value.as_list().is_none() => {
            convert(value, &node.origin, "a module", |value| value.as_module().map(str::to_owned))
        }
        _ => options
            .read("destination", "a module", |value| value.as_module().map(str::to_owned))
            .map(Option::unwrap_or_default),
    };
    let belongs_to = kind == RelationshipKind::BelongsTo;
    let last = last_part(module);
    let named = |names: [&str; 2], default: &dyn Fn() -> String| -> Fact<String> {
        let given = match options.atom(names[0])? {
            Some(given) => Some(given),
            None => options.atom(names[1])?,
        };
        Ok(given.unwrap_or_else(default))
    };
    let source_attribute = named(["source_attribute", "source_field"], &|| match belongs_to {
        true => format!("{name}_id"),
        false => "id".to_owned(),
    });
    let destination_attribute = named(["destination_attribute", "destination_field"], &|| match kind {
        RelationshipKind::BelongsTo | RelationshipKind::ManyToMany => "id".to_owned(),
        _ => format!("{}_id", underscore(last)),
    });
    let flag = |names: [&str; 2], default: bool| -> Fact<bool> {
        let given = match options.bool(names[0])? {
            Some(given) => Some(given),
            None => options.bool(names[1])?,
        };
        Ok(given.unwrap_or(default))
    };
    let attribute_type = match (options.get("attribute_type"), options.get("field_type")) {
        (Some((value, _)), _) | (None, Some((value, _))) => value,
        (None, None) => match options.read("attribute_type", "a type", |value| Some(value.clone())) {
            Err(unknown) => Value::Unknown(unknown),
            Ok(_) => default_type.clone(),
        },
    };
    let context_text = |key: &str| -> Fact<Option<String>> {
        let Some((value, origin)) = options.get("relationship_context").or_else(|| options.get("context")) else {
            return Ok(None);
        };
        match value.get("data_layer").and_then(|layer| layer.get(key).cloned()) {
            None => match value.as_unknown() {
                Some(unknown) => Err(unknown.clone()),
                None => Ok(None),
            },
            Some(value) if value.is_nil() => Ok(None),
            Some(value) => convert(&value, &origin, "a string", |value| value.as_text().map(str::to_owned)).map(Some),
        }
    };
    Ok(Relationship {
        kind,
        destination,
        source_attribute,
        destination_attribute,
        context_table: context_text("table"),
        context_schema: context_text("schema"),
        define_attribute: if belongs_to { flag(["define_attribute?", "define_field?"], true) } else { Ok(false) },
        attribute_type,
        allow_nil: flag(["allow_nil?", "allow_nil?"], true),
        primary_key: flag(["primary_key?", "primary_key?"], false),
        origin: node.origin.clone(),
        name,
    })
}

/// Adds the attributes of `belongs_to` relationships behind the others, as
/// `Ash.Resource.Transformers.BelongsToAttribute` does.
pub fn add_belongs_to_attributes(
    attributes: &mut Vec<Attribute>,
    relationships: &[Relationship],
    findings: &mut Findings,
) {
    for relationship in relationships.iter().filter(|relationship| relationship.kind == RelationshipKind::BelongsTo) {
        let name = match (&relationship.define_attribute, &relationship.source_attribute) {
            (Ok(false), _) => continue,
            (Ok(true), Ok(name)) => name.clone(),
            (Err(unknown), _) | (_, Err(unknown)) => {
                findings.unknown("attributes", unknown);
                continue;
            }
        };
        if attributes.iter().any(|attribute| attribute.name == name) {
            continue;
        }
        let allow_nil = match &relationship.primary_key {
            Ok(true) => Ok(false),
            Ok(false) => relationship.allow_nil.clone(),
            Err(unknown) => Err(unknown.clone()),
        };
        attributes.push(Attribute {
            source: Ok(name.clone()),
            name,
            ty: relationship.attribute_type.clone(),
            constraints: Value::List(Vec::new()),
            allow_nil,
            primary_key: relationship.primary_key.clone(),
            generated: Ok(false),
            default: Value::nil(),
            origin: relationship.origin.clone(),
            places: Vec::new(),
            added_by: None,
        });
    }
}
