//! Replaying a case step by step, and what differs from the recording.

use std::collections::BTreeMap;
use std::sync::Arc;

use ashls::codegen::{FileChange, Outcome, Timestamp};
use ashls::diff::{Answer, QuestionKind};

use crate::case::{Case, Run, Shell, Step};
use crate::compare::{Tree, diff, without_stamps};
use crate::project::{Invocation, Project};

/// The differences of all steps, one line or more each; empty when the case holds.
pub fn differences(case: &Case) -> Vec<String> {
    let mut found = Vec::new();
    let mut project = Project { files: case.project.clone(), generated: BTreeMap::new() };
    for step in &case.steps {
        prepare(&mut project, step);
        let mut stamp = Timestamp::parse(&step.first_timestamp).expect("a stamp");
        for run in &step.runs {
            let invocation = Invocation {
                arguments: &run.arguments,
                answers: &step.answers,
                first_timestamp: &stamp,
                skip_extensions: case.needs_deps,
            };
            let outcome = project.run(&invocation);
            found.extend(
                run_differences(case, step, run, &outcome)
                    .into_iter()
                    .map(|line| format!("{} {}: {line}", step.name, run.arguments.join(" "))),
            );
            stamp = after(stamp, &outcome);
            apply(&mut project, outcome);
        }
        let differences = diff(&expected(case, step), &actual(case, step, &project));
        found.extend(differences.into_iter().map(|line| format!("{}: {line}", step.name)));
        // A miss must not spoil later steps.
        project.generated = step.expected.clone();
    }
    found
}

fn prepare(project: &mut Project, step: &Step) {
    project.files.retain(|path, _| !path.starts_with("lib/"));
    project.files.extend(step.lib.clone());
    for (path, text) in &step.seed {
        let target = if path.starts_with("priv/") { &mut project.generated } else { &mut project.files };
        target.insert(path.clone(), text.clone());
    }
    for glob in &step.delete {
        project.generated.retain(|path, _| !matches_glob(glob, path));
        project.files.retain(|path, _| !matches_glob(glob, path));
    }
}

/// Whether `path` is what `glob` names, or lies inside it. Knows `*` within a name and `**` across folders.
fn matches_glob(glob: &str, path: &str) -> bool {
    fn matches(glob: &[u8], path: &[u8]) -> bool {
        match (glob, path) {
            ([], []) => true,
            ([], [b'/', ..]) => true,
            ([b'*', b'*', rest @ ..], _) => {
                let rest = rest.strip_prefix(b"/").unwrap_or(rest);
                (0..=path.len()).any(|start| matches(rest, &path[start..]))
            }
            ([b'*', rest @ ..], _) => {
                let end = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
                (0..=end).any(|start| matches(rest, &path[start..]))
            }
            ([byte, glob @ ..], [other, path @ ..]) if byte == other => matches(glob, path),
            _ => false,
        }
    }
    matches(glob.as_bytes(), path.as_bytes())
}

fn run_differences(case: &Case, step: &Step, run: &Run, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for error in &outcome.unreadable {
        found.push(format!("unreadable: {error}"));
    }
    let facts = outcome.assumed.iter().chain(&outcome.unresolved);
    found.extend(facts.map(|fact| format!("not known: {} of {}", fact.path, fact.table)));
    found.extend(outcome.unknown.iter().map(|unknown| format!("not known: {unknown}")));
    for question in &outcome.open {
        found.push(format!("open question: {}", question.text));
    }
    match (&outcome.failure, run.ok) {
        (Some(failure), true) => found.push(format!("failed: {failure}")),
        (None, false) => found.push(format!("did not fail: {}", run.error.as_deref().unwrap_or("no message"))),
        (Some(failure), false) => {
            if let Some(line) = run.error.as_deref().and_then(error_line)
                && !failure.to_string().contains(line)
                && line != "shutdown: 1"
            {
                found.push(format!("error not said: {line}\n  but: {failure}"));
            }
        }
        (None, true) => {}
    }
    let said = shell(outcome);
    let recorded: Vec<Shell> = run.shell.iter().filter(|entry| is_comparable(case, step, entry)).map(plain).collect();
    if said != recorded && !only_extensions(case, step, run) {
        let lines = |entries: &[Shell]| {
            entries
                .iter()
                .map(|entry| format!("{} {} {:?}\n", entry.kind, entry.text, entry.answer))
                .collect::<String>()
        };
        found.push(format!("said:\n{}recorded:\n{}", lines(&said), lines(&recorded)));
    }
    found
}

