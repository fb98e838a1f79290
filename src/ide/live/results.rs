//! What a run of the generator found, sorted to the tables it is about.

use std::collections::BTreeMap;

use super::tables::{Planned, TableKey, TablePending};
use crate::codegen::{Fact, Outcome};
use crate::diff::operation::Change;
use crate::diff::{Subject, TableName};
use crate::pending::{self, ProjectState};
use crate::render::sql::SqlError;
use crate::resource::DesiredSnapshot;

/// Sorts what a run found to its tables.
pub(super) fn collect(outcome: &Outcome, state: &ProjectState, results: &mut BTreeMap<TableKey, TablePending>) {
    for repo in pending::view(outcome, &state.project) {
        let blocks = &repo.blocks;
        for (index, operation) in repo.operations.into_iter().enumerate() {
            let on = &operation.operation.on;
            let key = |tenant: bool| TableKey {
                repo: repo.repo.clone(),
                schema: on.schema.clone(),
                table: on.table.clone(),
                tenant,
            };
            // A tenant table with `global?` is in the public schema, too.
            let own = if results.contains_key(&key(repo.tenant)) { repo.tenant } else { !repo.tenant };
            let Some(result) = results.get_mut(&key(own)) else { continue };
            let block = blocks.iter().find(|block| block.operations.contains(&index));
            let (ecto, sql) = match (block, &operation.operation.change) {
                (Some(block), Change::CreateTable { .. }) => (block.ecto.clone(), block.sql.clone()),
                (block, _) => {
                    let (ecto, sql) = pending::alone(&operation.operation, repo.dialect, repo.tenant);
                    let created = block.is_some_and(|block| block.ecto.starts_with("create table"));
                    if created { (ecto, sql.into_iter().map(in_new_table).collect()) } else { (ecto, sql) }
                }
            };
            // What only the way back needs has no text of its own, and what is merged into a new table is part of that.
            let creates =
                matches!(operation.operation.change, Change::CreateTable { .. } | Change::AddAttribute { .. });
            let merged = !creates && block.is_some_and(|block| block.ecto.starts_with("create table"));
            if !ecto.trim().is_empty() && !merged {
                result.operations.push(Planned { operation, ecto, sql });
            }
        }
    }
    for question in &outcome.open {
        let Some(table) = column_table(&question.subject) else { continue };
        for (key, result) in results.iter_mut() {
            if key.table == table.table && key.schema == table.schema {
                result.questions.push(question.clone());
            }
        }
    }
    for exchange in outcome.exchanges.iter().filter(|exchange| exchange.noted) {
        let question = &exchange.question;
        let Subject::RenameColumn { table, .. } = &question.subject else { continue };
        for (key, result) in results.iter_mut() {
            if key.table == table.table && key.schema == table.schema {
                result.settled.push(question.clone());
            }
        }
    }
    let desired: Vec<&DesiredSnapshot> = state.project.desired().collect();
    let owner = |fact: &Fact| desired.get(fact.cause).copied();
    for fact in &outcome.unresolved {
        let Some(desired) = owner(fact) else { continue };
        if let Some(result) = results.get_mut(&TableKey::of(&desired.snapshot)) {
            result.unresolved.insert((desired.resource.clone(), fact.path.clone()));
        }
    }
    for error in &outcome.unreadable {
        for (key, result) in results.iter_mut() {
            let folder = error.path.rsplit('/').nth(1).unwrap_or_default();
            if folder == key.table || folder.ends_with(&format!(".{}", key.table)) {
                result.unreadable.push(error.to_string());
            }
        }
    }
    if let Some(failure) = outcome.failure.as_ref().filter(|_| results.len() == 1) {
        for result in results.values_mut() {
            result.failure = Some(failure.to_string());
        }
    }
}

/// A column of a table that is created is a part of that statement.
fn in_new_table(sql: Result<String, SqlError>) -> Result<String, SqlError> {
    sql.map(|sql| match sql.strip_prefix("ALTER TABLE ").and_then(|rest| rest.split_once(" ADD COLUMN ")) {
        Some((table, definition)) => {
            let definition = definition.split(", ADD ").next().unwrap_or(definition);
            format!("CREATE TABLE {table} (… {definition} …)")
        }
        None => sql,
    })
}

/// The table of a question about columns; the others are about the project's tables as a whole.
pub(super) fn column_table(subject: &Subject) -> Option<&TableName> {
    match subject {
        Subject::RenameColumn { table, .. }
        | Subject::NewColumnName { table, .. }
        | Subject::PrimaryKey { table, .. } => Some(table),
        _ => None,
    }
}
