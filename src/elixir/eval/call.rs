//! Calls: special forms, then built-in functions, then functions of the project.

use std::sync::Arc;

use super::builtin;
use super::context::Context;
use super::control;
use super::expression::{access, elements, evaluate as evaluate_one};
use super::function;
use super::quote;
use super::scope::Scope;
use super::value::Value;
use crate::elixir::do_body;
use crate::syntax::{Call, Expr, Kind, Target};
use crate::text::Range;

/// The value of a call.
pub(super) fn evaluate(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    match &call.target {
        Target::Local(name) => local(range, name, call, scope, context),
        Target::Remote { value, name } => remote(range, value, name, call, scope, context),
        Target::Attribute(name) => {
            let value = call.arguments.first().map_or_else(Value::nil, |value| evaluate_one(value, scope, context));
            scope.attributes.insert(name.as_str().into(), Arc::new(value.clone()));
            value
        }
        Target::Anonymous(target) => {
            let function = evaluate_one(target, scope, context);
            let arguments = elements(&call.arguments, scope, context);
            function::apply(range, &function, arguments, scope, context)
        }
    }
}

fn local(range: Range, name: &str, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    match name {
        "if" | "unless" => return control::condition(call, name == "unless", scope, context),
        "case" => return control::case(range, call, scope, context),
        "cond" => return control::cond(range, call, scope, context),
        "with" => return control::with(range, call, scope, context),
        "for" => return control::comprehension(range, call, scope, context),
        "quote" => return quote::quote(range, call, scope, context),
        "alias" => {
            scope.alias_directive(&call.arguments);
            return Value::nil();
        }
        "require" | "import" => {
            let modules = call.arguments.first().map(|target| scope.directive_modules(target)).unwrap_or_default();
            if name == "import" {
                scope.imports.extend(modules.into_iter().map(Arc::from));
            }
            return Value::nil();
        }
        "raise" | "throw" | "reraise" | "exit" => return scope.unknown(range, format!("{name} is reached")),
        "unquote" | "unquote_splicing" => return scope.unknown(range, "unquote outside quote"),
        "match?" => return control::matches(range, call, scope, context),
        "super" => return overridden(range, call, scope, context),
        "try" => return control::attempt(range, call, scope, context),
        "sigil_w" | "receive" | "binding" | "var!" => {
            return scope.unknown(range, format!("{name} is not evaluated"));
        }
        "&&" | "||" | "and" | "or" => return scope.unknown(range, "an operator called as a function"),
        _ => {}
    }
    if call.block.is_some() {
        return function::expand_call(range, name, call, scope, context);
    }
    let arguments = elements(&call.arguments, scope, context);
    if let Some(value) = builtin::kernel(range, name, &arguments, scope, context) {
        return value;
    }
    if function::macro_for(name, arguments.len(), scope, context).is_some() {
        return function::expand_call(range, name, call, scope, context);
    }
    function::call_local(range, name, arguments, scope, context)
}

/// `super(…)`: what is overridden comes from a library.
fn overridden(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    let arguments = elements(&call.arguments, scope, context);
    let module = scope.module.clone().unwrap_or_default();
    let by_name = || {
        let source = context.module(&module).filter(|source| source.file == scope.file)?;
        context.library(&module, &function::around(&source, range)?, &arguments)
    };
    let value = context.library(&module, "super", &arguments).or_else(by_name);
    value.unwrap_or_else(|| scope.unknown(range, "super is not evaluated"))
}

fn remote(range: Range, target: &Expr, name: &str, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    if let (Kind::Identifier(module), "expand" | "expand_once") = (&target.kind, name) {
        return scope.unknown(range, format!("{module}.{name} is not evaluated"));
    }
    let target = evaluate_one(target, scope, context);
    let module = match &target {
        Value::Unknown(_) => return target,
        Value::Map(_) | Value::List(_) if call.arguments.is_empty() => {
            return access(&target, &Value::atom(name)).unwrap_or_else(Value::nil);
        }
        Value::Atom(module) => module.clone(),
        Value::Scalar(_) | Value::Quoted(_) => {
            return scope.unknown(range, format!(".{name} of this value is not evaluated"));
        }
        _ => return scope.unknown(range, format!("cannot call {name} on this value")),
    };
    let arguments = elements(&call.arguments, scope, context);
    let module_name = module.strip_prefix("Elixir.").unwrap_or(&module);
    call_remote(range, module_name, name, arguments, scope, context)
}

/// `module.name(arguments)` with values.
pub(super) fn call_remote(
    range: Range,
    module: &str,
    name: &str,
    arguments: Vec<Value>,
    scope: &Scope,
    context: &Context,
) -> Value {
    if let Some(value) = builtin::remote(range, module, name, &arguments, scope, context) {
        return value;
    }
    function::call_function_at(range, module, name, arguments, scope, context)
}

/// `left |> right`.
pub(super) fn pipe(range: Range, left: &Expr, right: &Expr, scope: &mut Scope, context: &Context) -> Value {
    let value = evaluate_one(left, scope, context);
    let first = context.hold_value(value, left.range);
    let piped = match &right.kind {
        Kind::Call(call) => {
            let mut call = (**call).clone();
            call.arguments.insert(0, first);
            call
        }
        Kind::Identifier(name) => Call {
            target: Target::Local(name.clone()),
            name_range: right.range,
            arguments: vec![first],
            parens: true,
            block: None,
        },
        _ => return scope.unknown(range, "cannot pipe into this"),
    };
    evaluate(range, &piped, scope, context)
}

/// The `do` body of a call as expressions, empty when there is none.
pub(super) fn body(call: &Call) -> &[Expr] {
    do_body(call).unwrap_or_default()
}
