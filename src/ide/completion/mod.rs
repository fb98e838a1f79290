//! What can be written at the cursor, in the DSLs of Ash only.
//!
//! The place comes from the blocks around the cursor, which survive half-typed lines, and from the characters of the
//! statement before it; the words from the vocabulary and from the project.

mod constraints;
mod functions;
mod statement;
mod values;

use super::analyzer::Documentation;
use super::bodies::{Body, bodies};
use super::documentation::{of_node, of_option};
use super::names::Files;
use crate::dsl::{Node, NodeKind, OptionSpec, OptionType, Vocabulary};
use crate::elixir::{SourceModule, source_modules};
use crate::project::Project;
use crate::syntax::{Call, Expr, Kind};
use crate::text::Range;
use statement::Statement;
use std::sync::Arc;

/// One word that is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// What is listed: `allow_nil?`, `:string`.
    pub label: String,
    pub kind: CompletionKind,
    /// Shown beside it: the type of an option, the module of a resource.
    pub detail: Option<String>,
    /// Markdown.
    pub documentation: Option<String>,
    pub deprecated: bool,
    /// What is replaced.
    pub range: Range,
    /// Plain text to insert.
    pub text: String,
    /// The same with places to fill in, in the protocol's snippet syntax.
    pub snippet: Option<String>,
    /// Smaller ones come first.
    pub rank: u8,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    Section,
    Entity,
    Option,
    Value,
    Attribute,
    Relationship,
    Identity,
    Module,
    Type,
}

/// The words that can stand at `offset`; none outside of Ash's DSLs, in strings and in comments. `tree` is the file's.
pub fn completions(
    project: &Project,
    files: &dyn Files,
    path: &str,
    text: &str,
    tree: &Arc<Vec<Expr>>,
    offset: usize,
) -> Vec<Completion> {
    let modules = source_modules(&path.into(), tree);
    let around = modules.iter().filter(|module| module.range.start < offset && offset <= module.range.end);
    let Some(module) = around.min_by_key(|module| module.range.len()) else { return Vec::new() };
    let around = |part: &Body<'_>| part.quoted.is_none_or(|range| range.start < offset && offset < range.end);
    let Some(part) = bodies(module.body()).into_iter().rfind(around) else { return Vec::new() };
    let vocabulary = project.lexicon().vocabulary(part.kind);
    let mut enclosing = Vec::new();
    let Some(node_path) = block_at(vocabulary, "", part.expressions, offset, &mut enclosing) else { return Vec::new() };
    let Some(statement) = statement::statement(text, offset) else { return Vec::new() };
    let in_text = part.expressions.iter().any(|expr| in_text(expr, offset));
    if in_text && !statement.in_string {
        return Vec::new();
    }
    let body = part.expressions;
    let place = Place { project, files, module, body, vocabulary, path: &node_path, enclosing, statement: &statement };
    place.completions()
}

/// The section or entity whose block the cursor is in, with the calls of the blocks around it; `None` inside of other
/// code.
fn block_at<'e>(
    vocabulary: &Vocabulary,
    path: &str,
    body: &'e [Expr],
    offset: usize,
    enclosing: &mut Vec<&'e Call>,
) -> Option<String> {
    let Some(expr) = body.iter().find(|expr| expr.range.start < offset && offset < expr.range.end) else {
        return Some(path.to_owned());
    };
    if let Kind::String(_) | Kind::Sigil(_) = expr.kind {
        return None;
    }
    let Some(call) = expr.as_call() else { return Some(path.to_owned()) };
    match &call.block {
        Some(block) if block.range.start + "do".len() <= offset => {
            let node = vocabulary.child(path, call.local_name()?)?;
            enclosing.push(call);
            block_at(vocabulary, &node.path, &block.body, offset, enclosing)
        }
        _ => Some(path.to_owned()),
    }
}

fn in_text(expr: &Expr, offset: usize) -> bool {
    let mut found = false;
    super::visit::each(expr, &mut |inner| {
        let is_text = matches!(inner.kind, Kind::String(_) | Kind::Sigil(_) | Kind::Charlist(_));
        found |= is_text && inner.range.start < offset && offset < inner.range.end;
        !found
    });
    found
}

struct Place<'a> {
    project: &'a Project,
    files: &'a dyn Files,
    module: &'a SourceModule,
    /// The body that the cursor is in.
    body: &'a [Expr],
    vocabulary: &'a Vocabulary,
    path: &'a str,
    /// The calls whose blocks the cursor is in, outer before inner.
    enclosing: Vec<&'a Call>,
    statement: &'a Statement,
}

