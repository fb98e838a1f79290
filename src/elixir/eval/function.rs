//! Functions and macros that modules of the project define.

use std::sync::Arc;

use super::builtin;
use super::call::call_remote;
use super::context::Context;
use super::expression::{block, evaluate};
use super::fragment;
use super::node::ModuleBody;
use super::pattern;
use super::quote::as_quoted;
use super::scope::Scope;
use super::value::{Function, Value};
use crate::elixir::{SourceModule, do_body};
use crate::syntax::{Call, Expr, Kind, Target};
use crate::text::Range;

/// One clause of a `def`, `defp`, `defmacro` or `defmacrop`.
pub(super) struct Definition<'a> {
    pub name: &'a str,
    pub parameters: &'a [Expr],
    pub guard: Option<&'a Expr>,
    pub body: Option<&'a [Expr]>,
    pub is_macro: bool,
}

/// Reads a definition.
pub(super) fn definition(expr: &Expr) -> Option<Definition<'_>> {
    let call = expr.as_call()?;
    let is_macro = match call.local_name()? {
        "def" | "defp" => false,
        "defmacro" | "defmacrop" => true,
        _ => return None,
    };
    let head = call.arguments.first()?;
    let (head, guard) = match &head.kind {
        Kind::Binary { operator, left, right } if operator == "when" => (&**left, Some(&**right)),
        _ => (head, None),
    };
    let (name, parameters): (&str, &[Expr]) = match &head.kind {
        Kind::Identifier(name) => (name, &[]),
        Kind::Call(head) => (head.local_name()?, &head.arguments),
        _ => return None,
    };
    Some(Definition { name, parameters, guard, body: do_body(call), is_macro })
}

impl Definition<'_> {
    /// Whether it can be called with `arity` arguments, defaults left out.
    fn takes(&self, arity: usize) -> bool {
        arity <= self.parameters.len() && self.parameters.len() - self.defaults() <= arity
    }

    fn defaults(&self) -> usize {
        self.parameters.iter().filter(|parameter| default_of(parameter).is_some()).count()
    }
}

fn default_of(parameter: &Expr) -> Option<&Expr> {
    match &parameter.kind {
        Kind::Binary { operator, right, .. } if operator == "\\\\" => Some(right),
        _ => None,
    }
}

/// Calls `visit` with the definitions of a module's source, then with those that macros added.
fn find_map<T>(module: &SourceModule, context: &Context, mut visit: impl FnMut(&Definition) -> Option<T>) -> Option<T> {
    let mut in_source = module.body().iter().filter_map(definition);
    if let Some(found) = in_source.find_map(|definition| visit(&definition)) {
        return Some(found);
    }
    let body = context.body(&module.name)?;
    body.definitions.iter().filter_map(definition).find_map(|definition| visit(&definition))
}

/// Whether a module of the project defines the function `name/arity` (also one that a macro added).
pub fn defines(module: &str, name: &str, arity: usize, context: &Context) -> bool {
    let Some(module) = context.module(module) else { return false };
    find_map(&module, context, |definition| {
        (definition.name == name && !definition.is_macro && definition.takes(arity)).then_some(())
    })
    .is_some()
}

/// Whether the source of a module defines `name/arity`, and whether a clause of it calls `super`.
pub fn overrides(module: &str, name: &str, arity: usize, context: &Context) -> Option<bool> {
    let module = context.module(module)?;
    let clauses = module.body().iter().filter_map(definition).filter(|d| d.name == name && d.parameters.len() == arity);
    let mut found = None;
    for clause in clauses {
        let calls = found.get_or_insert(false);
        for expr in clause.body.unwrap_or_default() {
            super::quote::walk(expr, &mut |expr| {
                *calls |= expr.as_call().is_some_and(|call| call.local_name() == Some("super"));
            });
        }
    }
    found
}

/// The name of the function whose definition in `module` has `range` in it.
pub(super) fn around(module: &SourceModule, range: Range) -> Option<String> {
    let expr = module.body().iter().find(|expr| expr.range.start <= range.start && range.end <= expr.range.end)?;
    definition(expr).filter(|definition| !definition.is_macro).map(|definition| definition.name.to_owned())
}

/// The names of the functions that a body defines, source and macros alike.
pub fn function_names<'a>(module: &'a SourceModule, body: &'a ModuleBody) -> impl Iterator<Item = &'a str> {
    module.body().iter().chain(&body.definitions).filter_map(definition).filter(|d| !d.is_macro).map(|d| d.name)
}

/// `module.name(arguments)`; the unknown is placed at the module when nothing better is known.
pub fn call_function(module: &str, name: &str, arguments: Vec<Value>, scope: &Scope, context: &Context) -> Value {
    call_function_at(Range::default(), module, name, arguments, scope, context)
}

