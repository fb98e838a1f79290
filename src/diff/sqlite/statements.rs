//! Custom statements: matched by name, replaced when their text changes.

use crate::diff::operation::Change;
use crate::snapshot::CustomStatement;

/// Additions, then removals, then replacements (each a removal and an addition).
pub fn changes(new: &[CustomStatement], old: &[CustomStatement]) -> Vec<Change> {
    let add = |statement: &CustomStatement| Change::AddCustomStatement { statement: statement.clone() };
    let remove = |statement: &CustomStatement| Change::RemoveCustomStatement { statement: statement.clone() };

    let added = new.iter().filter(|statement| named(old, &statement.name).is_none()).map(add);
    let removed = old.iter().filter(|statement| named(new, &statement.name).is_none()).map(remove);
    let replaced = new.iter().filter_map(|statement| {
        let before = named(old, &statement.name)?;
        let same = before.code == statement.code && before.up == statement.up && before.down == statement.down;
        (!same).then(|| [remove(before), add(statement)])
    });
    added.chain(removed).chain(replaced.flatten()).collect()
}

fn named<'a>(statements: &'a [CustomStatement], name: &str) -> Option<&'a CustomStatement> {
    statements.iter().find(|statement| statement.name == name)
}
