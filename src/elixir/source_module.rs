//! The modules of a file: where each `defmodule` stands and what its surroundings mean.
//!
//! Only literal `defmodule Name do … end` is seen, at the top of a file or nested; modules that macros define are not.

use std::sync::Arc;

use super::eval::Scope;
use crate::syntax::{Call, Expr, Kind, Target};
use crate::text::Range;

/// A `defmodule` in a file.
#[derive(Debug, Clone)]
pub struct SourceModule {
    /// Full name, without `Elixir.`.
    pub name: Arc<str>,
    /// Path of its file.
    pub file: Arc<str>,
    /// Bytes of the whole `defmodule … end`.
    pub range: Range,
    /// Bytes of the name after `defmodule`.
    pub name_range: Range,
    /// Aliases and imports in force where the body begins.
    pub scope: Scope,
    tree: Arc<Vec<Expr>>,
    /// Position of the `defmodule` at each level of bodies, outermost first.
    path: Vec<usize>,
}

/// Where a module stands, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModulePlace {
    /// Full name, without `Elixir.`.
    pub name: Arc<str>,
    /// Bytes of the whole `defmodule … end`.
    pub range: Range,
    /// Bytes of the name after `defmodule`.
    pub name_range: Range,
}

impl SourceModule {
    /// Where it stands.
    pub fn place(&self) -> ModulePlace {
        ModulePlace { name: self.name.clone(), range: self.range, name_range: self.name_range }
    }

    /// Whether both are the same text at the same place with the same surroundings.
    pub fn same_as(&self, other: &SourceModule) -> bool {
        self.range == other.range
            && self.file == other.file
            && self.scope.aliases == other.scope.aliases
            && self.scope.imports == other.scope.imports
            && self.body() == other.body()
            && self.file_assignments().eq(other.file_assignments())
    }

    /// The assignments at the top of the file before the module, whose variables its body can use.
    pub fn file_assignments(&self) -> impl Iterator<Item = &Expr> {
        let before = self.path.first().map_or(0, |&index| index);
        let expressions = self.tree.get(..before).unwrap_or_default().iter();
        expressions.filter(|expr| matches!(&expr.kind, Kind::Binary { operator, .. } if operator == "="))
    }

    /// The expressions of the body.
    pub fn body(&self) -> &[Expr] {
        let mut expressions: &[Expr] = &self.tree;
        for &index in &self.path {
            match expressions.get(index).and_then(Expr::as_call).and_then(do_body) {
                Some(body) => expressions = body,
                None => return &[],
            }
        }
        expressions
    }
}

/// All modules of a file, outer before inner.
pub fn source_modules(file: &Arc<str>, tree: &Arc<Vec<Expr>>) -> Vec<SourceModule> {
    let mut found = Vec::new();
    let mut collector = Collector { file, tree, path: Vec::new(), found: &mut found };
    collector.body(tree, &mut Scope::file(file.clone()));
    found
}

/// The expressions of a call's body, written `do … end` or `, do: …`.
pub fn do_body(call: &Call) -> Option<&[Expr]> {
    if let Some(block) = &call.block {
        return Some(&block.body);
    }
    let value = call.keywords().iter().find(|(key, _)| key.as_atom() == Some("do")).map(|(_, value)| value)?;
    Some(match &value.kind {
        Kind::Block(expressions) => expressions,
        _ => std::slice::from_ref(value),
    })
}

struct Collector<'a> {
    file: &'a Arc<str>,
    tree: &'a Arc<Vec<Expr>>,
    path: Vec<usize>,
    found: &'a mut Vec<SourceModule>,
}

impl Collector<'_> {
    fn body(&mut self, expressions: &[Expr], scope: &mut Scope) {
        for (index, expr) in expressions.iter().enumerate() {
            let Some(call) = expr.as_call() else { continue };
            let Target::Local(name) = &call.target else { continue };
            match name.as_str() {
                "alias" => {
                    scope.alias_directive(&call.arguments);
                }
                "import" => {
                    let modules = call.arguments.first().map(|target| scope.directive_modules(target));
                    scope.imports.extend(modules.into_iter().flatten().map(Arc::from));
                }
                "defmodule" | "defprotocol" => self.module(index, expr, call, scope),
                "if" | "unless" | "case" if do_body(call).is_some() => {
                    self.path.push(index);
                    self.body(do_body(call).unwrap_or_default(), &mut scope.clone());
                    self.path.pop();
                }
                _ => {}
            }
        }
    }

    fn module(&mut self, index: usize, expr: &Expr, call: &Call, scope: &mut Scope) {
        let (Some(name_expr), Some(body)) = (call.arguments.first(), do_body(call)) else { return };
        let Kind::Alias(parts) = &name_expr.kind else { return };
        let name: String = match (&scope.module, parts.first().map(String::as_str)) {
            (_, Some("Elixir" | "__MODULE__")) => match scope.expand_alias(parts) {
                Some(name) => name,
                None => return,
            },
            (Some(outer), _) => format!("{outer}.{}", parts.join(".")),
            (None, _) => scope.expand_alias(parts).unwrap_or_else(|| parts.join(".")),
        };
        if let (Some(outer), Some(first)) = (scope.module.clone(), parts.first()) {
            scope.add_alias(first, &format!("{outer}.{first}"));
        }
        let mut inner = scope.clone();
        inner.module = Some(name.as_str().into());
        self.path.push(index);
        self.found.push(SourceModule {
            name: name.into(),
            file: self.file.clone(),
            range: expr.range,
            name_range: name_expr.range,
            scope: inner.clone(),
            tree: self.tree.clone(),
            path: self.path.clone(),
        });
        self.body(body, &mut inner);
        self.path.pop();
    }
}
