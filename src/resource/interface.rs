//! What other resources can see of a resource: an edit that leaves it alone does not concern them.

use super::finding::Fact;
use super::{Database, Resource};
use crate::snapshot::{Multitenancy, OnDelete};

/// The facts of a resource that end up in the snapshots of others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Interface {
    /// `None` for other data layers.
    table: Option<Table>,
    layer_is_known: bool,
    multitenancy: Option<Fact<Multitenancy>>,
    attributes: Vec<AttributeFacts>,
}

#[derive(Debug, Clone, PartialEq)]
struct Table {
    database: Database,
    table: Fact<Option<String>>,
    schema: Fact<Option<String>>,
    repo: Fact<Option<String>>,
    polymorphic_on_delete: Fact<Option<OnDelete>>,
    polymorphic_on_update: Fact<Option<String>>,
    polymorphic_name: Fact<Option<String>>,
}

#[derive(Debug, Clone, PartialEq)]
struct AttributeFacts {
    name: String,
    source: Fact<String>,
    primary_key: Fact<bool>,
    generated: Fact<bool>,
    default: Option<Fact<String>>,
}

impl Interface {
    pub fn of(resource: &Resource) -> Interface {
        let attributes = resource.attributes.iter().map(|attribute| AttributeFacts {
            name: attribute.name.clone(),
            source: attribute.source.clone(),
            primary_key: attribute.primary_key.clone(),
            generated: attribute.generated.clone(),
            default: {
                let column = resource.columns.iter().find(|column| column.attribute == attribute.name);
                column.map(|column| column.own_default.clone())
            },
        });
        Interface {
            table: resource.layer.as_ref().map(|layer| Table {
                database: layer.database,
                table: layer.table.clone(),
                schema: layer.schema.clone(),
                repo: layer.repo.clone(),
                polymorphic_on_delete: layer.polymorphic_on_delete.clone(),
                polymorphic_on_update: layer.polymorphic_on_update.clone(),
                polymorphic_name: layer.polymorphic_name.clone(),
            }),
            layer_is_known: resource.unknown_layer.is_none(),
            multitenancy: Some(resource.multitenancy.clone()),
            attributes: attributes.collect(),
        }
    }
}
