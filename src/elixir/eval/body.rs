//! A module's body with the project's macros expanded: a tree of named calls with values, ready for a vocabulary.
//!
//! Knows `use`, `if`, `for`, macros and assignments, but no name of any DSL: `attributes do … end` is a [`Node`].

use std::sync::Arc;

use super::call::body as do_part;
use super::context::Context;
use super::control;
use super::expression::evaluate;
use super::fragment;
use super::function;
use super::node::{ModuleBody, Node, Use};
use super::quote::as_quoted;
use super::scope::Scope;
use super::value::{Origin, Unknown, Value};
use crate::elixir::{SourceModule, do_body};
use crate::syntax::{Call, Expr, Kind, LEFT_OUT, Target};
use crate::text::Range;

/// Binds what the file assigns before the module.
pub(super) fn bind_file_variables(module: &SourceModule, scope: &mut Scope, context: &Context) {
    for assignment in module.file_assignments() {
        evaluate(assignment, scope, context);
    }
}

/// Reads the body of `module`.
pub(super) fn module_body(module: &SourceModule, context: &Context) -> ModuleBody {
    let mut reader =
        Reader { context, body: ModuleBody::default(), before_compile: Vec::new(), depth: 0, outline: None };
    let mut scope = module.scope.clone();
    bind_file_variables(module, &mut scope, context);
    reader.body.imports.clone_from(&scope.imports);
    let mut nodes = Vec::new();
    reader.statements(module.body(), &mut scope, &mut nodes);
    for (range, hook) in std::mem::take(&mut reader.before_compile) {
        if function::defines_macro(&hook, "__before_compile__", 1, context) {
            let code =
                function::expand(range, &hook, "__before_compile__", vec![Value::atom("__ENV__")], &scope, context);
            reader.generated(range, code, &mut scope, &mut nodes);
        }
    }
    reader.body.nodes = nodes;
    let attributes = scope.attributes.into_iter();
    reader.body.attributes = attributes.map(|(name, value)| (name, Arc::unwrap_or_clone(value))).collect();
    reader.body
}

/// What code that a macro or function made does in the module of `scope`.
pub fn generated_body(code: Value, scope: &Scope, context: &Context) -> ModuleBody {
    let mut reader =
        Reader { context, body: ModuleBody::default(), before_compile: Vec::new(), depth: 0, outline: None };
    let mut nodes = Vec::new();
    reader.generated(Range::default(), code, &mut scope.clone(), &mut nodes);
    ModuleBody { nodes, ..reader.body }
}

struct Reader<'a, 'b> {
    context: &'a Context<'b>,
    body: ModuleBody,
    before_compile: Vec<(Range, Arc<str>)>,
    /// Calls around the one being read.
    depth: u8,
    /// Levels of children still to be read where only an outline is wanted.
    outline: Option<u8>,
}

/// Module attributes whose values are types or documentation.
const NOT_EVALUATED: &[&str] = &[
    "spec",
    "type",
    "typep",
    "opaque",
    "callback",
    "macrocallback",
    "doc",
    "moduledoc",
    "typedoc",
    "impl",
    "dialyzer",
    "derive",
];

/// Modules of Elixir whose functions, called for their effect in a module's body, add nothing to a DSL.
const WITHOUT_EFFECT: &[&str] =
    &["Code", "Module", "Logger", "IO", "Application", "Kernel", "Process", "Record", "File"];

impl Reader<'_, '_> {
    fn statements(&mut self, expressions: &[Expr], scope: &mut Scope, into: &mut Vec<Node>) {
        for expr in expressions {
            self.statement(expr, scope, into);
        }
    }

    fn statement(&mut self, expr: &Expr, scope: &mut Scope, into: &mut Vec<Node>) {
        if !self.context.step() {
            return;
        }
        match &expr.kind {
            Kind::Block(expressions) => self.statements(expressions, scope, into),
            Kind::Binary { operator, .. } if operator == "=" => {
                evaluate(expr, scope, self.context);
            }
            // What is read as an outline does not need it; a macro that takes the block would.
            Kind::Identifier(name) if name == LEFT_OUT && self.outline.is_none() => {
                let value = scope.unknown(expr.range, "this block was not expected to matter to a table");
                self.not_taken(expr.range, value, scope, into);
            }
            Kind::Identifier(name) => match self.context.held(name) {
                Some(Value::Unknown(unknown)) => into.push(unknown_node(unknown)),
                Some(_) => {}
                None if scope.variables.contains_key(name.as_str()) || name.starts_with("__") => {}
                None => {
                    let call = Call {
                        target: Target::Local(name.clone()),
                        name_range: expr.range,
                        arguments: Vec::new(),
                        parens: false,
                        block: None,
                    };
                    self.call(expr.range, name, &call, scope, into);
                }
            },
            Kind::Call(call) => match &call.target {
                Target::Local(name) => self.local(expr, name, call, scope, into),
                Target::Attribute(name) => self.attribute(expr.range, name, call, scope),
                Target::Remote { value, name } => self.remote(expr.range, value, name, call, scope, into),
                Target::Anonymous(_) => {}
            },
            Kind::Error => {
                let unknown = Unknown { origin: scope.origin(expr.range), reason: "cannot be parsed".to_owned() };
                into.push(unknown_node(Arc::new(unknown)));
            }
            _ => {}
        }
    }

