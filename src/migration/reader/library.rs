//! Functions of Elixir's own modules. Those that take functions are here, as what they call may queue commands; the others
//! are the general evaluator's.

use super::evaluator::{Evaluation, Evaluator, Scope, Stop, raise, refuse};
use super::query::needed;
use crate::elixir::eval::{Value, standard_function};
use crate::migration::library::Library;
use crate::migration::term::Term;
use crate::syntax::{Call, Expr, Kind};
use crate::text::Range;

impl Evaluator<'_> {
    /// A function of `Kernel`; `None` when it is not known here.
    pub(super) fn kernel(&mut self, name: &str, arguments: &[Term], range: Range) -> Option<Evaluation<Term>> {
        if name == "is_nil" && arguments.len() == 1 {
            return Some(Ok(Term::Bool(arguments[0] == Term::Nil)));
        }
        let value = value_function("Kernel", name, arguments)?;
        Some(self.bounded(size(&value), range).map(|()| value))
    }

    /// `Module.function(…)`.
    pub(super) fn remote_call(
        &mut self,
        module: &str,
        name: &str,
        call: &Call,
        piped: Option<Term>,
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<Term> {
        if module == self.module.name || module == "Ecto.Migration" || module == "Kernel" {
            let arguments = self.arguments(call, piped, scope)?;
            return self.local_function(name, arguments, range);
        }
        // They only print.
        if module == "IO" && matches!(name, "puts" | "write" | "warn") || module == "Logger" {
            return Ok(Term::atom("ok"));
        }
        if module == "Enum"
            && let Some(result) = self.enumerate(name, call, piped.as_ref(), range, scope)
        {
            return result;
        }
        let own_repo = |name: &str| self.config.repo.as_deref() == Some(name);
        if name == "query!" && own_repo(module) {
            let arguments = self.arguments(call, piped, scope)?;
            return self.query(&arguments, range);
        }
        if name == "query!" && module == "Ecto.Adapters.SQL" {
            let arguments = self.arguments(call, piped, scope)?;
            let repo = arguments.first().and_then(Term::atom_name).and_then(|name| name.strip_prefix("Elixir."));
            return match repo.is_some_and(own_repo) {
                true => self.query(&arguments[1..], range),
                false => refuse(range, "a query through another repo"),
            };
        }
        let arguments = self.arguments(call, piped, scope)?;
        if let Some(library) = Library::of_module(module) {
            return self.versioned(library, name, &arguments, range);
        }
        match value_function(module, name, &arguments) {
            Some(value) => {
                self.bounded(size(&value), range)?;
                Ok(value)
            }
            None => refuse(range, format!("a call of {module}.{name} while the migration runs")),
        }
    }

    /// The functions of `Enum` that take a function as their last argument.
    fn enumerate(
        &mut self,
        name: &str,
        call: &Call,
        piped: Option<&Term>,
        range: Range,
        scope: &mut Scope,
    ) -> Option<Evaluation<Term>> {
        let callback = call.arguments.last().filter(|last| matches!(last.kind, Kind::Fn(_) | Kind::Capture(_)))?;
        Some(self.enumerate_with(name, call, callback, piped, range, scope))
    }

    fn enumerate_with(
        &mut self,
        name: &str,
        call: &Call,
        callback: &Expr,
        piped: Option<&Term>,
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<Term> {
        let mut arguments: Vec<Term> = piped.cloned().into_iter().collect();
        arguments.extend(self.eval_all(&call.arguments[..call.arguments.len() - 1], scope)?);
        let items = match arguments.first() {
            Some(Term::List(items)) => items.clone(),
            Some(Term::Map(entries)) => {
                entries.iter().map(|(key, value)| Term::Tuple(vec![key.clone(), value.clone()])).collect()
            }
            _ => return refuse(range, "a loop over a value that is no list"),
        };
        if name == "reduce" && arguments.len() == 2 {
            let mut accumulator = arguments[1].clone();
            for item in items {
                accumulator = needed(self.invoke(callback, &[item, accumulator], scope))?;
            }
            return Ok(accumulator);
        }
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            let result = self.invoke(callback, std::slice::from_ref(&item), scope);
            if name == "each" && matches!(result, Err(Stop::Answer(_))) {
                continue;
            }
            let result = needed(result)?;
            match name {
                "each" => {}
                "map" => results.push(result),
                "flat_map" => match result {
                    Term::List(more) => results.extend(more),
                    _ => return refuse(callback.range, "a function that gives no list"),
                },
                "filter" if result.is_truthy() => results.push(item),
                "reject" if !result.is_truthy() => results.push(item),
                "filter" | "reject" => {}
                "map_join" => results.push(result),
                _ => return refuse(range, format!("`Enum.{name}` is not evaluated here")),
            }
        }
        match (name, arguments.get(1)) {
            ("each", _) => Ok(Term::atom("ok")),
            ("map_join", joiner) => join(&results, joiner).map_or_else(|| refuse(range, "a join of these values"), Ok),
            _ => Ok(Term::List(results)),
        }
    }

    /// Calls `fn … end`, `&name/1`, `&Module.name/1` or `&f(&1)`.
    pub(super) fn invoke(&mut self, callback: &Expr, arguments: &[Term], scope: &mut Scope) -> Evaluation<Term> {
        match &callback.kind {
            Kind::Fn(clauses) => match self.run_clauses(clauses, arguments, scope)? {
                Some(value) => Ok(value),
                None => raise(callback.range, "no function clause matching in an anonymous function"),
            },
            Kind::Capture(inner) => match &inner.kind {
                Kind::Binary { operator, left, right } if operator == "/" && matches!(right.kind, Kind::Integer(_)) => {
                    match &left.kind {
                        Kind::Identifier(name) => self.local_function(name, arguments.to_vec(), callback.range),
                        Kind::Call(call) if call.arguments.is_empty() => match &call.target {
                            crate::syntax::Target::Remote { value, name } => {
                                let Kind::Alias(parts) = &value.kind else {
                                    return refuse(callback.range, "a captured function of this kind");
                                };
                                let module = self.module.expand(parts).join(".");
                                if module == self.module.name || module == "Ecto.Migration" {
                                    return self.local_function(name, arguments.to_vec(), callback.range);
                                }
                                value_function(&module, name, arguments)
                                    .map_or_else(|| refuse(callback.range, format!("a call of {module}.{name}")), Ok)
                            }
                            _ => refuse(callback.range, "a captured function of this kind"),
                        },
                        _ => refuse(callback.range, "a captured function of this kind"),
                    }
                }
                _ => {
                    let outer = scope.len();
                    for (index, argument) in arguments.iter().enumerate() {
                        scope.bind(&format!("&{}", index + 1), Some(argument.clone()));
                    }
                    let result = self.eval(inner, scope);
                    scope.truncate(outer);
                    result
                }
            },
            _ => refuse(callback.range, "a function of this kind"),
        }
    }
}

/// A function of Elixir's standard library on values; `None` when it is not evaluated, or raises.
fn value_function(module: &str, name: &str, arguments: &[Term]) -> Option<Term> {
    if !matches!(module, "Kernel" | "Enum" | "String" | "Atom" | "Integer" | "Keyword" | "List" | "Map")
        || name == "apply"
    {
        return None;
    }
    let values: Vec<Value> = arguments.iter().map(Term::to_value).collect::<Option<_>>()?;
    Term::from_value(&standard_function(module, name, &values)?)
}

fn join(items: &[Term], joiner: Option<&Term>) -> Option<Term> {
    let joiner = match joiner {
        None => "",
        Some(Term::String(text)) => text,
        Some(_) => return None,
    };
    let parts: Option<Vec<String>> = items.iter().map(Term::to_text).collect();
    Some(Term::String(parts?.join(joiner)))
}

/// Bytes or elements of a value, as far as they can get large.
fn size(value: &Term) -> usize {
    match value {
        Term::String(text) => text.len(),
        Term::List(items) => items.len(),
        _ => 0,
    }
}
