//! Statements from `custom_statements`; one with other text is taken down and run again.

use super::comparison::Comparison;
use crate::diff::operation::Change;
use crate::snapshot::CustomStatement;

/// Added statements first, then removed, then changed ones.
pub(super) fn changes(comparison: &Comparison<'_>) -> Vec<Change> {
    let new = &comparison.new.custom_statements;
    let old = &comparison.old.snapshot.custom_statements;
    let mut changes = Vec::new();
    for statement in new.iter().filter(|statement| find(old, statement).is_none()) {
        changes.push(Change::AddCustomStatement { statement: statement.clone() });
    }
    for statement in old.iter().filter(|statement| find(new, statement).is_none()) {
        changes.push(Change::RemoveCustomStatement { statement: statement.clone() });
    }
    for statement in new {
        let Some(before) = find(old, statement) else { continue };
        if (before.code, &before.up, &before.down) != (statement.code, &statement.up, &statement.down) {
            changes.push(Change::RemoveCustomStatement { statement: before.clone() });
            changes.push(Change::AddCustomStatement { statement: statement.clone() });
        }
    }
    changes
}

fn find<'a>(statements: &'a [CustomStatement], wanted: &CustomStatement) -> Option<&'a CustomStatement> {
    statements.iter().find(|statement| statement.name == wanted.name)
}
