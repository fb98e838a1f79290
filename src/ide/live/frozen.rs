//! A view that never changes, for any number of threads at once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use super::project::{FileView, Files};
use super::{Projects, generate, history, names, preview, read, write};
use crate::dsl::Lexicon;
use crate::ide::analysis::FileAnalysis;
use crate::ide::analyzer::{
    Analysis, Cancellation, Cancelled, Documentation, GenerateRequest, Generated, Link, Located, Preview,
    PreviewFormat, Renamed, Scope, TextSource,
};
use crate::ide::completion::{self, Completion};
use crate::ide::documentation;
use crate::ide::implementation::{Implementation, implementation};
use crate::ide::provenance::provenance;
use crate::syntax::Expr;
use crate::text::Range;

/// The files of all projects at one moment.
pub(super) struct FrozenAnalysis {
    /// Roots with their files.
    pub files: Vec<(PathBuf, Arc<Files>)>,
    /// For what is computed from the newest state.
    pub projects: Arc<RwLock<Projects>>,
    /// For what is only listed.
    pub texts: Arc<dyn TextSource>,
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
        if let Some(view) = self.view(path) {
            return Some(view.text.clone());
        }
        // A snapshot or migration: old ones are not in memory.
        let text = {
            let projects = read(&self.projects);
            let project = projects.project(path)?;
            project.state.generated().get(&project.relative(path))?.clone()
        };
        text.or_else(|| self.texts.text(path))
    }

    fn lexicon(&self, path: &Path) -> Arc<Lexicon> {
        read(&self.projects).project_or_strays(path).state.project.lexicon().clone()
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
        let lexicon = self.lexicon(path);
        self.view(path)?.read(&mut |expressions| found = documentation::documentation(&lexicon, expressions, offset));
        found
    }

    fn provenance(&self, path: &Path, offset: usize) -> Option<Documentation> {
        let view = self.view(path)?;
        let projects = read(&self.projects);
        let project = projects.project_or_strays(path);
        let tree = view.tree();
        provenance(&project.state.project, &project.relative(path), &view.text, &tree, offset)
    }

    fn implementation(&self, path: &Path, offset: usize) -> Vec<Located> {
        let look_up = {
            let projects = read(&self.projects);
            let project = projects.project_or_strays(path);
            match implementation(&project.state.project, project, &project.relative(path), offset) {
                Implementation::Places(places) => return names::located(project, places),
                Implementation::Made(made) => history::look_up(project, made),
            }
        };
        // Many files may have to be read: the analyzer must not wait for that.
        look_up.run(&*self.texts)
    }

    fn completions(&self, path: &Path, offset: usize) -> Vec<Completion> {
        let Some(view) = self.view(path) else { return Vec::new() };
        let projects = read(&self.projects);
        let project = projects.project_or_strays(path);
        let relative = project.relative(path);
        let tree = view.tree();
        completion::completions(&project.state.project, project, &relative, &view.text, &tree, offset)
    }

    fn definition(&self, path: &Path, offset: usize) -> Vec<Located> {
        names::definition(read(&self.projects).project_or_strays(path), path, offset)
    }

    fn references(&self, path: &Path, offset: usize, declarations: bool) -> Vec<Located> {
        names::references(read(&self.projects).project_or_strays(path), path, offset, declarations)
    }

    fn links(&self, path: &Path) -> Vec<Link> {
        let mut links = names::links(read(&self.projects).project_or_strays(path), path);
        // Only what is in the database was made by a migration.
        let resources = self.view(path).into_iter().flat_map(|view| &view.analysis.resources);
        let made = resources.flat_map(|resource| &resource.columns).filter(|column| column.current.is_some());
        links.extend(made.map(|column| Link {
            range: column.name_range,
            target: None,
            tooltip: format!("Open the migration that made {}", column.column),
        }));
        links.sort_by_key(|link| link.range);
        links.dedup_by_key(|link| link.range);
        links
    }

    fn link_target(&self, path: &Path, offset: usize) -> Option<Located> {
        let made = self.implementation(path, offset).into_iter().next();
        made.or_else(|| names::newest_snapshot(read(&self.projects).project_or_strays(path), path, offset))
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
