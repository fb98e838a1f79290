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

impl Project {
    /// What the command would do.
    pub fn run(&self, invocation: &Invocation<'_>) -> Outcome {
        let shared = |text: &String| -> Arc<str> { text.as_str().into() };
        let sources = self.files.iter().map(|(path, text)| (path.clone(), shared(text))).collect();
        let generated = self.generated.iter().map(|(path, text)| (path.clone(), Some(shared(text)))).collect();
        let mut options = arguments::options(invocation.arguments);
        options.skip_extensions = invocation.skip_extensions;
        ProjectState::load(sources, generated).run(Request {
            options: &options,
            answers: &Answers { lines: Some(invocation.answers.to_vec()), ..Answers::default() },
            first_timestamp: invocation.first_timestamp,
            resources: None,
        })
    }
}
