//! Merges the foreign key that follows a new column into the statement that adds the column, unless something in
//! between must run first. Mirrors `streamline/2` of `AshPostgres.MigrationGenerator` (2.12.0).

use super::Step;
use super::facts;
use crate::diff::operation::Change;

/// Merges what can be merged; all else stays in its place.
pub fn streamline(mut steps: Vec<Step>) -> Vec<Step> {
    let mut index = 0;
    while index < steps.len() {
        if let Some(alter) = mergeable_alter(&steps[index..]).map(|offset| steps.remove(index + offset)) {
            merge(&mut steps[index], alter);
        }
        index += 1;
    }
    steps
}

/// The offset of the step that gives the column added by the first step its reference.
fn mergeable_alter(steps: &[Step]) -> Option<usize> {
    let (add, rest) = steps.split_first()?;
    let Change::AddAttribute { attribute } = &add.operation.change else { return None };

    let on = &add.operation.on;
    let same_table =
        rest.iter().take_while(|step| step.operation.on.table == on.table && step.operation.on.schema == on.schema);
    let between = same_table.clone().position(|step| match &step.operation.change {
        Change::AlterAttribute { old_attribute, new_attribute } => {
            let source = &attribute.source;
            new_attribute.references.is_some() && new_attribute.source == *source && old_attribute.source == *source
        }
        _ => false,
    })?;

    let required = facts::requires(&rest[between].operation);
    let provided = same_table.take(between).flat_map(|step| facts::provides(&step.operation));
    provided.into_iter().all(|fact| !required.contains(&fact)).then_some(between + 1)
}

fn merge(add: &mut Step, alter: Step) {
    if let (Change::AddAttribute { attribute }, Change::AlterAttribute { new_attribute, .. }) =
        (&mut add.operation.change, alter.operation.change)
    {
        attribute.references = new_attribute.references;
        add.sources.extend(alter.sources);
    }
}
