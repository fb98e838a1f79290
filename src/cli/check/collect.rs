//! Everything that a check looks at, as findings.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::codes;
use super::finding::Finding;
use crate::cli::pending::Pending;
use crate::cli::place::{Place, place};
use crate::cli::project::Loaded;
use crate::cli::questions::flags;
use crate::codegen::{Failure, Options, repo_infos};
use crate::diff::Answers;
use crate::diff::operation::{Change, Direction};
use crate::dsl::{DslIssue, check};
use crate::elixir::eval::Origin;
use crate::hazard::Severity;
use crate::pending::{NULLABLE_KEY, PendingOperation, PendingRepo, ProjectState, nullable_key, rename_problems};
use crate::project::paths::RENAMES_FILE;
use crate::resource::IssueKind;

/// The findings, ordered by place, and what could not be read at all.
pub fn findings(loaded: &Loaded) -> (Vec<Finding>, Vec<String>) {
    let state = &loaded.state;
    let mistakes = mistakes(state);
    let mut findings: Vec<Finding> = mistakes.iter().map(|(file, issue)| dsl(state, file, issue)).collect();
    findings.extend(refused(state, &mistakes));
    let pending = loaded.pending(Options::default(), &Answers::default(), Direction::Up);
    let mut unreadable: Vec<String> = pending.outcome.unreadable.iter().map(ToString::to_string).collect();
    match &pending.outcome.failure {
        None => {}
        Some(Failure::Unknown(reason)) => unreadable.push(reason.clone()),
        Some(failure) => {
            let message = failure.to_string();
            if !findings.iter().any(|finding| message.contains(&finding.message)) {
                findings.push(new("generator-fails", Severity::Error, &message, None));
            }
        }
    }
    findings.extend(extensions(&pending));
    findings.extend(dev_migrations(state));
    findings.extend(questions(&pending));
    findings.extend(operations(&pending, state));
    findings.extend(unresolved(&pending));
    findings.extend(renames(state));
    findings.extend(pending.orphans.iter().map(|folder| {
        let message = format!("{folder}: no resource has this table any more, and the generator leaves it alone");
        new("orphan", Severity::Information, &message, None)
    }));
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    (findings, unreadable)
}

/// Findings without a place first, then by file and line.
fn key(finding: &Finding) -> Option<(&String, (u32, u32))> {
    finding.place.as_ref().map(|place| (&place.file, place.start))
}

fn new(code: &str, severity: Severity, message: &str, place: Option<Place>) -> Finding {
    debug_assert!(codes::known(code).is_some(), "{code} is in no list");
    let message = message.trim().to_owned();
    Finding { code: code.to_owned(), severity, message, help: String::new(), place, denied: false }
}

/// Mistakes in the resources and domains that the vocabulary alone shows, with their files.
fn mistakes(state: &ProjectState) -> Vec<(&Arc<str>, &DslIssue)> {
    let project = &state.project;
    let domains = project.domains().map(|domain| (domain.module.as_str(), &domain.origin.file));
    let named: BTreeSet<&str> =
        project.domains().flat_map(|domain| domain.resources.iter().map(|(module, _)| module.as_str())).collect();
    let resources = named.into_iter().filter_map(|module| Some((module, &project.resource(module)?.origin.file)));
    let modules = domains.chain(resources);
    modules.flat_map(|(module, file)| project.mistakes_of(module).iter().map(move |issue| (file, issue))).collect()
}

fn dsl(state: &ProjectState, file: &Arc<str>, issue: &DslIssue) -> Finding {
    let severity = if issue.code.is_warning() { Severity::Warning } else { Severity::Error };
    let origin = Origin::new(file.clone(), issue.range);
    new(issue.code.as_str(), severity, &issue.message, Some(place(state, &origin)))
}

/// What verifiers and the generator refuse, but for what `mistakes` say already.
fn refused(state: &ProjectState, mistakes: &[(&Arc<str>, &DslIssue)]) -> Vec<Finding> {
    let is_told = |origin: &Origin| {
        let here = mistakes.iter().filter(|(file, _)| **file == origin.file).map(|(_, issue)| *issue);
        check::says_unknown(here, origin.range)
    };
    let issues = state.project.issues().iter().filter_map(|issue| {
        let (code, severity) = match issue.kind {
            IssueKind::NoSuchName if is_told(&issue.origin) => return None,
            IssueKind::Invalid | IssueKind::NoSuchName => ("invalid-dsl", Severity::Error),
            IssueKind::Generation => ("generator-fails", Severity::Error),
            IssueKind::Warning => ("verifier", Severity::Warning),
            IssueKind::Broken => ("invalid-elixir", Severity::Error),
            // Told as mistakes, and as something that is not known.
            IssueKind::Mistake | IssueKind::Missing => return None,
        };
        Some(new(code, severity, &issue.message, Some(place(state, &issue.origin))))
    });
    issues.collect()
}

