//! What is pending, as the commands that only look at it want it: changes, open questions, and what is not known.

use super::place::{Place, place};
use super::project::Loaded;
use super::{Failure, UNUSABLE};
use crate::codegen::{self, Options, Outcome};
use crate::diff::Answers;
use crate::diff::operation::Direction;
use crate::pending::{PendingOperation, PendingRepo, view_direction};
use crate::resource::IssueKind;

/// A run that writes nothing.
pub struct Pending {
    /// Questions without an answer are taken as answered with no, unknown facts as the newest snapshots have them.
    pub outcome: Outcome,
    /// The repos' public schemas before their tenants', as migrations are run; for the rollback the other way round.
    pub repos: Vec<PendingRepo>,
    pub direction: Direction,
    /// All that is not known from the source.
    pub unknown: Vec<UnknownFact>,
}

/// Something that could not be read from the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFact {
    /// Module name; `None` when it is not about a declared table.
    pub resource: Option<String>,
    pub table: Option<String>,
    /// `attributes.price.type`; empty for the whole table.
    pub path: String,
    pub reason: String,
    pub place: Option<Place>,
    /// The newest snapshot says it, and it is taken from there.
    pub assumed: bool,
}

impl Loaded {
    /// Runs the generators without writing. `options` are those that change what is pending.
    pub fn pending(&self, options: Options, answers: &Answers, direction: Direction) -> Pending {
        let options = Options { dry_run: true, assume_unchanged: true, skip_extensions: true, ..options };
        let outcome = self.generate(&options, answers, &self.next_timestamp());
        let mut repos = view_direction(&outcome, &self.state.project, direction);
        let position = |repo: &PendingRepo| repos_position(&outcome, &repo.repo);
        repos.sort_by_key(|repo| (position(repo), repo.tenant));
        if direction == Direction::Down {
            repos.reverse();
        }
        let unknown = self.unknown(&outcome);
        Pending { outcome, repos, direction, unknown }
    }

    /// What a run did not know.
    pub fn unknown(&self, outcome: &Outcome) -> Vec<UnknownFact> {
        let state = &self.state;
        let desired: Vec<_> = state.project.desired().collect();
        let mut facts = Vec::new();
        for (list, assumed) in [(&outcome.unresolved, false), (&outcome.assumed, true)] {
            for fact in list {
                let Some(desired) = desired.get(fact.cause) else { continue };
                let reasons = desired.unresolved.iter().filter(|unresolved| unresolved.path == fact.path);
                facts.extend(reasons.map(|unresolved| UnknownFact {
                    resource: Some(desired.resource.clone()),
                    table: Some(fact.table.clone()),
                    path: fact.path.clone(),
                    reason: unresolved.reason.clone(),
                    place: Some(place(state, &unresolved.origin)),
                    assumed,
                }));
            }
        }
        let other = |resource, reason: &str, place| UnknownFact {
            resource,
            table: None,
            path: String::new(),
            reason: reason.trim_end().to_owned(),
            place,
            assumed: false,
        };
        facts.extend(state.project.unplaced().map(|unplaced| {
            let reason = format!("the table of {} is not known: {}", unplaced.resource, unplaced.reason);
            other(Some(unplaced.resource.clone()), &reason, Some(place(state, &unplaced.origin)))
        }));
        let issues = state.project.issues().into_iter().filter(|issue| issue.kind == IssueKind::Missing);
        facts.extend(issues.map(|issue| other(None, &issue.message, Some(place(state, &issue.origin)))));
        facts.extend(codegen::repo_infos(&state.project).1.iter().map(|reason| other(None, reason, None)));
        facts.dedup();
        facts
    }
}

/// In the order in which the generators come to the repos.
fn repos_position(outcome: &Outcome, repo: &str) -> usize {
    outcome.repos.iter().position(|changes| changes.repo == repo).unwrap_or(usize::MAX)
}

impl Pending {
    /// Fails when nothing could be compared at all.
    pub fn or_failure(self) -> Result<Pending, Failure> {
        match &self.outcome.failure {
            Some(failure) => Err(Failure { message: failure.to_string().trim_end().to_owned(), status: UNUSABLE }),
            None => Ok(self),
        }
    }

    /// The facts without which the operation is only half known: those it consists of, where no snapshot has them.
    pub fn doubts(&self, operation: &PendingOperation) -> Vec<&UnknownFact> {
        let concerns = |fact: &&UnknownFact| {
            let same = fact.resource.as_ref().is_some_and(|resource| operation.resources.contains(resource));
            let paths = &operation.description.paths;
            same && !fact.assumed && paths.iter().any(|path| is_within(path, &fact.path) || is_within(&fact.path, path))
        };
        self.unknown.iter().filter(concerns).collect()
    }
}

impl UnknownFact {
    /// `MyApp.Post: attributes.price.type: …`
    pub fn text(&self) -> String {
        match (&self.resource, &self.table) {
            (Some(resource), Some(_)) => {
                let path = if self.path.is_empty() { "the whole table" } else { &self.path };
                format!("{resource}: {path}: {}", self.reason)
            }
            _ => self.reason.clone(),
        }
    }
}

/// Whether `inner` is `outer`, or a part of it.
fn is_within(inner: &str, outer: &str) -> bool {
    outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
