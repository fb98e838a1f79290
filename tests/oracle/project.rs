//! The project of a case between its steps, and a run over it as `ashls codegen` makes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ashls::codegen::{Formatting, Outcome, ProjectInput, Timestamp, generate_for_project};
use ashls::diff::Answers;

use crate::arguments;
use crate::replay::listing;

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
    pub fn run(&self, invocation: &Invocation<'_>) -> Outcome {
        let texts: BTreeMap<String, Arc<str>> =
            self.files.iter().map(|(path, text)| (path.clone(), text.as_str().into())).collect();
        let sources = texts.iter().map(|(path, text)| (path.as_str().into(), text.clone()));
        let mut options = arguments::options(invocation.arguments);
        options.skip_extensions = invocation.skip_extensions;
        generate_for_project(&ProjectInput {
            project: &ashls::project::Project::load(sources),
            formatting: &Formatting::read(&texts),
            files: &listing(&self.generated),
            options: &options,
            answers: &Answers { lines: Some(invocation.answers.to_vec()), ..Answers::default() },
            first_timestamp: invocation.first_timestamp,
        })
    }
}
