//! The reference pages of a project's packages: read when the project uses what they document, and then kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::dsl::{Lexicon, ModuleKind, Page};
use crate::ide::analyzer::TextSource;
use crate::pending::ProjectState;

/// What is there, what is needed and what it says.
#[derive(Default)]
pub(super) struct Pages {
    /// Paths by the module that the file is named after.
    listed: BTreeMap<String, String>,
    /// What was read; `None` for a page of another form, or one that cannot be read.
    read: BTreeMap<String, Option<Arc<Page>>>,
    /// Extensions that the project's resources and domains use, or did since it was opened.
    used: BTreeSet<(ModuleKind, String)>,
    /// Something was listed or used since the words were put together.
    stale: bool,
    /// Whether the words that were put together last have something of a page.
    completes: bool,
}

impl Pages {
    /// The module that a page is about, by its path: `deps/ash_oban/documentation/dsls/DSL-AshOban.md`.
    pub fn module_of(path: &str) -> Option<&str> {
        let (folder, name) = path.rsplit_once('/')?;
        let is_there = folder.starts_with("deps/") && folder.ends_with("/documentation/dsls");
        let name = name.strip_prefix("DSL-").or(name.strip_prefix("DSL:-")).filter(|_| is_there)?;
        name.strip_suffix(".md")
    }

    /// Notes a page; what was read of it before does not hold any more.
    pub fn list(&mut self, path: &str) {
        let Some(module) = Pages::module_of(path) else { return };
        self.listed.insert(module.to_owned(), path.to_owned());
        self.read.remove(module);
        self.stale = true;
    }

    /// Forgets pages that are gone: a file, or all in a folder.
    pub fn forget(&mut self, path: &str, folder: &str) {
        let gone = self.listed.extract_if(.., |_, listed| listed == path || listed.starts_with(folder));
        for (module, _) in gone {
            self.read.remove(&module);
            self.stale = true;
        }
    }

    /// Whether pages came or went since the last refresh.
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// Looks at what changed in the project, and reads the pages that are needed now. Returns the project's words when
    /// they are others than before.
    pub fn refresh(&mut self, state: &ProjectState, root: &Path, texts: &dyn TextSource) -> Option<Arc<Lexicon>> {
        for module in state.project.changed() {
            let extensions = state.project.resource(module).map(|resource| &resource.extensions);
            for extension in extensions.into_iter().flatten() {
                self.note(ModuleKind::Resource, extension);
            }
        }
        for domain in state.project.domains() {
            domain.extensions.iter().for_each(|extension| self.note(ModuleKind::Domain, extension));
        }
        self.note(ModuleKind::Resource, "Ash.Resource");
        self.note(ModuleKind::Domain, "Ash.Domain");
        if !std::mem::take(&mut self.stale) {
            return None;
        }
        let wanted = self.wanted();
        if wanted.is_empty() && !self.completes {
            return None;
        }
        self.completes = !wanted.is_empty();
        for (_, module) in &wanted {
            if !self.read.contains_key(module) {
                let text = self.listed.get(module).and_then(|path| texts.text(&root.join(path)));
                let page = text.and_then(|text| Page::parse(&text)).map(Arc::new);
                self.read.insert(module.clone(), page);
            }
        }
        let pages = wanted.iter().filter_map(|(kind, module)| {
            let page = self.read.get(module)?.as_deref()?;
            let is_used = self.used.contains(&(*kind, module.clone()));
            // Other pages of the package count when they only add to sections of those that are used.
            let only_adds = || page.nodes.iter().all(|node| node.path.contains('.'));
            (is_used || only_adds()).then_some((*kind, page))
        });
        Some(Arc::new(Lexicon::with_pages(pages)))
    }

    fn note(&mut self, kind: ModuleKind, extension: &str) {
        let used = (kind, extension.to_owned());
        if !self.used.contains(&used) {
            self.used.insert(used);
            self.stale = true;
        }
    }

    /// The pages of the extensions that are used, and of what belongs to those by its name: the strategies of
    /// `AshAuthentication`.
    fn wanted(&self) -> BTreeSet<(ModuleKind, String)> {
        let mut wanted = BTreeSet::new();
        for (kind, extension) in &self.used {
            let below = format!("{extension}.");
            let own = self.listed.contains_key(extension).then_some(extension);
            let parts = self.listed.range(below.clone()..).map(|(module, _)| module);
            let parts = parts.take_while(|module| module.starts_with(&below));
            wanted.extend(own.into_iter().chain(parts).map(|module| (*kind, module.clone())));
        }
        wanted
    }
}
