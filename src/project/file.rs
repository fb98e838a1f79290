//! One file: its text or tree, and the modules it defines.

use std::sync::{Arc, OnceLock};

use crate::elixir::name::last_part;
use crate::elixir::{ModulePlace, SourceModule, source_modules};
use crate::resource::sections;
use crate::syntax::{Expr, Issue, parse_skimmed};

/// What a file is given as.
#[derive(Debug, Clone)]
pub enum Source {
    /// To be parsed when somebody asks for it.
    Text(Arc<str>),
    /// Parsed already: a file that is being edited.
    Tree(Tree),
}

/// A parsed file.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    pub expressions: Arc<Vec<Expr>>,
    /// The first place that is not Elixir.
    pub trouble: Option<Issue>,
}

/// A file of a project.
#[derive(Debug)]
pub struct File {
    /// `None` when the tree came with the file.
    text: Option<Arc<str>>,
    parsed: OnceLock<Parsed>,
    /// The modules it had when its tree was last forgotten, if it was.
    shed: Option<Box<[ModulePlace]>>,
    /// The last parts of the names of the modules that it may define.
    candidates: Vec<Arc<str>>,
    pub path: Arc<str>,
}

#[derive(Debug)]
struct Parsed {
    tree: Tree,
    modules: Vec<Arc<SourceModule>>,
}

impl File {
    /// `old`: modules that stay the same objects when they did not change. `at_once`: whether to look into a text now.
    pub fn new(path: &Arc<str>, source: Source, at_once: bool, old: &[Arc<SourceModule>]) -> File {
        let mut file =
            File { text: None, parsed: OnceLock::new(), shed: None, candidates: Vec::new(), path: path.clone() };
        match source {
            Source::Text(text) => {
                file.candidates = candidates(&text);
                if at_once {
                    file.parsed = OnceLock::from(Parsed::new(path, parse(&text), old));
                }
                file.text = Some(text);
            }
            Source::Tree(tree) => {
                let parsed = Parsed::new(path, tree, old);
                file.candidates = parsed.modules.iter().map(|module| last_part(&module.name).into()).collect();
                file.parsed = OnceLock::from(parsed);
            }
        }
        file
    }

    /// The text, unless the file came as a tree.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The top-level expressions. Of a text only what matters to tables, see [`sections::INTEREST`].
    pub fn expressions(&self) -> &Arc<Vec<Expr>> {
        &self.parsed().tree.expressions
    }

    /// The modules in the file, outer before inner.
    pub fn modules(&self) -> &[Arc<SourceModule>] {
        &self.parsed().modules
    }

    /// The module `name`; of several, the last.
    pub fn module(&self, name: &str) -> Option<&Arc<SourceModule>> {
        self.modules().iter().rev().find(|module| &*module.name == name)
    }

    /// Whether the file defines the module `name`; nothing is parsed for it that was parsed before.
    pub fn has_module(&self, name: &str) -> bool {
        match (&self.shed, self.parsed.get()) {
            (Some(places), None) => places.iter().any(|place| &*place.name == name),
            _ => self.module(name).is_some(),
        }
    }

    /// The last parts of the names of modules that the file may define; some may stand in a comment or a text.
    pub fn candidates(&self) -> &[Arc<str>] {
        &self.candidates
    }

    /// The modules of a file that is parsed, without parsing it.
    pub fn known_modules(&self) -> &[Arc<SourceModule>] {
        self.parsed.get().map_or(&[], |parsed| &parsed.modules)
    }

    /// The first place that is not Elixir, as far as the file was asked for.
    pub fn known_trouble(&self) -> Option<&Issue> {
        self.parsed.get()?.tree.trouble.as_ref()
    }

    /// The modules of a file that is parsed, or was.
    pub fn modules_asked_for(&self) -> Vec<Arc<SourceModule>> {
        match self.shed {
            Some(_) => self.modules().to_vec(),
            None => self.known_modules().to_vec(),
        }
    }

    /// Where the modules of a file stand that is parsed, or was; nothing is parsed for it.
    pub fn places_asked_for(&self) -> Vec<ModulePlace> {
        match (&self.shed, self.parsed.get()) {
            (Some(places), None) => places.to_vec(),
            (_, parsed) => parsed.iter().flat_map(|parsed| &parsed.modules).map(|module| module.place()).collect(),
        }
    }

    /// Whether the text of the file is `promising`, as far as it is known.
    pub fn may_have(&self, promising: &dyn Fn(&str) -> bool) -> bool {
        self.text.as_ref().is_none_or(|text| promising(text))
    }

    /// Forgets the tree if it can be made again. A file in trouble is kept: somebody has to hear of it.
    pub fn shed(&mut self) {
        if self.text.is_some()
            && self.known_trouble().is_none()
            && let Some(parsed) = self.parsed.take()
        {
            self.shed = Some(parsed.modules.iter().map(|module| module.place()).collect());
        }
    }

    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| Parsed::new(&self.path, self.text.as_deref().map(parse).unwrap_or_default(), &[]))
    }
}

impl Parsed {
    fn new(path: &Arc<str>, tree: Tree, old: &[Arc<SourceModule>]) -> Parsed {
        let modules = source_modules(path, &tree.expressions).into_iter().map(|module| {
            let same = old.iter().find(|old| old.name == module.name && old.same_as(&module));
            same.cloned().unwrap_or_else(|| Arc::new(module))
        });
        Parsed { modules: modules.collect(), tree }
    }
}

fn parse(text: &str) -> Tree {
    let (expressions, trouble) = parse_skimmed(text, sections::INTEREST);
    Tree { expressions: Arc::new(expressions), trouble }
}

/// The last parts of the names after every `defmodule` and `defprotocol` in `text`.
fn candidates(text: &str) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = Vec::new();
    for keyword in ["defmodule", "defprotocol"] {
        for (at, _) in text.match_indices(keyword) {
            let rest = text[at + keyword.len()..].trim_start_matches([' ', '\t', '\r', '\n', '(']);
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
            let name = last_part(&rest[..end]);
            if !name.is_empty() && !names.iter().any(|known| &**known == name) {
                names.push(name.into());
            }
        }
    }
    names
}
