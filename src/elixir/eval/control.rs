//! `if`, `case`, `cond`, `with` and `for`, on values that are known.

use super::call::body;
use super::context::Context;
use super::expression::{block, evaluate};
use super::pattern;
use super::scope::Scope;
use super::value::Value;
use crate::syntax::{Call, Clause, Expr, Kind};
use crate::text::Range;

/// Which part of an `if` or `unless` is taken: its expressions, or the unknown its condition is.
pub(super) fn taken<'a>(
    call: &'a Call,
    negate: bool,
    scope: &mut Scope,
    context: &Context,
) -> Result<&'a [Expr], Value> {
    let condition = match call.arguments.first() {
        Some(condition) => evaluate(condition, scope, context),
        None => Value::nil(),
    };
    match condition.truthy() {
        None => Err(condition),
        Some(truthy) if truthy != negate => Ok(body(call)),
        Some(_) => Ok(otherwise(call)),
    }
}

pub(super) fn condition(call: &Call, negate: bool, scope: &mut Scope, context: &Context) -> Value {
    match taken(call, negate, scope, context) {
        Ok(expressions) => block(expressions, &mut scope.clone(), context),
        Err(unknown) => unknown,
    }
}

/// `try`: its body, which has raised nothing when its value is known.
pub(super) fn attempt(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    let goes_on = |name: &str| call.block.as_ref().is_some_and(|block| block.sections.iter().any(|(n, ..)| n == name));
    match block(body(call), &mut scope.clone(), context) {
        value if goes_on("else") || value.find_unknown().is_some() => {
            let reason = value.find_unknown().map_or("try with else", |unknown| &unknown.reason);
            scope.unknown(range, reason)
        }
        value => value,
    }
}

/// The expressions of `else`.
fn otherwise(call: &Call) -> &[Expr] {
    if let Some(block) = &call.block
        && let Some((_, body, _)) = block.sections.iter().find(|(name, _, _)| name == "else")
    {
        return body;
    }
    let value = call.keywords().iter().find(|(key, _)| key.as_atom() == Some("else")).map(|(_, value)| value);
    match value.map(|value| (&value.kind, value)) {
        Some((Kind::Block(expressions), _)) => expressions,
        Some((_, value)) => std::slice::from_ref(value),
        None => &[],
    }
}

fn clauses(call: &Call) -> &[Clause] {
    call.block.as_ref().map_or(&[], |block| &block.clauses)
}

/// The clause that takes `values`, with its bindings in the scope that comes back.
pub(super) fn select<'a>(
    range: Range,
    clauses: &'a [Clause],
    values: &[Value],
    scope: &Scope,
    context: &Context,
) -> Result<(&'a Clause, Scope), Value> {
    for clause in clauses {
        let mut inner = scope.clone();
        let matched = match pattern::match_all(&clause.arguments, values, &mut inner, context) {
            Some(true) => match &clause.guard {
                Some(guard) => {
                    let guard = evaluate(guard, &mut inner, context);
                    guard.truthy().ok_or(guard)?
                }
                None => true,
            },
            Some(false) => false,
            None => {
                let unknown = values.iter().find_map(Value::find_unknown);
                return Err(match unknown {
                    Some(unknown) => Value::Unknown(unknown.clone()),
                    None => scope.unknown(clause.range, "this pattern is not evaluated"),
                });
            }
        };
        if matched {
            return Ok((clause, inner));
        }
    }
    Err(scope.unknown(range, "no clause matches"))
}

pub(super) fn case(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    let Some(subject) = call.arguments.first() else { return scope.unknown(range, "case without a value") };
    let value = evaluate(subject, scope, context);
    match select(range, clauses(call), &[value], scope, context) {
        Ok((clause, mut inner)) => block(&clause.body, &mut inner, context),
        Err(unknown) => unknown,
    }
}

/// The body that `case` takes, with its bindings.
pub(super) fn case_body<'a>(
    range: Range,
    call: &'a Call,
    scope: &mut Scope,
    context: &Context,
) -> Result<(&'a [Expr], Scope), Value> {
    let Some(subject) = call.arguments.first() else { return Err(scope.unknown(range, "case without a value")) };
    let value = evaluate(subject, scope, context);
    select(range, clauses(call), &[value], scope, context).map(|(clause, inner)| (clause.body.as_slice(), inner))
}

