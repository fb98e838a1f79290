//! What the body of a module amounts to: a tree of named calls with values.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::value::{Origin, Unknown, Value};
use crate::syntax::Expr;

/// What a module's body does.
#[derive(Debug, Clone, Default)]
pub struct ModuleBody {
    /// Every `use`, those inside expanded macros included, in order.
    pub uses: Vec<Use>,
    /// Calls that are neither Elixir's own nor macros of the project.
    pub nodes: Vec<Node>,
    /// `def` and `defmacro` that macros added.
    pub definitions: Vec<Expr>,
    /// Modules that are imported anywhere in it, inside expanded macros included; an empty name stands for one that is
    /// not known.
    pub imports: Vec<Arc<str>>,
    /// Module attributes at the end of the body.
    pub attributes: BTreeMap<Arc<str>, Value>,
}

/// `use Module, options`.
#[derive(Debug, Clone)]
pub struct Use {
    /// Full name, without `Elixir.`.
    pub module: Arc<str>,
    /// An empty list when none are given.
    pub options: Value,
    pub origin: Origin,
    /// Whether the project defines the module, so that its macro was expanded.
    pub expanded: bool,
}

/// A call `name arguments do children end`.
#[derive(Debug, Clone)]
pub struct Node {
    pub name: Arc<str>,
    /// Values of the arguments; trailing `key: value` pairs are one list at the end.
    pub arguments: Vec<Value>,
    pub children: Vec<Node>,
    /// The whole call.
    pub origin: Origin,
    /// Where each trailing `key: value` pair stands.
    pub pairs: Vec<(Arc<str>, Origin)>,
    /// Set when this stands for code that is not known to do nothing: its children may be missing.
    pub unknown: Option<Arc<Unknown>>,
}

impl Node {
    /// The children called `name`.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| &*child.name == name)
    }

    /// The value of an option, and where it stands: a child `name value`, else `name: value` among the arguments
    /// after the first `positional`, or in the last one when some of those are given as options, too. The last child and
    /// the first pair win, as in Spark.
    pub fn option(&self, name: &str, positional: usize) -> Option<(Value, Origin)> {
        if let Some(child) = self.children(name).last()
            && let Some(value) = child.arguments.first()
        {
            return Some((value.clone(), child.origin.clone()));
        }
        let options = match self.arguments.get(positional..).unwrap_or_default() {
            [] => self.arguments.last().filter(|last| last.is_keywords())?,
            behind => behind.iter().find(|value| value.as_list().is_some())?,
        };
        let value = options.get(name)?.clone();
        let place = self.pairs.iter().find(|(key, _)| &**key == name).map(|(_, origin)| origin);
        Some((value, place.unwrap_or(&self.origin).clone()))
    }

    /// An argument by position, or the option that stands for it.
    pub fn argument(&self, position: usize, option: &str) -> Option<Value> {
        let given = self.arguments.get(position).filter(|value| !value.is_keywords());
        given.cloned().or_else(|| Some(self.option(option, position)?.0))
    }

    /// An unknown among the arguments that stands where options are expected.
    pub fn unknown_options(&self, positional: usize) -> Option<&Arc<Unknown>> {
        let options = self.arguments.get(positional..)?;
        options.iter().find_map(|value| match value {
            Value::Unknown(unknown) => Some(unknown),
            Value::List(items) => items.iter().find_map(Value::as_unknown),
            _ => None,
        })
    }
}
