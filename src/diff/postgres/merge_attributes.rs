//! One column out of those of several resources. Mirrors `merge_attributes/3` and `merge_references/3`.

use super::{Raised, inspect};
use crate::diff::distinct::distinct;
use crate::snapshot::{Attribute, Reference, Snapshot};

/// The columns of a table in the order in which its resources name them first. None is part of the primary key yet.
pub(in crate::diff) fn merge(snapshots: &[&Snapshot]) -> Result<Vec<Attribute>, Raised> {
    let table = &snapshots[0].table;
    let with_create = snapshots.iter().filter(|snapshot| snapshot.has_create_action).count();
    let mut groups: Vec<Vec<&Attribute>> = Vec::new();
    for attribute in snapshots.iter().flat_map(|snapshot| &snapshot.attributes) {
        match groups.iter_mut().find(|group| group[0].source == attribute.source) {
            Some(group) => group.push(attribute),
            None => groups.push(vec![attribute]),
        }
    }
    // The generator merges columns by name, which decides about the first conflict it reports.
    let mut by_name: Vec<usize> = (0..groups.len()).collect();
    by_name.sort_by(|left, right| groups[*left][0].source.cmp(&groups[*right][0].source));
    let mut merged: Vec<(usize, Attribute)> = Vec::with_capacity(groups.len());
    for position in by_name {
        merged.push((position, merge_one(&groups[position], table, with_create)?));
    }
    merged.sort_by_key(|(position, _)| *position);
    Ok(merged.into_iter().map(|(_, attribute)| attribute).collect())
}

fn merge_one(attributes: &[&Attribute], table: &str, with_create: usize) -> Result<Attribute, Raised> {
    let source = &attributes[0].source;
    let types = distinct(attributes.iter().map(|attribute| &attribute.column_type));
    let [column_type] = types.as_slice() else {
        let types: Vec<String> = types.iter().map(inspect::column_type).collect();
        return Err(Raised::runtime(format!("Conflicting types for table `{table}.{source}`: [{}]", types.join(", "))));
    };
    let defaults = distinct(attributes.iter().map(|attribute| &attribute.default));
    let references: Vec<&Reference> = attributes.iter().filter_map(|attribute| attribute.references.as_ref()).collect();
    Ok(Attribute {
        source: source.clone(),
        column_type: column_type.clone(),
        size: attributes.iter().filter_map(|attribute| attribute.size).max(),
        precision: greatest(attributes.iter().map(|attribute| attribute.precision)),
        scale: greatest(attributes.iter().map(|attribute| attribute.scale)),
        default: if let [default] = defaults.as_slice() { default.clone() } else { "nil".to_owned() },
        allow_nil: attributes.iter().any(|attribute| attribute.allow_nil) || attributes.len() < with_create,
        primary_key: false,
        generated: attributes.iter().any(|attribute| attribute.generated),
        references: merge_references(&references, table, source)?,
    })
}

/// In Elixir's order of terms `nil` is greater than any number.
fn greatest(numbers: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    numbers.collect::<Option<Vec<_>>>()?.into_iter().max()
}

fn merge_references(references: &[&Reference], table: &str, source: &str) -> Result<Option<Reference>, Raised> {
    let Some(first) = references.first() else { return Ok(None) };
    let place = Place { references, table, source };
    let some = |flag: bool| Some(flag);
    Ok(Some(Reference {
        destination_attribute: place
            .only(|one| Some(&one.destination_attribute), |name| inspect::atom(name))?
            .unwrap_or_else(|| first.destination_attribute.clone()),
        deferrable: place
            .value(|one| Some(one.deferrable), |value| inspect::deferrable(*value).to_owned())?
            .unwrap_or_default(),
        index: place.value(|one| some(one.index), bool::to_string)?.unwrap_or(false),
        index_where: place.only(|one| one.index_where.as_ref(), |text| inspect::string(text))?,
        destination_attribute_default: place
            .only(|one| one.destination_attribute_default.as_ref(), |text| inspect::string(text))?,
        destination_attribute_generated: place.value(|one| one.destination_attribute_generated, bool::to_string)?,
        multitenancy: place.only(|one| Some(&one.multitenancy), inspect::multitenancy)?.unwrap_or_default(),
        primary_key: place.value(|one| one.primary_key, bool::to_string)?,
        on_delete: place.only(|one| one.on_delete.as_ref(), inspect::on_delete)?,
        on_update: place.only(|one| one.on_update.as_ref(), |name| inspect::atom(name))?,
        match_with: place.only(|one| one.match_with.as_ref(), inspect::match_with)?,
        match_type: place.only(|one| one.match_type.as_ref(), |name| inspect::atom(name))?,
        match_tenant: place.value(|one| one.match_tenant, bool::to_string)?,
        name: place.only(|one| Some(&one.name), |text| inspect::string(text))?.unwrap_or_else(|| first.name.clone()),
        name_is_atom: first.name_is_atom,
        table: place.only(|one| Some(&one.table), |text| inspect::string(text))?.unwrap_or_else(|| first.table.clone()),
        schema: place.only(|one| one.schema.as_ref(), |text| inspect::string(text))?,
        ignore: None,
    }))
}

/// The references of one column, and its name for messages.
struct Place<'a> {
    references: &'a [&'a Reference],
    table: &'a str,
    source: &'a str,
}

impl Place<'_> {
    /// The one value that is set. Mirrors `merge_uniq!/4`.
    fn only<'r, T: Clone + PartialEq + 'r>(
        &'r self,
        field: impl Fn(&'r Reference) -> Option<&'r T>,
        inspect: impl Fn(&T) -> String,
    ) -> Result<Option<T>, Raised> {
        self.single(distinct(self.references.iter().filter_map(|reference| field(reference))), inspect)
    }

    /// [`Place::only`] for values that are copied.
    fn value<T: Copy + PartialEq>(
        &self,
        field: impl Fn(&Reference) -> Option<T>,
        inspect: impl Fn(&T) -> String,
    ) -> Result<Option<T>, Raised> {
        let values: Vec<T> = self.references.iter().filter_map(|reference| field(reference)).collect();
        self.single(distinct(values.iter()), inspect)
    }

    fn single<T>(&self, mut values: Vec<T>, inspect: impl Fn(&T) -> String) -> Result<Option<T>, Raised> {
        if values.len() < 2 {
            return Ok(values.pop());
        }
        let lines: Vec<String> = values.iter().map(|value| format!("  * {}", inspect(value))).collect();
        Err(Raised::runtime(format!(
            "Conflicting configurations for references for {}.{}:\n\nValues:\n\n{}\n",
            self.table,
            self.source,
            lines.join("\n")
        )))
    }
}
