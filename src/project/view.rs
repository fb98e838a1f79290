//! What is known of a project, for those who use it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::file::File;
use super::source::Recorder;
use super::{App, Domain, MixEnv, Project, ProjectRepo, Settings, missing};
use crate::dsl::check::{self, Release};
use crate::dsl::vocabulary::Releases;
use crate::dsl::{DslIssue, Lexicon, ModuleKind, Vocabulary};
use crate::elixir::eval::{Context, Environment, Origin};
use crate::elixir::{ModulePlace, SourceModule};
use crate::resource::{DesiredSnapshot, Issue, IssueKind, Repo, Resource, ResourceSnapshots, Unplaced};
use crate::syntax::{Expr, Issue as SyntaxIssue};

impl Project {
    /// The desired snapshots, in the order of the domains and their resources.
    pub fn desired(&self) -> impl Iterator<Item = &DesiredSnapshot> {
        self.results().flat_map(|result| &result.snapshots)
    }

    /// The desired snapshots of one resource.
    pub fn desired_of(&self, module: &str) -> impl Iterator<Item = &DesiredSnapshot> {
        self.snapshots.get(module).into_iter().flat_map(|kept| &kept.value.snapshots)
    }

    /// Where the modules of a file stand, outer before inner; none while nobody has asked for a module of the file, so
    /// that it has no resource of the project.
    pub fn modules_of(&self, path: &str) -> Vec<ModulePlace> {
        self.sources.file(path).map(File::places_asked_for).unwrap_or_default()
    }

    /// The tree of a file; of a text only what matters to tables.
    pub fn tree(&self, path: &str) -> Option<Arc<Vec<Expr>>> {
        self.sources.file(path).map(|file| file.expressions().clone())
    }

    /// Files that matter to tables and cannot be read as Elixir, with the first place that cannot.
    pub fn troubles(&self) -> impl Iterator<Item = (&Arc<str>, &SyntaxIssue)> {
        self.sources.troubles()
    }

    /// Resources whose snapshots the last refresh made again, or that went away with it.
    pub fn changed(&self) -> &BTreeSet<String> {
        &self.changed
    }

    /// Resources whose table is not known.
    pub fn unplaced(&self) -> impl Iterator<Item = &Unplaced> {
        self.results().filter_map(|result| result.unplaced.as_ref())
    }

    /// Why the table of a resource is not known.
    pub fn unplaced_of(&self, module: &str) -> Option<&Unplaced> {
        self.snapshots.get(module)?.value.unplaced.as_ref()
    }

    fn results(&self) -> impl Iterator<Item = &ResourceSnapshots> {
        self.listed.iter().flatten().map(Arc::as_ref)
    }

    /// What the DSL or the generator refuses, and what is named but not found.
    pub fn issues(&self) -> &[Issue] {
        self.issues.get_or_init(|| self.collect_issues())
    }

    fn collect_issues(&self) -> Vec<Issue> {
        let mut issues = self.domain_issues.clone();
        issues.extend(self.troubles().map(|(path, trouble)| Issue {
            message: format!("this is not valid Elixir ({}); declarations around it may be missing", trouble.message),
            origin: Origin::new(path.clone(), trouble.range),
            kind: IssueKind::Broken,
        }));
        issues.extend(self.results().flat_map(|result| result.issues.iter().cloned()));
        for repo in self.repos.values().filter_map(|kept| kept.value.as_ref()) {
            issues.extend(repo.unset_variables.iter().map(|name| {
                missing(format!("{} depends on {name}, which is taken as not set", repo.module), &repo.origin)
            }));
        }
        let listed = self.order.iter().filter_map(|module| self.resources.get(module));
        for kept in listed.filter(|kept| !kept.mistakes.is_empty()) {
            let Some(file) = kept.value.as_ref().map(|resource| &resource.origin.file) else { continue };
            // In a file that is not Elixir, what is missing may only not be seen.
            if self.troubles().any(|(path, _)| path == file) {
                continue;
            }
            issues.extend(kept.mistakes.iter().filter(|mistake| mistake.stops).map(|mistake| Issue {
                message: mistake.message.clone(),
                origin: Origin::new(file.clone(), mistake.range),
                kind: IssueKind::Mistake,
            }));
        }
        // Every resource that is known has been asked for its snapshots.
        for (module, _) in self.order.iter().zip(&self.listed).filter(|(_, listed)| listed.is_none()) {
            let message = format!("the resource {module} is not part of the project, or its definition cannot be read");
            let named = self.domains.values().filter_map(|kept| kept.value.as_ref());
            let named = named.flat_map(|domain| &domain.resources).find(|(resource, _)| resource == module);
            if let Some((_, origin)) = named {
                issues.push(missing(message, origin));
            }
        }
        issues
    }