/// Lines of `ashls.renames` that have no effect.
fn renames(state: &ProjectState) -> Vec<Finding> {
    let problems = rename_problems(state).into_iter().map(|problem| {
        let line = u32::try_from(problem.line).unwrap_or(u32::MAX);
        let place = Place { start: (line, 1), end: (line, 1), ..Place::start_of(RENAMES_FILE) };
        new("renames-file", Severity::Warning, &problem.message, Some(place))
    });
    problems.collect()
}

fn extensions(pending: &Pending) -> Vec<Finding> {
    let extensions = pending.outcome.extensions.iter().map(|extensions| {
        let repo = &extensions.repo;
        match &extensions.migration {
            Err(reason) if extensions.names.is_empty() => new("unresolved", Severity::Information, reason, None),
            _ => {
                let names = extensions.names.join(", ");
                new("pending", Severity::Error, &format!("install or upgrade extensions of {repo}: {names}"), None)
            }
        }
    });
    extensions.collect()
}

/// Migrations that were made with `--dev`, in the folders of the repos.
fn dev_migrations(state: &ProjectState) -> Vec<Finding> {
    let folders = crate::codegen::listed_folders(&Options::default(), &repo_infos(&state.project).0);
    let left = state.generated().keys().filter(|path| path.ends_with("_dev.exs"));
    let left = left.filter(|path| path.rsplit_once('/').is_some_and(|(folder, _)| folders.contains(folder)));
    let text = "this development migration is to be replaced by a named one: ashls codegen NAME";
    left.map(|path| new("dev-migrations", Severity::Error, text, Some(Place::start_of(path)))).collect()
}

fn questions(pending: &Pending) -> Vec<Finding> {
    let questions = pending.outcome.open.iter().map(|question| Finding {
        help: format!("Answer with {}.", flags(question).join(" or ")),
        ..new("question", Severity::Error, &question.text, None)
    });
    questions.collect()
}

fn operations(pending: &Pending, state: &ProjectState) -> Vec<Finding> {
    let mut findings = Vec::new();
    for repo in &pending.repos {
        let listed = listed_operations(repo);
        for (index, operation) in repo.operations.iter().enumerate() {
            let place = place_of(operation, state);
            let tenants = if repo.tenant { " (for every tenant)" } else { "" };
            let doubts: String = operation.doubts.iter().map(|reason| format!(" (not certain: {reason})")).collect();
            let message = format!("{}{tenants}{doubts}", operation.description.title);
            if listed.contains(&index) {
                findings.push(new("pending", Severity::Error, &message, place.clone()));
            }
            for finding in &operation.findings {
                let rollback = if finding.direction == Direction::Down { "rollback: " } else { "" };
                let message = format!("{rollback}{}", finding.message);
                findings.push(Finding {
                    help: finding.recipe.clone(),
                    ..new(finding.rule.code, finding.rule.severity, &message, place.clone())
                });
            }
            let change = &operation.operation.change;
            let key = operation.resources.iter().find_map(|module| nullable_key(&state.project, module, change));
            findings.extend(key.map(|key| new(NULLABLE_KEY, Severity::Information, &key.message(), place)));
        }
    }
    findings
}

/// Those that run something. The columns of a new table come with it.
fn listed_operations(repo: &PendingRepo) -> BTreeSet<usize> {
    let listed = repo.blocks.iter().flat_map(|block| match &block.operations[..] {
        [first, ..] if matches!(repo.operations[*first].operation.change, Change::CreateTable { .. }) => {
            std::slice::from_ref(first)
        }
        all => all,
    });
    listed.copied().collect()
}

/// The declaration, or the module that it has gone from.
fn place_of(operation: &PendingOperation, state: &ProjectState) -> Option<Place> {
    if let Some(origin) = &operation.cause {
        return Some(place(state, origin));
    }
    let module = state.project.module(operation.resources.first()?)?;
    let origin = Origin::new(module.file.clone(), module.name_range);
    Some(place(state, &origin))
}

fn unresolved(pending: &Pending) -> Vec<Finding> {
    let facts = pending.unknown.iter().map(|fact| {
        let assumed = if fact.assumed { " (taken as in the newest snapshot)" } else { "" };
        new("unresolved", Severity::Information, &format!("{}{assumed}", fact.text()), fact.place.clone())
    });
    facts.collect()
}
