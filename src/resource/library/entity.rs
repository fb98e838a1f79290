//! Entities of a resource as the structs that transformers of projects look at. A field that is not read is unknown.

use super::state::{Resource, map};
use crate::elixir::eval::{Node, Value};
use crate::resource::Fact;
use crate::resource::attribute::Attribute;
use crate::resource::options::Options;
use crate::resource::relationship::{Relationship, RelationshipKind};
use crate::resource::types::{Database, Type, TypeReader};

/// Fields of `%Ash.Resource.Actions.…{}` that are not read.
const OF_ACTIONS: &[&str] = &[
    "accept",
    "action_select",
    "allow_nil_input",
    "arguments",
    "changes",
    "constraints",
    "description",
    "error_handler",
    "filter",
    "get?",
    "get_by",
    "manual",
    "metadata",
    "multitenancy",
    "notifiers",
    "pagination",
    "preparations",
    "primary?",
    "reject",
    "require_atomic?",
    "require_attributes",
    "returns",
    "run",
    "soft?",
    "timeout",
    "touches_resources",
    "transaction?",
    "upsert?",
    "upsert_fields",
    "upsert_identity",
];

pub(super) fn attributes(resource: &Resource) -> Value {
    Value::List(resource.attributes.iter().map(|attribute| one_attribute(attribute, resource)).collect())
}

fn one_attribute(attribute: &Attribute, resource: &Resource) -> Value {
    let database = Database::Postgres;
    let reader = TypeReader { context: resource.context, database, origin: attribute.origin.clone() };
    map([
        ("name", Value::atom(&attribute.name)),
        ("type", known(reader.resolve(&attribute.ty).map(|ty| type_value(&ty)))),
        ("constraints", attribute.constraints.clone()),
        ("default", attribute.default.clone()),
        ("allow_nil?", known(attribute.allow_nil.clone().map(Value::bool))),
        ("primary_key?", known(attribute.primary_key.clone().map(Value::bool))),
        ("generated?", known(attribute.generated.clone().map(Value::bool))),
        ("source", known(attribute.source.clone().map(|source| Value::atom(&source)))),
    ])
}

/// An attribute that a transformer added by `entity`.
pub(super) fn added_attribute(entity: &str, name: Value, second: Option<Value>, options: Option<&Value>) -> Value {
    let is_plain = entity == "attribute";
    let given =
        |option: &str, default: Value| options.and_then(|options| options.get(option).cloned()).unwrap_or(default);
    let ty = match is_plain {
        true => second.unwrap_or_else(Value::nil),
        false => Value::module("Ash.Type.UtcDatetimeUsec"),
    };
    map([
        ("name", name),
        ("type", ty),
        ("constraints", given("constraints", Value::List(Vec::new()))),
        ("default", given("default", Value::nil())),
        ("allow_nil?", given("allow_nil?", Value::bool(is_plain))),
        ("primary_key?", given("primary_key?", Value::bool(false))),
        ("generated?", given("generated?", Value::bool(false))),
        ("source", given("source", Value::nil())),
    ])
}

fn type_value(ty: &Type) -> Value {
    match ty {
        Type::Module(module) => Value::module(module),
        Type::Array(inner) => Value::Tuple(vec![Value::atom("array"), type_value(inner)]),
    }
}

pub(super) fn relationships(resource: &Resource) -> Value {
    let one = |relationship: &Relationship| {
        let kind = match relationship.kind {
            RelationshipKind::BelongsTo => "belongs_to",
            RelationshipKind::HasOne => "has_one",
            RelationshipKind::HasMany => "has_many",
            RelationshipKind::ManyToMany => "many_to_many",
        };
        let name = |name: &Fact<String>| known(name.clone().map(|name| Value::atom(&name)));
        map([
            ("name", Value::atom(&relationship.name)),
            ("type", Value::atom(kind)),
            ("source", Value::module(resource.module)),
            ("destination", known(relationship.destination.clone().map(|module| Value::module(&module)))),
            ("source_attribute", name(&relationship.source_attribute)),
            ("destination_attribute", name(&relationship.destination_attribute)),
            ("define_attribute?", known(relationship.define_attribute.clone().map(Value::bool))),
            ("allow_nil?", known(relationship.allow_nil.clone().map(Value::bool))),
            ("primary_key?", known(relationship.primary_key.clone().map(Value::bool))),
            ("attribute_type", relationship.attribute_type.clone()),
        ])
    };
    Value::List(resource.relationships.iter().map(one).collect())
}

