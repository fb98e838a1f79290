//! Extensions that a rule of the catalogue cannot say.

use std::sync::Arc;

use super::rule::{add_attribute, bare_attribute, section};
use super::{Draft, Surroundings, ai, storage, uuid};
use crate::elixir::eval::{Unknown, Value};
use crate::resource::attribute::{self, Attribute};
use crate::resource::finding::{Fact, Findings};
use crate::resource::options::Options;
use crate::resource::relationship::default_belongs_to_type;

/// Adds what the extension `module` adds, if it is one of these.
pub fn apply(module: &str, draft: &mut Draft, surroundings: &Surroundings, findings: &mut Findings) {
    let result = match module {
        "AshAi" => ai::vectors(draft, surroundings),
        "AshAuthentication" => confirmation(draft, surroundings),
        "AshCloak" => cloak(draft, surroundings),
        "AshEvents.EventLog" => event_log(draft, surroundings),
        "AshStorage.AttachmentResource" => storage::attachment(draft, surroundings),
        "AshStorage.BlobResource" => storage::blob(draft, surroundings),
        "AshUUID" => uuid::migration_defaults(draft, surroundings),
        _ => return,
    };
    if let Err(unknown) = result {
        findings.unknown("attributes", &unknown);
    }
}

/// ash_authentication, lib/ash_authentication/add_ons/confirmation/transformer.ex: a time stamp for each confirmation.
/// Strategies check that their attributes are there and add none.
fn confirmation(draft: &mut Draft, surroundings: &Surroundings) -> Fact<()> {
    let Some(add_ons) = section(surroundings.declaration, "authentication.add_ons") else { return Ok(()) };
    for node in &add_ons.children {
        if let Some(unknown) = &node.unknown {
            return Err(unknown.clone());
        }
        if &*node.name != "confirmation" {
            continue;
        }
        let field = Options::entity(node, 1).atom("confirmed_at_field")?;
        let name = field.unwrap_or_else(|| "confirmed_at".to_owned());
        add_attribute(draft, bare_attribute(&name, Value::atom("utc_datetime_usec"), true, &node.origin), true);
    }
    Ok(())
}

/// ash_cloak, lib/ash_cloak/transformers/set_up_encryption.ex: an attribute becomes a binary one behind the others, and
/// a calculation of its old name.
fn cloak(draft: &mut Draft, surroundings: &Surroundings) -> Fact<()> {
    let Some(section) = section(surroundings.declaration, "cloak") else { return Ok(()) };
    for name in Options::entity(&section, 0).atoms("attributes")?.unwrap_or_default() {
        let Some(index) = draft.attributes.iter().position(|attribute| attribute.name == name) else { continue };
        let plain = draft.attributes.remove(index);
        let encrypted = bare_attribute(&format!("encrypted_{name}"), Value::atom("binary"), true, &plain.origin);
        draft.attributes.push(Attribute { allow_nil: plain.allow_nil, ..encrypted });
        draft.calculations.push(name);
    }
    Ok(())
}

/// ash_events, lib/event_log/transformers/add_attributes.ex.
fn event_log(draft: &mut Draft, surroundings: &Surroundings) -> Fact<()> {
    let origin = &surroundings.declaration.origin;
    let section = section(surroundings.declaration, "event_log");
    let option = |name: &str| section.as_ref()?.option(name, 0).map(|(value, _)| value).filter(|value| !value.is_nil());
    let attribute = |name: &str, ty: &str, allow_nil| bare_attribute(name, Value::atom(ty), allow_nil, origin);
    let key = match option("primary_key_type").unwrap_or_else(|| Value::atom("integer")) {
        Value::Unknown(unknown) => return Err(unknown),
        value if value.as_module() == Some("Ash.Type.UUIDv7") => {
            Attribute { default: attribute::function("Ash.UUIDv7", "generate"), ..attribute("id", "uuid_v7", false) }
        }
        value if value.as_atom() == Some("integer") => {
            Attribute { generated: Ok(true), ..attribute("id", "integer", false) }
        }
        _ => {
            let reason = "this primary key type is not known".to_owned();
            return Err(Arc::new(Unknown { origin: origin.clone(), reason }));
        }
    };
    let record_type = option("record_id_type").unwrap_or_else(|| Value::atom("uuid"));
    let mut added = vec![
        Attribute { primary_key: Ok(true), ..key },
        bare_attribute("record_id", record_type, false, origin),
        Attribute { default: Value::Integer(1), ..attribute("version", "integer", false) },
    ];
    // Changed attributes are stored since 0.5.
    let stored = match surroundings.context.locked_version("ash_events") {
        Some(version) if version < (0, 5, 0) => 2,
        _ => 3,
    };
    match option("cloak_vault") {
        Some(_) => {
            let names = ["encrypted_metadata", "encrypted_data", "encrypted_changed_attributes"];
            added.extend(names[..stored].iter().map(|name| attribute(name, "binary", false)));
        }
        None => {
            let empty = || Value::Map(Default::default());
            let names = ["metadata", "data", "changed_attributes"];
            added.extend(
                names[..stored].iter().map(|name| Attribute { default: empty(), ..attribute(name, "map", false) }),
            );
        }
    }
    // Its default is a function of the extension, which no migration can write.
    added.push(attribute("occurred_at", "utc_datetime_usec", false));
    added.extend(["resource", "action", "action_type"].map(|name| attribute(name, "atom", false)));
    for node in section.iter().flat_map(|section| section.children("persist_actor_primary_key")) {
        let Some(name) = node.arguments.first().and_then(Value::as_atom) else { continue };
        let options = Options::entity(node, 2);
        let ty = options.get("attribute_type").map(|(value, _)| value);
        let ty = ty.unwrap_or_else(|| default_belongs_to_type(surroundings.context));
        let allow_nil = options.bool("allow_nil?")?.unwrap_or(true);
        added.push(bare_attribute(name, ty, allow_nil, &node.origin));
    }
    for attribute in added {
        add_attribute(draft, attribute, false);
    }
    draft.has_create_action = true;
    Ok(())
}