pub(super) fn call_function_at(
    range: Range,
    module_name: &str,
    name: &str,
    arguments: Vec<Value>,
    scope: &Scope,
    context: &Context,
) -> Value {
    let arity = arguments.len();
    let unknown = |reason: String| scope.unknown(range, reason);
    let library = || context.library(module_name, name, &arguments);
    let Some(module) = context.module(module_name) else {
        return library().unwrap_or_else(|| unknown(format!("{module_name}.{name}/{arity} is not evaluated")));
    };
    let result = context.deeper(|| {
        find_map(&module, context, |definition| {
            if definition.name != name || definition.is_macro || !definition.takes(arity) {
                return None;
            }
            if fragment::is_open(definition.parameters.iter().chain(definition.body.unwrap_or_default())) {
                // Filled in where the body of the module is read.
                return None;
            }
            let Some(body) = definition.body else {
                // A head without a body only gives the defaults of the clauses that follow it.
                if arity == definition.parameters.len() {
                    return None;
                }
                let mut inner = module_scope(&module);
                let filled = filled(definition, &arguments, &mut inner, context)?;
                return Some(call_function_at(range, module_name, name, filled, scope, context));
            };
            enter(definition, &arguments, &module, None, context).map(|entered| match entered {
                Ok(mut inner) => block(body, &mut inner, context),
                Err(unknown) => unknown,
            })
        })
    });
    match result {
        None => unknown(format!("{module_name}.{name}/{arity} calls itself too deeply")),
        Some(None) => {
            library().unwrap_or_else(|| unknown(format!("{module_name}.{name}/{arity} is not defined in the project")))
        }
        // The reader of a resource looks at the resource; the place inside a far function would not help.
        Some(Some(value)) => value,
    }
}

/// The scope of a module's functions: its aliases and imports.
fn module_scope(module: &SourceModule) -> Scope {
    let mut inner = module.scope.clone();
    for expr in module.body() {
        if let Some(call) = expr.as_call() {
            match call.local_name() {
                Some("alias") => {
                    inner.alias_directive(&call.arguments);
                }
                Some("import") => {
                    let modules = call.arguments.first().map(|target| inner.directive_modules(target));
                    inner.imports.extend(modules.into_iter().flatten().map(Arc::from));
                }
                _ => {}
            }
        }
    }
    inner
}

/// The arguments with the defaults of those that are left out. Defaults fill in from the left, as far as arguments are
/// missing.
fn filled(definition: &Definition, arguments: &[Value], inner: &mut Scope, context: &Context) -> Option<Vec<Value>> {
    let mut missing = definition.parameters.len() - arguments.len();
    let mut fill = definition.defaults() - missing.min(definition.defaults());
    let mut given = arguments.iter();
    let mut values = Vec::with_capacity(definition.parameters.len());
    for parameter in definition.parameters {
        match default_of(parameter) {
            Some(default) if fill == 0 && missing > 0 => {
                missing -= 1;
                values.push(evaluate(default, &mut inner.clone(), context));
            }
            default => {
                if default.is_some() {
                    fill -= 1;
                }
                values.push(given.next().cloned()?);
            }
        }
    }
    Some(values)
}

/// The scope in which a definition's body runs; `None` when its pattern or guard does not fit.
fn enter(
    definition: &Definition,
    arguments: &[Value],
    module: &SourceModule,
    caller: Option<&Scope>,
    context: &Context,
) -> Option<Result<Scope, Value>> {
    let mut inner = module_scope(module);
    inner.caller = caller.map(|caller| Arc::new(caller.clone()));
    let values = filled(definition, arguments, &mut inner, context)?;
    match pattern::match_all(definition.parameters, &values, &mut inner, context) {
        Some(true) => {}
        Some(false) => return None,
        None => {
            let unknown = values.iter().find_map(Value::find_unknown).cloned();
            let fallback = || {
                Value::unknown(
                    inner.origin(module.name_range),
                    format!("a pattern of {} is not evaluated", definition.name),
                )
            };
            return Some(Err(unknown.map_or_else(fallback, Value::Unknown)));
        }
    }
    if let Some(guard) = definition.guard {
        let holds = evaluate(guard, &mut inner, context);
        match holds.truthy() {
            Some(true) => {}
            Some(false) => return None,
            None => return Some(Err(holds)),
        }
    }
    Some(Ok(inner))
}

/// A call without a module: a function of the module around, or of an imported one.
pub(super) fn call_local(range: Range, name: &str, arguments: Vec<Value>, scope: &Scope, context: &Context) -> Value {
    let arity = arguments.len();
    let candidates = scope.module.iter().chain(&scope.imports);
    for module in candidates {
        let own = scope.module.as_ref() == Some(module);
        let found = match context.module(module) {
            // The body of the module around may be the one being read: only its source is looked at.
            Some(source) if own => {
                source.body().iter().filter_map(definition).any(|d| d.name == name && !d.is_macro && d.takes(arity))
            }
            Some(_) => defines(module, name, arity, context),
            None => false,
        };
        if found {
            return call_function_at(range, module, name, arguments, scope, context);
        }
    }
    if let Some(value) = scope.module.as_ref().and_then(|module| context.library(module, name, &arguments)) {
        return value;
    }
    let imported = scope.imports.iter().filter(|module| &***module == "Config");
    for module in imported {
        if let Some(value) = builtin::remote(range, module, name, &arguments, scope, context) {
            return value;
        }
    }
    scope.unknown(range, format!("{name}/{arity} is not evaluated"))
}