/// What `references` says, those of transformers that ran before included: only the relationships' names.
pub(super) fn references(resource: &Resource) -> Value {
    let sections = resource.declaration.sections("postgres").chain(resource.declaration.sections("sqlite"));
    let declared = sections.flat_map(|section| section.children("references")).flat_map(|section| &section.children);
    let named = declared.map(|node| match (&node.unknown, node.arguments.first()) {
        (Some(unknown), _) => Value::Unknown(unknown.clone()),
        (None, name) => name.cloned().unwrap_or_else(Value::nil),
    });
    let added = resource.references.iter().map(|reference| Value::atom(&reference.relationship));
    Value::List(named.chain(added).map(|name| map([("relationship", name)])).collect())
}

pub(super) fn calculations(resource: &Resource) -> Value {
    let mut calculations = Vec::new();
    for node in resource.declaration.entries("calculations") {
        match (&node.unknown, node.arguments.first()) {
            (Some(unknown), _) => return Value::Unknown(unknown.clone()),
            (None, Some(name)) => {
                let not_read =
                    |field| Value::unknown(node.origin.clone(), format!("{field} of a calculation is not read"));
                let fields = ["arguments", "calculation", "constraints", "load", "public?", "type"];
                let fields = fields.into_iter().map(|field| (Value::atom(field), not_read(field)));
                calculations.push(Value::Map(fields.chain([(Value::atom("name"), name.clone())]).collect()));
            }
            _ => {}
        }
    }
    Value::List(calculations)
}

pub(super) fn actions(resource: &Resource) -> Value {
    let mut actions = Vec::new();
    for node in resource.declaration.entries("actions") {
        match (&node.unknown, &*node.name) {
            (Some(unknown), _) => return Value::Unknown(unknown.clone()),
            (None, "create" | "read" | "update" | "destroy" | "action") => {
                let Some(name) = node.arguments.first() else { continue };
                actions.push(action(&node.name, name.clone(), node));
            }
            (None, "defaults") => {
                let defaults = node.arguments.first().map(Value::wrap).unwrap_or_default();
                for item in defaults {
                    match &item {
                        Value::Unknown(_) => return item,
                        Value::Tuple(pair) => actions.extend(pair[0].as_atom().map(|kind| default_action(kind, node))),
                        item => actions.extend(item.as_atom().map(|kind| default_action(kind, node))),
                    }
                }
            }
            _ => {}
        }
    }
    Value::List(actions)
}

fn default_action(kind: &str, node: &Node) -> Value {
    action(kind, Value::atom(kind), node)
}

fn action(kind: &str, name: Value, node: &Node) -> Value {
    let not_read = |field: &str| Value::unknown(node.origin.clone(), format!("{field} of an action is not read"));
    let mut fields = vec![("name", name), ("type", Value::atom(kind))];
    fields.extend(OF_ACTIONS.iter().map(|field| (*field, not_read(field))));
    if let Ok(Some(primary)) = Options::entity(node, 1).bool("primary?") {
        fields.retain(|(field, _)| *field != "primary?");
        fields.push(("primary?", Value::bool(primary)));
    }
    Value::Map(fields.into_iter().map(|(name, value)| (Value::atom(name), value)).collect())
}

fn known(fact: Fact<Value>) -> Value {
    fact.unwrap_or_else(Value::Unknown)
}
