//! What a reader takes from a file: entities with their section, name, arguments and options.

use ashls::syntax::{Call, DoBlock, Expr};
use ashls::text::Range;

use crate::vocabulary::{holds, is_section};

/// One entity, or one option of a section.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// `Module/section/entity:argument`.
    pub path: String,
    pub name: String,
    pub arguments: Vec<String>,
    /// Keywords and options of the block, sorted.
    pub options: Vec<String>,
    /// Whether the vocabulary knows the name as an entity.
    pub entity: bool,
}

/// A key and where it stands.
#[derive(Debug, Clone)]
pub struct Fact {
    pub key: Key,
    pub range: Range,
    /// The headers of the blocks around it with their `do`, the module's first.
    pub headers: Vec<Range>,
}

/// The facts of a file, in order.
pub fn facts(expressions: &[Expr], text: &str) -> Vec<Fact> {
    let mut reader = Reader { text, headers: Vec::new(), facts: Vec::new() };
    reader.modules(expressions);
    reader.facts
}

struct Reader<'a> {
    text: &'a str,
    headers: Vec<Range>,
    facts: Vec<Fact>,
}

impl Reader<'_> {
    fn modules(&mut self, expressions: &[Expr]) {
        for (call, range) in expressions.iter().filter_map(|expr| Some((expr.as_call()?, expr.range))) {
            let Some(block) = call.block.as_ref().filter(|_| call.local_name() == Some("defmodule")) else { continue };
            self.headers.push(header(range, block));
            let module = call.positional().next().map_or(String::new(), |name| self.words(name.range));
            for section in &block.body {
                self.section(section, &module, "");
            }
            self.headers.pop();
        }
    }

    /// Reads `expr` if it is a section that `owner` may hold.
    fn section(&mut self, expr: &Expr, path: &str, owner: &str) -> bool {
        let Some(call) = expr.as_call() else { return false };
        let (Some(name), Some(block)) = (call.local_name(), &call.block) else { return false };
        if !is_section(name) || !holds(owner, name) || !call.arguments.is_empty() {
            return false;
        }
        let path = format!("{path}/{name}");
        self.headers.push(header(expr.range, block));
        for child in &block.body {
            if !self.section(child, &path, name) {
                self.statement(child, &path, name);
            }
        }
        self.headers.pop();
        true
    }

    fn statement(&mut self, expr: &Expr, path: &str, owner: &str) {
        let Some(call) = expr.as_call() else { return };
        let Some(name) = call.local_name() else { return };
        let mut options: Vec<String> = self.keywords(call);
        let arguments: Vec<String> = call.positional().map(|argument| self.words(argument.range)).collect();
        if let Some(block) = &call.block {
            let inner = format!("{path}/{name}:{}", arguments.first().map_or("", String::as_str));
            self.headers.push(header(expr.range, block));
            for child in &block.body {
                let child_call = child.as_call();
                match child_call.and_then(Call::local_name) {
                    Some(child_name) if holds(name, child_name) => self.statement(child, &inner, name),
                    Some(child_name) if child_call.is_some_and(|call| call.block.is_some()) => {
                        options.push(format!("{child_name} do"));
                    }
                    _ => options.push(self.words(child.range)),
                }
            }
            self.headers.pop();
        }
        options.sort();
        let key = Key { path: path.to_owned(), name: name.to_owned(), arguments, options, entity: holds(owner, name) };
        self.facts.push(Fact { key, range: expr.range, headers: self.headers.clone() });
    }

    fn keywords(&self, call: &Call) -> Vec<String> {
        call.keywords()
            .iter()
            .map(|(key, value)| format!("{} {}", self.words(key.range), self.words(value.range)))
            .collect()
    }

    fn words(&self, range: Range) -> String {
        range.slice(self.text).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn header(call: Range, block: &DoBlock) -> Range {
    Range::new(call.start, block.range.start + "do".len())
}
