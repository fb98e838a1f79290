//! Values of an option: the atoms of its type, and names of the project where it refers to them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Completion, CompletionKind, Place};
use crate::dsl::{OptionSpec, OptionType};
use crate::elixir::source_modules;
use crate::ide::names::{owner, scope_of};
use crate::ide::roles::{Role, is_list_of_fields, role};
use crate::resource::{Resource, type_names};
use crate::syntax::{Expr, Kind, SourceTree};

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

/// Methods of indexes in PostgreSQL.
const INDEX_METHODS: &[&str] = &["btree", "hash", "gin", "gist", "spgist", "brin"];

impl Place<'_> {
    /// What can be given for `option` of the section or entity at `path`.
    pub(super) fn values(&self, path: &str, option: &OptionSpec) -> Vec<Completion> {
        // Inside of a call or a tuple other rules hold.
        if self.statement.brackets.iter().any(|bracket| *bracket != '[') {
            return Vec::new();
        }
        // The vocabulary has no type for this one.
        let as_keys = is_keyed(&option.option_type) || option.name == "identity_index_names";
        // Behind the name of a column: `migration_types title: …`.
        if as_keys && self.statement.key.as_ref().is_some_and(|key| *key != option.name) {
            return match option.name.as_str() {
                "migration_types" | "storage_types" => self.column_types(),
                _ => Vec::new(),
            };
        }
        let role = role(path, &option.name);
        let is_text = matches!(role, Some(Role::Table | Role::Schema | Role::Column | Role::IndexMethod));
        if self.statement.in_string {
            return role.filter(|_| is_text).map(|role| self.names(role, false)).unwrap_or_default();
        }
        if is_list_of_fields(path, &option.name) {
            let names = [Role::Field, Role::Relationship].map(|role| self.names(role, false));
            return names.into_iter().flatten().collect();
        }
        let mut found = match (role, option.name.as_str()) {
            (Some(role), _) => self.names(role, as_keys),
            (None, "constraints") => return self.constraints(),
            (None, "default" | "update_default") => self.enumerated(),
            (None, _) => Vec::new(),
        };
        let literals = option.option_type.literals();
        found.extend(literals.into_iter().map(|atom| self.item(written(atom), CompletionKind::Value, None)));
        found
    }

    /// The resource that the module is, is a part of, or says something about.
    pub(super) fn own(&self) -> Option<&Resource> {
        if self.path.starts_with("resources.resource") {
            let entry = self.enclosing.iter().find(|call| call.local_name() == Some("resource"))?;
            return self.resource(entry.positional().next()?);
        }
        owner(self.project, self.module).map(|resource| &**resource)
    }

    fn resource(&self, alias: &Expr) -> Option<&Resource> {
        let Kind::Alias(parts) = &alias.kind else { return None };
        let module = scope_of(self.module).expand_alias(parts)?;
        self.project.resource(&module).map(|resource| &**resource)
    }

    /// What is typed so far.
    pub(super) fn written(&self) -> String {
        let text = self.files.text(&self.module.file);
        text.and_then(|text| text.get(self.statement.word.start..self.statement.word.end).map(str::to_owned))
            .unwrap_or_default()
    }

    pub(super) fn names(&self, role: Role, as_keys: bool) -> Vec<Completion> {
        let own = || self.own();
        let atom = |name: &str| if as_keys { format!("{name}: ") } else { format!(":{name}") };
        let attributes = |resource: Option<&Resource>| {
            let attributes = resource.into_iter().flat_map(|resource| &resource.attributes);
            let items = attributes.map(|attribute| {
                let kind = attribute.ty.as_atom().map(|ty| format!(":{ty}"));
                self.item(atom(&attribute.name), CompletionKind::Attribute, kind)
            });
            items.collect::<Vec<_>>()
        };
        let calculations = |resource: Option<&Resource>| {
            let names = resource.into_iter().flat_map(|resource| &resource.calculations);
            let item = |name: &String| self.item(atom(name), CompletionKind::Attribute, Some("calculation".to_owned()));
            names.map(item).collect::<Vec<_>>()
        };
        let fields = |resource: Option<&Resource>| [attributes(resource), calculations(resource)].concat();
        match role {
            Role::Attribute => attributes(own()),
            Role::Field => fields(own()),
            Role::DestinationField => fields(self.other(None)),
            Role::Calculation => calculations(own()),
            Role::Aggregate => self.declared("aggregates", CompletionKind::Attribute),
            Role::Action => self.declared("actions", CompletionKind::Value),
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
            Role::Domain => {
                let mut domains: Vec<_> = self.project.domains().map(|domain| &domain.module).collect();
                domains.sort();
                domains.into_iter().map(|module| self.module(module, Some("domain".into()))).collect()
            }
            Role::Table => {
                let tables = self.project.desired().map(|desired| desired.snapshot.table.clone());
                self.texts(tables.collect())
            }
            Role::Schema => {
                let schemas = self.project.desired().filter_map(|desired| desired.snapshot.schema.clone());
                self.texts(schemas.chain(["public".to_owned()]).collect())
            }
            Role::Column => {
                let attributes = own().into_iter().flat_map(|resource| &resource.attributes);
                self.texts(attributes.filter_map(|attribute| attribute.source.clone().ok()).collect())
            }
            Role::IndexMethod => self.texts(INDEX_METHODS.iter().map(|method| (*method).to_owned()).collect()),
        }
    }

    /// Strings, without their quotes where the cursor is inside of them.
    fn texts(&self, texts: BTreeSet<String>) -> Vec<Completion> {
        let quote = if self.statement.in_string { "" } else { "\"" };
        texts.into_iter().map(|it| self.item(format!("{quote}{it}{quote}"), CompletionKind::Value, None)).collect()
    }

    /// The names that the entities of a section declare: in the module itself, or in the resource that a domain is saying
    /// something about.
    fn declared(&self, section: &str, kind: CompletionKind) -> Vec<Completion> {
        let own = self.own().filter(|_| self.path.starts_with("resources."));
        let text = own.and_then(|resource| self.files.text(&resource.origin.file));
        let tree = text.map(|text| Arc::new(SourceTree::parse(text).expressions().to_vec()));
        let modules = tree.map(|tree| source_modules(&self.module.file, &tree)).unwrap_or_default();
        let module = own.and_then(|own| modules.iter().find(|module| *module.name == *own.module));
        let body = module.map_or(self.body, |module| module.body());
        let sections = body.iter().filter_map(Expr::as_call).filter(|call| call.local_name() == Some(section));
        let entries =
            sections.flat_map(|call| call.block.iter().flat_map(|block| &block.body)).filter_map(Expr::as_call);
        let mut found = Vec::new();
        for entry in entries {
            let entity = entry.local_name().unwrap_or_default().to_owned();
            let mut names = Vec::new();
            let first = entry.arguments.first();
            match first.map(|first| &first.kind) {
                Some(Kind::Atom(name)) => names.push(name.to_string()),
                Some(Kind::List(items)) if entity == "defaults" => {
                    for item in items {
                        match &item.kind {
                            Kind::Atom(name) => names.push(name.to_string()),
                            Kind::Keywords(pairs) => {
                                names.extend(pairs.iter().filter_map(|(key, _)| key.as_atom().map(str::to_owned)));
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            found.extend(names.into_iter().map(|name| self.item(written(&name), kind, Some(entity.clone()))));
        }
        found
    }

    /// The resource that the statement names, or the entity whose block it stands in: the second argument, or the value
    /// of an option.
    fn other(&self, key: Option<&str>) -> Option<&Resource> {
        let mut words = self.statement.words.iter();
        let word = match key {
            Some(key) => words.find(|(name, _)| name.as_deref() == Some(key)),
            None => words.filter(|(name, _)| name.is_none()).nth(1),
        };
        let Some((_, written)) = word else {
            let around = self.enclosing.iter().rfind(|call| call.arguments.len() > 1)?;
            let in_block = around.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call);
            let value = match key {
                None => around.positional().nth(1),
                Some(key) => {
                    let given = around.keywords().iter().find(|(name, _)| name.as_atom() == Some(key));
                    let inside = in_block.filter(|call| call.local_name() == Some(key));
                    given.map(|(_, value)| value).or(inside.filter_map(|call| call.arguments.first()).next())
                }
            }?;
            return self.resource(value).or_else(|| self.across(value.as_atom()?));
        };
        if let Some(relationship) = written.strip_prefix(':') {
            return self.across(relationship);
        }
        let parts: Vec<String> = written.split('.').map(str::to_owned).collect();
        let module = scope_of(self.module).expand_alias(&parts)?;
        self.project.resource(&module).map(|resource| &**resource)
    }

    /// The resource that a relationship leads to.
    fn across(&self, relationship: &str) -> Option<&Resource> {
        let relationship = self.own()?.relationships.iter().find(|it| it.name == relationship)?;
        self.project.resource(relationship.destination.as_ref().ok()?).map(|resource| &**resource)
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

    pub(super) fn item(&self, label: String, kind: CompletionKind, detail: Option<String>) -> Completion {
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
