//! Changes of the primary key of an existing table.

use crate::diff::operation::Change;

/// `pkey_operations/3`: the constraint is dropped, in both directions, as soon as a column joins or leaves the key. (A
/// removed key column alone is not noticed.)
pub fn changes(attributes: &[Change]) -> Vec<Change> {
    let must_drop = attributes.iter().any(|change| match change {
        Change::AlterAttribute { old_attribute, new_attribute } => {
            old_attribute.primary_key != new_attribute.primary_key
        }
        Change::AddAttribute { attribute } => attribute.primary_key,
        _ => false,
    });
    if !must_drop {
        return Vec::new();
    }
    vec![Change::RemovePrimaryKey { keys: Vec::new() }, Change::RemovePrimaryKeyDown { commented: false }]
}
