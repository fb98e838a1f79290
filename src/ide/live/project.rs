//! One project: its state, and the analysis of each of its files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::brought::Brought;
use super::file;
use super::history::History;
use super::pages::Pages;
use super::tables::{TableKey, TablePending, Tables};
use crate::diff::NotedRenames;
use crate::ide::analysis::{FileAnalysis, Issue, Severity};
use crate::ide::analyzer::TextSource;
use crate::pending::ProjectState;
use crate::project::Tree;
use crate::project::paths::{RENAMES_FILE, is_generated, is_source};
use crate::syntax::{Expr, SourceTree};
use crate::text::Range;

/// What a frozen view knows of a file.
pub(super) struct FileView {
    pub text: Arc<str>,
    /// The tree of a file that is open.
    pub expressions: Option<Arc<Vec<Expr>>>,
    pub analysis: Arc<FileAnalysis>,
    /// Has an Ash module or a finding.
    pub listed: bool,
}

impl FileView {
    /// The whole tree.
    pub fn tree(&self) -> Arc<Vec<Expr>> {
        let parse = || Arc::new(SourceTree::parse(self.text.clone()).expressions().to_vec());
        self.expressions.clone().unwrap_or_else(parse)
    }

    /// Reads the whole tree. That of a file that is not open is made now: it is seldom asked for.
    pub fn read(&self, read: &mut dyn FnMut(&[Expr])) {
        match &self.expressions {
            Some(expressions) => read(expressions),
            None => read(SourceTree::parse(self.text.clone()).expressions()),
        }
    }
}

/// Files by path relative to the root.
pub(super) type Files = BTreeMap<Arc<str>, Arc<FileView>>;

/// A project that is kept up to date.
#[derive(Default)]
pub(super) struct LiveProject {
    pub root: PathBuf,
    pub state: ProjectState,
    pub files: Arc<Files>,
    pub tables: Tables,
    pub brought: Brought,
    /// What migrations do, as far as somebody has asked.
    pub history: Arc<History>,
    pages: Pages,
    /// Trees of the files that are open in the editor.
    open: BTreeMap<String, SourceTree>,
    unreadable: BTreeMap<String, String>,
    /// Source files whose text changed since the last refresh.
    changed_sources: BTreeSet<String>,
    /// Snapshots or migrations changed since the last refresh.
    changed_generated: BTreeSet<String>,
    /// Whether there was a refresh.
    loaded: bool,
    /// Something changed that can matter to any table.
    all_tables: bool,
}

impl LiveProject {
    pub fn new(root: &Path) -> LiveProject {
        LiveProject { root: root.to_owned(), ..LiveProject::default() }
    }

    /// The path relative to the root, `/` separated; whole for a file outside of all projects.
    pub fn relative(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        parts.join("/")
    }

    pub fn set_text(&mut self, path: &Path, text: Arc<str>, open: bool) {
        let path = self.relative(path);
        self.unreadable.remove(&path);
        if Pages::module_of(&path).is_some() {
            return self.pages.list(&path);
        }
        if is_generated(&path) {
            self.history.forget(&path);
            self.tables.intents.settle(&path, &text);
            self.state.set_generated(&path, Some(Some(text)));
            self.changed_generated.insert(path);
            return;
        }
        if !is_source(&path) && !open {
            return;
        }
        if self.state.source(&path).is_some_and(|old| *old == text) && open == self.open.contains_key(&path) {
            return;
        }
        self.changed_sources.insert(path.clone());
        if path == RENAMES_FILE {
            self.tables.intents.take_file(Some(&text));
            self.all_tables = true;
            // No Elixir.
            self.state.set_source_text(&path, text);
            return;
        }
        if !open {
            self.open.remove(&path);
            self.state.set_source_text(&path, text);
            return;
        }
        let tree = match self.open.get_mut(&path) {
            Some(tree) => {
                tree.update(text.clone());
                tree
            }
            None => self.open.entry(path.clone()).or_insert(SourceTree::parse(text.clone())),
        };
        let trouble = tree.issues().first().cloned();
        let expressions = Arc::new(tree.expressions().to_vec());
        self.state.set_source_tree(&path, text, Tree { expressions, trouble });
    }

    pub fn set_listed(&mut self, path: &Path) {
        let path = self.relative(path);
        if Pages::module_of(&path).is_some() {
            return self.pages.list(&path);
        }
        self.history.forget(&path);
        self.state.set_generated(&path, Some(None));
        self.changed_generated.insert(path);
    }

    pub fn set_unreadable(&mut self, path: &Path, reason: String) {
        let path = self.relative(path);
        self.forget(&path);
        self.changed_sources.insert(path.clone());
        self.unreadable.insert(path, reason);
    }

    /// Removes a file, or everything in a folder.
    pub fn remove(&mut self, path: &Path) {
        let path = self.relative(path);
        let folder = format!("{path}/");
        let is_gone = |known: &String| *known == path || known.starts_with(&folder);
        let sources: Vec<String> = self.state.source_paths().filter(|known| is_gone(known)).cloned().collect();
        let generated: Vec<String> = self.state.generated().keys().filter(|known| is_gone(known)).cloned().collect();
        self.unreadable.retain(|known, _| !is_gone(known));
        self.history.forget(&path);
        self.pages.forget(&path, &folder);
        for path in sources {
            self.forget(&path);
            self.changed_sources.insert(path);
        }
        for path in generated {
            self.state.set_generated(&path, None);
            self.changed_generated.insert(path);
        }
        self.changed_sources.insert(path);
    }

