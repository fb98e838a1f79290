//! Comparing what a run says and asks, and whether it fails.

use ashls::codegen::Outcome;
use ashls::diff::{Answer, QuestionKind};

use crate::case::{Case, Run, Shell, Step};
use crate::compare::without_stamps;

/// What one run said and came to, where it is not as recorded.
pub fn differences(case: &Case, step: &Step, run: &Run, outcome: &Outcome) -> Vec<String> {
    let facts = outcome.assumed.iter().chain(&outcome.unresolved);
    let mut found: Vec<String> = facts.map(|fact| format!("not known: {} of {}", fact.path, fact.table)).collect();
    found.extend(outcome.unknown.iter().map(|unknown| format!("not known: {unknown}")));
    for error in &outcome.unreadable {
        found.push(format!("unreadable: {error}"));
    }
    for question in &outcome.open {
        found.push(format!("open question: {}", question.text));
    }
    let failure = outcome.failure.as_ref().map(ToString::to_string);
    match (failure, run.ok) {
        (Some(failure), true) => found.push(format!("failed: {failure}")),
        (None, false) => found.push(format!("did not fail: {}", run.error.as_deref().unwrap_or("no message"))),
        (Some(failure), false) => {
            let line = run.error.as_deref().and_then(error_line);
            if let Some(line) = line.filter(|line| !failure.contains(line)) {
                found.push(format!("error not said: {line}\n  but: {failure}"));
            }
        }
        (None, true) => {}
    }
    let said: Vec<Shell> = shell(outcome)
        .into_iter()
        .filter(|entry| is_comparable(case, step, entry))
        .map(|entry| plain(&entry))
        .collect();
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
    let messages = outcome.messages.iter().map(|message| Shell {
        kind: if message.error { "error" } else { "info" }.to_owned(),
        text: message.text.clone(),
        answer: None,
    });
    questions.chain(messages).collect()
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

pub fn is_of_library(step: &Step, path: &str) -> bool {
    path.ends_with("extensions.json") || step.expected.get(path).is_some_and(|text| text.starts_with("sha256:"))
}
