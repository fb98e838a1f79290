//! Generating from the editor: the same run as `ashls codegen`, with its answers and refusals.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::project::LiveProject;
use super::questions;
use crate::codegen::{FileChange, Options, Outcome, Timestamp};
use crate::diff::Answers;
use crate::ide::analyzer::{GenerateRequest, Generated, GeneratedFiles, Scope};
use crate::pending::{Request, renames_after};
use crate::project::paths::RENAMES_FILE;
use crate::resource::IssueKind;
use crate::syntax::is_well_formed;
use crate::text::Range;

/// Runs the generator for a request.
pub(super) fn generate(project: &LiveProject, request: &GenerateRequest) -> Generated {
    let Some(first_timestamp) = Timestamp::parse(&request.timestamp) else {
        return Generated::Refused(format!("{:?} is no time stamp (YYYYMMDDHHMMSS)", request.timestamp));
    };
    let whole = |file: &str| project.state.source(file).is_some_and(|text| is_well_formed(text));
    let mut issues = project.state.project.issues().iter();
    if let Some(broken) = issues.find(|issue| issue.kind == IssueKind::Broken && !whole(&issue.origin.file)) {
        let file = &broken.origin.file;
        return Generated::Refused(format!("{file}: {}. Repair it first", broken.message));
    }
    let existing = project.state.generated().keys().map(String::as_str);
    let first_timestamp = Timestamp::first(first_timestamp, existing);
    let options = Options {
        name: request.name.clone(),
        auto_name: request.name.is_none() && !request.dev,
        dev: request.dev,
        ..Options::default()
    };
    let mut answers = project.tables.intents.answers();
    let mut outcome = run(project, &request.scope, &options, &answers, &first_timestamp);
    // An answer can bring up another question, so ask until nothing changes. What is answered here counts more than a
    // rename that was noted.
    for _ in 0..=request.answers.len() {
        let noted = outcome.exchanges.iter().filter(|exchange| exchange.noted).map(|exchange| &exchange.question);
        let given = outcome.open.iter().chain(noted).filter_map(|question| {
            let (_, answer) = request.answers.iter().find(|(id, _)| *id == question.text)?;
            Some((question.clone(), answer))
        });
        let given: Vec<_> = given.collect();
        if given.is_empty() {
            break;
        }
        for (question, answer) in given {
            questions::take(&question, answer, &mut answers);
        }
        outcome = run(project, &request.scope, &options, &answers, &first_timestamp);
    }
    result(project, request, outcome)
}

fn result(project: &LiveProject, request: &GenerateRequest, outcome: Outcome) -> Generated {
    if let Some(failure) = &outcome.failure {
        return Generated::Refused(failure.to_string());
    }
    if !outcome.unreadable.is_empty() {
        let lines: Vec<String> = outcome.unreadable.iter().map(ToString::to_string).collect();
        return Generated::Refused(lines.join("\n"));
    }
    if !outcome.open.is_empty() {
        let views = outcome.open.iter().map(|question| questions::view(question, Range::empty(0)));
        return Generated::Questions(views.collect());
    }
    if outcome.files.is_empty() {
        return Generated::Nothing;
    }
    if !outcome.is_complete() {
        let facts = outcome.unresolved.iter().chain(&outcome.assumed);
        let facts = facts.map(|fact| format!("{} of {}", fact.path, fact.table));
        let unknown: Vec<String> = outcome.unknown.iter().cloned().chain(facts).collect();
        return Generated::Refused(format!(
            "not everything could be read from the source: {}. Make it explicit, or run ashls codegen \
             --assume-unchanged",
            unknown.join("; ")
        ));
    }
    let whole = matches!(request.scope, Scope::Project(_));
    let read = project.state.source(RENAMES_FILE).map(AsRef::as_ref);
    let noted = project.tables.intents.file_text(read).filter(|_| !request.dev);
    let noted = noted.map(|text| renames_after(&text, &outcome, whole));
    let mut files = GeneratedFiles { root: project.root.clone(), ..GeneratedFiles::default() };
    for change in outcome.changes {
        match change {
            FileChange::Write { path, text } => files.write.push((path, text)),
            FileChange::Rename { from, to } => files.rename.push((from, to)),
            FileChange::Delete { path } => files.delete.push(path),
        }
    }
    files.write.sort_by_key(|(path, _)| path.ends_with(".json"));
    // A rename that has been written is not meant any more.
    match noted {
        Some(Some(text)) => files.write.push((RENAMES_FILE.to_owned(), text)),
        Some(None) => files.delete.push(RENAMES_FILE.to_owned()),
        None => {}
    }
    files.open = files.write.iter().map(|(path, _)| path).find(|path| path.ends_with(".exs")).cloned();
    Generated::Files(files)
}

/// Runs the generator over a scope.
pub(super) fn run(
    project: &LiveProject,
    scope: &Scope,
    options: &Options,
    answers: &Answers,
    first_timestamp: &Timestamp,
) -> Outcome {
    let state = &project.state;
    let Scope::Resource { module, .. } = scope else {
        return state.run(Request { options, answers, first_timestamp, resources: None });
    };
    let (resources, tables) = project.tables.together_with(module);
    // Only the snapshots of these tables, or the others would seem to have lost their resources.
    let concerned = |path: &String| {
        let folder = path.rsplit('/').nth(1).unwrap_or_default();
        !path.ends_with(".json")
            || path.ends_with("/extensions.json")
            || tables.iter().any(|table| folder == table || folder.ends_with(&format!(".{table}")))
    };
    let files = state.generated().iter().filter(|(path, _)| concerned(path));
    let files: BTreeMap<String, Option<Arc<str>>> = files.map(|(path, text)| (path.clone(), text.clone())).collect();
    let options = Options { skip_extensions: true, ..options.clone() };
    let resources: BTreeSet<String> = resources;
    state.run_over(&files, Request { options: &options, answers, first_timestamp, resources: Some(&resources) })
}
