//! Indexes on referencing columns (`index? true`).

use super::comparison::Comparison;
use crate::diff::operation::Change;
use crate::snapshot::{Attribute, Reference};

pub(super) fn added(comparison: &Comparison<'_>) -> Vec<Change> {
    let added = comparison.new.attributes.iter().filter_map(|attribute| {
        let reference = indexed(attribute)?;
        let needed = match find(&comparison.old.snapshot.attributes, &attribute.source) {
            None => true,
            Some(old) => indexed(old).is_none() || filter(old) != filter(attribute) || comparison.multitenancy_changed,
        };
        needed.then(|| Change::AddReferenceIndex {
            source: attribute.source.clone(),
            filter: reference.index_where.clone(),
        })
    });
    added.collect()
}

pub(super) fn removed(comparison: &Comparison<'_>) -> Vec<Change> {
    let removed = comparison.old.snapshot.attributes.iter().filter_map(|old| {
        let reference = indexed(old)?;
        let gone = match find(&comparison.new.attributes, &old.source) {
            None => true,
            Some(new) => indexed(new).is_none() || filter(old) != filter(new) || comparison.multitenancy_changed,
        };
        gone.then(|| Change::RemoveReferenceIndex { source: old.source.clone(), filter: reference.index_where.clone() })
    });
    removed.collect()
}

fn find<'a>(attributes: &'a [Attribute], source: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.source == source)
}

/// The reference when it wants an index.
fn indexed(attribute: &Attribute) -> Option<&Reference> {
    attribute.references.as_ref().filter(|reference| reference.index)
}

fn filter(attribute: &Attribute) -> Option<&str> {
    attribute.references.as_ref().and_then(|reference| reference.index_where.as_deref())
}
