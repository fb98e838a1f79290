//! Columns that are added, altered, removed or renamed, with their foreign keys. Mirrors `attribute_operations/4`.

use super::comparison::Comparison;
use super::equality::{Rules, differently_deferrable, foreign_key_changed, unequal};
use super::{Raised, rename};
use crate::diff::operation::{Change, Direction};
use crate::diff::{Dialogue, TableName};
use crate::snapshot::{Attribute, CustomStatement, Deferrable};

/// Added columns first, then altered, removed, renamed ones.
pub(super) fn changes(comparison: &Comparison<'_>, dialogue: &mut Dialogue) -> Result<Vec<Change>, Raised> {
    let (new, old) = (comparison.new, &comparison.old.snapshot);
    let missing_in = |attributes: &[Attribute], attribute: &Attribute| {
        !attributes.iter().any(|other| other.source == attribute.source)
    };
    let resolved = rename::resolve(
        &TableName::new(&new.table, new.schema.as_deref()),
        new.attributes.iter().filter(|attribute| missing_in(&old.attributes, attribute)).collect(),
        old.attributes.iter().filter(|attribute| missing_in(&new.attributes, attribute)).collect(),
        comparison.options.dev,
        dialogue,
    )?;

    let mut changes = Vec::new();
    for attribute in &resolved.added {
        changes.extend(added(comparison, attribute));
    }
    for attribute in &new.attributes {
        let before = old.attributes.iter().find(|before| {
            let renamed = resolved.renamed.iter().find(|(_, old)| old.source == before.source);
            let source = renamed.map_or(&before.source, |(new, _)| &new.source);
            *source == attribute.source && unequal(before, attribute, renamed.is_some(), rules(comparison))
        });
        if let Some(before) = before {
            changes.extend(altered(comparison, attribute, before).into_iter().flat_map(with_sequence));
        }
    }
    for attribute in &resolved.removed {
        let commented = comparison.options.dont_drop_columns;
        changes.push(Change::RemoveAttribute { attribute: (*attribute).clone(), commented });
    }
    for (new_attribute, old_attribute) in &resolved.renamed {
        changes.push(Change::RenameAttribute {
            old_attribute: (*old_attribute).clone(),
            new_attribute: (*new_attribute).clone(),
        });
    }
    Ok(changes)
}

fn rules<'a>(comparison: &Comparison<'a>) -> Rules<'a> {
    Rules {
        oddities: &comparison.old.oddities,
        moves: comparison.moves,
        default_prefix: comparison.options.default_prefixes.get(&comparison.new.repo).map(String::as_str),
    }
}

/// A column with a foreign key is added without it and then altered, so that the key can wait for its target.
fn added(comparison: &Comparison<'_>, attribute: &Attribute) -> Vec<Change> {
    if !attribute.has_foreign_key(&comparison.new.multitenancy) {
        return vec![Change::AddAttribute { attribute: attribute.clone() }];
    }
    let plain = without_reference(attribute);
    let mut changes = vec![
        Change::AddAttribute { attribute: plain.clone() },
        Change::AlterAttribute { old_attribute: plain, new_attribute: attribute.clone() },
        Change::DropForeignKey { attribute: attribute.clone(), direction: Direction::Down },
    ];
    if attribute.references.as_ref().is_some_and(|reference| reference.deferrable != Deferrable::No) {
        changes.push(deferrability(attribute, Direction::Up));
        changes.push(deferrability(attribute, Direction::Down));
    }
    changes
}

fn altered(comparison: &Comparison<'_>, new: &Attribute, old: &Attribute) -> Vec<Change> {
    let deferrability_changed = differently_deferrable(new, old);
    let had_foreign_key = old.has_foreign_key(&comparison.old.snapshot.multitenancy);
    let mut changes = Vec::new();
    if foreign_key_changed(old, new, rules(comparison)) {
        if had_foreign_key {
            changes.push(Change::DropForeignKey { attribute: old.clone(), direction: Direction::Up });
        }
        changes.push(Change::AlterAttribute { old_attribute: old.clone(), new_attribute: new.clone() });
        if had_foreign_key && deferrability_changed {
            changes.push(deferrability(new, Direction::Up));
        }
        if new.has_foreign_key(&comparison.new.multitenancy) {
            changes.push(Change::DropForeignKey { attribute: new.clone(), direction: Direction::Down });
        }
    } else {
        changes.push(Change::AlterAttribute {
            old_attribute: without_reference(old),
            new_attribute: without_reference(new),
        });
    }
    if deferrability_changed {
        changes.push(deferrability(new, Direction::Up));
        changes.push(deferrability(old, Direction::Down));
    }
    changes
}

/// A column that becomes or stops being `bigserial` also gets or loses its sequence.
fn with_sequence(change: Change) -> Vec<Change> {
    let Change::AlterAttribute { old_attribute, new_attribute } = &change else { return vec![change] };
    let to_serial = new_attribute.is_serial();
    if old_attribute.is_serial() == to_serial {
        return vec![change];
    }
    let transition = Change::SerialSequenceTransition {
        column: new_attribute.source.clone(),
        to_serial,
        statement: CustomStatement {
            name: String::new(),
            up: String::new(),
            down: String::new(),
            code: false,
            global: false,
            after_tables: None,
        },
    };
    if to_serial { vec![transition, change] } else { vec![change, transition] }
}

fn deferrability(attribute: &Attribute, direction: Direction) -> Change {
    Change::AlterDeferrability { references: attribute.references.clone(), direction }
}

fn without_reference(attribute: &Attribute) -> Attribute {
    Attribute { references: None, ..attribute.clone() }
}
