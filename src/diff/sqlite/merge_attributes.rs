//! The columns of a table out of the attributes of its resources (`merge_attributes/3`).

use super::{Failure, inspect, references};
use crate::snapshot::{Attribute, ColumnType, Reference};

/// In the order in which columns are first declared. `with_create` counts the resources that create rows: a column that
/// fewer of them have must take null.
pub fn merge(attributes: &[&Attribute], table: &str, with_create: usize) -> Result<Vec<Attribute>, Failure> {
    let mut groups: Vec<Vec<&Attribute>> = Vec::new();
    for attribute in attributes {
        match groups.iter_mut().find(|group| group[0].source == attribute.source) {
            Some(group) => group.push(attribute),
            None => groups.push(vec![attribute]),
        }
    }
    // Conflicts are found in the order of the names.
    let mut by_name: Vec<usize> = (0..groups.len()).collect();
    by_name.sort_by_key(|&index| &groups[index][0].source);
    let mut merged: Vec<(usize, Attribute)> = Vec::with_capacity(groups.len());
    for index in by_name {
        merged.push((index, merge_one(&groups[index], table, with_create)?));
    }
    merged.sort_by_key(|(index, _)| *index);
    Ok(merged.into_iter().map(|(_, attribute)| attribute).collect())
}

fn merge_one(group: &[&Attribute], table: &str, with_create: usize) -> Result<Attribute, Failure> {
    let first = group[0];
    let references: Vec<&Reference> = group.iter().filter_map(|attribute| attribute.references.as_ref()).collect();
    let same_default = group.iter().all(|attribute| attribute.default == first.default);
    Ok(Attribute {
        source: first.source.clone(),
        column_type: merge_types(group, table)?,
        size: group.iter().filter_map(|attribute| attribute.size).max(),
        precision: None,
        scale: None,
        default: if same_default { first.default.clone() } else { "nil".to_owned() },
        allow_nil: group.iter().any(|attribute| attribute.allow_nil) || group.len() < with_create,
        primary_key: false,
        generated: group.iter().any(|attribute| attribute.generated),
        references: references::merge(&references, table, &first.source)?,
    })
}

fn merge_types(group: &[&Attribute], table: &str) -> Result<ColumnType, Failure> {
    let mut types: Vec<&ColumnType> = Vec::new();
    for attribute in group {
        if !types.contains(&&attribute.column_type) {
            types.push(&attribute.column_type);
        }
    }
    if types.len() == 1 {
        return Ok(types[0].clone());
    }
    let types: Vec<String> = types.iter().map(|column_type| inspect::column_type(column_type)).collect();
    Err(Failure::runtime(format!("Conflicting types for table `{table}.{}`: [{}]", group[0].source, types.join(", "))))
}
