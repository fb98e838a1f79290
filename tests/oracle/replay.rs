//! Replaying a case step by step, and what differs from the recording.

use std::collections::BTreeMap;

use ashls::codegen::{FileChange, Outcome, Timestamp};

use crate::case::{Case, Step};
use crate::compare::{Tree, diff};
use crate::messages::{self, is_of_library};
use crate::project::{Invocation, Project};

/// The differences of all steps, one line or more each; empty when the case holds.
pub fn differences(case: &Case) -> Vec<String> {
    differences_and(case, &mut |_, _| {})
}

/// The migrations that all runs write: the folder of the step, the path, the text.
pub fn migrations(case: &Case) -> Vec<(String, String, String)> {
    let mut written = Vec::new();
    differences_and(case, &mut |step, outcome| {
        let unformatted = step.runs.iter().any(|run| run.arguments.iter().any(|argument| argument == "--no-format"));
        for file in outcome.files.iter().filter(|file| file.path.ends_with(".exs")) {
            let kind = if unformatted { "unformatted" } else { "formatted" };
            written.push((format!("{kind}/{}/{}", case.name, step.name), file.path.clone(), file.text.clone()));
        }
    });
    written
}

fn differences_and(case: &Case, visit: &mut dyn FnMut(&Step, &Outcome)) -> Vec<String> {
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
            visit(step, &outcome);
            let place = format!("{} {}", step.name, run.arguments.join(" "));
            let differences = messages::differences(case, step, run, &outcome);
            found.extend(differences.into_iter().map(|line| format!("{place}: {line}")));
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
