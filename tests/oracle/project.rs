//! The project of a case between its steps, and a run over it as `ashls codegen` makes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ashls::codegen::{Outcome, Timestamp};
use ashls::diff::Answers;
use ashls::pending::{ProjectState, Request};

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
        let outcome = state.run(Request {
            options: &options,
            answers: &answers,
            first_timestamp: invocation.first_timestamp,
            resources: None,
        });
        let facts = outcome.unresolved.iter().chain(&outcome.assumed);
        let facts = facts.map(|fact| format!("{} of {}", fact.path, fact.table));
        let unknown = outcome.unknown.iter().cloned().chain(facts).collect();
        Report { outcome, unknown }
    }
}
