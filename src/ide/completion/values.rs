//! Values of an option: the atoms of its type, and names of the project where it refers to them.

use super::{Completion, CompletionKind, Place};
use crate::dsl::{OptionSpec, OptionType};
use crate::ide::names::{owner, scope_of};
use crate::ide::roles::{Role, role};
use crate::resource::{Resource, type_names};

/// An atom as it is written.
pub fn written(atom: &str) -> String {
    match atom {
        "true" | "false" | "nil" => atom.to_owned(),
        _ => format!(":{atom}"),
    }
}

/// Whether names are written as keys: `unique_title: "…"`.
fn is_keyed(option_type: &OptionType) -> bool {
    match option_type {
        OptionType::Keyword => true,
        OptionType::List(item) => matches!(**item, OptionType::Tuple(_)),
        OptionType::Union(choices) => choices.iter().any(is_keyed),
        _ => false,
    }
}

impl Place<'_> {
    /// What can be given for `option` of the section or entity at `path`.
    pub(super) fn values(&self, path: &str, option: &OptionSpec) -> Vec<Completion> {
        // Inside of a call or a tuple other rules hold.
        if self.statement.brackets.iter().any(|bracket| *bracket != '[') {
            return Vec::new();
        }
        // The vocabulary has no type for this one.
        let as_keys = is_keyed(&option.option_type) || option.name == "identity_index_names";
        let mut found = match role(path, &option.name) {
            Some(role) => self.names(role, as_keys),
            None => Vec::new(),
        };
        let literals = option.option_type.literals();
        found.extend(literals.into_iter().map(|atom| self.item(written(atom), CompletionKind::Value, None)));
        found
    }

    fn names(&self, role: Role, as_keys: bool) -> Vec<Completion> {
        let own = || owner(self.project, self.module).map(|resource| &**resource);
        let atom = |name: &str| if as_keys { format!("{name}: ") } else { format!(":{name}") };
        let attributes = |resource: Option<&Resource>| {
            let attributes = resource.into_iter().flat_map(|resource| &resource.attributes);
            let items = attributes.map(|attribute| {
                let kind = attribute.ty.as_atom().map(|ty| format!(":{ty}"));
                self.item(atom(&attribute.name), CompletionKind::Attribute, kind)
            });
            items.collect::<Vec<_>>()
        };
        match role {
            Role::Attribute => attributes(own()),
            Role::Field => {
                let mut found = attributes(own());
                let calculations = own().into_iter().flat_map(|resource| &resource.calculations);
                found.extend(
                    calculations
                        .map(|name| self.item(atom(name), CompletionKind::Attribute, Some("calculation".to_owned()))),
                );
                found
            }
            Role::DestinationAttribute => attributes(self.other(None)),
            Role::ThroughAttribute => attributes(self.other(Some("through"))),
            Role::Relationship => {
                let relationships = own().into_iter().flat_map(|resource| &resource.relationships);
                let item = |name: &str, to: Option<String>| self.item(atom(name), CompletionKind::Relationship, to);
                relationships.map(|it| item(&it.name, it.destination.clone().ok())).collect()
            }
            Role::Identity => {
                let identities = own().into_iter().flat_map(|resource| &resource.identities);
                let item = |name: &str| self.item(atom(name), CompletionKind::Identity, None);
                identities.map(|identity| item(&identity.name)).collect()
            }
            Role::Resource => {
                let mut resources: Vec<_> = self.project.resources().collect();
                resources.sort_by(|one, other| one.module.cmp(&other.module));
                resources.into_iter().map(|it| self.module(&it.module, it.table().map(str::to_owned))).collect()
            }
            Role::Repo => self.project.repos().iter().map(|it| self.module(&it.repo.module, None)).collect(),
            Role::Type => {
                let short = type_names().map(|name| self.item(format!(":{name}"), CompletionKind::Type, None));
                let modules = self.type_modules().into_iter().map(|module| self.module(&module, Some("type".into())));
                short.chain(modules).collect()
            }
            Role::Action => Vec::new(),
        }
    }

    /// The resource that the statement names: the second argument, or the value of an option.
    fn other(&self, key: Option<&str>) -> Option<&Resource> {
        let mut words = self.statement.words.iter();
        let (_, written) = match key {
            Some(key) => words.find(|(name, _)| name.as_deref() == Some(key))?,
            None => words.filter(|(name, _)| name.is_none()).nth(1)?,
        };
        let parts: Vec<String> = written.split('.').map(str::to_owned).collect();
        let module = scope_of(self.module).expand_alias(&parts)?;
        self.project.resource(&module).map(|resource| &**resource)
    }

    /// Modules of the project that are types.
    fn type_modules(&self) -> Vec<String> {
        let mut found = Vec::new();
        for path in self.files.paths() {
            let Some(text) = self.files.text(&path) else { continue };
            for (at, _) in text.match_indices("use Ash.Type") {
                let header = text[..at].rfind("defmodule ").map(|start| start + "defmodule ".len());
                let name = header.and_then(|start| text[start..at].split_whitespace().next());
                found.extend(name.map(str::to_owned));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// A module, by the shortest name that the aliases allow.
    fn module(&self, full: &str, detail: Option<String>) -> Completion {
        let scope = scope_of(self.module);
        let shorter = scope.aliases.iter().filter_map(|(short, alias)| {
            let rest = full.strip_prefix(&**alias)?;
            (rest.is_empty() || rest.starts_with('.')).then(|| format!("{short}{rest}"))
        });
        let name = shorter.min_by_key(String::len).filter(|name| name.len() < full.len());
        let detail = match &name {
            Some(_) => Some(full.to_owned()),
            None => detail,
        };
        self.item(name.unwrap_or_else(|| full.to_owned()), CompletionKind::Module, detail)
    }

    fn item(&self, label: String, kind: CompletionKind, detail: Option<String>) -> Completion {
        Completion {
            text: label.clone(),
            label: label.trim_end().to_owned(),
            kind,
            detail,
            documentation: None,
            deprecated: false,
            range: self.statement.word,
            snippet: None,
            rank: 0,
        }
    }
}
