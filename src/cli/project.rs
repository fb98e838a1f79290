//! Loading a project for a command: finding it, reading it, saying what could not be read.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use indicatif::ProgressBar;

use super::unknown::{UnknownFact, unknown_facts};
use super::{Failure, output};
use crate::codegen::{self, Options, Timestamp};
use crate::diff::{Answers, NotedRenames};
use crate::pending::{ProjectState, Request, rename_problems, renames_after, version_notes};
use crate::project::paths::RENAMES_FILE;
use crate::resource::{Issue, IssueKind};
use crate::workspace::find;
use crate::workspace::read::{self, ProjectFiles, ReadProblem};
use crate::workspace::write::FileChanges;

/// A project that was read.
pub struct Loaded {
    /// Never dropped: the process ends when it is not needed any more, and there is much to free.
    pub state: ManuallyDrop<ProjectState>,
    problems: Vec<ReadProblem>,
    /// Only these domains count, when given.
    domains: BTreeSet<String>,
}

/// The root of the project that `path` lies in, else of the only one below it.
pub fn find(path: &Path) -> Result<PathBuf, Failure> {
    let mut found = find_all(path)?;
    if found.len() > 1 {
        let names: Vec<String> = found.iter().map(|root| root.display().to_string()).collect();
        let message = format!("{}: several projects lie below; name one of {}", path.display(), names.join(", "));
        return Err(Failure::unusable(message));
    }
    Ok(found.remove(0))
}

/// The root of the project that `path` lies in, else those of all projects below it: one at least.
pub fn find_all(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    match find::project_root(path) {
        Ok(root) => Ok(vec![root]),
        Err(error) => {
            let below = path.canonicalize().map(|folder| find::projects_below(&folder)).unwrap_or_default();
            if below.is_empty() { Err(Failure::unusable(error.to_string())) } else { Ok(below) }
        }
    }
}

/// The project's folder as the forge knows it: relative to the workspace of the workflow, else to the current folder;
/// with a `/` at its end when it is not empty.
pub fn path_from_workspace(root: &Path) -> String {
    let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
    let bases = workspace.into_iter().chain(std::env::current_dir().ok());
    let inside = bases.filter_map(|base| read::relative(&base.canonicalize().ok()?, root)).next();
    inside.filter(|path| !path.is_empty()).map(|path| path + "/").unwrap_or_default()
}

/// Reads the project at `root`, with a spinner on a terminal when it takes long.
pub fn load(root: &Path) -> Result<Loaded, Failure> {
    load_as(root, |files| files)
}

/// [`load`], with something about the files changed.
pub fn load_as(root: &Path, change: impl FnOnce(ProjectFiles) -> ProjectFiles) -> Result<Loaded, Failure> {
    let spinner = std::io::stderr().is_terminal().then(|| {
        let spinner = ProgressBar::new_spinner().with_message("reading the project");
        spinner.enable_steady_tick(Duration::from_millis(120));
        spinner
    });
    let files = change(read::project_files(root));
    let state = ProjectState::load(files.sources, files.generated);
    spinner.iter().for_each(ProgressBar::finish_and_clear);
    for note in version_notes(&state.project) {
        output::note(&note);
    }
    Ok(Loaded { state: ManuallyDrop::new(state), problems: files.problems, domains: BTreeSet::new() })
}

