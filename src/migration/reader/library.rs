//! Functions of Elixir's own modules that migrations use on values.

use super::evaluator::{Evaluation, Evaluator, Scope, raise, refuse};
use super::expression::access;
use crate::migration::inspect::inspect;
use crate::migration::term::{Term, order};
use crate::syntax::{Call, Expr, Kind};
use crate::text::Range;

impl Evaluator<'_> {
    /// A function of `Kernel`; `None` when it is not known here.
    pub(super) fn kernel(&mut self, name: &str, arguments: &[Term], range: Range) -> Option<Evaluation<Term>> {
        let value = match (name, arguments) {
            ("to_string", [value]) => {
                return Some(
                    value
                        .to_text()
                        .map_or_else(|| refuse(range, "`to_string` of this value"), |text| Ok(Term::String(text))),
                );
            }
            ("inspect", [value @ (Term::Atom(_) | Term::String(_) | Term::Integer(_) | Term::Nil | Term::Bool(_))]) => {
                Term::String(inspect(value))
            }
            ("is_nil", [value]) => Term::Bool(*value == Term::Nil),
            ("is_binary", [value]) => Term::Bool(matches!(value, Term::String(_))),
            ("is_atom", [value]) => Term::Bool(value.atom_name().is_some()),
            ("is_list", [value]) => Term::Bool(matches!(value, Term::List(_))),
            ("is_tuple", [value]) => Term::Bool(matches!(value, Term::Tuple(_))),
            ("is_integer", [value]) => Term::Bool(matches!(value, Term::Integer(_))),
            ("length", [Term::List(items)]) => Term::Integer(items.len() as i128),
            ("hd", [Term::List(items)]) if !items.is_empty() => items[0].clone(),
            ("tl", [Term::List(items)]) if !items.is_empty() => Term::List(items[1..].to_vec()),
            ("elem", [Term::Tuple(items), Term::Integer(index)]) => {
                items.get(usize::try_from(*index).ok()?).cloned()?
            }
            ("not", [Term::Bool(value)]) => Term::Bool(!value),
            _ => return None,
        };
        Some(Ok(value))
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
        let known = matches!(module, "Enum" | "String" | "Atom" | "Integer" | "Keyword" | "List" | "Map");
        if !known {
            return refuse(range, format!("a call of {module}.{name} while the migration runs"));
        }
        let arguments = self.arguments(call, piped, scope)?;
        match value_function(module, name, &arguments) {
            Some(value) => {
                let size = match &value {
                    Term::String(text) => text.len(),
                    Term::List(items) => items.len(),
                    _ => 0,
                };
                self.bounded(size, range)?;
                Ok(value)
            }
            None => refuse(range, format!("`{module}.{name}/{}` is not evaluated here", arguments.len())),
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
                accumulator = self.invoke(callback, &[item, accumulator], scope)?;
            }
            return Ok(accumulator);
        }
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            let result = self.invoke(callback, std::slice::from_ref(&item), scope)?;
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
    fn invoke(&mut self, callback: &Expr, arguments: &[Term], scope: &mut Scope) -> Evaluation<Term> {
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
                            crate::syntax::Target::Remote { value: Expr { kind: Kind::Alias(parts), .. }, name } => {
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

/// A pure function of one of Elixir's modules; `None` when it is not known here, or raises.
fn value_function(module: &str, name: &str, arguments: &[Term]) -> Option<Term> {
    let text = |value: String| Some(Term::String(value));
    match (module, name, arguments) {
        ("String" | "Atom" | "Integer" | "Kernel", "to_string", [value]) => text(value.to_text()?),
        ("String", "to_atom" | "to_existing_atom", [Term::String(value)]) => Some(Term::atom(value)),
        ("String", "trim", [Term::String(value)]) => text(value.trim().to_owned()),
        ("String", "trim_trailing", [Term::String(value)]) => text(value.trim_end().to_owned()),
        ("String", "trim_leading", [Term::String(value)]) => text(value.trim_start().to_owned()),
        ("String", "upcase", [Term::String(value)]) if value.is_ascii() => text(value.to_ascii_uppercase()),
        ("String", "downcase", [Term::String(value)]) if value.is_ascii() => text(value.to_ascii_lowercase()),
        ("String", "replace", [Term::String(value), Term::String(from), Term::String(to)]) if !from.is_empty() => {
            text(value.replace(from, to))
        }
        ("String", "slice", [Term::String(value), Term::Integer(start), Term::Integer(length)])
            if value.is_ascii() && *start >= 0 && *length >= 0 =>
        {
            let start = usize::try_from(*start).ok()?.min(value.len());
            let end = start.saturating_add(usize::try_from(*length).ok()?).min(value.len());
            text(value[start..end].to_owned())
        }
        ("String", "split", [Term::String(value)]) => {
            Some(Term::List(value.split_whitespace().map(|word| Term::String(word.to_owned())).collect()))
        }
        ("String", "split", [Term::String(value), Term::String(at)]) if !at.is_empty() => {
            Some(Term::List(value.split(at.as_str()).map(|part| Term::String(part.to_owned())).collect()))
        }
        ("String", "starts_with?", [Term::String(value), Term::String(start)]) => {
            Some(Term::Bool(value.starts_with(start)))
        }
        ("String", "ends_with?", [Term::String(value), Term::String(end)]) => Some(Term::Bool(value.ends_with(end))),
        ("String", "contains?", [Term::String(value), Term::String(part)]) => Some(Term::Bool(value.contains(part))),
        ("Enum", "join", [Term::List(items)]) => join(items, None),
        ("Enum", "join", [Term::List(items), joiner]) => join(items, Some(joiner)),
        ("Enum", "reverse", [Term::List(items)]) => Some(Term::List(items.iter().rev().cloned().collect())),
        ("Enum", "concat", [Term::List(left), Term::List(right)]) => {
            Some(Term::List(left.iter().chain(right).cloned().collect()))
        }
        ("Enum", "sort", [Term::List(items)]) => {
            let mut sorted = items.clone();
            sorted.sort_by(order);
            Some(Term::List(sorted))
        }
        ("Enum", "uniq", [Term::List(items)]) if items.len() < 1_000 => {
            let mut unique: Vec<Term> = Vec::new();
            for item in items {
                if !unique.contains(item) {
                    unique.push(item.clone());
                }
            }
            Some(Term::List(unique))
        }
        ("Enum", "with_index", [Term::List(items)]) => {
            let pairs = items.iter().enumerate();
            Some(Term::List(
                pairs.map(|(index, item)| Term::Tuple(vec![item.clone(), Term::Integer(index as i128)])).collect(),
            ))
        }
        ("Enum", "zip", [Term::List(left), Term::List(right)]) => {
            let pairs = left.iter().zip(right);
            Some(Term::List(pairs.map(|(left, right)| Term::Tuple(vec![left.clone(), right.clone()])).collect()))
        }
        ("Enum", "member?", [Term::List(items), item]) => Some(Term::Bool(items.contains(item))),
        ("Enum", "count", [Term::List(items)]) => Some(Term::Integer(items.len() as i128)),
        ("Enum", "empty?", [Term::List(items)]) => Some(Term::Bool(items.is_empty())),
        ("Keyword" | "Map", "get", [list, key]) => access(list, key),
        ("Keyword" | "Map", "get", [list, key, default]) => match has_key(list, key)? {
            true => access(list, key),
            false => Some(default.clone()),
        },
        ("Keyword" | "Map", "fetch!", [list, key]) if has_key(list, key)? => access(list, key),
        ("Keyword" | "Map", "has_key?", [list, key]) => Some(Term::Bool(has_key(list, key)?)),
        ("Keyword", "keys", [list]) => {
            Some(Term::List(list.as_keywords()?.iter().map(|(key, _)| Term::atom(key)).collect()))
        }
        ("Keyword", "merge", [left, right]) => {
            let right = right.as_keywords()?;
            let kept = left.as_keywords()?.into_iter().filter(|(key, _)| right.iter().all(|(own, _)| own != key));
            Some(Term::keywords(kept.chain(right.iter().cloned())))
        }
        ("List", "wrap", [Term::Nil]) => Some(Term::List(Vec::new())),
        ("List", "wrap", [list @ Term::List(_)]) => Some(list.clone()),
        ("List", "wrap", [other]) => Some(Term::List(vec![other.clone()])),
        ("List", "flatten", [Term::List(items)]) => {
            let mut flat = Vec::new();
            flatten(items, &mut flat);
            Some(Term::List(flat))
        }
        _ => None,
    }
}

fn has_key(list: &Term, key: &Term) -> Option<bool> {
    match list {
        Term::Map(entries) => Some(entries.iter().any(|(own, _)| own == key)),
        _ => {
            let name = key.atom_name()?;
            Some(list.as_keywords()?.iter().any(|(own, _)| own == name))
        }
    }
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

fn flatten(items: &[Term], flat: &mut Vec<Term>) {
    for item in items {
        match item {
            Term::List(inner) => flatten(inner, flat),
            other => flat.push(other.clone()),
        }
    }
}
