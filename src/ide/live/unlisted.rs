//! Resources and domains in an open file that the generators do not look at: no domain lists the resource, or the
//! configuration not the domain. Their DSL is checked all the same.

use std::sync::Arc;

use super::file::File;
use super::sections::module_at;
use crate::dsl::ModuleKind;
use crate::elixir::{ModulePlace, SourceModule, source_modules};
use crate::ide::analysis::{Fix, FixEdit, Issue, Severity};
use crate::ide::bodies::{is_fragment, module_kind, uses};
use crate::ide::quick_fixes;
use crate::project::{self, Domain};
use crate::resource::{self, Resource};
use crate::syntax::Expr;

/// The code of the finding.
const UNLISTED: &str = "unlisted";

impl File<'_> {
    /// The modules of the file, outer before inner, whether or not anything in the project leads to them.
    pub(super) fn all_modules(&self) -> Vec<ModulePlace> {
        let path: Arc<str> = self.path.into();
        source_modules(&path, self.shared_expressions()).iter().map(SourceModule::place).collect()
    }

    /// What is to be said about a module that is no resource or domain of the project; `None` when it is neither at all.
    pub(super) fn apart(&self, module: &ModulePlace) -> Option<Vec<Issue>> {
        let body = self.body(module);
        let kind = module_kind(body)?;
        let unlisted = match kind {
            _ if is_fragment(body) => None,
            ModuleKind::Resource => {
                let resource = self.project.state.project.evaluate(|context| resource::resource(&module.name, context));
                // A file that is not compiled with the project, such as a test, is known by its own words only.
                if resource.is_none() && !uses(body, "Ash.Resource") {
                    return None;
                }
                resource.and_then(|resource| self.unlisted(&resource, module))
            }
            ModuleKind::Domain => self.unlisted_domain(module),
        };
        let by_pages = self.mistakes_by_pages(body, kind);
        let mistakes = by_pages.unwrap_or_else(|| self.project.state.project.mistakes_in(kind, body));
        Some(mistakes.iter().map(|mistake| self.dsl(mistake)).chain(unlisted).collect())
    }

    /// A resource with a table that no configured domain lists: nothing is generated for it.
    pub(super) fn unlisted(&self, resource: &Resource, module: &ModulePlace) -> Option<Issue> {
        let project = &self.project.state.project;
        let has_table = resource.layer.as_ref().is_some_and(|layer| !matches!(layer.migrate, Ok(false)));
        if !has_table || project.is_listed(&module.name) || !self.counts() {
            return None;
        }
        let domain = project.evaluate(|context| {
            let declared = resource::declaration(&module.name, context)?;
            let domain = declared.options.get("domain").or_else(|| declared.options.get("api"))?;
            project::domain(domain.as_module()?, context)
        });
        let (reason, fixes) = match domain {
            Some(domain) if domain.resources.iter().any(|(name, _)| *name == *module.name) => {
                if self.is_kept_out(&domain.module) {
                    return None;
                }
                (not_configured(&domain.module), Vec::new())
            }
            Some(domain) => {
                let fix = self.listed(&domain, module);
                (format!("{} does not list it", domain.module), fix.into_iter().collect())
            }
            None => ("no domain lists it".to_owned(), Vec::new()),
        };
        let message = format!("no migration is generated for {}: {reason}", module.name);
        Some(Issue { fixes, ..unlisted_issue(module, message) })
    }

    fn unlisted_domain(&self, module: &ModulePlace) -> Option<Issue> {
        let domain = self.project.state.project.evaluate(|context| project::domain(&module.name, context))?;
        if domain.resources.is_empty() || !self.counts() || self.is_kept_out(&module.name) {
            return None;
        }
        let message = format!(
            "no migration is generated for the resources of {0}: {1}",
            module.name,
            not_configured(&module.name)
        );
        Some(unlisted_issue(module, message))
    }

    /// Whether the domain says that it stays out of the configuration, so that Ash does not warn of it either.
    fn is_kept_out(&self, domain: &str) -> bool {
        let body = self.project.state.project.evaluate(|context| context.body(domain));
        let uses = body.iter().flat_map(|body| &body.uses).filter(|used| &*used.module == "Ash.Domain");
        let mut options = uses.filter_map(|used| used.options.get("validate_config_inclusion?"));
        options.any(|value| value.as_bool() == Some(false))
    }

    /// Whether the project lists resources, and all of them are known.
    fn counts(&self) -> bool {
        let project = &self.project.state.project;
        let in_tests = self.path.starts_with("test/") || self.path.contains("/test/");
        !in_tests && project.has_configured_domains() && project.domains().all(|domain| domain.unknown.is_empty())
    }

    /// Adds the resource to its domain.
    fn listed(&self, domain: &Domain, module: &ModulePlace) -> Option<Fix> {
        let path = &*domain.origin.file;
        let text = self.project.state.source(path)?;
        let tree = self.project.state.project.tree(path)?;
        let place = self.project.state.project.module(&domain.module)?.place();
        let body = module_at(&tree, place.range.start)?.block.as_ref()?;
        let mut calls = body.body.iter().filter_map(Expr::as_call);
        let resources = calls.find(|call| call.local_name() == Some("resources"))?;
        let (range, text) = quick_fixes::append(text, resources, &format!("resource {}", module.name))?;
        let edits = vec![FixEdit { path: self.absolute(path), range, text }];
        Some(Fix { title: format!("Add {} to {}", module.name, domain.module), edits, preferred: true })
    }
}

fn unlisted_issue(module: &ModulePlace, message: String) -> Issue {
    Issue { range: module.name_range, code: UNLISTED.into(), severity: Severity::Warning, message, ..Issue::default() }
}

fn not_configured(domain: &str) -> String {
    format!("{domain} is not among the `ash_domains` of the configuration")
}