impl Loaded {
    /// The folders of other Mix projects inside this one, relative to its root: examples, tools.
    pub fn nested_projects(&self) -> Vec<String> {
        let apps = self.state.project.apps();
        let folders = self.state.source_paths().filter_map(|path| path.strip_suffix("/mix.exs"));
        let inside = |folder: &str, outer: &str| {
            folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut nested: Vec<String> = Vec::new();
        for folder in folders {
            let known = apps.iter().filter(|app| !app.folder.is_empty()).any(|app| inside(folder, &app.folder));
            if !known && !nested.iter().any(|outer| inside(folder, outer)) {
                nested.push(folder.to_owned());
            }
        }
        nested
    }

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

    /// Says which files could not be read, on standard error.
    pub fn report_unreadable(&self) {
        for problem in &self.problems {
            match problem.path.as_str() {
                "" => output::warning(&problem.message),
                path => output::warning(&format!("{path} {}", problem.message)),
            }
        }
    }

    /// Says what is wrong with the declarations, and which resources are left out, on standard error.
    pub fn report_issues(&self) {
        for issue in self.state.project.issues() {
            let place = self.place(&issue.origin.file, issue.origin.range.start);
            output::warning(&format!("{place}: {}", issue.message.trim_end()));
        }
        for unplaced in self.state.project.unplaced() {
            let place = self.place(&unplaced.origin.file, unplaced.origin.range.start);
            output::warning(&format!("{place}: {} is left out: {}", unplaced.resource, unplaced.reason));
        }
    }

    /// Fails when a file that matters is not valid Elixir: what it declares is not known, whatever may be assumed.
    pub fn refuse_broken(&self) -> Result<(), Failure> {
        let issues = self.state.project.issues().iter().filter(|issue| issue.kind == IssueKind::Broken);
        let lines: Vec<String> = issues
            .map(|issue| format!("{}: {}", self.place(&issue.origin.file, issue.origin.range.start), issue.message))
            .collect();
        if lines.is_empty() {
            return Ok(());
        }
        Err(Failure::unusable(format!(
            "{}\nNothing was written. Repair the code and run the command again.",
            lines.join("\n")
        )))
    }

    /// Runs the generators.
    pub fn generate(&self, options: &Options, answers: &Answers, first_timestamp: &Timestamp) -> codegen::Outcome {
        let resources = (!self.domains.is_empty()).then(|| {
            let domains = self.state.project.domains().filter(|domain| self.domains.contains(&domain.module));
            let resources = domains.flat_map(|domain| domain.resources.iter().map(|(module, _)| module.clone()));
            resources.collect::<BTreeSet<String>>()
        });
        let answers = Answers { noted: self.noted(), ..answers.clone() };
        self.state.run(Request { options, answers: &answers, first_timestamp, resources: resources.as_ref() })
    }

    /// The renames that were made in an editor and are still to be migrated.
    fn noted(&self) -> NotedRenames {
        self.state.source(RENAMES_FILE).map(|text| NotedRenames::parse(text).0).unwrap_or_default()
    }

    /// Says on standard error which lines of `ashls.renames` have no effect, and why.
    pub fn report_renames(&self) {
        for problem in rename_problems(&self.state) {
            output::warning(&format!("{RENAMES_FILE}:{}: {}", problem.line, problem.message));
        }
    }

    /// Takes out of `ashls.renames` what a run writes, and what can have no effect any more.
    pub fn settle_renames(&self, outcome: &codegen::Outcome, changes: &mut FileChanges) {
        let Some(text) = self.state.source(RENAMES_FILE) else { return };
        match renames_after(text, outcome, self.domains.is_empty()) {
            Some(left) if *left == **text => {}
            Some(left) => changes.write.push((RENAMES_FILE.to_owned(), left)),
            None => changes.delete.push(RENAMES_FILE.to_owned()),
        }
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

    /// What a run did not know, one line each: facts it took from the newest snapshots when `assumed`, else those that
    /// it had to do without.
    pub fn unknown_facts(&self, outcome: &codegen::Outcome, assumed: bool) -> Vec<String> {
        let facts = unknown_facts(&self.state, outcome).into_iter().filter(|fact| fact.assumed == assumed);
        let line = |fact: UnknownFact| match &fact.place {
            Some(place) => format!("{}:{}: {}", place.file, place.start.0, fact.text()),
            None => fact.text(),
        };
        facts.map(line).collect()
    }
}

impl Loaded {
    /// What stops the generators, with the place of each declaration that they refuse (`lib/post.ex:12: …`).
    pub fn refused(&self) -> Vec<String> {
        let issues = self.state.project.issues().iter().filter(|issue| issue.kind.stops());
        let line = |issue: &Issue| {
            format!("{}: {}", self.place(&issue.origin.file, issue.origin.range.start), issue.message.trim_end())
        };
        issues.map(line).collect()
    }

    /// The failure of a run as an exit status and a message: the generator's, and where the cause of it is.
    pub fn failure(&self, failure: &codegen::Failure) -> Failure {
        let status = match failure {
            codegen::Failure::Unknown(_) => super::UNUSABLE,
            _ => super::FINDINGS,
        };
        let mut message = failure.to_string().trim_end().to_owned();
        let raised = self.state.project.issues().iter().find(|issue| match failure {
            codegen::Failure::Raised(raised) => issue.kind == IssueKind::Generation && issue.message == raised.message,
            _ => false,
        });
        match (failure, raised) {
            (codegen::Failure::Invalid(_), _) => message = self.refused().join("\n"),
            (_, Some(issue)) => {
                let place = self.place(&issue.origin.file, issue.origin.range.start);
                message.push_str(&format!("\n\n  at {place}"));
            }
            _ => {}
        }
        Failure { message, status }
    }
}
