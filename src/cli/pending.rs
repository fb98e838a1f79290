//! What is pending, as the commands that only look at it want it: changes, open questions, and what is not known.

use std::collections::BTreeSet;

use super::project::Loaded;
use super::unknown::{UnknownFact, unknown_facts};
use super::{Failure, UNUSABLE};
use crate::codegen::{self, Options, Outcome};
use crate::diff::operation::{Change, Direction};
use crate::diff::{Answers, Subject};
use crate::pending::{PendingOperation, PendingRepo, view_direction};
use crate::snapshot::{Multitenancy, Snapshot};

/// A run that writes nothing.
pub struct Pending {
    /// Questions without an answer are taken as answered with no, unknown facts as the newest snapshots have them.
    pub outcome: Outcome,
    /// The repos' public schemas before their tenants', as migrations are run; for the rollback the other way round.
    pub repos: Vec<PendingRepo>,
    pub direction: Direction,
    /// All that is not known from the source.
    pub unknown: Vec<UnknownFact>,
    /// What the generators refuse, with places. They would write nothing; what is pending is that of all the rest.
    pub refused: Vec<String>,
    /// Folders of snapshots that no resource has and nobody is asked about.
    pub orphans: Vec<String>,
}

impl Loaded {
    /// Runs the generators without writing. `options` are those that change what is pending.
    pub fn pending(&self, options: Options, answers: &Answers, direction: Direction) -> Pending {
        let options =
            Options { dry_run: true, assume_unchanged: true, skip_extensions: true, lenient: true, ..options };
        let outcome = self.generate(&options, answers, &self.next_timestamp());
        let mut repos = view_direction(&outcome, &self.state.project, direction);
        let position = |repo: &PendingRepo| repos_position(&outcome, &repo.repo);
        repos.sort_by_key(|repo| (position(repo), repo.tenant));
        if direction == Direction::Down {
            repos.reverse();
        }
        let unknown = unknown_facts(&self.state, &outcome);
        let orphans = if outcome.unknown.is_empty() { self.orphans(&outcome) } else { Vec::new() };
        Pending { outcome, repos, direction, unknown, refused: self.refused(), orphans }
    }

    /// Tables that were kept when they were asked about; those of repos that have no resource left, where the generator
    /// does not look; and all of SQLite, where it never looks.
    fn orphans(&self, outcome: &Outcome) -> Vec<String> {
        let state = &self.state;
        let (repos, files, options) = (codegen::repo_infos(&state.project).0, state.generated(), Options::default());
        let folder = |repo, snapshot: &Snapshot| codegen::snapshot_folder(repo, snapshot, files, &options);
        let mut known: BTreeSet<String> = BTreeSet::new();
        for desired in state.project.desired() {
            let repo = repos.iter().find(|repo| repo.module == desired.snapshot.repo);
            known.extend(repo.map(|repo| folder(repo, &desired.snapshot)));
            let public = Snapshot { multitenancy: Multitenancy::default(), ..desired.snapshot.clone() };
            known.extend(repo.map(|repo| folder(repo, &public)));
        }
        let operations = outcome.repos.iter().flat_map(|changes| &changes.operations);
        let mut settled: BTreeSet<String> = operations
            .filter_map(|operation| match &operation.change {
                Change::DropTable => Some(operation.on.table.clone()),
                Change::RenameTable { old_table } => Some(old_table.clone()),
                _ => None,
            })
            .collect();
        settled.extend(outcome.open.iter().filter_map(|question| match &question.subject {
            Subject::DropTable { table } => Some(table.to_string()),
            Subject::RenameTable { from, .. } | Subject::MoveTable { from, .. } => Some(from.to_string()),
            _ => None,
        }));
        let bases = repos.iter().flat_map(|repo| {
            let any = Snapshot::empty("", &repo.module);
            let base = folder(repo, &any);
            [format!("{base}tenants/"), base]
        });
        let bases: BTreeSet<String> = bases.collect();
        let folders: BTreeSet<&str> = files.keys().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
        let orphans = folders.into_iter().filter(|folder| {
            let (base, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            let table = name.rsplit('.').next().unwrap_or(name);
            bases.contains(&format!("{base}/"))
                && name != "extensions"
                && !known.contains(*folder)
                && !settled.contains(name)
                && !settled.contains(table)
        });
        orphans.map(str::to_owned).collect()
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

/// Whether `inner` is `outer`, or a part of it.
fn is_within(inner: &str, outer: &str) -> bool {
    outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