    /// The repos: those of `ecto_repos` first, in their order, then others that resources name.
    pub fn repos(&self) -> Vec<ProjectRepo> {
        let listed: Vec<String> = self.configured("ecto_repos", "").into_iter().map(|(module, _)| module).collect();
        let others = self.repos.keys().filter(|module| !listed.contains(module));
        let modules = listed.iter().chain(others);
        modules
            .filter_map(|module| {
                let repo = self.repos.get(module)?.value.clone()?;
                let app = self.sources.apps.iter().find(|app| app.name.as_deref() == repo.otp_app.as_deref().ok());
                let app_folder = app.map(|app| app.folder.clone()).unwrap_or_default();
                let generator_paths = app.map(|app| app.generator_paths.clone()).unwrap_or_default();
                Some(ProjectRepo { listed: listed.contains(module), app_folder, generator_paths, repo })
            })
            .collect()
    }

    /// A resource as declared, whether or not a domain lists it.
    pub fn resource(&self, module: &str) -> Option<&Arc<Resource>> {
        self.resources.get(module)?.value.as_ref()
    }

    /// All resources that are known, in no particular order.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.resources.values().filter_map(|kept| kept.value.as_ref())
    }

    pub fn repo(&self, module: &str) -> Option<&Arc<Repo>> {
        self.repos.get(module)?.value.as_ref()
    }

    /// The configured domains.
    pub fn domains(&self) -> impl Iterator<Item = &Arc<Domain>> {
        self.domains.values().filter_map(|kept| kept.value.as_ref())
    }

    /// What the vocabulary alone finds wrong with a resource or domain: of a file that is not being edited only what
    /// stands in sections that matter to tables.
    pub fn mistakes_of(&self, module: &str) -> &[DslIssue] {
        let resource = self.resources.get(module).map(|kept| &kept.mistakes);
        resource.or_else(|| self.domains.get(module).map(|kept| &kept.mistakes)).map_or(&[], Vec::as_slice)
    }

    /// What the built-in vocabulary finds wrong with the body of a module, whether or not the project reaches it.
    pub fn mistakes_in(&self, kind: ModuleKind, body: &[Expr]) -> Vec<DslIssue> {
        let vocabulary = match kind {
            ModuleKind::Resource => Vocabulary::resource(),
            ModuleKind::Domain => Vocabulary::domain(),
        };
        let release = |known: &Releases| match self.locked_release(&known.package) {
            Some(locked) if locked < known.since => Release::Older,
            Some(locked) if locked <= known.until => Release::Known,
            _ => Release::Other,
        };
        check::check_release(vocabulary, body, release)
    }

    /// Whether a configured domain lists the resource, so that the generators look at it.
    pub fn is_listed(&self, resource: &str) -> bool {
        self.positions.contains_key(resource)
    }

    /// Whether any domain is configured. A library often configures none.
    pub fn has_configured_domains(&self) -> bool {
        !self.domains.is_empty()
    }

    /// The words of the DSLs: those that are built in, with what pages of the project's packages say.
    pub fn lexicon(&self) -> &Arc<Lexicon> {
        self.lexicon.as_ref().unwrap_or_else(|| Lexicon::built_in())
    }

    /// Whether a module is one of the configured domains.
    pub fn is_domain(&self, module: &str) -> bool {
        self.domains.get(module).is_some_and(|kept| kept.value.is_some())
    }

    /// The applications: the root first.
    pub fn apps(&self) -> &[App] {
        &self.sources.apps
    }

    /// The Mix environment that everything was read for: `:dev`, or `:test` where only that one configures domains.
    pub fn mix_env(&self) -> MixEnv {
        self.sources.mix_env
    }

    pub fn settings(&self) -> &Settings {
        &self.sources.settings
    }

    /// The version of a package in `mix.lock`.
    pub fn locked_version(&self, package: &str) -> Option<&str> {
        self.versions.get(package).map(String::as_str)
    }

    /// The same in numbers: major, minor, patch.
    pub fn locked_release(&self, package: &str) -> Option<(u64, u64, u64)> {
        self.evaluate(|context| context.locked_version(package))
    }

    /// A module by name.
    pub fn module(&self, name: &str) -> Option<&Arc<SourceModule>> {
        self.sources.module(name)
    }

    /// Whether there is a module of that name. Reads no file again whose tree was forgotten.
    pub fn has_module(&self, name: &str) -> bool {
        self.sources.has_module(name)
    }

    /// Lends the project's modules and settings to something that evaluates code of its own.
    pub fn with_environment<T>(&self, work: impl FnOnce(&dyn Environment) -> T) -> T {
        work(&Recorder::new(&self.sources))
    }

    /// Evaluates something about the project's modules, such as a callback of one of them.
    pub fn evaluate<T>(&self, work: impl FnOnce(&Context) -> T) -> T {
        let recorder = Recorder::new(&self.sources);
        work(&Context::new(&recorder))
    }
}
