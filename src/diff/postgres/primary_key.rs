//! A primary key that gets other columns. Mirrors `pkey_operations/4`.

use super::comparison::Comparison;
use crate::diff::operation::Change;
use crate::snapshot::{Attribute, Snapshot};

/// The changes of the key itself. Where the key is added by a statement of its own, the columns among `attributes`
/// keep their `primary_key` as it was.
pub(super) fn changes(comparison: &Comparison<'_>, attributes: &mut [Change]) -> Vec<Change> {
    if comparison.created {
        return Vec::new();
    }
    let (new, old) = (comparison.new, &comparison.old.snapshot);
    let must_drop = attributes.iter().any(|change| match change {
        Change::AlterAttribute { old_attribute, new_attribute } => {
            old_attribute.primary_key != new_attribute.primary_key
        }
        Change::AddAttribute { attribute } | Change::RemoveAttribute { attribute, .. } => attribute.primary_key,
        _ => false,
    });
    // A column of the key that is neither added nor altered cannot bring the key with it.
    let must_add =
        must_drop && new.attributes.iter().any(|attribute| attribute.primary_key && !is_written(attribute, attributes));
    let drop_in_down = attributes.iter().any(|change| match change {
        Change::AlterAttribute { new_attribute: attribute, .. } | Change::AddAttribute { attribute } => {
            attribute.primary_key
        }
        _ => false,
    });
    let drop_in_down_commented = attributes.iter().any(
        |change| matches!(change, Change::RemoveAttribute { attribute, commented: true } if attribute.primary_key),
    );
    if must_add {
        attributes.iter_mut().for_each(leave_key_alone);
    }

    let mut changes = Vec::new();
    if must_drop {
        changes.push(Change::RemovePrimaryKey { keys: key_names(old) });
    }
    if must_drop && drop_in_down {
        let commented = comparison.options.dont_drop_columns && drop_in_down_commented;
        changes.push(Change::RemovePrimaryKeyDown { commented });
    }
    if must_add {
        changes.push(Change::AddPrimaryKey { keys: key_in_order(new) });
        changes.push(Change::AddPrimaryKeyDown { keys: key_in_order(old), remove_old: !drop_in_down });
    }
    changes
}

fn is_written(attribute: &Attribute, changes: &[Change]) -> bool {
    changes.iter().any(|change| match change {
        Change::AlterAttribute { new_attribute: written, .. } | Change::AddAttribute { attribute: written } => {
            written.source == attribute.source
        }
        _ => false,
    })
}

/// First `up`, then `down`, where the altered column already has the key of `up`.
fn leave_key_alone(change: &mut Change) {
    match change {
        Change::AlterAttribute { old_attribute, new_attribute } => {
            new_attribute.primary_key = old_attribute.primary_key
        }
        Change::AddAttribute { attribute } | Change::RemoveAttribute { attribute, .. } => attribute.primary_key = false,
        _ => {}
    }
}

/// The key's columns by name.
pub(super) fn key_names(snapshot: &Snapshot) -> Vec<String> {
    let mut names = key_in_order(snapshot);
    names.sort();
    names
}

fn key_in_order(snapshot: &Snapshot) -> Vec<String> {
    let key = snapshot.attributes.iter().filter(|attribute| attribute.primary_key);
    key.map(|attribute| attribute.source.clone()).collect()
}
