//! Domains: which resources the generators look at.

use std::sync::Arc;

use crate::elixir::eval::{Context, Node, Origin, Unknown, Value};
use crate::resource::{Issue, IssueKind, declaration};

/// A domain (`Ash.Domain`, or `Ash.Api` before Ash 3).
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    pub module: String,
    /// The name in `defmodule`.
    pub origin: Origin,
    /// Modules of the resources, in order, each once.
    pub resources: Vec<(String, Origin)>,
    /// Modules of its extensions, as far as they are known.
    pub extensions: Vec<String>,
    /// Resources may be missing from the list.
    pub unknown: Vec<Arc<Unknown>>,
}

/// Reads the domain `module`; `None` when the project does not define it.
pub fn domain(module: &str, context: &Context) -> Option<Domain> {
    let body = context.body(module)?;
    let source = context.module(module)?;
    let origin = Origin::new(source.file.clone(), source.name_range);
    let used = body.uses.iter().filter(|used| &*used.module == "Ash.Domain");
    let extensions = used.filter_map(|used| used.options.get("extensions")).flat_map(Value::wrap);
    let extensions = extensions.filter_map(|extension| extension.as_module().map(str::to_owned)).collect();
    let module = module.to_owned();
    let mut domain = Domain { module, origin, resources: Vec::new(), extensions, unknown: Vec::new() };
    domain.unknown.extend(body.nodes.iter().filter_map(|node| node.unknown.clone()));
    for node in body.nodes.iter().filter(|node| &*node.name == "resources").flat_map(|node| &node.children) {
        if let Some(unknown) = &node.unknown {
            domain.unknown.push(unknown.clone());
            continue;
        }
        match &*node.name {
            "resource" => add(&mut domain, node),
            "registry" => {
                let registry = node.arguments.first().and_then(|registry| registry.as_module());
                if let Some(body) = registry.and_then(|registry| context.body(registry)) {
                    let entries = body.nodes.iter().filter(|node| &*node.name == "entries");
                    for entry in entries.flat_map(|node| &node.children).filter(|node| &*node.name == "entry") {
                        add(&mut domain, entry);
                    }
                }
            }
            _ => {}
        }
    }
    add_versions(&mut domain, &body.nodes, context);
    Some(domain)
}

/// `AshPaperTrail.Domain` with `include_versions? true` lists the version resources too.
fn add_versions(domain: &mut Domain, nodes: &[Node], context: &Context) {
    if !domain.extensions.iter().any(|extension| extension == "AshPaperTrail.Domain") {
        return;
    }
    let section = nodes.iter().filter(|node| &*node.name == "paper_trail");
    let included =
        section.filter_map(|node| node.option("include_versions?", 0)).any(|(value, _)| value.as_bool() == Some(true));
    if !included {
        return;
    }
    for (module, origin) in domain.resources.clone() {
        let version = format!("{module}.Version");
        let has_versions = declaration(&module, context).is_some_and(|d| d.has_extension("AshPaperTrail.Resource"));
        if has_versions && !domain.resources.iter().any(|(known, _)| *known == version) {
            domain.resources.push((version, origin));
        }
    }
}

fn add(domain: &mut Domain, node: &Node) {
    let Some(value) = node.arguments.first() else { return };
    match (value.as_module(), value.as_unknown()) {
        (Some(module), _) => {
            if !domain.resources.iter().any(|(name, _)| name == module) {
                domain.resources.push((module.to_owned(), node.origin.clone()));
            }
        }
        (None, Some(unknown)) => domain.unknown.push(unknown.clone()),
        (None, None) => {}
    }
}

impl Domain {
    /// What is to be said about the domain itself.
    pub fn issues(&self) -> impl Iterator<Item = Issue> {
        self.unknown.iter().map(|unknown| Issue {
            message: format!("resources of {} may be missing: {}", self.module, unknown.reason),
            origin: unknown.origin.clone(),
            kind: IssueKind::Missing,
        })
    }
}
