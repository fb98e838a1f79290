//! Sections, entities and options, read from the data files once.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::{OptionType, Page};

/// What can stand in one kind of module.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    nodes: BTreeMap<String, Node>,
}

/// A section or an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it stands: `postgres.references.reference`.
    pub path: String,
    pub kind: NodeKind,
    /// Options that may be given by position, in order.
    pub arguments: Vec<String>,
    /// Those of them that may be left out though others follow.
    pub optional: Vec<String>,
    pub doc: String,
    pub options: Vec<OptionSpec>,
    /// What it sets itself, with the values: no option of it, although it is one of its like (`auto_set_fields` of Spark).
    pub sets: BTreeMap<String, String>,
    /// The extension module that brings it.
    pub extension: String,
    /// Known from a package's page only: there may be more in it than the page says.
    pub from_page: bool,
    /// The releases that have no name here that is not known.
    pub complete: Option<Arc<Releases>>,
}

/// Releases of a package, the first and the last included.
#[derive(Debug, PartialEq)]
pub struct Releases {
    pub package: String,
    pub since: (u64, u64, u64),
    pub until: (u64, u64, u64),
    /// Names that only releases before these had.
    pub formerly: Vec<String>,
}

/// Whether a node groups others or declares something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    Section,
    Entity,
}

/// One option of a section or entity.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionSpec {
    pub name: String,
    pub option_type: OptionType,
    /// The type as it is written in the data.
    pub type_text: String,
    pub required: bool,
    /// Elixir source of the default.
    pub default: Option<String>,
    pub deprecated: bool,
    pub doc: String,
}

impl Vocabulary {
    /// What `use Ash.Resource` with the known data layers and extensions understands.
    pub fn resource() -> &'static Vocabulary {
        &RESOURCE
    }

    /// What `use Ash.Domain` understands.
    pub fn domain() -> &'static Vocabulary {
        &DOMAIN
    }

    /// The same with what pages say: their text in place of ours, and what is not known here.
    pub fn with_pages<'p>(&self, pages: impl Iterator<Item = &'p Page>) -> Vocabulary {
        let mut completed = self.clone();
        for node in pages.flat_map(|page| &page.nodes) {
            match completed.nodes.get_mut(&node.path) {
                Some(known) => known.complete(node),
                None => drop(completed.nodes.insert(node.path.clone(), node.clone())),
            }
        }
        completed
    }

    /// The section or entity at `path`.
    pub fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// The sections and entities directly under `path`, by name. The top level is `""`.
    pub fn children<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a Node> + use<'a> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        let depth = prefix.matches('.').count();
        self.nodes
            .range(prefix.clone()..)
            .take_while({
                let prefix = prefix.clone();
                move |(path, _)| path.starts_with(&prefix)
            })
            .filter(move |(path, _)| path.matches('.').count() == depth)
            .map(|(_, node)| node)
    }

    /// The child `name` of `path`.
    pub fn child(&self, path: &str, name: &str) -> Option<&Node> {
        if path.is_empty() { self.node(name) } else { self.node(&format!("{path}.{name}")) }
    }
}

impl Node {
    /// Its last name: `reference`.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// What so many arguments stand for, in order.
    pub fn positional(&self, given: usize) -> impl Iterator<Item = &String> {
        let mut spare = given.saturating_sub(self.arguments.len() - self.optional.len());
        self.arguments.iter().filter(move |argument| {
            let optional = self.optional.contains(argument);
            let stays = !optional || spare > 0;
            spare = spare.saturating_sub(usize::from(optional));
            stays
        })
    }

    fn complete(&mut self, page: &Node) {
        if !page.doc.is_empty() {
            self.doc.clone_from(&page.doc);
        }
        for option in &page.options {
            match self.options.iter_mut().find(|known| known.name == option.name) {
                Some(known) if option.doc.is_empty() => known.deprecated |= option.deprecated,
                Some(known) => {
                    known.doc.clone_from(&option.doc);
                    known.deprecated |= option.deprecated;
                }
                // What a version of the package needs that is not the known one is not ours to demand.
                None => self.options.push(OptionSpec { required: option.required && self.from_page, ..option.clone() }),
            }
        }
    }

    /// The option `name`.
    pub fn option(&self, name: &str) -> Option<&OptionSpec> {
        self.options.iter().find(|option| option.name == name)
    }
}

static RESOURCE: LazyLock<Vocabulary> = LazyLock::new(|| {
    load(&[
        include_str!("../../grammar/vocabulary/ash_resource.toml"),
        include_str!("../../grammar/vocabulary/ash_postgres.toml"),
        include_str!("../../grammar/vocabulary/ash_sqlite.toml"),
        include_str!("../../grammar/vocabulary/ash_policy_authorizer.toml"),
        include_str!("../../grammar/vocabulary/ash_notifier_pub_sub.toml"),
        include_str!("../../grammar/vocabulary/ash_admin.toml"),
        include_str!("../../grammar/vocabulary/ash_ai.toml"),
        include_str!("../../grammar/vocabulary/ash_archival.toml"),
        include_str!("../../grammar/vocabulary/ash_authentication.toml"),
        include_str!("../../grammar/vocabulary/ash_authentication_tokens.toml"),
        include_str!("../../grammar/vocabulary/ash_authentication_user_identity.toml"),
        include_str!("../../grammar/vocabulary/ash_cloak.toml"),
        include_str!("../../grammar/vocabulary/ash_double_entry_account.toml"),
        include_str!("../../grammar/vocabulary/ash_double_entry_balance.toml"),
        include_str!("../../grammar/vocabulary/ash_double_entry_transfer.toml"),
        include_str!("../../grammar/vocabulary/ash_events.toml"),
        include_str!("../../grammar/vocabulary/ash_events_event_log.toml"),
        include_str!("../../grammar/vocabulary/ash_graphql.toml"),
        include_str!("../../grammar/vocabulary/ash_json_api.toml"),
        include_str!("../../grammar/vocabulary/ash_oban.toml"),
        include_str!("../../grammar/vocabulary/ash_paper_trail.toml"),
        include_str!("../../grammar/vocabulary/ash_rate_limiter.toml"),
        include_str!("../../grammar/vocabulary/ash_state_machine.toml"),
        include_str!("../../grammar/vocabulary/ash_storage.toml"),
        include_str!("../../grammar/vocabulary/ash_storage_attachment.toml"),
        include_str!("../../grammar/vocabulary/ash_translation.toml"),
        include_str!("../../grammar/vocabulary/ash_typescript.toml"),
    ])
});

