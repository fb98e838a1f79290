//! Looking up in a project's migrations what made a table, column or index. Files are read when somebody asks, and what
//! they do is kept until they change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::project::LiveProject;
use crate::codegen::{self, Options};
use crate::ide::analyzer::{Located, TextSource};
use crate::ide::implementation::Made;
use crate::migration::history::{Deed, deeds, trace};
use crate::migration::{self, Config};
use crate::snapshot::json::Dialect;

/// What migrations do, by their paths in the project.
#[derive(Default)]
pub(super) struct History {
    known: Mutex<BTreeMap<String, Arc<[Deed]>>>,
}

/// A look-up, ready to be made without the project at hand: it may read many files.
pub(super) struct LookUp {
    history: Arc<History>,
    root: PathBuf,
    questions: Vec<Question>,
}

struct Question {
    made: Made,
    sqlite: bool,
    /// The migrations of its repo, oldest first, with those texts that are at hand.
    files: Vec<(String, Option<Arc<str>>)>,
}

impl History {
    /// Forgets a file that has changed, or all in a folder.
    pub fn forget(&self, path: &str) {
        let folder = format!("{path}/");
        self.known().retain(|known, _| known != path && !known.starts_with(&folder));
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<[Deed]>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deeds(
        &self,
        root: &Path,
        path: &str,
        text: Option<&Arc<str>>,
        sqlite: bool,
        texts: &dyn TextSource,
    ) -> Arc<[Deed]> {
        if let Some(known) = self.known().get(path) {
            return known.clone();
        }
        let text = text.cloned().or_else(|| texts.text(&root.join(path)));
        let config = Config { sqlite, ..Config::default() };
        let read = text.and_then(|text| migration::read(&text, &config).ok());
        let found: Arc<[Deed]> = read.map(|migration| deeds(&migration)).unwrap_or_default().into();
        self.known().insert(path.to_owned(), found.clone());
        found
    }
}

/// Prepares a look-up.
pub(super) fn look_up(project: &LiveProject, made: Vec<Made>) -> LookUp {
    let (repos, _) = codegen::repo_infos(&project.state.project);
    let questions = made.into_iter().filter_map(|made| {
        let repo = repos.iter().find(|repo| repo.module == made.repo)?;
        let folders = codegen::listed_folders(&Options::default(), std::slice::from_ref(repo));
        let is_migration = |path: &str| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            name.ends_with(".exs") && name.starts_with(|first: char| first.is_ascii_digit()) && folders.contains(folder)
        };
        let files = project.state.generated().iter().filter(|(path, _)| is_migration(path));
        let mut files: Vec<_> = files.map(|(path, text)| (path.clone(), text.clone())).collect();
        files.sort_by(|(one, _), (other, _)| name(one).cmp(name(other)));
        Some(Question { made, sqlite: repo.dialect == Dialect::Sqlite, files })
    });
    LookUp { history: project.history.clone(), root: project.root.clone(), questions: questions.collect() }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl LookUp {
    /// The steps, the oldest first.
    pub fn run(self, texts: &dyn TextSource) -> Vec<Located> {
        let mut found = Vec::new();
        for Question { made, sqlite, files } in self.questions {
            let deeds: Vec<Arc<[Deed]>> = files
                .iter()
                .map(|(path, text)| self.history.deeds(&self.root, path, text.as_ref(), sqlite, texts))
                .collect();
            let steps = trace(&deeds, made.schema.as_deref(), &made.table, &made.subject);
            found.extend(steps.into_iter().map(|(at, range)| Located {
                path: self.root.join(&files[at].0),
                range,
                name_range: range,
            }));
        }
        found.dedup();
        found
    }
}
