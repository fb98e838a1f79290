//! Foreign keys: which relationship gives a column its reference, and what it says (`find_reference/3`).

use std::sync::Arc;

use super::desired::{DesiredSnapshot, Surroundings};
use super::finding::{Fact, Findings};
use super::layer::{self, Layer};
use super::reference::{IndexWhere, ReferenceOptions};
use super::relationship::{Relationship, RelationshipKind};
use super::{Database, Resource};
use crate::elixir::eval::Unknown;
use crate::snapshot::{Deferrable, OnDelete, Reference};

/// The column whose reference is looked for.
pub struct Column<'a> {
    pub resource: &'a Resource,
    pub layer: &'a Layer,
    pub table: &'a str,
    /// Column name.
    pub source: &'a str,
    /// The repo of the resource.
    pub repo: &'a str,
}

/// The reference of a column: that of the first `belongs_to` which uses it and has a foreign key.
pub fn find_reference(column: &Column, surroundings: &dyn Surroundings, findings: &mut Findings) -> Option<Reference> {
    let path = format!("attributes.{}.references", column.source);
    for relationship in &column.resource.relationships {
        if relationship.kind != RelationshipKind::BelongsTo || !uses(relationship, column) {
            continue;
        }
        match reference(column, relationship, surroundings, &path, findings) {
            Ok(Some(reference)) => {
                findings.origins.insert(&path, relationship.origin.clone());
                return Some(reference);
            }
            Ok(None) => {}
            Err(unknown) => {
                findings.unknown(&path, &unknown);
                return None;
            }
        }
    }
    None
}

/// Whether the relationship's source attribute is stored in the column.
fn uses(relationship: &Relationship, column: &Column) -> bool {
    let Ok(name) = &relationship.source_attribute else { return false };
    let attribute = column.resource.attribute(name);
    attribute.is_some_and(|attribute| attribute.source.as_deref() == Ok(column.source))
}

fn reference(
    column: &Column,
    relationship: &Relationship,
    surroundings: &dyn Surroundings,
    path: &str,
    findings: &mut Findings,
) -> Fact<Option<Reference>> {
    let unknown = |reason: String| Arc::new(Unknown { origin: relationship.origin.clone(), reason });
    let destination_name = relationship.destination.clone()?;
    let own = *column.resource.module == destination_name;
    let shared;
    let destination: &Resource = match own {
        true => column.resource,
        false => match surroundings.resource(&destination_name) {
            Some(destination) => {
                shared = destination;
                &shared
            }
            None => return Err(unknown(format!("the resource {destination_name} is not part of the project"))),
        },
    };
    let Some(destination_layer) = &destination.layer else {
        return match &destination.unknown_layer {
            Some(unknown) => Err(unknown.clone()),
            // Another data layer: no foreign key.
            None => Ok(None),
        };
    };
    if destination_layer.database != column.layer.database {
        return Ok(None);
    }
    if destination_layer.repo.clone()?.as_deref() != Some(column.repo) {
        return Ok(None);
    }
    let options = column.layer.references.iter().find(|reference| reference.relationship == relationship.name);
    if let Some(options) = options
        && options.ignore.clone()?
    {
        return Ok(None);
    }
    let destination_attribute_name = relationship.destination_attribute.clone()?;
    let Some(destination_attribute) = destination.attribute(&destination_attribute_name) else {
        return Err(unknown(format!("{destination_name} has no attribute {destination_attribute_name} that is known")));
    };
    let table = match relationship.context_table.clone()? {
        Some(table) => Some(table),
        None => destination_layer.table.clone()?,
    };
    let Some(table) = table else {
        return Err(unknown(format!("{destination_name} has no table of its own")));
    };
    let schema = match column.layer.database {
        Database::Sqlite => None,
        Database::Postgres => match relationship.context_schema.clone()?.or(destination_layer.schema.clone()?) {
            Some(schema) => Some(schema),
            None => match surroundings.repo(column.repo) {
                Some(repo) => repo.default_prefix.clone()?,
                None => return Err(unknown(format!("the repo {} is not part of the project", column.repo))),
            },
        },
    };
    let mut reference = Reference {
        table,
        schema,
        destination_attribute: destination_attribute.source.clone()?,
        destination_attribute_default: None,
        destination_attribute_generated: None,
        name: format!("{}_{}_fkey", column.table, column.source),
        name_is_atom: false,
        on_delete: None,
        on_update: None,
        deferrable: Deferrable::No,
        match_type: None,
        match_with: None,
        match_tenant: Some(false),
        index: false,
        index_where: None,
        multitenancy: destination.multitenancy.clone()?,
        primary_key: Some(destination_attribute.primary_key.clone()?),
        ignore: None,
    };
    if let Some(options) = options {
        configure(&mut reference, options, column.source, path, findings);
    }
    Ok(Some(reference))
}

