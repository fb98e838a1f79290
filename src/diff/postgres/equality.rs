//! When a column counts as changed. Mirrors `attributes_unequal?/7`, `references_differ_beyond_index?/3` and
//! `differently_deferrable?/2`.
//!
//! The generator compares maps, in which a missing key and a null differ; [`Oddities`] say where that matters.

use std::collections::BTreeSet;

use crate::snapshot::json::Oddities;
use crate::snapshot::{Attribute, ColumnType, Deferrable, Reference};

/// Tables that change their schema in this run: table, old schema, new schema (`public` for none).
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct SchemaMoves(pub BTreeSet<(String, String, String)>);

impl SchemaMoves {
    /// Whether a foreign key names another schema only because its target moved: PostgreSQL keeps it attached.
    fn explain(&self, old: &Reference, new: &Reference, default_schema: Option<&str>) -> bool {
        let schema = |reference: &Reference| {
            reference.schema.clone().or(default_schema.map(str::to_owned)).unwrap_or_else(|| "public".to_owned())
        };
        old.table == new.table && self.0.contains(&(old.table.clone(), schema(old), schema(new)))
    }
}

/// What two columns are compared under.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    /// Of the old snapshot.
    pub oddities: &'a Oddities,
    pub moves: &'a SchemaMoves,
    /// The repo's `default_prefix`.
    pub default_prefix: Option<&'a str>,
}

/// Whether the column must be altered. `renamed` leaves its name out.
pub(super) fn unequal(old: &Attribute, new: &Attribute, renamed: bool, rules: Rules<'_>) -> bool {
    rules.oddities.attributes.contains(&old.source)
        || (!renamed && old.source != new.source)
        || old.column_type != new.column_type
        || (old.size, old.precision, old.scale) != (new.size, new.precision, new.scale)
        || old.default != new.default
        || (old.allow_nil, old.primary_key, old.generated) != (new.allow_nil, new.primary_key, new.generated)
        || references_unequal(old, new, rules)
}

fn references_unequal(old_attribute: &Attribute, new_attribute: &Attribute, rules: Rules<'_>) -> bool {
    let (old, new) = match (&old_attribute.references, &new_attribute.references) {
        (None, None) => return false,
        (Some(old), Some(new)) => (old, new),
        _ => return true,
    };
    let schema = |reference: &'_ Reference| {
        let schema = reference.schema.as_deref().or(rules.default_prefix).unwrap_or("public");
        schema.to_owned()
    };
    let same_schema =
        rules.moves.explain(old, new, Some(rules.default_prefix.unwrap_or("public"))) || schema(old) == schema(new);
    // Only integer columns care; the key came later than the snapshots of others.
    let integer = new_attribute.column_type == ColumnType::Atom("integer".to_owned());
    rules.oddities.references.contains(&old_attribute.source)
        || !same_schema
        || old.ignore.unwrap_or(false) != new.ignore.unwrap_or(false)
        || old.destination_attribute_default != new.destination_attribute_default
        || (integer && old.destination_attribute_generated != new.destination_attribute_generated)
        || differ_in_common(old, new)
}

/// Whether the foreign key itself must be made again, other than for its index.
pub(super) fn foreign_key_changed(old_attribute: &Attribute, new_attribute: &Attribute, rules: Rules<'_>) -> bool {
    let (old, new) = match (&old_attribute.references, &new_attribute.references) {
        (None, None) => return false,
        (Some(old), Some(new)) => (old, new),
        _ => return true,
    };
    rules.oddities.references.contains(&old_attribute.source)
        || !(old.schema == new.schema || rules.moves.explain(old, new, None))
        || old.ignore != new.ignore
        || differ_in_common(old, new)
}

/// The parts that every comparison of two foreign keys looks at. The index is compared elsewhere.
fn differ_in_common(old: &Reference, new: &Reference) -> bool {
    old.table != new.table
        || old.destination_attribute != new.destination_attribute
        || old.name != new.name
        || old.on_delete != new.on_delete
        || old.on_update != new.on_update
        || old.deferrable != new.deferrable
        || old.match_type != new.match_type
        || old.match_with != new.match_with
        || old.match_tenant != new.match_tenant
        || old.multitenancy != new.multitenancy
        || old.primary_key != new.primary_key
}

/// Whether the deferrability must be set. A foreign key that comes or goes counts when it is deferrable.
pub(super) fn differently_deferrable(new: &Attribute, old: &Attribute) -> bool {
    let deferrable =
        |attribute: &Attribute| attribute.references.as_ref().map_or(Deferrable::No, |reference| reference.deferrable);
    deferrable(new) != deferrable(old)
}
