//! AM-B07: on the way back a foreign key comes before its table is where it was.

use crate::diff::operation::{Change, TableContext};
use crate::hazard::change_set::{ChangeSet, table};
use crate::hazard::foreign_keys::{made_back, refers_to, steps};
use crate::hazard::{Finding, Rule, Severity};
use crate::plan::Phase;

pub(super) static RULE: Rule = Rule {
    code: "AM-B07",
    title: "Rolling back makes a foreign key before its table is back",
    severity: Severity::Information,
    lock: None,
    docs: "`down` is the reverse of `up`: where `up` renames or moves a table and then gives others their foreign keys to it, \
           `down` makes the foreign keys to the old name or schema while the table is not there yet, and fails.\n\nMove the \
           `rename` or `SET SCHEMA` in the generated `down` to its beginning, and change what drops the foreign keys \
           accordingly.",
    check: |_: &ChangeSet<'_>| Vec::new(),
};

/// Needs the plan, which alone says what comes first.
pub(in crate::hazard) fn check<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let steps = steps(phases);
    let early = steps.iter().enumerate().filter_map(|(at, step)| {
        let reference = made_back(&step.operation)?;
        let renamed = steps[..at].iter().any(|earlier| match &earlier.operation.change {
            Change::RenameTable { old_table } => refers_to(reference, &earlier.operation.on, old_table),
            Change::MoveTableSchema { old_schema, .. } => {
                let on = TableContext { schema: old_schema.clone(), ..earlier.operation.on.clone() };
                refers_to(reference, &on, &on.table)
            }
            _ => false,
        });
        renamed.then_some(())?;
        let (on, name) = (table(&step.operation.on), &reference.name);
        Some(RULE.rollback_finding(
            step.sources.first().copied()?,
            format!("Rolling back fails: {name} of {on} is made before {} is back", reference.table),
            format!("In `down`, make {name} after {} is back under its old name and schema.", reference.table),
        ))
    });
    early.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Operation;
    use crate::hazard::foreign_keys::tests::codes;
    use crate::plan::samples::{on, referring};

    #[test]
    fn only_behind_the_rename() {
        let refer = |table: &str| referring("post_id", table, "id");
        let alter = || -> Operation {
            let (old_attribute, new_attribute) = (refer("articles"), refer("posts"));
            on("votes", Change::AlterAttribute { old_attribute, new_attribute })
        };
        let rename = || on("posts", Change::RenameTable { old_table: "articles".to_owned() });
        assert_eq!(codes(vec![rename(), alter()]), ["AM-B07"]);
        assert_eq!(codes(vec![alter(), rename()]), ["AM-R06"]);
    }
}
