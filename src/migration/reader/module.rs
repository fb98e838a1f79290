//! The migration module: its functions, attributes and aliases.

use crate::syntax::{Call, Expr, Kind, Target};
use crate::text::Range;

/// What the body of a migration module declares.
#[derive(Debug, Default)]
pub struct Module<'a> {
    /// As written.
    pub name: String,
    pub name_range: Range,
    pub functions: Vec<Function<'a>>,
    /// `@name value`, in source order.
    pub attributes: Vec<(&'a str, &'a Expr)>,
    /// Last part of the name (or `as:`) and the full name.
    pub aliases: Vec<(String, Vec<String>)>,
    /// What in the module body makes the meaning of its functions uncertain.
    pub problems: Vec<(Range, String)>,
}

/// One clause of a `def` or `defp`.
#[derive(Debug)]
pub struct Function<'a> {
    pub name: &'a str,
    pub range: Range,
    pub parameters: Vec<&'a Expr>,
    pub guard: Option<&'a Expr>,
    pub body: &'a [Expr],
    /// How many of the module's attributes stand before it.
    pub attributes: usize,
    /// `rescue`, `after` or the like.
    pub has_sections: bool,
}

impl Function<'_> {
    /// Whether it can be called with `arity` arguments, the defaults of its parameters counted in.
    pub fn takes(&self, arity: usize) -> bool {
        let optional = self.parameters.iter().filter(|parameter| default_of(parameter).is_some()).count();
        arity <= self.parameters.len() && arity + optional >= self.parameters.len()
    }
}

/// The pattern and the default of `pattern \\ default`.
pub fn default_of(parameter: &Expr) -> Option<(&Expr, &Expr)> {
    match &parameter.kind {
        Kind::Binary { operator, left, right } if operator == "\\\\" => Some((left, right)),
        _ => None,
    }
}

impl<'a> Module<'a> {
    /// The module that `expression` defines, if it uses `Ecto.Migration`.
    pub fn of_migration(expression: &'a Expr) -> Option<Module<'a>> {
        let call = expression.as_call().filter(|call| call.local_name() == Some("defmodule"))?;
        let name = call.positional().next()?;
        let name_text = match &name.kind {
            Kind::Alias(parts) => parts.join("."),
            // `defmodule :"Elixir.MyApp.Repo.Migrations.V2-schema"`, what the generators write for such names.
            Kind::Atom(name) => name.trim_start_matches("Elixir.").to_owned(),
            _ => return None,
        };
        let body = body_of(call);
        if !body.iter().any(uses_ecto_migration) {
            return None;
        }
        let mut module = Module { name: name_text, name_range: name.range, ..Module::default() };
        for statement in body {
            module.declare(statement);
        }
        Some(module)
    }

    /// The first clause of `name/arity`.
    pub fn function(&self, name: &str, arity: usize) -> Option<&Function<'a>> {
        self.functions.iter().find(|function| function.name == name && function.takes(arity))
    }

    /// The last value of an attribute that is `true` or `false`.
    pub fn flag(&self, name: &str) -> bool {
        let value = self.attributes.iter().rev().find(|(own, _)| *own == name);
        matches!(value, Some((_, Expr { kind: Kind::Bool(true), .. })))
    }

    /// The full name of an alias as written.
    pub fn expand(&self, parts: &[String]) -> Vec<String> {
        let Some((first, rest)) = parts.split_first() else { return Vec::new() };
        if first == "__MODULE__" {
            return self.name.split('.').chain(rest.iter().map(String::as_str)).map(str::to_owned).collect();
        }
        match self.aliases.iter().rev().find(|(short, _)| short == first) {
            Some((_, full)) => full.iter().chain(rest).cloned().collect(),
            None => parts.to_vec(),
        }
    }

    fn declare(&mut self, statement: &'a Expr) {
        let Some(call) = statement.as_call() else {
            let harmless = matches!(statement.kind, Kind::String(_) | Kind::Atom(_) | Kind::Nil | Kind::Integer(_));
            if !harmless {
                self.problem(statement.range, "code in the module's body");
            }
            return;
        };
        match &call.target {
            Target::Attribute(name) => {
                if let Some(value) = call.arguments.first() {
                    self.attributes.push((name, value));
                }
            }
            Target::Local(name) => match name.as_str() {
                "def" | "defp" => self.define(statement.range, call),
                "use" => {
                    if !uses_ecto_migration(statement) {
                        self.problem(
                            statement.range,
                            "`use` of a module other than Ecto.Migration adds code that is not in this file",
                        );
                    }
                }
                "alias" => self.alias(call),
                "defmodule" | "import" | "require" | "defstruct" | "defdelegate" | "defmacro" | "defmacrop" => {}
                _ => self.problem(statement.range, "code in the module's body"),
            },
            _ => self.problem(statement.range, "code in the module's body"),
        }
    }

    fn problem(&mut self, range: Range, reason: &str) {
        self.problems.push((range, reason.to_owned()));
    }

    fn define(&mut self, range: Range, call: &'a Call) {
        let Some(head) = call.arguments.first() else { return };
        let (head, guard) = match &head.kind {
            Kind::Binary { operator, left, right } if operator == "when" => (&**left, Some(&**right)),
            _ => (head, None),
        };
        let (name, parameters): (&str, Vec<&Expr>) = match &head.kind {
            Kind::Identifier(name) => (name, Vec::new()),
            Kind::Call(head) => match head.local_name() {
                Some(name) => (name, head.arguments.iter().collect()),
                None => return,
            },
            _ => return,
        };
        self.functions.push(Function {
            name,
            range,
            parameters,
            guard,
            body: body_of(call),
            attributes: self.attributes.len(),
            has_sections: call.block.as_ref().is_some_and(|block| !block.sections.is_empty()),
        });
    }

    /// `alias A.B`, `alias A.B, as: C` and `alias A.{B, C}`.
    pub fn alias(&mut self, call: &Call) {
        let Some(target) = call.arguments.first() else { return };
        let named = call.keywords().iter().find(|(key, _)| key.as_atom() == Some("as"));
        match &target.kind {
            Kind::Alias(parts) => {
                let full = self.expand(parts);
                let short = match named {
                    Some((_, Expr { kind: Kind::Alias(parts), .. })) => parts.last(),
                    _ => parts.last(),
                };
                if let Some(short) = short {
                    self.aliases.push((short.clone(), full));
                }
            }
            Kind::Binary { operator, left, right } if operator == "." => {
                let (Kind::Alias(base), Kind::Tuple(items)) = (&left.kind, &right.kind) else { return };
                let base = self.expand(base);
                for item in items {
                    if let Kind::Alias(parts) = &item.kind
                        && let Some(short) = parts.last()
                    {
                        self.aliases.push((short.clone(), base.iter().chain(parts).cloned().collect()));
                    }
                }
            }
            _ => {}
        }
    }
}

/// The expressions of `do … end` or `do: …`.
pub fn body_of(call: &Call) -> &[Expr] {
    if let Some(block) = &call.block {
        return &block.body;
    }
    match call.keywords().iter().find(|(key, _)| key.as_atom() == Some("do")) {
        Some((_, Expr { kind: Kind::Block(expressions), .. })) => expressions,
        Some((_, expression)) => std::slice::from_ref(expression),
        None => &[],
    }
}

fn uses_ecto_migration(statement: &Expr) -> bool {
    let Some(call) = statement.as_call().filter(|call| call.local_name() == Some("use")) else { return false };
    matches!(call.arguments.first(), Some(Expr { kind: Kind::Alias(parts), .. }) if parts.join(".") == "Ecto.Migration")
}
