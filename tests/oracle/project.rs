//! The project of a case between its steps, and a run over it as `ashls codegen` makes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ashls::codegen::{Outcome, Timestamp};
use ashls::diff::Answers;
use ashls::pending::ProjectState;

use crate::arguments;

/// Files by path from the root.
pub struct Project {
    /// Sources and settings.
    pub files: BTreeMap<String, String>,
    /// Everything under `priv/`.
    pub generated: BTreeMap<String, String>,
}

/// One run of the generator.
pub struct Invocation<'a> {
    pub arguments: &'a [String],
    pub answers: &'a [String],
    pub first_timestamp: &'a Timestamp,
    pub skip_extensions: bool,
}

/// What came of a run.
pub struct Report {
    pub outcome: Outcome,
    /// Why the command does not even run the generators: what the DSL and the generator refuse.
    pub refusal: Option<String>,
    /// Facts that could not be read.
    pub unknown: Vec<String>,
}

impl Project {
    /// What the command would do.
    pub fn run(&self, invocation: &Invocation<'_>) -> Report {
        let shared = |text: &String| -> Arc<str> { text.as_str().into() };
        let sources = self.files.iter().map(|(path, text)| (path.clone(), shared(text))).collect();
        let generated = self.generated.iter().map(|(path, text)| (path.clone(), Some(shared(text)))).collect();
        let state = ProjectState::load(sources, generated);
        let mut options = arguments::options(invocation.arguments);
        options.skip_extensions = invocation.skip_extensions;
        let answers = Answers { lines: Some(invocation.answers.to_vec()), ..Answers::default() };
        let issues = state.project.issues();
        let stopping = issues.iter().filter(|issue| issue.kind.stops());
        let refusals: Vec<String> = stopping.map(|issue| issue.message.clone()).collect();
        if !refusals.is_empty() {
            return Report { outcome: Outcome::default(), refusal: Some(refusals.join("\n")), unknown: Vec::new() };
        }
        let run = state.run(&options, &answers, invocation.first_timestamp);
        let unknown =
            run.open_facts.iter().map(|fact| format!("{} of {}: {}", fact.fact.path, fact.module, fact.fact.reason));
        Report { outcome: run.outcome, refusal: None, unknown: unknown.collect() }
    }
}