/// The module that defines the macro `name/arity` as it can be called in `scope`.
pub(super) fn macro_for(name: &str, arity: usize, scope: &Scope, context: &Context) -> Option<Arc<str>> {
    let candidates = scope.module.iter().chain(&scope.imports);
    candidates.into_iter().find(|module| defines_macro(module, name, arity, context)).cloned()
}

/// Whether a module of the project defines the macro `name/arity` in its source.
pub(super) fn defines_macro(module: &str, name: &str, arity: usize, context: &Context) -> bool {
    context.module(module).is_some_and(|module| {
        module.body().iter().filter_map(definition).any(|d| d.is_macro && d.name == name && d.takes(arity))
    })
}

/// What a macro of the project expands to: code, or an unknown.
pub fn expand(
    range: Range,
    module_name: &str,
    name: &str,
    arguments: Vec<Value>,
    scope: &Scope,
    context: &Context,
) -> Value {
    let unknown = |reason: String| scope.unknown(range, reason);
    let Some(module) = context.module(module_name) else {
        return unknown(format!("the macro {module_name}.{name} is not part of the project"));
    };
    let result = context.deeper(|| {
        module.body().iter().filter_map(definition).find_map(|definition| {
            if definition.name != name || !definition.is_macro || !definition.takes(arguments.len()) {
                return None;
            }
            enter(&definition, &arguments, &module, Some(scope), context).map(|entered| match entered {
                Ok(mut inner) => block(definition.body.unwrap_or_default(), &mut inner, context),
                Err(unknown) => unknown,
            })
        })
    });
    match result {
        None => unknown(format!("the macro {module_name}.{name} expands too deeply")),
        Some(None) => unknown(format!("no clause of the macro {module_name}.{name} fits")),
        Some(Some(value)) => value,
    }
}

/// A macro's arguments as it receives them, its `do` block last.
pub(super) fn quoted_arguments(call: &Call, context: &Context) -> Vec<Value> {
    let mut arguments: Vec<Value> = call.arguments.iter().map(|argument| as_quoted(argument, context)).collect();
    if let Some(block) = &call.block {
        let code = Expr { range: block.range, kind: Kind::Block(block.body.clone()) };
        arguments.push(Value::List(vec![Value::pair("do", Value::Quoted(Arc::new(code)))]));
    }
    arguments
}

/// A macro call in the place of an expression.
pub(super) fn expand_call(range: Range, name: &str, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    let arguments = quoted_arguments(call, context);
    let Some(module) = macro_for(name, arguments.len(), scope, context) else {
        return scope.unknown(range, format!("{name}/{} is not evaluated", arguments.len()));
    };
    match expand(range, &module, name, arguments, scope, context) {
        Value::Quoted(code) => evaluate(&code, scope, context),
        value => value,
    }
}

/// Calls a function value.
pub fn apply(range: Range, function: &Value, arguments: Vec<Value>, scope: &Scope, context: &Context) -> Value {
    let function = match function {
        Value::Function(function) => function.clone(),
        Value::Unknown(_) => return function.clone(),
        _ => return scope.unknown(range, "this value is no function"),
    };
    let result = context.deeper(|| match &*function {
        Function::Remote { module, name, .. } => call_remote(range, module, name, arguments, scope, context),
        Function::Local { name, scope: outer, .. } => builtin::kernel(range, name, &arguments, outer, context)
            .unwrap_or_else(|| call_local(range, name, arguments, outer, context)),
        Function::Clauses { clauses, scope: outer } => {
            match super::control::select(range, clauses, &arguments, outer, context) {
                Ok((clause, mut inner)) => block(&clause.body, &mut inner, context),
                Err(unknown) => unknown,
            }
        }
        Function::Capture { body, scope: outer, .. } => {
            let mut inner = outer.clone();
            for (index, argument) in arguments.into_iter().enumerate() {
                inner.bind(&format!("&{}", index + 1), argument);
            }
            evaluate(body, &mut inner, context)
        }
    });
    result.unwrap_or_else(|| scope.unknown(range, "functions call each other too deeply"))
}

/// The value of `@name` as the module's source last sets it before `range`.
pub(super) fn source_attribute(name: &str, range: Range, scope: &Scope, context: &Context) -> Option<Value> {
    let module = context.module(scope.module.as_deref()?)?;
    let same_file = module.file == scope.file;
    let write = module.body().iter().rev().find(|expr| {
        let before = !same_file || expr.range.start < range.start;
        before && matches!(expr.as_call().map(|call| &call.target), Some(Target::Attribute(n)) if n == name)
    })?;
    let value = write.as_call()?.arguments.first()?;
    let mut inner = module.scope.clone();
    super::body::bind_file_variables(&module, &mut inner, context);
    for expr in module.body().iter().take_while(|expr| expr.range.start < write.range.start) {
        if let Some(call) = expr.as_call()
            && call.local_name() == Some("alias")
        {
            inner.alias_directive(&call.arguments);
        }
    }
    context.deeper(|| evaluate(value, &mut inner, context))
}
