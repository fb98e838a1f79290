//! Options and entities that no release has: Spark would not compile the resource.
//!
//! Only what is certain is told. A release that is not known may have new names, an extension may add entities to a
//! section, and a call inside a block may be a function of another module.

use super::extension;
use super::finding::{Findings, IssueKind};
use super::sections::Declaration;
use crate::dsl::{Node as Known, NodeKind, Vocabulary, check as dsl};
use crate::elixir::eval::{Context, Node, Origin, Value, defines};

/// The sections whose content is read as a whole.
const SECTIONS: &[&str] = &["attributes", "identities", "multitenancy", "postgres", "relationships", "sqlite"];

/// Functions and macros that can be called with one argument anywhere.
const ANYWHERE: &[&str] = &[
    "abs",
    "actor",
    "arg",
    "binding",
    "bit_size",
    "byte_size",
    "ceil",
    "cond",
    "context",
    "dbg",
    "exit",
    "expr",
    "floor",
    "hd",
    "inspect",
    "lazy",
    "length",
    "map_size",
    "node",
    "not",
    "parent",
    "quote",
    "raise",
    "receive",
    "ref",
    "round",
    "send",
    "spawn",
    "spawn_link",
    "struct",
    "struct!",
    "super",
    "throw",
    "tl",
    "to_charlist",
    "to_string",
    "to_timeout",
    "trunc",
    "try",
    "tuple_size",
    "unquote",
    "unquote_splicing",
    "use",
    "var!",
    "with",
];

/// Reports every name in a table's sections that cannot be there.
pub fn check(declaration: &Declaration, context: &Context, findings: &mut Findings) {
    let mut checker = Checker {
        vocabulary: Vocabulary::resource(),
        context,
        declaration,
        is_closed: declaration.nodes.iter().all(is_understood),
        formerly: &[],
        is_extended: !declaration
            .extensions
            .iter()
            .all(|value| value.as_module().is_some_and(extension::adds_no_entity)),
        findings,
    };
    for section in &declaration.nodes {
        let known = checker.vocabulary.child("", &section.name).filter(|_| SECTIONS.contains(&&*section.name));
        let Some((known, releases)) = known.and_then(|known| Some((known, known.complete.as_deref()?))) else {
            continue;
        };
        match context.locked_version(&releases.package) {
            Some(version) if (releases.since..=releases.until).contains(&version) => checker.formerly = &[],
            // Without a lock file it is taken to be one of these, unless names of older ones are used.
            None if !context.has_lock() => checker.formerly = &releases.formerly,
            _ => continue,
        }
        checker.section(known, section);
    }
}

/// Whether no code in a block may bring something of which nothing is known.
fn is_understood(node: &Node) -> bool {
    node.unknown.is_none() && node.children.iter().all(is_understood)
}

struct Checker<'a, 'b> {
    vocabulary: &'static Vocabulary,
    context: &'a Context<'b>,
    declaration: &'a Declaration,
    /// Everything that the module brings into scope is known.
    is_closed: bool,
    /// Names of older releases, where the project may have one of these.
    formerly: &'static [String],
    /// There is an extension that may add entities to sections.
    is_extended: bool,
    findings: &'a mut Findings,
}

impl Checker<'_, '_> {
    fn section(&mut self, known: &Known, section: &Node) {
        for child in section.children.iter().filter(|child| child.unknown.is_none()) {
            match self.vocabulary.child(&known.path, &child.name) {
                Some(inner) if inner.kind == NodeKind::Section => self.section(inner, child),
                Some(entity) => self.entity(entity, child),
                None if known.option(&child.name).is_some() || self.may_be_called(child) => {}
                None => self.report(&child.name, &child.origin, dsl::no_entry(self.vocabulary, known, &child.name)),
            }
        }
    }

    fn entity(&mut self, known: &Known, entity: &Node) {
        for name in option_names(known, entity) {
            if known.option(name).is_none() && self.vocabulary.child(&known.path, name).is_none() {
                let place = entity.pairs.iter().find(|(key, _)| &**key == name).map(|(_, origin)| origin);
                self.report(name, place.unwrap_or(&entity.origin), dsl::no_option(known, name));
            }
        }
        for child in entity.children.iter().filter(|child| child.unknown.is_none()) {
            if let Some(inner) = self.vocabulary.child(&known.path, &child.name) {
                self.entity(inner, child);
            } else if known.option(&child.name).is_none() && !self.may_be_called(child) {
                self.report(&child.name, &child.origin, dsl::no_option(known, &child.name));
            }
        }
    }

    fn report(&mut self, name: &str, origin: &Origin, message: String) {
        if !self.formerly.iter().any(|former| former == name) {
            self.findings.issue(IssueKind::NoSuchName, origin, message);
        }
    }

    /// Whether a call may be one of an entity of an extension (they can be called in the blocks of entities, too), or
    /// of a function that has nothing to do with the DSL.
    fn may_be_called(&self, call: &Node) -> bool {
        let (name, arity) = (&*call.name, call.arguments.len());
        let known = |module: &str| self.context.module(module).is_some() && !defines(module, name, arity, self.context);
        !self.is_closed
            || self.is_extended
            || arity != 1
            || name.starts_with("is_")
            || ANYWHERE.contains(&name)
            || !self.declaration.imports.iter().all(|module| known(module))
    }
}

/// The names of the options that are given to an entity behind its arguments.
fn option_names<'n>(known: &Known, entity: &'n Node) -> Vec<&'n str> {
    let options = match entity.arguments.get(known.arguments.len()..).unwrap_or_default() {
        // The columns of an index may be a keyword list; read where indexes are.
        [] if known.name() == "index" => None,
        [] => entity.arguments.last(),
        behind => behind.first(),
    };
    let options = options.filter(|options| options.is_keywords()).and_then(Value::as_list).unwrap_or_default();
    let names = options.iter().filter_map(|option| match option {
        Value::Tuple(pair) => pair.first()?.as_atom(),
        _ => None,
    });
    names.filter(|name| *name != "do").collect()
}