/// The first line of an exception's message.
fn error_line(error: &str) -> Option<&str> {
    let message = error.strip_prefix("** (").and_then(|rest| rest.split_once(") ")).map_or(error, |(_, rest)| rest);
    message.lines().map(str::trim).find(|line| !line.is_empty())
}

/// What the outcome says, in the form of the recording.
fn shell(outcome: &Outcome) -> Vec<Shell> {
    let questions = outcome.exchanges.iter().map(|exchange| Shell {
        kind: match exchange.question.kind {
            QuestionKind::YesNo => "yes?".to_owned(),
            QuestionKind::Prompt => "prompt".to_owned(),
        },
        text: exchange.question.text.clone(),
        answer: Some(match &exchange.answer {
            Answer::Yes => "true".to_owned(),
            Answer::No => "false".to_owned(),
            Answer::Text(text) => text.clone(),
        }),
    });
    let messages =
        outcome.messages.iter().filter(|message| !is_extensions_listing(&message.text)).map(|message| Shell {
            kind: if message.error { "error" } else { "info" }.to_owned(),
            text: message.text.clone(),
            answer: None,
        });
    questions.chain(messages).map(|entry| plain(&entry)).collect()
}

fn plain(entry: &Shell) -> Shell {
    Shell { text: without_stamps(&entry.text), ..entry.clone() }
}

/// `extensions.json` says which version of a library's functions is there, which is not known without the library.
fn is_extensions_listing(text: &str) -> bool {
    text.starts_with("* creating ") && text.ends_with("extensions.json")
}

/// With `--skip-extensions` nothing is said about files of extensions.
fn is_comparable(case: &Case, step: &Step, entry: &Shell) -> bool {
    let path = entry.text.strip_prefix("* creating ");
    !is_extensions_listing(&entry.text) && (!case.needs_deps || path.is_none_or(|path| !is_of_library(step, path)))
}

fn only_extensions(case: &Case, step: &Step, run: &Run) -> bool {
    let mut created = run.shell.iter().filter_map(|entry| entry.text.strip_prefix("* creating "));
    case.needs_deps && created.all(|path| is_of_library(step, path))
}

fn is_of_library(step: &Step, path: &str) -> bool {
    path.ends_with("extensions.json") || step.expected.get(path).is_some_and(|text| text.starts_with("sha256:"))
}

/// Invocations of a step go on counting.
fn after(stamp: Timestamp, outcome: &Outcome) -> Timestamp {
    let paths = outcome.files.iter().map(|file| file.path.as_str());
    Timestamp::first(stamp, paths)
}

fn apply(project: &mut Project, outcome: Outcome) {
    for change in outcome.changes {
        match change {
            FileChange::Write { path, text } => drop(project.generated.insert(path, text)),
            FileChange::Delete { path } => drop(project.generated.remove(&path)),
            FileChange::Rename { from, to } => {
                if let Some(text) = project.generated.remove(&from) {
                    project.generated.insert(to, text);
                }
            }
        }
    }
}

fn expected(case: &Case, step: &Step) -> Tree {
    let files = step.expected.iter().filter(|(path, _)| !case.needs_deps || !is_of_library(step, path));
    Tree::new(files.map(|(path, text)| (path.clone(), text.clone())))
}

fn actual(case: &Case, step: &Step, project: &Project) -> Tree {
    let files = project.generated.iter().filter(|(path, _)| !case.needs_deps || !is_of_library(step, path));
    Tree::new(files.map(|(path, text)| (path.clone(), text.clone())))
}

/// The generated files as the core wants them.
pub fn listing(generated: &BTreeMap<String, String>) -> BTreeMap<String, Option<Arc<str>>> {
    generated.iter().map(|(path, text)| (path.clone(), Some(text.as_str().into()))).collect()
}
