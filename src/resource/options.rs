//! Options of DSL entities and sections: from evaluated values to the kinds that the schema asks for.

use std::sync::Arc;

use super::finding::Fact;
use crate::elixir::eval::{Node, Origin, Unknown, Value};

/// An entity or section whose options are read.
pub struct Options<'a> {
    node: &'a Node,
    positional: usize,
}

impl<'a> Options<'a> {
    /// Options of an entity whose first `positional` arguments are not options.
    pub fn entity(node: &'a Node, positional: usize) -> Options<'a> {
        Options { node, positional }
    }

    /// The value and place of an option; `None` when it is not given.
    pub fn get(&self, name: &str) -> Option<(Value, Origin)> {
        self.node.option(name, self.positional)
    }

    /// A value with `read` applied: `None` when it is not given or `nil`, `Err` when it is not known or of a wrong kind.
    pub fn read<T>(&self, name: &str, expected: &str, read: impl FnOnce(&Value) -> Option<T>) -> Fact<Option<T>> {
        if let Some(unknown) = self.unknown_before(name) {
            return Err(unknown);
        }
        match self.get(name) {
            None => Ok(None),
            Some((value, _)) if value.is_nil() => Ok(None),
            Some((value, origin)) => convert(&value, &origin, expected, read).map(Some),
        }
    }

    pub fn text(&self, name: &str) -> Fact<Option<String>> {
        self.read(name, "a string", |value| value.as_text().map(str::to_owned))
    }

    pub fn bool(&self, name: &str) -> Fact<Option<bool>> {
        self.read(name, "true or false", Value::as_bool)
    }

    pub fn atom(&self, name: &str) -> Fact<Option<String>> {
        self.read(name, "an atom", |value| value.as_atom().map(str::to_owned))
    }

    /// An atom or a list of atoms.
    pub fn atoms(&self, name: &str) -> Fact<Option<Vec<String>>> {
        self.read(name, "a list of atoms", |value| {
            value.wrap().iter().map(|item| item.as_atom().map(str::to_owned)).collect()
        })
    }

    pub fn texts(&self, name: &str) -> Fact<Option<Vec<String>>> {
        self.read(name, "a list of strings", |value| {
            value.as_list()?.iter().map(|item| item.as_text().map(str::to_owned)).collect()
        })
    }

    /// When options are given as something unknown (`attribute :a, :string, opts`), an option that is not found may
    /// be among them.
    fn unknown_before(&self, name: &str) -> Option<Arc<Unknown>> {
        if self.get(name).is_some() {
            return None;
        }
        let unknown = self.node.children.iter().find_map(|child| child.unknown.as_ref());
        self.node.unknown_options(self.positional).or(unknown).cloned()
    }
}

/// `read` applied to a value; an unknown inside, or a value of another kind, is an `Err`.
pub fn convert<T>(value: &Value, origin: &Origin, expected: &str, read: impl FnOnce(&Value) -> Option<T>) -> Fact<T> {
    if let Some(result) = read(value) {
        return Ok(result);
    }
    if let Some(unknown) = value.find_unknown() {
        return Err(unknown.clone());
    }
    Err(Arc::new(Unknown { origin: origin.clone(), reason: format!("expected {expected}") }))
}

/// The keyword list `value` as names with values; unknown elements are an `Err`.
pub fn keyword_pairs(value: &Value, origin: &Origin) -> Fact<Vec<(String, Value)>> {
    if let Value::Unknown(unknown) = value {
        return Err(unknown.clone());
    }
    let items = value.as_list().unwrap_or_default();
    items
        .iter()
        .map(|item| match item {
            Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom().is_some() => {
                Ok((pair[0].as_atom().unwrap_or_default().to_owned(), pair[1].clone()))
            }
            item => Err(item.find_unknown().cloned().unwrap_or_else(|| {
                Arc::new(Unknown { origin: origin.clone(), reason: "expected a keyword list".to_owned() })
            })),
        })
        .collect()
}