    fn forget(&mut self, path: &str) {
        if path == RENAMES_FILE {
            self.tables.intents.take_file(None);
            self.all_tables = true;
        }
        self.open.remove(path);
        self.state.remove_source(path);
    }

    /// Brings all results up to date with the files.
    pub fn refresh(&mut self, texts: &dyn TextSource) {
        if self.changed_sources.is_empty() && self.changed_generated.is_empty() && !self.pages.is_stale() {
            return;
        }
        let recomputed = self.state.refresh();
        let words = self.pages.refresh(&self.state, &self.root, texts);
        let other_words = words.is_some();
        words.into_iter().for_each(|words| self.state.project.set_lexicon(words));
        let sources = std::mem::take(&mut self.changed_sources);
        let generated = std::mem::take(&mut self.changed_generated);
        let everything = !self.loaded;
        self.loaded = true;
        let all_tables = std::mem::take(&mut self.all_tables) || everything;
        let tables = self.tables.refresh(&self.state, &generated, all_tables);
        let mut files: BTreeSet<String> = sources;
        files.extend(self.files_of(&tables));
        let mut brought = std::mem::take(&mut self.brought);
        files.extend(brought.take(self, &tables));
        self.brought = brought;
        if everything {
            files.extend(self.state.source_paths().cloned());
        }
        files.extend(self.unreadable.keys().cloned());
        // Whether a resource is listed shows in its own file.
        let other_lists = recomputed.domains > 0 || files.iter().any(|path| path.ends_with(".exs"));
        if other_words || other_lists {
            files.extend(self.open.keys().cloned());
        }
        self.show(files);
        if everything {
            self.state.project.shed();
        }
    }

    /// The files whose analysis shows something of these tables.
    fn files_of(&self, tables: &BTreeSet<TableKey>) -> BTreeSet<String> {
        let resources = tables.iter().flat_map(|table| self.tables.resources_of(table));
        let resources = resources.filter_map(|module| self.state.project.resource(module));
        resources.map(|resource| resource.origin.file.to_string()).collect()
    }

    /// Makes the views of these files anew; a view that comes out as it was stays the same object.
    fn show(&mut self, paths: BTreeSet<String>) {
        const MANY: usize = 24;
        let issues = self.state.project.issues();
        let view = |path: String| {
            let view = self.view(&path, issues);
            (path, view)
        };
        let views: Vec<(String, Option<FileView>)> = match paths.len() < MANY {
            true => paths.into_iter().map(view).collect(),
            false => Vec::from_iter(paths).into_par_iter().map(view).collect(),
        };
        let mut files = self.files.clone();
        for (path, view) in views {
            let old = files.get(path.as_str());
            match view {
                None if old.is_none() => {}
                None => drop(Arc::make_mut(&mut files).remove(path.as_str())),
                Some(view) => {
                    let view = match old {
                        Some(old) if *old.analysis == *view.analysis => {
                            FileView { analysis: old.analysis.clone(), ..view }
                        }
                        _ => view,
                    };
                    Arc::make_mut(&mut files).insert(path.as_str().into(), Arc::new(view));
                }
            }
        }
        self.files = files;
    }

    fn view(&self, path: &str, issues: &[crate::resource::Issue]) -> Option<FileView> {
        if let Some(reason) = self.unreadable.get(path) {
            let issue = Issue {
                range: Range::empty(0),
                code: "unreadable-file".into(),
                message: format!("this file {reason}"),
                ..Issue::default()
            };
            let analysis = Arc::new(FileAnalysis { issues: vec![issue], ..FileAnalysis::default() });
            return Some(FileView { text: "".into(), expressions: None, analysis, listed: true });
        }
        let text = self.state.source(path)?.clone();
        if path == RENAMES_FILE {
            let issues: Vec<Issue> = bad_lines(&text);
            let (listed, analysis) = (!issues.is_empty(), FileAnalysis { issues, ..FileAnalysis::default() });
            return Some(FileView { text, expressions: None, analysis: Arc::new(analysis), listed });
        }
        let open = self.open.contains_key(path);
        let (analysis, has_ash) = file::analyse(self, path, &text, issues, open);
        let expressions = open.then(|| self.state.project.tree(path)).flatten();
        let listed = has_ash || analysis != FileAnalysis::default();
        Some(FileView { text, expressions, analysis: Arc::new(analysis), listed })
    }

    /// What is pending on the tables that a resource declares.
    pub fn pending_of<'a>(&'a self, module: &'a str) -> impl Iterator<Item = &'a Arc<TablePending>> {
        self.tables.of_resource(module)
    }
}

/// The lines of `ashls.renames` that cannot be read.
fn bad_lines(text: &str) -> Vec<Issue> {
    let start = |line: usize| text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
    let issue = |bad: &crate::diff::BadLine| {
        let start = start(bad.line);
        let length = text[start..].lines().next().map_or(0, str::len);
        Issue {
            range: Range::new(start, start + length),
            code: "renames-file".into(),
            severity: Severity::Warning,
            message: format!("this line is ignored: {}", bad.message),
            ..Issue::default()
        }
    };
    NotedRenames::parse(text).1.iter().map(issue).collect()
}
