//! Where a module of Ash names attributes, relationships, identities, actions and other modules.
//!
//! Reads the call tree with the vocabulary, and asks the project only what cannot be seen in the module: the attributes
//! of a relationship's destination, the resource that a fragment belongs to.

use std::sync::Arc;

mod walker;

use super::bodies::bodies;
use crate::elixir::eval::Scope;
use crate::elixir::name::last_part;
use crate::elixir::{SourceModule, source_modules};
use crate::project::Project;
use crate::resource::Resource;
use crate::syntax::{Expr, SourceTree, parse_around};
use crate::text::Range;
use walker::Walker;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// By its full name.
    Module(String),
    /// Something that a resource declares.
    Member { module: String, kind: MemberKind, name: String },
}

impl Name {
    /// What is written wherever it is named, unless an alias has a name of its own.
    pub fn word(&self) -> &str {
        match self {
            Name::Module(module) => last_part(module),
            Name::Member { name, .. } => name,
        }
    }
}

/// What a resource declares by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberKind {
    Attribute,
    Relationship,
    Identity,
    Action,
    Calculation,
    Aggregate,
}

/// One place where a name is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The name itself, without colons.
    pub range: Range,
    pub name: Name,
    /// Whether this is where it is declared.
    pub declares: bool,
}

/// The texts of a project, by their paths in it.
pub trait Files: Sync {
    /// The text of a file, as the editor has it when it is open.
    fn text(&self, path: &str) -> Option<Arc<str>>;

    /// The project's own source files, sorted.
    fn paths(&self) -> Vec<String>;
}

/// Every name in the Ash modules of a file, in the order of the text. The file is read whole: a project keeps of most
/// files only what matters to tables.
pub fn names(project: &Project, path: &str, text: &str) -> Vec<Occurrence> {
    names_of(project, path, text, &Arc::new(SourceTree::parse(text).expressions().to_vec()))
}

/// Like [`names`], with the whole tree of the file.
pub fn names_of(project: &Project, path: &str, text: &str, tree: &Arc<Vec<Expr>>) -> Vec<Occurrence> {
    walk(project, path, text, tree, None)
}

/// The places of one name among the [`names`] of a file. Only the blocks are read that have the word: a name that is
/// everywhere is looked for in all files of a project.
pub fn places_of(project: &Project, path: &str, text: &str, name: &Name) -> Vec<Occurrence> {
    let is_module = matches!(name, Name::Module(_));
    // `alias Blog.Post, as: Article`: then the word need not be where the module is named.
    let whole = is_module && text.match_indices("as:").any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric));
    let words: &[&str] = if is_module { &[name.word(), "__MODULE__"] } else { &[name.word()] };
    let tree = match whole {
        true => SourceTree::parse(text).expressions().to_vec(),
        false => parse_around(text, words),
    };
    let mut found = walk(project, path, text, &Arc::new(tree), Some(name));
    found.retain(|occurrence| occurrence.name == *name);
    found
}

/// The names of a file; at least those of `wanted`, if there is one.
fn walk(project: &Project, path: &str, text: &str, tree: &Arc<Vec<Expr>>, wanted: Option<&Name>) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for module in source_modules(&path.into(), tree) {
        let bodies = bodies(module.body());
        if bodies.is_empty() {
            continue;
        }
        let mut walker = Walker::new(project, &module, text);
        // A module's name and a member's never stand at the same place.
        match wanted {
            None => {
                walker.module_names(None);
                walker.members_of(&bodies);
            }
            Some(Name::Module(wanted)) => walker.module_names(Some(wanted)),
            Some(Name::Member { .. }) => walker.members_of(&bodies),
        }
        found.append(&mut walker.found);
    }
    found.sort_by_key(|occurrence| occurrence.range);
    found.dedup_by_key(|occurrence| occurrence.range);
    found
}

/// The name at `offset`.
pub fn name_at(project: &Project, path: &str, text: &str, offset: usize) -> Option<Occurrence> {
    names(project, path, text).into_iter().find(|occurrence| occurrence.range.touches(offset))
}

/// The aliases in force in a module, those of its body included.
pub fn scope_of(module: &SourceModule) -> Scope {
    let mut scope = module.scope.clone();
    for call in module.body().iter().filter_map(Expr::as_call) {
        if call.local_name() == Some("alias") {
            scope.alias_directive(&call.arguments);
        }
    }
    scope
}

/// The resource that a module is, or that it is a fragment of.
pub fn owner<'a>(project: &'a Project, module: &SourceModule) -> Option<&'a Arc<Resource>> {
    if let Some(resource) = project.resource(&module.name) {
        return Some(resource);
    }
    let here = |file: &str, range: Range| *file == *module.file && module.range.contains(range);
    let using = project.resources().filter(|resource| {
        let attributes = resource.attributes.iter().map(|it| &it.origin);
        let relationships = resource.relationships.iter().map(|it| &it.origin);
        let identities = resource.identities.iter().map(|it| &it.origin);
        attributes.chain(relationships).chain(identities).any(|origin| here(&origin.file, origin.range))
    });
    // Several resources may use one fragment.
    using.min_by(|one, other| one.module.cmp(&other.module))
}

/// The bytes of a name without the colon of an atom or key, when it is written plainly.
pub fn bare(text: &str, range: Range) -> Option<Range> {
    let written = text.get(range.start..range.end)?;
    let start = usize::from(written.starts_with(':'));
    let trimmed = written.trim_end().trim_end_matches(':');
    let plain = trimmed.get(start..)?;
    let is_plain = !plain.is_empty() && plain.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '?' | '!'));
    is_plain.then(|| Range::new(range.start + start, range.start + trimmed.len()))
}
