//! A foreign key that may be null among the keys of an identity: rows without it are never equal.

use crate::diff::operation::Change;
use crate::project::Project;
use crate::resource::{Relationship, RelationshipKind};
use crate::snapshot::Field;

/// The code of the finding.
pub const NULLABLE_KEY: &str = "nullable-key";

/// What a new identity does not say.
#[derive(Debug, Clone, Copy)]
pub struct NullableKey<'a> {
    identity: &'a str,
    column: &'a str,
    /// The `belongs_to` whose key may be null.
    pub relationship: &'a Relationship,
}

impl NullableKey<'_> {
    /// What is wrong and what to do about it.
    pub fn message(&self) -> String {
        let (column, identity, relationship) = (self.column, self.identity, &self.relationship.name);
        format!(
            "{column} may be null, and rows without it are never equal for the identity {identity}: say allow_nil?: false \
             on {relationship}, or nils_distinct?: false here"
        )
    }
}

/// The first such key of the index that `change` makes for an identity of the resource `module`.
pub fn nullable_key<'a>(project: &'a Project, module: &str, change: &'a Change) -> Option<NullableKey<'a>> {
    let Change::AddUniqueIndex { identity, .. } = change else { return None };
    if !identity.nils_distinct || identity.filter.is_some() {
        return None;
    }
    let resource = project.resource(module)?;
    let desired = project.desired_of(module).next()?;
    let columns = identity.keys.iter().filter_map(|key| match key {
        Field::Column(name) => desired.snapshot.attributes.iter().find(|attribute| attribute.source == *name),
        _ => None,
    });
    let nullable = columns.filter(|attribute| attribute.allow_nil && attribute.references.is_some());
    let mut keys = nullable.filter_map(|column| {
        let attribute =
            resource.attributes.iter().find(|it| it.source.as_ref().is_ok_and(|it| *it == column.source))?;
        let relationship = resource.relationships.iter().find(|relationship| {
            relationship.kind == RelationshipKind::BelongsTo && relationship.origin == attribute.origin
        })?;
        Some(NullableKey { identity: &identity.name, column: &column.source, relationship })
    });
    keys.next()
}
