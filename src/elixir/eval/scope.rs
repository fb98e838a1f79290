//! What names mean at one place of a file: variables, aliases, imports, module attributes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::value::{Origin, Value};
use crate::elixir::name::last_part;
use crate::syntax::{Expr, Kind};
use crate::text::Range;

/// The lexical surroundings of an expression.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Path of the file the code stands in.
    pub file: Arc<str>,
    /// The module around it, without `Elixir.`.
    pub module: Option<Arc<str>>,
    /// Short name to full name (without `Elixir.`); a later entry wins.
    pub aliases: Vec<(Arc<str>, Arc<str>)>,
    /// Modules whose macros and functions can be called without their name.
    pub imports: Vec<Arc<str>>,
    /// Shared, since scopes are copied far more often than values change.
    pub variables: BTreeMap<Arc<str>, Arc<Value>>,
    /// Module attributes written so far.
    pub attributes: BTreeMap<Arc<str>, Arc<Value>>,
    /// Set while code that a macro made is read: the place in the module that used the macro.
    pub place: Option<Origin>,
    /// The scope that called the macro whose body is being evaluated.
    pub caller: Option<Arc<Scope>>,
}

impl Scope {
    /// The top of `file`.
    pub fn file(file: Arc<str>) -> Scope {
        Scope { file, ..Scope::default() }
    }

    /// Where something written at `range` is reported: there, or where the macro that made it was used.
    pub fn origin(&self, range: Range) -> Origin {
        match &self.place {
            Some(place) => place.clone(),
            None => Origin::new(self.file.clone(), range),
        }
    }

    /// An unknown at `range`.
    pub fn unknown(&self, range: Range, reason: impl Into<String>) -> Value {
        Value::unknown(self.origin(range), reason)
    }

    pub fn bind(&mut self, name: &str, value: Value) {
        self.variables.insert(name.into(), Arc::new(value));
    }

    /// The full module name of an alias as written (`Blog.Post` → `MyApp.Blog.Post`), without `Elixir.`.
    /// `None` when it begins with `__MODULE__` outside a module.
    pub fn expand_alias(&self, parts: &[String]) -> Option<String> {
        let (first, rest) = parts.split_first()?;
        let base: &str = match first.as_str() {
            "Elixir" if !rest.is_empty() => return Some(rest.join(".")),
            "__MODULE__" => self.module.as_deref()?,
            short => self.aliases.iter().rev().find(|(name, _)| &**name == short).map_or(short, |(_, full)| full),
        };
        Some(std::iter::once(base).chain(rest.iter().map(String::as_str)).collect::<Vec<_>>().join("."))
    }

    /// Makes `short` stand for `full`.
    pub fn add_alias(&mut self, short: &str, full: &str) {
        self.aliases.push((short.into(), full.into()));
    }

    /// Applies `alias …` as written: `alias A.B`, `alias A.B, as: C`, `alias A.{B, C.D}`, `alias __MODULE__`.
    /// Returns false when it cannot be read.
    pub fn alias_directive(&mut self, arguments: &[Expr]) -> bool {
        let Some(target) = arguments.first() else { return false };
        let name = arguments.iter().skip(1).find_map(|argument| match &argument.kind {
            Kind::Keywords(pairs) => pairs.iter().find(|(key, _)| key.as_atom() == Some("as")).map(|(_, value)| value),
            _ => None,
        });
        let modules = self.directive_modules(target);
        for full in &modules {
            let short = match name.map(|name| &name.kind) {
                Some(Kind::Alias(parts)) if parts.len() == 1 => parts[0].clone(),
                Some(_) => return false,
                None => last_part(full).to_owned(),
            };
            self.add_alias(&short, full);
        }
        !modules.is_empty()
    }

    /// The modules that the first argument of `alias`, `import`, `require` or `use` names.
    pub fn directive_modules(&self, target: &Expr) -> Vec<String> {
        match &target.kind {
            Kind::Alias(parts) => self.expand_alias(parts).into_iter().collect(),
            Kind::Identifier(name) if name == "__MODULE__" => {
                self.module.iter().map(|module| module.to_string()).collect()
            }
            Kind::Binary { operator, left, right } if operator == "." => {
                let bases = self.directive_modules(left);
                let (Some(base), Kind::Tuple(items)) = (bases.first(), &right.kind) else { return Vec::new() };
                items
                    .iter()
                    .filter_map(|item| match &item.kind {
                        Kind::Alias(parts) => Some(format!("{base}.{}", parts.join("."))),
                        _ => None,
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}
