//! Foreign keys: `references(…)`, dropping one, and making one deferrable.

use super::arguments::{column_type, join, text_option};
use crate::diff::operation::{Direction, TableContext};
use crate::elixir::inspect;
use crate::snapshot::{Attribute, ColumnType, Deferrable, OnDelete, Reference};

/// `with: […]` and `match: …`. `tenant` is the column that holds the tenant on the side of the foreign key, when both
/// sides are told apart by one. Mirrors `Helper.with_match/2`.
pub(super) fn with_match(reference: &Reference, tenant: Option<&str>) -> Option<String> {
    let destination_tenant = reference.multitenancy.attribute.as_deref();
    if let (Some(tenant), Some(destination_tenant)) = (tenant, destination_tenant)
        && destination_tenant != reference.destination_attribute
        && (reference.primary_key != Some(true) || reference.match_tenant == Some(true))
    {
        // The pairs of `match_with` are atoms, which come before the tenant's strings in the generator's map.
        let pairs = match_with_pairs(reference);
        let tenant_pair = format!("{}: :{}", inspect::remote_call(tenant), inspect::remote_call(destination_tenant));
        let pairs = pairs.into_iter().chain([tenant_pair]).collect::<Vec<_>>().join(", ");
        return Some(format!("with: [{pairs}], match: :full"));
    }
    let with = reference.match_with.as_ref().map(|_| format!("with: [{}]", match_with_pairs(reference).join(", ")));
    let match_type = reference.match_type.as_deref().filter(|name| matches!(*name, "simple" | "partial" | "full"));
    let match_type = match_type.map(|name| format!("match: :{name}"));
    (with.is_some() || match_type.is_some()).then(|| join([with, match_type]))
}

fn match_with_pairs(reference: &Reference) -> Vec<String> {
    reference.match_with.iter().flatten().map(|(source, destination)| format!("{source}: :{destination}")).collect()
}

/// `column: :id`.
pub(super) fn column(reference: &Reference) -> Option<String> {
    Some(format!("column: {}", inspect::atom(&reference.destination_attribute)))
}

/// `name: "posts_author_id_fkey"`.
pub(super) fn name(reference: &Reference) -> Option<String> {
    Some(format!("name: {}", inspect::string(&reference.name)))
}

/// `type: :uuid`. Mirrors `Helper.reference_type/2`.
pub(super) fn reference_type(attribute: &Attribute, reference: &Reference) -> Option<String> {
    let generated_destination = reference.destination_attribute_generated == Some(true)
        && reference.destination_attribute_default.as_deref() == Some("nil");
    let written = match &attribute.column_type {
        ColumnType::Atom(name) if name == "integer" && generated_destination => ":bigint".to_owned(),
        ColumnType::Atom(name) if name == "integer" && attribute.generated && attribute.default == "nil" => {
            ":bigserial".to_owned()
        }
        other => column_type(other),
    };
    Some(format!("type: {written}"))
}

/// `on_delete: …`. Mirrors `Helper.on_delete/1`.
pub(super) fn on_delete(reference: &Reference) -> Option<String> {
    reference.on_delete.as_ref().map(|on_delete| match on_delete {
        OnDelete::Nilify(columns) => {
            let columns = inspect::list(columns.iter().map(|column| inspect::atom(column)));
            format!("on_delete: {{:nilify, {columns}}}")
        }
        OnDelete::Atom(action) if action == "delete" || action == "nilify" => format!("on_delete: :{action}_all"),
        OnDelete::Atom(action) => format!("on_delete: :{action}"),
    })
}

/// `on_update: …`. Mirrors `Helper.on_update/1`.
pub(super) fn on_update(reference: &Reference) -> Option<String> {
    reference.on_update.as_deref().map(|action| match action {
        "update" | "nilify" => format!("on_update: :{action}_all"),
        _ => format!("on_update: :{action}"),
    })
}

pub(super) fn drop_foreign_key_up(on: &TableContext, attribute: &Attribute, direction: Direction) -> String {
    if direction == Direction::Up { drop_foreign_key(on, attribute) } else { String::new() }
}

pub(super) fn drop_foreign_key_down(on: &TableContext, attribute: &Attribute, direction: Direction) -> String {
    if direction == Direction::Down { drop_foreign_key(on, attribute) } else { String::new() }
}

fn drop_foreign_key(on: &TableContext, attribute: &Attribute) -> String {
    let Some(reference) = &attribute.references else { return String::new() };
    let arguments = join([Some(inspect::string(&reference.name)), text_option("prefix", on.schema.as_deref())]);
    format!("drop constraint(:{}, {arguments})", inspect::remote_call(&on.table))
}

pub(super) fn alter_deferrability_up(on: &TableContext, reference: Option<&Reference>, direction: Direction) -> String {
    if direction == Direction::Up { alter_deferrability(on, reference) } else { String::new() }
}

pub(super) fn alter_deferrability_down(
    on: &TableContext,
    reference: Option<&Reference>,
    direction: Direction,
) -> String {
    if direction == Direction::Down { alter_deferrability(on, reference) } else { String::new() }
}

/// The statement ends in a semicolon, which the formatter removes.
fn alter_deferrability(on: &TableContext, reference: Option<&Reference>) -> String {
    let Some(reference) = reference else { return String::new() };
    let schema = on.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    let state = match reference.deferrable {
        Deferrable::Yes => "DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::Initially => "DEFERRABLE INITIALLY DEFERRED",
        Deferrable::No => "NOT DEFERRABLE",
    };
    format!("execute(\"ALTER TABLE {schema}{} ALTER CONSTRAINT {} {state}\");", on.table, reference.name)
}
