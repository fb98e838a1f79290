//! Foreign keys: merged from several declarations, and compared.

use std::collections::BTreeMap;

use super::{Failure, inspect};
use crate::snapshot::{ColumnType, Deferrable, Reference, Snapshot};

/// `merge_references/3`: the foreign key of a column that several resources of a table declare. Each option may be
/// given by any of them; those who give it must agree.
pub fn merge(declared: &[&Reference], table: &str, source: &str) -> Result<Option<Reference>, Failure> {
    let Some(first) = declared.first() else { return Ok(None) };
    let conflict = |values: Vec<String>| {
        let values: Vec<String> = values.iter().map(|value| format!("  * {value}")).collect();
        Failure::runtime(format!(
            "Conflicting configurations for references for {table}.{source}:\n\nValues:\n\n{}\n",
            values.join("\n")
        ))
    };
    // In the order in which the generator merges them: the first conflict is reported.
    let options: [fn(&Reference) -> Option<String>; 10] = [
        |reference| Some(inspect::atom(&reference.destination_attribute)),
        |reference| Some(inspect::deferrable(reference.deferrable).to_owned()),
        |reference| reference.destination_attribute_default.as_deref().map(inspect::string),
        |reference| reference.destination_attribute_generated.map(|generated| generated.to_string()),
        |reference| Some(inspect::multitenancy(&reference.multitenancy)),
        |reference| reference.primary_key.map(|primary_key| primary_key.to_string()),
        |reference| reference.on_delete.as_ref().map(inspect::on_delete),
        |reference| reference.on_update.as_deref().map(inspect::atom),
        |reference| Some(inspect::string(&reference.name)),
        |reference| Some(inspect::string(&reference.table)),
    ];
    for option in options {
        let mut values: Vec<String> = Vec::new();
        for value in declared.iter().filter_map(|reference| option(reference)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if values.len() > 1 {
            return Err(conflict(values));
        }
    }
    let any = |get: fn(&Reference) -> bool| declared.iter().copied().find(|reference| get(reference)).unwrap_or(first);
    Ok(Some(Reference {
        destination_attribute_default: any(|reference| reference.destination_attribute_default.is_some())
            .destination_attribute_default
            .clone(),
        destination_attribute_generated: any(|reference| reference.destination_attribute_generated.is_some())
            .destination_attribute_generated,
        primary_key: any(|reference| reference.primary_key.is_some()).primary_key,
        on_delete: any(|reference| reference.on_delete.is_some()).on_delete.clone(),
        on_update: any(|reference| reference.on_update.is_some()).on_update.clone(),
        ..plain(first, None)
    }))
}

/// `add_references_primary_key/2`, for a stored foreign key that does not say whether it points at a primary key: it is
/// looked up among the stored snapshots.
pub fn stored(reference: &Reference, snapshots: &BTreeMap<String, &Snapshot>) -> Reference {
    let points_at_key = || {
        snapshots.get(&reference.table).is_some_and(|snapshot| {
            let is_target = |source: &str| source == reference.destination_attribute;
            snapshot.attributes.iter().any(|attribute| is_target(&attribute.source) && attribute.primary_key)
        })
    };
    Reference {
        primary_key: Some(reference.primary_key.unwrap_or_else(points_at_key)),
        ..plain(reference, reference.ignore)
    }
}

/// The reference with nothing set that this generator does not know.
fn plain(reference: &Reference, ignore: Option<bool>) -> Reference {
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