impl Place<'_> {
    fn completions(&self) -> Vec<Completion> {
        let Some(head) = &self.statement.head else {
            return if self.statement.in_string { Vec::new() } else { self.heads() };
        };
        if let Some(found) = self.in_function() {
            return found;
        }
        if head == "relationship_context" && self.statement.in_string {
            return self.context();
        }
        if let Some(node) = self.vocabulary.child(self.path, head) {
            return match node.kind {
                NodeKind::Entity => self.arguments(node),
                NodeKind::Section => Vec::new(),
            };
        }
        let Some(node) = self.vocabulary.node(self.path) else { return Vec::new() };
        match node.option(head) {
            Some(option) => self.values(&node.path, option),
            None => Vec::new(),
        }
    }

    /// Sections, entities and options that a statement can begin with.
    fn heads(&self) -> Vec<Completion> {
        let range = self.statement.word;
        let used = self.project.resource(&self.module.name).map(|resource| &resource.extensions);
        let children = self.vocabulary.children(self.path).map(|node| {
            let (kind, snippet) = match node.kind {
                NodeKind::Section => (CompletionKind::Section, section_snippet(node)),
                NodeKind::Entity => (CompletionKind::Entity, entity_snippet(node)),
            };
            // What another extension would bring comes last.
            let is_used = |used: &Vec<String>| {
                node.extension == "Ash.Resource"
                    || used.iter().any(|it| node.extension.starts_with(it.as_str()) || it.starts_with(&node.extension))
            };
            let rank = if used.is_none_or(is_used) { 1 } else { 8 };
            Completion {
                label: node.name().to_owned(),
                kind,
                detail: Some(node.extension.clone()),
                documentation: Some(of_node(node, range).text),
                deprecated: false,
                range,
                text: node.name().to_owned(),
                snippet: Some(snippet),
                rank,
            }
        });
        let node = self.vocabulary.node(self.path);
        let options = node.into_iter().flat_map(|node| node.options.iter().map(move |option| (node, option)));
        // What an entity takes by position is not repeated in its block.
        let options = options.filter(|(node, option)| !node.arguments.contains(&option.name));
        let options = options.map(|(node, option)| self.option(node, option, " "));
        children.chain(options).collect()
    }

    /// What can follow the name of an entity.
    fn arguments(&self, node: &Node) -> Vec<Completion> {
        let statement = self.statement;
        if let Some(key) = &statement.key {
            return node.option(key).map(|option| self.values(&node.path, option)).unwrap_or_default();
        }
        let argument = node.arguments.get(statement.index).filter(|_| statement.given.is_empty());
        let mut found = match argument.and_then(|argument| node.option(argument)) {
            Some(option) => self.values(&node.path, option),
            None => Vec::new(),
        };
        let expected = node.arguments.iter().filter_map(|name| node.option(name)).filter(|it| is_expected(it)).count();
        if statement.index >= expected.max(1) && statement.brackets.is_empty() && !statement.in_string {
            let free = |option: &&OptionSpec| {
                !statement.given.contains(&option.name)
                    && node.arguments.iter().position(|it| *it == option.name).is_none_or(|at| at >= statement.index)
            };
            found.extend(node.options.iter().filter(free).map(|option| self.option(node, option, ": ")));
        }
        found
    }

    fn option(&self, node: &Node, option: &OptionSpec, separator: &str) -> Completion {
        let Documentation { text: documentation, .. } = of_option(&node.path, option, self.statement.word);
        Completion {
            label: option.name.clone(),
            kind: CompletionKind::Option,
            detail: Some(option.type_text.clone()),
            documentation: Some(documentation),
            deprecated: option.deprecated,
            range: self.statement.word,
            text: format!("{}{separator}", option.name),
            snippet: Some(format!("{}{separator}{}", option.name, placeholder(option, 1))),
            rank: match (option.required, option.deprecated) {
                (true, _) => 0,
                (_, false) => 2,
                (_, true) => 9,
            },
        }
    }
}

/// Whether an argument is always given by position.
fn is_expected(option: &OptionSpec) -> bool {
    // The vocabulary has the destination as optional, since AshPostgres' own checks come later.
    option.required || matches!(&*option.name, "name" | "destination")
}

/// A block with the options that have to be given.
fn section_snippet(node: &Node) -> String {
    let required = node.options.iter().filter(|option| option.required);
    let lines = required.enumerate().map(|(at, option)| format!("  {} {}\n", option.name, placeholder(option, at + 1)));
    format!("{} do\n{}  $0\nend", node.name(), lines.collect::<String>())
}

/// `attribute ${1::name}, ${2::string}`: the arguments that have to be given.
fn entity_snippet(node: &Node) -> String {
    let wanted = node.arguments.iter().filter_map(|name| node.option(name));
    let wanted = wanted.filter(|option| is_expected(option));
    let arguments: Vec<String> = wanted.enumerate().map(|(index, option)| placeholder(option, index + 1)).collect();
    match arguments.is_empty() {
        true => node.name().to_owned(),
        false => format!("{} {}", node.name(), arguments.join(", ")),
    }
}

/// A place to fill in, with what is likely in it.
fn placeholder(option: &OptionSpec, number: usize) -> String {
    let literals: Vec<String> = option.option_type.literals().into_iter().map(values::written).collect();
    let only_literals = matches!(&option.option_type, OptionType::Boolean | OptionType::Literal(_))
        || matches!(&option.option_type, OptionType::Union(choices)
            if choices.iter().all(|choice| matches!(choice, OptionType::Literal(_) | OptionType::Boolean)));
    if only_literals && literals.len() > 1 {
        // Whoever writes an option wants another value than its default.
        let (default, others): (Vec<_>, Vec<_>) =
            literals.into_iter().partition(|it| Some(it.as_str()) == option.default.as_deref());
        return format!("${{{number}|{}|}}", [others, default].concat().join(","));
    }
    let likely = match (&*option.name, &option.option_type) {
        ("name", OptionType::Atom) => ":name",
        ("type", _) => ":string",
        ("destination" | "through" | "resource", _) => "Resource",
        ("repo", _) => "Repo",
        (_, OptionType::Text) => return format!("\"${{{number}}}\""),
        (_, OptionType::List(_)) => return format!("[${{{number}}}]"),
        _ => return format!("${{{number}}}"),
    };
    format!("${{{number}:{likely}}}")
}

#[cfg(test)]
mod tests;
