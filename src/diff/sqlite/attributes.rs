//! Columns: added, changed, removed, renamed.

use super::references::{differently_deferrable, equal_when_cleaned};
use super::{Raised, SqliteOptions};
use crate::diff::operation::{Change, Direction};
use crate::diff::postgres::rename::{self, Resolved};
use crate::diff::{Dialogue, TableName};
use crate::snapshot::json::Stored;
use crate::snapshot::{Attribute, Snapshot};

/// `attribute_operations/3`.
pub fn changes(
    new: &Snapshot,
    old: &Stored,
    options: &SqliteOptions,
    dialogue: &mut Dialogue,
) -> Result<Vec<Change>, Raised> {
    let added = without(&new.attributes, &old.snapshot.attributes);
    let removed = without(&old.snapshot.attributes, &new.attributes);
    let Resolved { added, removed, renamed } =
        rename::resolve(&TableName::new(&new.table, None), added, removed, options.dev, dialogue)?;

    let mut changes: Vec<Change> = added.into_iter().flat_map(add).collect();
    for attribute in &new.attributes {
        let known = old.snapshot.attributes.iter().filter(|known| known.source == attribute.source);
        if let Some(before) = known.clone().find(|known| unequal(known, attribute, old)) {
            changes.extend(alter(before, attribute, old));
        }
    }
    changes.extend(
        removed.into_iter().map(|attribute| Change::RemoveAttribute {
            attribute: attribute.clone(),
            commented: !options.drop_columns,
        }),
    );
    changes.extend(renamed.into_iter().map(|(new_attribute, old_attribute)| Change::RenameAttribute {
        old_attribute: old_attribute.clone(),
        new_attribute: new_attribute.clone(),
    }));
    Ok(changes)
}

fn without<'a>(attributes: &'a [Attribute], others: &[Attribute]) -> Vec<&'a Attribute> {
    attributes.iter().filter(|attribute| !others.iter().any(|other| other.source == attribute.source)).collect()
}

fn add(attribute: &Attribute) -> Vec<Change> {
    let mut changes = vec![Change::AddAttribute { attribute: attribute.clone() }];
    if attribute.references.is_some() {
        changes.push(Change::DropForeignKey { attribute: attribute.clone(), direction: Direction::Down });
    }
    changes
}

/// `attributes_unequal?/5`.
fn unequal(old: &Attribute, new: &Attribute, stored: &Stored) -> bool {
    let oddities = &stored.oddities;
    let references_equal = match (&old.references, &new.references) {
        (None, None) => true,
        (Some(left), Some(right)) => {
            !oddities.references.contains(&old.source) && equal_when_cleaned(left, right, &new.column_type)
        }
        _ => false,
    };
    oddities.attributes.contains(&old.source)
        || !references_equal
        || Attribute { references: None, ..old.clone() } != Attribute { references: None, ..new.clone() }
}

fn alter(old: &Attribute, new: &Attribute, stored: &Stored) -> Vec<Change> {
    let deferrability = |references: &Attribute, direction| Change::AlterDeferrability {
        references: references.references.clone(),
        direction,
    };
    let drop = |attribute: &Attribute, direction| Change::DropForeignKey { attribute: attribute.clone(), direction };
    let differently_deferrable = differently_deferrable(new.references.as_ref(), old.references.as_ref());

    let references_differ = old.references != new.references || stored.oddities.references.contains(&old.source);
    let mut changes = Vec::new();
    if old.references.is_some() && references_differ {
        changes.push(drop(old, Direction::Up));
        changes.push(Change::AlterAttribute { old_attribute: old.clone(), new_attribute: new.clone() });
        if !differently_deferrable {
            changes.push(deferrability(new, Direction::Up));
        }
        if new.references.is_some() {
            changes.push(drop(new, Direction::Down));
        }
    } else {
        // A reference that is new on an old column is left out here, too.
        changes.push(Change::AlterAttribute {
            old_attribute: Attribute { references: None, ..old.clone() },
            new_attribute: Attribute { references: None, ..new.clone() },
        });
    }
    if differently_deferrable {
        changes.push(deferrability(new, Direction::Up));
        changes.push(deferrability(old, Direction::Down));
    }
    changes
}
