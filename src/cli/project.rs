//! Loading a project for a command: finding it, reading it, saying what could not be read.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use indicatif::ProgressBar;

use super::{Failure, output};
use crate::codegen::{self, Options, Timestamp};
use crate::diff::Answers;
use crate::pending::{OpenFact, PendingRun, ProjectState};
use crate::resource::{Issue, IssueKind};
use crate::workspace::find;
use crate::workspace::read::{self, ReadProblem};

/// A project that was read.
pub struct Loaded {
    pub state: ProjectState,
    problems: Vec<ReadProblem>,
    /// Only these domains count, when given.
    domains: BTreeSet<String>,
}

/// The root of the project that `path` lies in.
pub fn find(path: &Path) -> Result<PathBuf, Failure> {
    find::project_root(path).map_err(|error| Failure::unusable(error.to_string()))
}

/// Reads the project at `root`, with a spinner on a terminal when it takes long.
pub fn load(root: &Path) -> Result<Loaded, Failure> {
    let spinner = match std::io::stderr().is_terminal() {
        true => ProgressBar::new_spinner().with_message("reading the project"),
        false => ProgressBar::hidden(),
    };
    spinner.enable_steady_tick(Duration::from_millis(120));
    let files = read::project_files(root);
    let state = ProjectState::load(files.sources, files.generated);
    spinner.finish_and_clear();
    Ok(Loaded { state, problems: files.problems, domains: BTreeSet::new() })
}

impl Loaded {
    /// Limits what follows to the resources of these domains.
    pub fn restrict_to(&mut self, domains: &[String]) -> Result<(), Failure> {
        for domain in domains {
            let name = domain.trim().trim_start_matches("Elixir.");
            if !self.state.project.domains().any(|known| known.module == name) {
                let known: Vec<&str> = self.state.project.domains().map(|known| known.module.as_str()).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(Failure::unusable(format!("{name} is not a configured domain (known: {known})")));
            }
            self.domains.insert(name.to_owned());
        }
        Ok(())
    }

    /// Says what could not be read, on standard error.
    pub fn report_problems(&self) {
        for problem in &self.problems {
            match problem.path.as_str() {
                "" => output::warning(&problem.message),
                path => output::warning(&format!("{path} {}", problem.message)),
            }
        }
        for issue in self.state.project.issues() {
            output::warning(&format!(
                "{}: {}",
                self.place(&issue.origin.file, issue.origin.range.start),
                issue.message
            ));
        }
        for unplaced in self.state.project.unplaced() {
            let place = self.place(&unplaced.origin.file, unplaced.origin.range.start);
            output::warning(&format!("{place}: {} is left out: {}", unplaced.resource, unplaced.reason));
        }
    }

    /// What makes the project's compilation or the generator fail.
    ///
    /// # Errors
    /// The messages, when there is anything.
    pub fn refuse_invalid(&self) -> Result<(), Failure> {
        let issues = self.state.project.issues();
        let stopping = issues.iter().filter(|issue| issue.kind != IssueKind::Missing);
        let messages: Vec<String> = stopping.map(|issue| self.describe_issue(issue)).collect();
        match messages.is_empty() {
            true => Ok(()),
            false => Err(Failure::unusable(messages.join("\n"))),
        }
    }

    fn describe_issue(&self, issue: &Issue) -> String {
        format!("{}: {}", self.place(&issue.origin.file, issue.origin.range.start), issue.message.trim_end())
    }

    /// Runs the generators.
    pub fn generate(&self, options: &Options, answers: &Answers, first: &Timestamp) -> PendingRun {
        let wanted: Option<BTreeSet<&str>> = match self.domains.is_empty() {
            true => None,
            false => {
                let domains = self.state.project.domains().filter(|domain| self.domains.contains(&domain.module));
                Some(domains.flat_map(|domain| domain.resources.iter().map(|(module, _)| module.as_str())).collect())
            }
        };
        let is_wanted = |module: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(module));
        let generated = self.state.generated();
        self.state.run_over(|desired| is_wanted(&desired.resource), generated, options, answers, first)
    }

    /// A stamp for the first new file: now, or one second after the last file.
    pub fn next_timestamp(&self) -> Timestamp {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        Timestamp::first(Timestamp::from_unix(seconds), self.state.generated().keys().map(String::as_str))
    }

    /// `lib/post.ex:12`.
    pub fn place(&self, file: &str, offset: usize) -> String {
        let line = self
            .state
            .source(file)
            .map_or(1, |text| 1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count());
        format!("{file}:{line}")
    }

    /// The unknown facts that the files of a run would rest on, one line each: those of changed tables, and those of
    /// repos.
    pub fn unresolved_in(&self, run: &PendingRun) -> Vec<String> {
        let concerned = |fact: &&OpenFact| match &fact.table {
            None => true,
            Some(table) => run.outcome.repos.iter().any(|repo| {
                repo.tables.iter().any(|changes| {
                    changes.snapshot.table == *table
                        && changes.causes.iter().any(|cause| run.desired[*cause].resource == fact.module)
                })
            }),
        };
        run.open_facts.iter().filter(concerned).map(|fact| self.describe(fact)).collect()
    }

    /// One line about an unknown fact.
    pub fn describe(&self, fact: &OpenFact) -> String {
        let place = self.place(&fact.fact.origin.file, fact.fact.origin.range.start);
        let path = if fact.fact.path.is_empty() { "the whole table" } else { &fact.fact.path };
        let assumed = if fact.assumed { " (taken from the newest snapshot)" } else { "" };
        format!("{place}: {}: {path}: {}{assumed}", fact.module, fact.fact.reason)
    }
}

/// The failure of a run as an exit status and a message.
pub fn failure(failure: &codegen::Failure) -> Failure {
    let status = match failure {
        codegen::Failure::Unknown(_) => super::UNUSABLE,
        _ => super::FINDINGS,
    };
    Failure { message: failure.to_string().trim_end().to_owned(), status }
}