pub(super) fn cond(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    for clause in clauses(call) {
        let Some(condition) = clause.arguments.first() else { continue };
        let mut inner = scope.clone();
        let condition = evaluate(condition, &mut inner, context);
        match condition.truthy() {
            None => return condition,
            Some(true) => return block(&clause.body, &mut inner, context),
            Some(false) => {}
        }
    }
    scope.unknown(range, "no condition is true")
}

pub(super) fn with(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    let mut inner = scope.clone();
    for step in &call.arguments {
        match &step.kind {
            Kind::Binary { operator, left, right } if operator == "<-" => {
                let value = evaluate(right, &mut inner, context);
                match pattern::matches(left, &value, &mut inner, context) {
                    Some(true) => {}
                    None => return scope.unknown(step.range, "this pattern is not evaluated"),
                    Some(false) => {
                        let section = call.block.as_ref().and_then(|block| {
                            block.sections.iter().find(|(name, _, _)| name == "else").map(|(_, _, clauses)| clauses)
                        });
                        let Some(clauses) = section else { return value };
                        return match select(range, clauses, &[value], scope, context) {
                            Ok((clause, mut inner)) => block(&clause.body, &mut inner, context),
                            Err(unknown) => unknown,
                        };
                    }
                }
            }
            Kind::Keywords(_) => {}
            _ => {
                evaluate(step, &mut inner, context);
            }
        }
    }
    block(body(call), &mut inner, context)
}

/// The scopes in which the body of a `for` runs, in order; `Err` is the unknown that it walks over.
pub fn generations(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Result<Vec<Scope>, Value> {
    let mut scopes = vec![scope.clone()];
    for step in &call.arguments {
        match &step.kind {
            Kind::Keywords(_) => {}
            Kind::Binary { operator, left, right } if operator == "<-" => {
                let (pattern, guard) = match &left.kind {
                    Kind::Binary { operator, left, right } if operator == "when" => (&**left, Some(&**right)),
                    _ => (&**left, None),
                };
                let mut next = Vec::new();
                for mut outer in scopes {
                    let items = match evaluate(right, &mut outer, context) {
                        Value::List(items) => items,
                        Value::Map(map) => map.into_iter().map(|(k, v)| Value::Tuple(vec![k, v])).collect(),
                        Value::Unknown(unknown) => return Err(Value::Unknown(unknown)),
                        _ => return Err(scope.unknown(right.range, "cannot walk over this value")),
                    };
                    for item in items {
                        if !context.step() {
                            return Err(scope.unknown(range, "the evaluation takes too long"));
                        }
                        let mut inner = outer.clone();
                        match pattern::matches(pattern, &item, &mut inner, context) {
                            Some(true) => {}
                            Some(false) => continue,
                            None => return Err(scope.unknown(step.range, "this pattern is not evaluated")),
                        }
                        let passes = guard.map_or(Some(true), |guard| evaluate(guard, &mut inner, context).truthy());
                        match passes {
                            Some(true) => next.push(inner),
                            Some(false) => {}
                            None => return Err(scope.unknown(step.range, "this guard is not known")),
                        }
                    }
                }
                scopes = next;
            }
            _ => {
                let mut kept = Vec::new();
                for mut outer in scopes {
                    let value = evaluate(step, &mut outer, context);
                    match value.truthy() {
                        Some(true) => kept.push(outer),
                        Some(false) => {}
                        None => return Err(value),
                    }
                }
                scopes = kept;
            }
        }
    }
    Ok(scopes)
}

pub(super) fn comprehension(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    let scopes = match generations(range, call, scope, context) {
        Ok(scopes) => scopes,
        Err(unknown) => return unknown,
    };
    let values: Vec<Value> = scopes.into_iter().map(|mut inner| block(body(call), &mut inner, context)).collect();
    let option = |name| call.keywords().iter().find(|(key, _)| key.as_atom() == Some(name)).map(|(_, value)| value);
    if option("reduce").is_some() || option("uniq").is_some() {
        return scope.unknown(range, "this option of for is not evaluated");
    }
    match option("into").map(|into| evaluate(into, scope, context)) {
        None => Value::List(values),
        Some(into) => {
            super::builtin::collect(values, &into).unwrap_or_else(|| scope.unknown(range, "cannot collect into this"))
        }
    }
}

pub(super) fn matches(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    let [pattern, value] = call.arguments.as_slice() else { return scope.unknown(range, "match? takes two arguments") };
    let value = evaluate(value, scope, context);
    match pattern::matches(pattern, &value, &mut scope.clone(), context) {
        Some(matched) => Value::bool(matched),
        None => scope.unknown(range, "this pattern is not evaluated"),
    }
}
