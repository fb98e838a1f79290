//! A view that never changes, for any number of threads at once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use super::project::{FileView, Files};
use super::{Projects, generate, names, preview, read, write};
use crate::ide::analysis::FileAnalysis;
use crate::ide::analyzer::{
    Analysis, Cancellation, Cancelled, Documentation, GenerateRequest, Generated, Link, Located, Preview,
    PreviewFormat, Renamed, Scope,
};
use crate::ide::completion::{self, Completion};
use crate::ide::documentation;
use crate::syntax::{Expr, SourceTree};
use crate::text::Range;

/// The files of all projects at one moment.
pub(super) struct FrozenAnalysis {
    /// Roots with their files.
    pub files: Vec<(PathBuf, Arc<Files>)>,
    /// For what is computed from the newest state.
    pub projects: Arc<RwLock<Projects>>,
}

impl FrozenAnalysis {
    fn view(&self, path: &Path) -> Option<&FileView> {
        let owners = self.files.iter().filter_map(|(root, files)| Some((root, files, path.strip_prefix(root).ok()?)));
        let (_, files, inside) = owners.max_by_key(|(root, _, _)| root.components().count())?;
        let parts: Option<Vec<&str>> = inside.components().map(|part| part.as_os_str().to_str()).collect();
        files.get(parts?.join("/").as_str()).map(Arc::as_ref)
    }
}

impl Analysis for FrozenAnalysis {
    fn text(&self, path: &Path) -> Option<Arc<str>> {
        self.view(path).map(|view| view.text.clone())
    }

    fn expressions(
        &self,
        path: &Path,
        cancellation: &Cancellation,
        read: &mut dyn FnMut(&[Expr]),
    ) -> Result<(), Cancelled> {
        cancellation.check()?;
        if let Some(view) = self.view(path) {
            view.read(read);
        }
        Ok(())
    }

    fn file(&self, path: &Path, cancellation: &Cancellation) -> Result<Arc<FileAnalysis>, Cancelled> {
        cancellation.check()?;
        Ok(self.view(path).map(|view| view.analysis.clone()).unwrap_or_default())
    }

    fn files(&self) -> Vec<PathBuf> {
        let listed = |(root, files): &(PathBuf, Arc<Files>)| -> Vec<PathBuf> {
            files.iter().filter(|(_, view)| view.listed).map(|(path, _)| root.join(&**path)).collect()
        };
        let mut paths: Vec<PathBuf> = self.files.iter().flat_map(listed).collect();
        paths.sort();
        paths
    }

    fn documentation(&self, path: &Path, offset: usize) -> Option<Documentation> {
        let mut found = None;
        self.view(path)?.read(&mut |expressions| found = documentation::documentation(expressions, offset));
        found
    }

    fn completions(&self, path: &Path, offset: usize) -> Vec<Completion> {
        let Some(view) = self.view(path) else { return Vec::new() };
        let projects = read(&self.projects);
        let project = projects.project_or_strays(path);
        let relative = project.relative(path);
        let parse = || Arc::new(SourceTree::parse(view.text.clone()).expressions().to_vec());
        let tree = view.expressions.clone().unwrap_or_else(parse);
        completion::completions(&project.state.project, project, &relative, &view.text, &tree, offset)
    }

    fn definition(&self, path: &Path, offset: usize) -> Vec<Located> {
        names::definition(read(&self.projects).project_or_strays(path), path, offset)
    }

    fn references(&self, path: &Path, offset: usize, declarations: bool) -> Vec<Located> {
        names::references(read(&self.projects).project_or_strays(path), path, offset, declarations)
    }

    fn links(&self, path: &Path) -> Vec<Link> {
        names::links(read(&self.projects).project_or_strays(path), path)
    }

    fn renamable(&self, path: &Path, offset: usize) -> Option<Range> {
        names::renamable(read(&self.projects).project_or_strays(path), path, offset)
    }

    fn rename(&self, path: &Path, offset: usize, new: &str, cancellation: &Cancellation) -> Result<Renamed, Cancelled> {
        cancellation.check()?;
        let (renamed, renames) =
            names::rename(read(&self.projects).project_or_strays(path), path, offset, new, cancellation);
        cancellation.check()?;
        if !renames.is_empty() {
            write(&self.projects).note(path, renames);
        }
        Ok(renamed)
    }

    fn record_renames(&self) -> Vec<(PathBuf, Option<String>)> {
        write(&self.projects).record()
    }

    fn generate(&self, request: &GenerateRequest, cancellation: &Cancellation) -> Result<Generated, Cancelled> {
        cancellation.check()?;
        let projects = read(&self.projects);
        let Some(project) = projects.project(path_of(&request.scope)) else {
            return Ok(Generated::Refused("there is no Mix project here".to_owned()));
        };
        Ok(generate::generate(project, request))
    }

    fn preview(&self, scope: &Scope, format: PreviewFormat, cancellation: &Cancellation) -> Result<Preview, Cancelled> {
        cancellation.check()?;
        let projects = read(&self.projects);
        match projects.project(path_of(scope)) {
            Some(project) => Ok(preview::preview(project, scope, format)),
            None => Ok(Preview {
                title: "Pending changes".into(),
                text: "There is no Mix project here.\n".into(),
                causes: Vec::new(),
            }),
        }
    }
}

fn path_of(scope: &Scope) -> &Path {
    match scope {
        Scope::Project(path) | Scope::Resource { path, .. } => path,
    }
}