static DOMAIN: LazyLock<Vocabulary> = LazyLock::new(|| {
    load(&[
        include_str!("../../grammar/vocabulary/ash_domain.toml"),
        include_str!("../../grammar/vocabulary/ash_policy_authorizer.toml"),
    ])
});

#[derive(Deserialize)]
struct File {
    extension: String,
    complete: Option<FileReleases>,
    #[serde(default)]
    formerly: Vec<String>,
    #[serde(default)]
    section: Vec<FileNode>,
    #[serde(default)]
    entity: Vec<FileNode>,
}

#[derive(Deserialize)]
struct FileReleases {
    package: String,
    since: String,
    until: String,
}

#[derive(Deserialize)]
struct FileNode {
    path: String,
    #[serde(default)]
    arguments: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
    /// Path of an entity whose options this one has too, but for what it `sets`.
    like: Option<String>,
    #[serde(default)]
    sets: BTreeMap<String, String>,
    doc: String,
    #[serde(default)]
    options: Vec<FileOption>,
}

#[derive(Deserialize)]
struct FileOption {
    name: String,
    r#type: String,
    #[serde(default)]
    required: bool,
    default: Option<String>,
    #[serde(default)]
    deprecated: bool,
    doc: String,
}

fn load(files: &[&str]) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    let mut likes = Vec::new();
    for text in files {
        let file: File = toml::from_str(text).expect("the vocabulary files are checked by a test");
        let formerly = file.formerly;
        let complete = file.complete.map(|releases| {
            let (since, until) = (version(&releases.since), version(&releases.until));
            Arc::new(Releases { package: releases.package, since, until, formerly })
        });
        let sections = file.section.into_iter().map(|node| (NodeKind::Section, node));
        let entities = file.entity.into_iter().map(|node| (NodeKind::Entity, node));
        for (kind, node) in sections.chain(entities) {
            if let Some(like) = &node.like {
                likes.push((node.path.clone(), like.clone()));
            }
            let node = Node {
                path: node.path,
                kind,
                arguments: node.arguments,
                optional: node.optional,
                doc: node.doc,
                options: node.options.into_iter().map(option).collect(),
                sets: node.sets,
                extension: file.extension.clone(),
                from_page: false,
                complete: complete.clone(),
            };
            vocabulary.nodes.insert(node.path.clone(), node);
        }
    }
    for (path, like) in likes {
        let inherited = vocabulary.nodes.get(&like).map(|node| node.options.clone()).unwrap_or_default();
        let Some(node) = vocabulary.nodes.get_mut(&path) else { continue };
        for option in inherited {
            if node.option(&option.name).is_none() && !node.sets.contains_key(&option.name) {
                node.options.push(OptionSpec { required: false, ..option });
            }
        }
    }
    vocabulary
}

/// `3.32.0`.
fn version(text: &str) -> (u64, u64, u64) {
    let mut numbers = text.split('.').map(|number| number.parse().expect("the vocabulary files are checked by a test"));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}

fn option(option: FileOption) -> OptionSpec {
    OptionSpec {
        option_type: OptionType::parse(&option.r#type),
        type_text: option.r#type,
        name: option.name,
        required: option.required,
        default: option.default,
        deprecated: option.deprecated,
        doc: option.doc,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_loads_and_every_entry_is_documented() {
        for vocabulary in [Vocabulary::resource(), Vocabulary::domain()] {
            assert!(vocabulary.nodes.len() > 20);
            for node in vocabulary.nodes.values() {
                assert!(!node.doc.is_empty(), "{} has no documentation", node.path);
                for option in &node.options {
                    assert!(!option.doc.is_empty(), "{}.{} has no documentation", node.path, option.name);
                    assert_ne!(option.option_type, OptionType::Unreadable, "{}.{}", node.path, option.name);
                }
                for argument in &node.arguments {
                    assert!(node.option(argument).is_some(), "{}: argument {argument} is no option", node.path);
                }
            }
        }
    }

    #[test]
    fn children_are_direct() {
        let vocabulary = Vocabulary::resource();
        let names: Vec<_> = vocabulary.children("postgres").map(Node::name).collect();
        assert_eq!(names, ["check_constraints", "custom_indexes", "custom_statements", "manage_tenant", "references"]);
        assert!(vocabulary.children("").all(|node| node.kind == NodeKind::Section));
    }

    #[test]
    fn timestamps_have_the_options_of_attributes() {
        let node = Vocabulary::resource().node("attributes.create_timestamp").unwrap();
        assert!(node.option("allow_nil?").is_some());
        assert!(!node.option("type").unwrap().required);
        let key = Vocabulary::resource().node("attributes.uuid_primary_key").unwrap();
        assert!(key.option("allow_nil?").is_none());
        assert!(key.option("public?").is_some());
    }
}
