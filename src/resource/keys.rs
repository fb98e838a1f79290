//! What Ash refuses about primary keys, so that the project does not compile. Mirrors `CachePrimaryKey` and
//! `BelongsToAttribute`, which do so in every release of Ash 3.

use super::attribute::Attribute;
use super::finding::{Findings, IssueKind};
use super::relationship::{Relationship, RelationshipKind};
use crate::elixir::eval::Context;

/// Reports keys that may be null.
pub fn check(attributes: &[Attribute], relationships: &[Relationship], context: &Context, findings: &mut Findings) {
    // Without a lock file it is taken to be Ash 3.
    if context.locked_version("ash").is_some_and(|version| version < (3, 0, 1)) {
        return;
    }
    let belongs_to = relationships.iter().filter(|relationship| relationship.kind == RelationshipKind::BelongsTo);
    for relationship in belongs_to.filter(|it| it.define_attribute == Ok(true)) {
        if relationship.primary_key == Ok(true) && relationship.allow_nil == Ok(true) {
            let message = format!(
                "Could not create attribute for belongs_to {}: \"Relationship cannot be a primary key unless it is also \
                 marked as `allow_nil? false`\"",
                relationship.name
            );
            findings.issue(IssueKind::Invalid, &relationship.origin, message);
        }
    }
    for attribute in attributes {
        if attribute.primary_key == Ok(true) && attribute.allow_nil == Ok(true) {
            let message = format!(
                "Primary keys must not be allowed to be nil.\n\nThe attribute `{}` is set as a primary key and allows nil \
                 values.",
                attribute.name
            );
            findings.issue(IssueKind::Invalid, &attribute.origin, message);
        }
    }
}
