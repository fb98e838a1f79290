//! The analyzer behind the language server: projects that are kept up to date keystroke by keystroke.
//!
//! A change of a file re-reads that file, the resources that depend on it and the tables those declare; everything else
//! keeps its result, down to the same `Arc`. Views are frozen: what they hold never changes, and what is only asked for
//! now and then (generating, previewing) is computed from the newest state.

mod brought;
mod clauses;
mod file;
mod fixes;
mod frozen;
mod generate;
mod history;
mod intents;
#[cfg(test)]
mod listed_tests;
mod names;
mod pages;
mod preview;
mod project;
mod questions;
mod results;
mod sections;
mod sql_entries;
mod tables;
#[cfg(test)]
mod tests;
mod unlisted;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use super::analyzer::{Analysis, Analyzer, FileChange, TextSource};
use crate::diff::NotedRename;
use frozen::FrozenAnalysis;
use project::LiveProject;

/// All projects of an editor session.
pub struct LiveAnalyzer {
    projects: Arc<RwLock<Projects>>,
    texts: Arc<dyn TextSource>,
}

/// Without a source of texts: what is only listed stays unknown.
impl Default for LiveAnalyzer {
    fn default() -> LiveAnalyzer {
        LiveAnalyzer::with_texts(Arc::new(NoTexts))
    }
}

impl LiveAnalyzer {
    /// An analyzer that asks `texts` for what is only listed: pages of packages that a project uses, and migrations when
    /// somebody wants to know what made a column.
    pub fn with_texts(texts: Arc<dyn TextSource>) -> LiveAnalyzer {
        LiveAnalyzer { projects: Arc::default(), texts }
    }
}

struct NoTexts;

impl TextSource for NoTexts {
    fn text(&self, _: &Path) -> Option<Arc<str>> {
        None
    }
}

/// Projects by root, and files that belong to none.
#[derive(Default)]
pub(super) struct Projects {
    by_root: BTreeMap<PathBuf, LiveProject>,
    /// Files without a `mix.exs` above them: shown with what the vocabulary alone knows.
    strays: LiveProject,
    /// Their texts, and whether they are open: a file can be opened before its project is read.
    stray_texts: BTreeMap<PathBuf, (Arc<str>, bool)>,
}

impl Analyzer for LiveAnalyzer {
    fn apply(&mut self, changes: Vec<FileChange>) {
        let mut projects = write(&self.projects);
        // A root has to be there before its files.
        for change in &changes {
            let (FileChange::Text { path, .. } | FileChange::Listed { path }) = change else { continue };
            if path.file_name().is_some_and(|name| name == "mix.exs") {
                projects.add_root(path.parent().unwrap_or(path));
            }
        }
        // What follows from the files waits until somebody looks, since a project comes in many portions.
        for change in changes {
            projects.apply(change);
        }
    }

    fn snapshot(&mut self) -> Arc<dyn Analysis> {
        write(&self.projects).refresh(&*self.texts);
        let projects = read(&self.projects);
        let all = projects.by_root.values().chain([&projects.strays]);
        Arc::new(FrozenAnalysis {
            files: all.map(|project| (project.root.clone(), project.files.clone())).collect(),
            projects: self.projects.clone(),
            texts: self.texts.clone(),
        })
    }
}

impl Projects {
    /// Notes a project, unless the folder is an app of an umbrella that is known.
    fn add_root(&mut self, folder: &Path) {
        let umbrella = folder.parent().filter(|apps| apps.ends_with("apps")).and_then(Path::parent);
        if umbrella.is_some_and(|umbrella| self.by_root.contains_key(umbrella)) || self.by_root.contains_key(folder) {
            return;
        }
        // Apps that were taken for projects of their own before their umbrella was seen.
        let apps = folder.join("apps");
        self.by_root.retain(|root, _| root.parent() != Some(&apps));
        let mut project = LiveProject::new(folder);
        let inside = self.stray_texts.extract_if(.., |path, _| path.starts_with(folder));
        for (path, (text, open)) in inside {
            self.strays.remove(&path);
            project.set_text(&path, text, open);
        }
        self.by_root.insert(folder.to_owned(), project);
    }

    /// The innermost project of a file.
    fn project(&self, path: &Path) -> Option<&LiveProject> {
        path.ancestors().find_map(|folder| self.by_root.get(folder))
    }

    /// The project of a file, or the files that belong to none.
    fn project_or_strays(&self, path: &Path) -> &LiveProject {
        self.project(path).unwrap_or(&self.strays)
    }

    /// Notes renames that the editor was given the edits for, in the project of the file.
    fn note(&mut self, path: &Path, renames: Vec<NotedRename>) {
        let intents = &mut self.project_mut(path).tables.intents;
        renames.into_iter().for_each(|rename| intents.note(rename));
    }

    /// What `ashls.renames` of each project is to say from now on, where that is something else.
    fn record(&mut self) -> Vec<(PathBuf, Option<String>)> {
        let record = |(root, project): (&PathBuf, &mut LiveProject)| {
            let noted = project.tables.intents.record(&project.state)?;
            Some((root.clone(), noted.text()))
        };
        self.by_root.iter_mut().filter_map(record).collect()
    }

    fn project_mut(&mut self, path: &Path) -> &mut LiveProject {
        let root = path.ancestors().find(|folder| self.by_root.contains_key(*folder));
        match root.and_then(|root| self.by_root.get_mut(root)) {
            Some(project) => project,
            None => &mut self.strays,
        }
    }

    fn apply(&mut self, change: FileChange) {
        match change {
            FileChange::Text { path, text, open } => {
                if self.project(&path).is_none() {
                    self.stray_texts.insert(path.clone(), (text.clone(), open));
                }
                self.project_mut(&path).set_text(&path, text, open);
            }
            FileChange::Listed { path } => self.project_mut(&path).set_listed(&path),
            FileChange::Unreadable { path, reason } => self.project_mut(&path).set_unreadable(&path, reason),
            FileChange::Remove { path } => {
                self.by_root.retain(|root, _| !root.starts_with(&path));
                self.stray_texts.retain(|stray, _| !stray.starts_with(&path));
                self.project_mut(&path).remove(&path);
            }
        }
    }

    fn refresh(&mut self, texts: &dyn TextSource) {
        self.by_root.values_mut().for_each(|project| project.refresh(texts));
        self.strays.refresh(texts);
    }
}

/// A panic while the lock was held is reported by whoever caught it; the state is used on.
pub(super) fn read(projects: &RwLock<Projects>) -> std::sync::RwLockReadGuard<'_, Projects> {
    projects.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

pub(super) fn write(projects: &RwLock<Projects>) -> std::sync::RwLockWriteGuard<'_, Projects> {
    projects.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}
