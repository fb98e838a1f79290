//! Foreign keys: completed, and compared.

use crate::snapshot::{ColumnType, Deferrable, Reference, Snapshot};

/// `add_references_primary_key/2`, for a stored foreign key that does not say whether it points at a primary key: it is
/// looked up among the stored snapshots.
pub fn complete(reference: &Reference, snapshots: &[&Snapshot]) -> Reference {
    let points_at_key = || {
        let targets = snapshots.iter().filter(|snapshot| snapshot.table == reference.table);
        targets
            .flat_map(|snapshot| &snapshot.attributes)
            .any(|attribute| attribute.source == reference.destination_attribute && attribute.primary_key)
    };
    Reference {
        primary_key: Some(reference.primary_key.unwrap_or_else(points_at_key)),
        ..plain(reference, reference.ignore)
    }
}

/// The reference with nothing set that this generator does not know.
pub fn plain(reference: &Reference, ignore: Option<bool>) -> Reference {
    Reference {
        schema: None,
        match_type: None,
        match_with: None,
        match_tenant: None,
        index: false,
        index_where: None,
        ignore,
        ..reference.clone()
    }
}

/// Equality after `clean_for_equality/2`: a missing `ignore?` is false, and only integers care whether the destination
/// is counted up by the database.
pub fn equal_when_cleaned(left: &Reference, right: &Reference, column_type: &ColumnType) -> bool {
    let is_integer = *column_type == ColumnType::Atom("integer".to_owned());
    let clean = |reference: &Reference| Reference {
        ignore: Some(reference.ignore.unwrap_or(false)),
        destination_attribute_generated: reference.destination_attribute_generated.filter(|_| is_integer),
        ..reference.clone()
    };
    clean(left) == clean(right)
}

/// `differently_deferrable?/2`: a missing foreign key counts as one that is not deferrable.
pub fn differently_deferrable(new: Option<&Reference>, old: Option<&Reference>) -> bool {
    let deferrable = |reference: Option<&Reference>| reference.map_or(Deferrable::No, |known| known.deferrable);
    deferrable(new) != deferrable(old)
}