    fn local(&mut self, expr: &Expr, name: &str, call: &Call, scope: &mut Scope, into: &mut Vec<Node>) {
        match name {
            "import" => {
                let known = scope.imports.len();
                evaluate(expr, scope, self.context);
                match &scope.imports[known..] {
                    [] => self.body.imports.push("".into()),
                    new => self.body.imports.extend_from_slice(new),
                }
            }
            "alias" | "require" | "unquote" => {
                evaluate(expr, scope, self.context);
            }
            "use" => self.using(expr.range, call, scope, into),
            "def" | "defp" | "defmacro" | "defmacrop" => match fragment::filled(expr, scope, self.context) {
                Some(filled) => self.body.definitions.push(filled),
                None if scope.place.is_some() => self.body.definitions.push(expr.clone()),
                None => {}
            },
            "defmodule" => nested_module(call, scope),
            "defstruct" | "defimpl" | "defprotocol" | "defexception" | "defguard" | "defguardp" | "defdelegate"
            | "defoverridable" | "quote" => {}
            "if" | "unless" => match control::taken(call, name == "unless", scope, self.context) {
                Ok(expressions) => {
                    let expressions = expressions.to_vec();
                    self.statements(&expressions, scope, into);
                }
                Err(unknown) => self.not_taken(expr.range, unknown, scope, into),
            },
            "case" => match control::case_body(expr.range, call, scope, self.context) {
                Ok((expressions, mut inner)) => self.statements(expressions, &mut inner, into),
                Err(unknown) => self.not_taken(expr.range, unknown, scope, into),
            },
            "for" => match control::generations(expr.range, call, scope, self.context) {
                Ok(scopes) => {
                    for mut inner in scopes {
                        self.statements(do_part(call), &mut inner, into);
                    }
                }
                Err(unknown) => self.not_taken(expr.range, unknown, scope, into),
            },
            _ => self.call(expr.range, name, call, scope, into),
        }
    }

    fn not_taken(&mut self, range: Range, value: Value, scope: &Scope, into: &mut Vec<Node>) {
        let unknown = value.find_unknown().cloned().unwrap_or_else(|| {
            Arc::new(Unknown { origin: scope.origin(range), reason: "this code is not evaluated".to_owned() })
        });
        into.push(unknown_node(unknown));
    }

    fn attribute(&mut self, range: Range, name: &str, call: &Call, scope: &mut Scope) {
        let Some(value) = call.arguments.first() else { return };
        if NOT_EVALUATED.contains(&name) {
            return;
        }
        let value = evaluate(value, scope, self.context);
        if name == "before_compile" {
            let hook = match &value {
                Value::Tuple(pair) => pair.first().and_then(Value::as_module),
                value => value.as_module(),
            };
            self.before_compile.extend(hook.map(|hook| (range, hook.into())));
        }
        scope.attributes.insert(name.into(), Arc::new(value));
    }

    fn using(&mut self, range: Range, call: &Call, scope: &mut Scope, into: &mut Vec<Node>) {
        let Some(target) = call.arguments.first() else { return };
        let mut modules = scope.directive_modules(target);
        if modules.is_empty() {
            match evaluate(target, scope, self.context) {
                Value::Atom(name) => modules.extend(name.strip_prefix("Elixir.").map(str::to_owned)),
                value => self.not_taken(range, value, scope, into),
            }
        }
        for module in modules {
            let in_project = function::defines_macro(&module, "__using__", 1, self.context);
            let options = match call.arguments.get(1) {
                Some(options) => evaluate(options, scope, self.context),
                None => Value::List(Vec::new()),
            };
            self.body.uses.push(Use {
                module: module.as_str().into(),
                options,
                origin: scope.origin(range),
                expanded: in_project,
            });
            if in_project {
                let options =
                    call.arguments.get(1).map_or(Value::List(Vec::new()), |options| as_quoted(options, self.context));
                let code = function::expand(range, &module, "__using__", vec![options], scope, self.context);
                self.generated(range, code, scope, into);
            }
        }
    }

