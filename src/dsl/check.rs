//! Mistakes in a DSL that the vocabulary alone can see: unknown options, values of the wrong type, missing options,
//! names declared twice.
//!
//! Extensions may add sections and entities to any section, so an unknown one is only reported when it looks like a
//! misspelt known one. Options of a known entity cannot be extended, so there every unknown one is an error.

mod builtin;
mod constraints;
mod issue;
mod nearest;
mod placeholder;
mod scope;
mod shape;
mod together;

use std::collections::BTreeMap;

pub use issue::{DslIssue, IssueCode};
use nearest::nearest;
pub use placeholder::PLACEHOLDER;
use shape::Shape;

use super::option_type::Fit;
use super::vocabulary::Releases;
use super::{Node, NodeKind, OptionSpec, Vocabulary};
use crate::elixir::{do_body, inspect};
use crate::syntax::{Call, Expr, Kind, StringPart};
use crate::text::Range;

/// Whether one of `mistakes` says already that a name in `range` does not exist.
pub fn says_unknown<'a>(mistakes: impl IntoIterator<Item = &'a DslIssue>, range: Range) -> bool {
    let names = |issue: &&DslIssue| matches!(issue.code, IssueCode::UnknownOption | IssueCode::UnknownEntity);
    mistakes.into_iter().filter(names).any(|issue| range.contains(issue.range))
}

/// Checks the body of a module against a vocabulary.
pub fn check(vocabulary: &Vocabulary, body: &[Expr]) -> Vec<DslIssue> {
    check_release(vocabulary, body, |_| Release::Other)
}

/// The same for the releases of the packages that a project has.
pub fn check_release(vocabulary: &Vocabulary, body: &[Expr], release: impl Fn(&Releases) -> Release) -> Vec<DslIssue> {
    let may_import = scope::may_import(body);
    let mut checker = Checker { vocabulary, release: &release, may_import, names: BTreeMap::new(), issues: Vec::new() };
    for call in body.iter().filter_map(Expr::as_call) {
        let Some(name) = call.local_name() else { continue };
        if let (Some(section), Some(body)) = (vocabulary.child("", name), do_body(call)) {
            checker.section(section, body);
        }
    }
    checker.issues.sort_by_key(|issue| (issue.range, issue.code));
    checker.issues
}

/// The release of a package in a project, beside those that the vocabulary knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Before them.
    Older,
    /// One of them.
    Known,
    /// After them, or nobody knows.
    Other,
}

struct Checker<'a> {
    vocabulary: &'a Vocabulary,
    release: &'a dyn Fn(&Releases) -> Release,
    /// A call may be one of a function or macro that has nothing to do with the DSL.
    may_import: bool,
    /// What has a name already.
    names: BTreeMap<(&'static str, String), &'static str>,
    issues: Vec<DslIssue>,
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with('a') { "an" } else { "a" };
    format!("{article} {kind}")
}

/// What an entity is called that must not share its name.
fn named_kind(path: &str) -> Option<&'static str> {
    let (section, entity) = path.split_once('.')?;
    match (section, entity.contains('.')) {
        ("attributes", false) => Some("attribute"),
        ("relationships", false) => Some("relationship"),
        ("actions", false) => Some("action"),
        ("aggregates", false) => Some("aggregate"),
        ("calculations", false) => Some("calculation"),
        _ => None,
    }
}

