//! Pending changes for scripts.

use serde_json::{Map, Value, json};

use super::piece::{Piece, Shown, What};
use crate::cli::pending::Pending;
use crate::cli::place::place;
use crate::cli::questions::flags;
use crate::diff::QuestionKind;
use crate::hazard::Finding;
use crate::pending::{PendingOperation, ProjectState};

/// One JSON object. Pieces of the same table that follow each other are one entry of `pending`.
pub fn render(pieces: &[Piece<'_>], pending: &Pending, state: &ProjectState) -> String {
    let mut entries: Vec<Value> = Vec::new();
    for group in pieces.chunk_by(|a, b| (a.repo, a.tenant, &a.table) == (b.repo, b.tenant, &b.table)) {
        let first = &group[0];
        let mut operations = Vec::new();
        for piece in group {
            operations_of(piece, state, &mut operations);
        }
        entries.push(json!({
            "repo": first.repo,
            "table": first.table.as_ref().map(|table| &table.table),
            "schema": first.table.as_ref().and_then(|table| table.schema.as_ref()),
            "tenant": first.tenant,
            "operations": operations,
        }));
    }
    let questions: Vec<Value> = pending
        .outcome
        .open
        .iter()
        .map(|question| {
            let kind = match question.kind {
                QuestionKind::YesNo => "yes_no",
                QuestionKind::Prompt => "prompt",
            };
            json!({ "text": question.text.trim_end(), "kind": kind, "flags": flags(question) })
        })
        .collect();
    let mut unresolved: Vec<Value> = pending
        .unknown
        .iter()
        .map(|fact| {
            json!({
                "resource": fact.resource,
                "table": fact.table,
                "path": fact.path,
                "reason": fact.reason,
                "assumed": fact.assumed,
                "cause": fact.place.as_ref().map(crate::cli::place::Place::json),
            })
        })
        .collect();
    unresolved.extend(pending.outcome.unreadable.iter().map(|unreadable| {
        let place = json!({ "line": unreadable.line, "column": 1 });
        json!({
            "resource": null,
            "table": null,
            "path": "",
            "reason": unreadable.problem,
            "assumed": false,
            "cause": { "file": unreadable.path, "range": { "start": place, "end": place } },
        })
    }));
    let printed =
        json!({ "pending": entries, "questions": questions, "unresolved": unresolved, "refused": pending.refused });
    serde_json::to_string_pretty(&printed).unwrap_or_default()
}

fn operations_of(piece: &Piece<'_>, state: &ProjectState, operations: &mut Vec<Value>) {
    match &piece.what {
        What::Extensions(extensions) => {
            let mut operation = Map::new();
            operation.insert("op".into(), json!("install_extensions"));
            operation.insert("title".into(), json!(format!("install {}", extensions.names.join(", "))));
            operation.insert("extensions".into(), json!(extensions.names));
            statements(piece, &mut operation);
            if let Err(reason) = &extensions.migration {
                operation.insert("unresolved".into(), json!([reason]));
            }
            operation.insert("cause".into(), Value::Null);
            operation.insert("lock".into(), Value::Null);
            operation.insert("findings".into(), json!([]));
            operations.push(operation.into());
        }
        What::Operations(members) => {
            let first = operations.len();
            for (position, member) in members.iter().enumerate() {
                let mut operation = Map::new();
                operation.insert("op".into(), json!(name(member)));
                operation.insert("title".into(), json!(member.description.title));
                operation.insert("resources".into(), json!(member.resources));
                if position == 0 {
                    statements(piece, &mut operation);
                } else {
                    operation.insert("sql".into(), json!([]));
                    operation.insert("ecto".into(), json!(""));
                    operation.insert("part_of".into(), json!(first));
                }
                let cause = member.cause.as_ref().map(|origin| place(state, origin).json());
                operation.insert("cause".into(), json!(cause));
                operation.insert("lock".into(), json!(member.lock.map(|lock| lock.to_string())));
                let findings = member.findings.iter().filter(|finding| finding.direction == piece.direction);
                operation.insert("findings".into(), findings.map(finding).collect());
                if !member.doubts.is_empty() {
                    operation.insert("uncertain".into(), json!(member.doubts));
                }
                operations.push(operation.into());
            }
        }
    }
}

/// The statements of a piece, unless they would hold placeholders.
fn statements(piece: &Piece<'_>, operation: &mut Map<String, Value>) {
    let (mut sql, mut fails) = (Vec::new(), Vec::new());
    let mut unresolved: Vec<String> = piece.doubts.iter().map(|fact| fact.text()).collect();
    for statement in &piece.statements {
        match statement {
            Shown::Runs(text) if piece.doubts.is_empty() => sql.push(text),
            Shown::Runs(_) | Shown::NotReached(_) => {}
            Shown::Fails(message) => fails.push(message),
            Shown::Unknown(reason) => unresolved.push(reason.clone()),
        }
    }
    operation.insert("sql".into(), json!(sql));
    operation.insert("ecto".into(), json!(piece.ecto));
    if !fails.is_empty() {
        operation.insert("fails".into(), json!(fails));
    }
    if !unresolved.is_empty() {
        operation.insert("unresolved".into(), json!(unresolved));
    }
}

fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.rule.code,
        "severity": finding.rule.severity.name(),
        "message": finding.message,
        "recipe": finding.recipe,
    })
}

/// `add_attribute`.
fn name(operation: &PendingOperation) -> String {
    let mut name = String::new();
    for character in operation.operation.change.struct_name().chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}