/// What the `references` section says about the foreign key.
fn configure(reference: &mut Reference, options: &ReferenceOptions, source: &str, path: &str, findings: &mut Findings) {
    let at = |name: &str| format!("{path}.{name}");
    reference.on_delete = findings.settle(at("on_delete"), options.on_delete.clone(), None);
    reference.on_update = findings.settle(at("on_update"), options.on_update.clone(), None);
    reference.deferrable = findings.settle(at("deferrable"), options.deferrable.clone(), Deferrable::No);
    reference.match_type = findings.settle(at("match_type"), options.match_type.clone(), None);
    reference.match_with = findings.settle(at("match_with"), options.match_with.clone(), None);
    reference.match_tenant = Some(findings.settle(at("match_tenant"), options.match_tenant.clone(), false));
    reference.index = findings.settle(at("index"), options.index.clone(), false);
    if let Some(name) = findings.settle(at("name"), options.name.clone(), None) {
        reference.name = name;
    }
    reference.index_where = match findings.settle(at("index_where"), options.index_where.clone(), None) {
        Some(IndexWhere::NotNil) => Some(format!("{source} IS NOT NULL")),
        Some(IndexWhere::Sql(sql)) => Some(sql),
        None => None,
    };
    findings.origins.insert(at("options"), options.origin.clone());
}

/// The foreign key from a polymorphic table back to the table whose relationship uses it (`get_snapshots/2`).
pub fn add_polymorphic(
    desired: &mut DesiredSnapshot,
    table: &str,
    resource: &Resource,
    source: &Resource,
    relationship: &Relationship,
) {
    let mut findings = Findings::default();
    let result = polymorphic(desired, table, resource, source, relationship, &mut findings);
    if let Err(unknown) = result {
        findings.unknown("attributes", &unknown);
    }
    desired.unresolved.extend(findings.unresolved);
}

fn polymorphic(
    desired: &mut DesiredSnapshot,
    table: &str,
    resource: &Resource,
    source: &Resource,
    relationship: &Relationship,
    findings: &mut Findings,
) -> Fact<()> {
    let unknown = |reason: &str| Arc::new(Unknown { origin: relationship.origin.clone(), reason: reason.to_owned() });
    let name = relationship.destination_attribute.clone()?;
    let destination = resource.attribute(&name).ok_or_else(|| unknown("the destination attribute is not known"))?;
    let column_name = destination.source.clone()?;
    let Some(column) = desired.snapshot.attributes.iter_mut().find(|column| column.source == column_name) else {
        return Ok(());
    };
    let source_name = relationship.source_attribute.clone()?;
    let attribute = source.attribute(&source_name).ok_or_else(|| unknown("the source attribute is not known"))?;
    let path = format!("attributes.{column_name}.references");
    let empty = relationship.origin.place();
    let configured = match &resource.layer {
        Some(layer) => layer::text_pair(&layer.migration_defaults, &source_name, &empty)?,
        None => None,
    };
    let own = source.columns.iter().find(|column| column.attribute == source_name);
    let default = match (configured, own) {
        (Some(configured), _) => configured,
        (None, Some(own)) => own.own_default.clone()?,
        (None, None) => return Err(unknown("the source has no such column")),
    };
    let layer = source.layer.as_ref().ok_or_else(|| unknown("the source is in no table"))?;
    let source_table = layer.table.clone()?.ok_or_else(|| unknown("the source has no table"))?;
    let given_name = match layer.database {
        Database::Postgres => layer.polymorphic_name.clone()?,
        // `AshSqlite.DataLayer.Info.polymorphic_name/1` reads the option of another name.
        Database::Sqlite => match layer.polymorphic_on_delete.clone()? {
            Some(OnDelete::Atom(action)) => Some(action),
            Some(OnDelete::Nilify(_)) => return Err(unknown("SQLite cannot set some columns to nil")),
            None => None,
        },
    };
    column.references = Some(Reference {
        table: source_table,
        schema: layer.schema.clone()?,
        destination_attribute: attribute.source.clone()?,
        destination_attribute_default: Some(default),
        destination_attribute_generated: Some(attribute.generated.clone()?),
        name_is_atom: layer.database == Database::Sqlite && given_name.is_some(),
        name: given_name.unwrap_or_else(|| format!("{table}_{column_name}_fkey")),
        on_delete: findings.settle(format!("{path}.on_delete"), layer.polymorphic_on_delete.clone(), None),
        on_update: findings.settle(format!("{path}.on_update"), layer.polymorphic_on_update.clone(), None),
        deferrable: Deferrable::No,
        match_type: None,
        match_with: None,
        match_tenant: None,
        index: false,
        index_where: None,
        multitenancy: source.multitenancy.clone()?,
        primary_key: Some(attribute.primary_key.clone()?),
        ignore: None,
    });
    desired.origins.insert(path, relationship.origin.clone());
    Ok(())
}