impl Checker<'_> {
    fn section(&mut self, section: &Node, body: &[Expr]) {
        for call in body.iter().filter_map(Expr::as_call) {
            let Some(name) = call.local_name() else { continue };
            match self.vocabulary.child(&section.path, name) {
                Some(node) if node.kind == NodeKind::Section => self.section(node, do_body(call).unwrap_or_default()),
                Some(node) => {
                    let before = self.issues.len();
                    let shape = Shape::of(node, call);
                    self.entity(node, call, &shape);
                    self.duplicate(node, call);
                    self.issues.extend(together::mistakes(node, call, &shape, body, &mut self.names));
                    if before < self.issues.len() {
                        let is_known = self.release_of(node) == Some(Release::Known);
                        for issue in &mut self.issues[before..] {
                            issue.stops = is_known && (issue.stops || issue.code.may_stop());
                        }
                    }
                }
                None => match (section.option(name), self.vocabulary.child("", name), &call.block) {
                    (Some(option), ..) => self.value_of_call(section, option, call),
                    // A section inside of another one is read as if it stood at the top.
                    (None, Some(top), Some(block)) => self.section(top, &block.body),
                    _ => self.unknown_in_section(section, name, call),
                },
            }
        }
    }

    fn entity(&mut self, node: &Node, call: &Call, shape: &Shape<'_>) {
        let mut given: Vec<&str> = Vec::new();
        self.issues.extend(shape.mistakes(node, call));
        let of_constraints = constraints::mistakes(node, shape);
        if !of_constraints.is_empty() && self.release_of(node) != Some(Release::Older) {
            self.issues.extend(of_constraints);
        }
        for (argument, value) in node.positional(shape.positional.len()).zip(&shape.positional) {
            given.push(argument);
            if let Some(option) = node.option(argument) {
                self.value(node, option, value);
            }
        }
        for (key, value) in &shape.options {
            let Some(name) = key.as_atom() else { continue };
            given.push(name);
            match node.option(name) {
                Some(option) => {
                    self.deprecated(node, option, key.range);
                    self.value(node, option, value);
                }
                // An entity inside this one that takes a single value may also be written as an option.
                None if self.vocabulary.child(&node.path, name).is_some() || self.is_former(node, name) => {}
                None => match renamed(node, name, value) {
                    Some(new) => self.renamed_option(node, name, key.range.cover(value.range), new, ": "),
                    None => self.unknown_option(node, name, key.range, ":"),
                },
            }
        }
        let body = shape.body;
        for inner in body.iter().filter_map(Expr::as_call) {
            let Some(name) = inner.local_name() else { continue };
            if let Some(child) = self.vocabulary.child(&node.path, name) {
                self.entity(child, inner, &Shape::of(child, inner));
            } else if let Some(option) = node.option(name) {
                given.push(name);
                self.value_of_call(node, option, inner);
            } else if inner.block.is_none() && !self.is_former(node, name) {
                if let Some(entity) = builtin::entity_before(node, name) {
                    self.no_effect(node, inner, name, entity);
                    continue;
                }
                match inner.arguments.first().and_then(|value| Some((value, renamed(node, name, value)?))) {
                    Some((value, new)) => {
                        self.renamed_option(node, name, inner.name_range.cover(value.range), new, " ");
                    }
                    None if self.may_import && nearest_option(node, name).is_none() => {}
                    None => self.unknown_option(node, name, inner.name_range, ""),
                }
            }
        }
        if !call.arguments.iter().any(is_dynamic) {
            self.missing(node, &given, call, body);
        }
    }

    /// Whether releases before the known ones had this name, and the project has one of those.
    fn is_former(&self, node: &Node, name: &str) -> bool {
        let formerly = node.complete.as_deref().map_or(&[][..], |releases| &releases.formerly);
        formerly.iter().any(|former| former == name) && self.release_of(node) == Some(Release::Older)
    }

    /// Which release the project has of the package that brings the entity, where those that are known are listed.
    fn release_of(&self, node: &Node) -> Option<Release> {
        node.complete.as_deref().map(self.release)
    }

    fn no_effect(&mut self, node: &Node, call: &Call, name: &str, entity: &str) {
        self.issues.push(
            DslIssue::new(
                call.name_range,
                IssueCode::NoEffect,
                format!("`{name}` in `{}` has no effect by itself: say `{entity} {name}(…)`", node.name()),
            )
            .repaired(format!("{entity} {name}")),
        );
    }

    fn deprecated(&mut self, node: &Node, option: &OptionSpec, range: Range) {
        if option.deprecated {
            self.issues.push(DslIssue::new(
                range,
                IssueCode::Deprecated,
                format!("`{}` of `{}` is deprecated: {}", option.name, node.name(), option.doc),
            ));
        }
    }

    fn value_of_call(&mut self, node: &Node, option: &OptionSpec, call: &Call) {
        self.deprecated(node, option, call.name_range);
        if let [value] = &call.arguments[..] {
            self.value(node, option, value);
        }
    }

    fn value(&mut self, node: &Node, option: &OptionSpec, value: &Expr) {
        self.issues.extend(placeholder::left(value).into_iter().map(|range| {
            DslIssue::new(
                range,
                IssueCode::FillIn,
                format!("`{}` has a text to fill in here, which is no SQL", option.name),
            )
        }));
        if option.option_type.accepts(value) == Fit::No && !is_dynamic(value) {
            self.issues.push(
                DslIssue::new(
                    value.range,
                    IssueCode::WrongType,
                    format!("`{}` of `{}` must be {}", option.name, node.name(), expectation(&option.type_text)),
                )
                .repaired(as_accepted(option, value)),
            );
        }
    }

    fn unknown_option(&mut self, node: &Node, name: &str, range: Range, suffix: &str) {
        if name == "unquote" || name == "unquote_splicing" {
            return;
        }
        let nearest = nearest_option(node, name);
        if node.from_page && nearest.is_none() {
            return;
        }
        self.issues.push(
            DslIssue::new(range, IssueCode::UnknownOption, no_option(node, name))
                .repaired(nearest.map(|nearest| format!("{nearest}{suffix}"))),
        );
    }

    /// An option that had this name before Ash 3.
    fn renamed_option(&mut self, node: &Node, name: &str, range: Range, new: (&str, String), between: &str) {
        let (option, value) = new;
        let replacement = format!("{option}{between}{value}");
        self.issues.push(
            DslIssue::new(
                range,
                IssueCode::UnknownOption,
                format!("`{}` has no option `{name}` any more: say `{replacement}`", node.name()),
            )
            .repaired(replacement),
        );
    }

    fn unknown_in_section(&mut self, section: &Node, name: &str, call: &Call) {
        let Some(nearest) = nearest_entry(self.vocabulary, section, name) else { return };
        self.issues.push(
            DslIssue::new(call.name_range, IssueCode::UnknownEntity, no_entry(self.vocabulary, section, name))
                .repaired(nearest.to_owned()),
        );
    }

    /// Reports required options that are neither among `given` nor hidden behind something dynamic.
    ///
    /// Sections are left out: wrappers and fragments may fill them from elsewhere.
    fn missing(&mut self, node: &Node, given: &[&str], call: &Call, body: &[Expr]) {
        let dynamic = body.iter().any(is_dynamic);
        let range = call.arguments.first().map_or(call.name_range, |first| first.range);
        for option in node.options.iter().filter(|option| option.required && !dynamic) {
            if !given.contains(&option.name.as_str()) {
                self.issues.push(DslIssue::new(
                    range,
                    IssueCode::MissingOption,
                    format!("`{}` needs `{}`: {}", node.name(), option.name, option.doc),
                ));
            }
        }
    }

    /// Attributes, relationships, calculations and aggregates are fields, which have one name each.
    fn duplicate(&mut self, node: &Node, call: &Call) {
        let (Some(kind), Some(first)) = (named_kind(&node.path), call.arguments.first()) else { return };
        let Some(name) = first.as_atom() else { return };
        let space = if kind == "action" { "action" } else { "field" };
        let Some(other) = self.names.insert((space, name.to_owned()), kind) else { return };
        let message = match other == kind {
            true => format!("{kind} `{name}` is declared twice"),
            false => format!("{kind} `{name}` has a name that is taken: there is {} of that name", with_article(other)),
        };
        self.issues.push(DslIssue::new(first.range, IssueCode::DuplicateName, message));
    }
}

