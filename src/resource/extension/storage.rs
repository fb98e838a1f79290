//! AshStorage: the columns of resources that hold files and where they are attached.
//!
//! ash_storage, lib/ash_storage/{blob,attachment}_resource/transformers/setup_{blob,attachment}.ex.

use super::rule::{add_attribute, bare_attribute, section};
use super::{Draft, Surroundings, call};
use crate::elixir::eval::Value;
use crate::resource::attribute::Attribute;
use crate::resource::finding::{Fact, Findings};
use crate::resource::options::Options;
use crate::resource::relationship;

/// Name, type, whether it may be nil.
const BLOB: &[(&str, &str, bool)] = &[
    ("key", "string", false),
    ("filename", "string", false),
    ("content_type", "string", true),
    ("byte_size", "integer", true),
    ("checksum", "string", true),
    ("service_name", "atom", false),
    ("service_opts", "map", true),
    ("metadata", "map", true),
    ("analyzers", "map", true),
    ("pending_purge", "boolean", false),
    ("pending_analyzers", "boolean", false),
    ("pending_variants", "boolean", false),
    ("variant_of_blob_id", "uuid", true),
    ("variant_name", "string", true),
    ("variant_digest", "string", true),
];

/// Adds what a resource of files has.
pub(super) fn blob(draft: &mut Draft, surroundings: &Surroundings) -> Fact<()> {
    let origin = &surroundings.declaration.origin;
    for (name, ty, allow_nil) in BLOB {
        let default = match *ty {
            "map" => Value::Map(Default::default()),
            "boolean" => Value::bool(false),
            _ => Value::nil(),
        };
        let attribute = bare_attribute(name, Value::atom(ty), *allow_nil, origin);
        add_attribute(draft, Attribute { default, ..attribute }, false);
    }
    let options = vec![
        Value::pair("source_attribute", Value::atom("variant_of_blob_id")),
        Value::pair("define_attribute?", Value::bool(false)),
    ];
    belongs_to(draft, "source_blob", Value::module(surroundings.module), options, surroundings)?;
    draft.has_create_action = true;
    Ok(())
}

/// Adds what a resource between files and others has: a foreign key for each resource that it names, else two columns
/// that name any.
pub(super) fn attachment(draft: &mut Draft, surroundings: &Surroundings) -> Fact<()> {
    let origin = &surroundings.declaration.origin;
    let section = section(surroundings.declaration, "attachment");
    let section = section.unwrap_or_else(|| call("attachment", Vec::new(), origin));
    if let Some(unknown) = section.children.iter().find_map(|child| child.unknown.as_ref()) {
        return Err(unknown.clone());
    }
    let parents: Vec<_> = section.children("belongs_to_resource").collect();
    let names: &[&str] = if parents.is_empty() { &["name", "record_type", "record_id"] } else { &["name"] };
    for name in names {
        add_attribute(draft, bare_attribute(name, Value::atom("string"), false, origin), false);
    }
    let blob = Options::entity(&section, 0).get("blob_resource").map_or_else(Value::nil, |(value, _)| value);
    belongs_to(draft, "blob", blob, vec![Value::pair("allow_nil?", Value::bool(false))], surroundings)?;
    for parent in parents {
        let ty = Options::entity(parent, 2).get("attribute_type").map(|(ty, _)| Value::pair("attribute_type", ty));
        let name = parent.arguments.first().and_then(Value::as_atom).unwrap_or_default().to_owned();
        let resource = parent.argument(1, "resource").unwrap_or_else(Value::nil);
        belongs_to(draft, &name, resource, ty.into_iter().collect(), surroundings)?;
    }
    draft.has_create_action = true;
    Ok(())
}

fn belongs_to(
    draft: &mut Draft,
    name: &str,
    destination: Value,
    options: Vec<Value>,
    surroundings: &Surroundings,
) -> Fact<()> {
    let arguments = vec![Value::atom(name), destination, Value::List(options)];
    let node = call("belongs_to", arguments, &surroundings.declaration.origin);
    let mut findings = Findings::default();
    let relationship = relationship::from_node(&node, surroundings.context, &mut findings);
    if !draft.relationships.iter().any(|known| known.name == name) {
        draft.relationships.extend(relationship);
    }
    Ok(())
}