    /// Reads code that a macro made at `range`.
    fn generated(&mut self, range: Range, code: Value, scope: &mut Scope, into: &mut Vec<Node>) {
        let outer = scope.place.clone();
        scope.place = Some(scope.origin(range));
        let done = self.context.deeper(|| match code {
            Value::Quoted(code) => self.statement(&code, scope, into),
            Value::List(items) => {
                for item in items {
                    if let Value::Quoted(code) = item {
                        self.statement(&code, scope, into);
                    }
                }
            }
            Value::Unknown(unknown) => into.push(unknown_node(unknown)),
            _ => {}
        });
        if done.is_none() {
            let value = scope.unknown(range, "macros expand too deeply");
            self.not_taken(range, value, scope, into);
        }
        scope.place = outer;
    }

    fn remote(
        &mut self,
        range: Range,
        target: &Expr,
        name: &str,
        call: &Call,
        scope: &mut Scope,
        into: &mut Vec<Node>,
    ) {
        let target = evaluate(target, scope, self.context);
        let Some(module) = target.as_module() else { return };
        let arguments = function::quoted_arguments(call, self.context);
        if function::defines_macro(module, name, arguments.len(), self.context) {
            let code = function::expand(range, module, name, arguments, scope, self.context);
            return self.generated(range, code, scope, into);
        }
        if WITHOUT_EFFECT.contains(&module) || self.context.module(module).is_some() {
            return;
        }
        let mut node = self.node(range, name, call, scope);
        node.unknown = Some(Arc::new(Unknown {
            origin: scope.origin(range),
            reason: format!("{module}.{name} is not part of the project"),
        }));
        into.push(node);
    }

    fn call(&mut self, range: Range, name: &str, call: &Call, scope: &mut Scope, into: &mut Vec<Node>) {
        let arity = call.arguments.len() + usize::from(call.block.is_some());
        if let Some(module) = function::macro_for(name, arity, scope, self.context) {
            let arguments = function::quoted_arguments(call, self.context);
            let code = function::expand(range, &module, name, arguments, scope, self.context);
            return self.generated(range, code, scope, into);
        }
        let node = self.node(range, name, call, scope);
        into.push(node);
    }

    fn node(&mut self, range: Range, name: &str, call: &Call, scope: &mut Scope) -> Node {
        let outer = self.outline;
        let at_top = self.depth == 0 || (self.depth == 1 && self.context.is_top_level(name));
        let outline = if at_top { self.context.outline(name) } else { outer };
        let mut children = Vec::new();
        if outline != Some(0)
            && let Some(body) = do_body(call)
        {
            self.outline = outline.map(|levels| levels - 1);
            self.depth += 1;
            self.statements(body, &mut scope.clone(), &mut children);
            self.depth -= 1;
            self.outline = outer;
        }
        let arguments = call.arguments.iter().map(|argument| match outline {
            Some(0) if !is_plain(argument) => as_quoted(argument, self.context),
            _ => evaluate(argument, scope, self.context),
        });
        let arguments = arguments.collect();
        let pairs = call.arguments.iter().flat_map(|argument| match &argument.kind {
            Kind::Keywords(pairs) => pairs.as_slice(),
            Kind::List(items) => match items.first().map(|item| &item.kind) {
                Some(Kind::Keywords(pairs)) => pairs.as_slice(),
                _ => &[],
            },
            _ => &[],
        });
        let written = scope.place.as_ref().and_then(|_| self.context.written(range, name));
        let pairs = pairs
            .filter_map(|(key, value)| {
                let at = key.range.cover(value.range);
                let written = written.clone().map(|call| match range.contains(at) {
                    true => Arc::new(Origin::new(call.file.clone(), at)),
                    // It was given to the macro.
                    false => call,
                });
                Some((key.as_atom()?.into(), Origin { written, ..scope.origin(at) }))
            })
            .collect();
        let origin = Origin { written, ..scope.origin(range) };
        Node { name: name.into(), arguments, children, origin, pairs, unknown: None }
    }
}

/// A `defmodule` inside a module makes its first name an alias.
fn nested_module(call: &Call, scope: &mut Scope) {
    if let (Some(Kind::Alias(parts)), Some(outer)) =
        (call.arguments.first().map(|name| &name.kind), scope.module.clone())
        && let Some(first) = parts.first()
        && first != "Elixir"
    {
        scope.add_alias(first, &format!("{outer}.{first}"));
    }
}

fn unknown_node(unknown: Arc<Unknown>) -> Node {
    Node {
        name: "".into(),
        arguments: Vec::new(),
        children: Vec::new(),
        origin: unknown.origin.clone(),
        pairs: Vec::new(),
        unknown: Some(unknown),
    }
}

/// Whether the value is written right there.
fn is_plain(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Atom(_) | Kind::Bool(_) | Kind::Nil | Kind::Alias(_) | Kind::Integer(_))
}