/// That an entity has no option of this name, with the one that was probably meant.
pub fn no_option(node: &Node, name: &str) -> String {
    match node.sets.get(name) {
        Some(value) => format!("`{}` has no option `{name}`: it is always `{value}`", node.name()),
        None => format!("`{}` has no option `{name}`{}", node.name(), hint(nearest_option(node, name))),
    }
}

/// That nothing of this name can stand in a section, with what was probably meant.
pub fn no_entry(vocabulary: &Vocabulary, section: &Node, name: &str) -> String {
    format!("`{}` has no `{name}`{}", section.name(), hint(nearest_entry(vocabulary, section, name)))
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"))
}

fn nearest_option<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    let wanted = Some(name).filter(|name| !node.sets.contains_key(*name))?;
    nearest(wanted, node.options.iter().map(|option| option.name.as_str()))
}

fn nearest_entry<'a>(vocabulary: &'a Vocabulary, section: &'a Node, name: &str) -> Option<&'a str> {
    let known = vocabulary.children(&section.path).map(Node::name);
    nearest(name, known.chain(section.options.iter().map(|option| option.name.as_str())))
}

/// What an option of Ash 2 is called since Ash 3, and its value there.
fn renamed(node: &Node, name: &str, value: &Expr) -> Option<(&'static str, String)> {
    let (section, _) = node.path.split_once('.')?;
    let turned = |option| match value.kind {
        Kind::Bool(value) => Some((option, (!value).to_string())),
        _ => None,
    };
    match (section, name) {
        ("relationships", "required?") => turned("allow_nil?"),
        ("attributes" | "relationships" | "calculations" | "aggregates", "private?") => turned("public?"),
        _ => None,
    }
    .filter(|(option, _)| node.option(option).is_some())
}

/// The same name as an atom or a string, where the option takes the other of them.
fn as_accepted(option: &OptionSpec, value: &Expr) -> Option<String> {
    let (kind, text) = match &value.kind {
        Kind::Atom(name) => (Kind::String(vec![StringPart::Text(name.clone())]), inspect::string(name)),
        Kind::String(_) => {
            let text = value.as_text()?;
            let written = inspect::atom(&text);
            (Kind::Atom(text), written)
        }
        _ => return None,
    };
    let other = Expr { kind, range: value.range };
    (option.option_type.accepts(&other) == Fit::Yes).then_some(text)
}

/// Whether the expression is put together by a macro, so that nothing can be said about what it holds.
fn is_dynamic(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Error => true,
        Kind::Call(call) => {
            matches!(call.local_name(), Some("unquote" | "unquote_splicing")) || call.local_name().is_none()
        }
        Kind::Keywords(pairs) => pairs.iter().any(|(key, value)| key.as_atom().is_none() || is_dynamic(value)),
        Kind::Tuple(items) | Kind::List(items) => items.iter().any(is_dynamic),
        Kind::Identifier(_) => true,
        _ => false,
    }
}

fn expectation(type_text: &str) -> String {
    match type_text {
        "String.t" => "a string".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "atom" => "an atom".to_owned(),
        "keyword" => "a keyword list".to_owned(),
        other => format!("`{other}`"),
    }
}

#[cfg(test)]
mod tests;
