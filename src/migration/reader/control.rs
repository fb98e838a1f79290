//! Special forms: conditions, loops, exceptions, and calls whose arguments are not simply evaluated.

use super::evaluator::{Evaluation, Evaluator, Scope, Stop, raise, refuse};
use super::module::body_of;
use super::query::is_function;
use crate::migration::inspect::inspect;
use crate::migration::term::Term;
use crate::syntax::{Call, Clause, Expr, Kind};
use crate::text::Range;

impl Evaluator<'_> {
    /// The value of a special form; `None` when `name` is an ordinary function.
    pub(super) fn special_form(
        &mut self,
        name: &str,
        call: &Call,
        piped: Option<&Term>,
        range: Range,
        scope: &mut Scope,
    ) -> Option<Evaluation<Term>> {
        Some(match name {
            "if" | "unless" => self.condition(name == "if", call, range, scope),
            "case" => self.case(call, piped, range, scope),
            "cond" => self.cond(call, range, scope),
            "for" => self.comprehension(call, range, scope),
            "raise" => self.exception(call, range, scope),
            "alias" | "import" | "require" => Ok(Term::Nil),
            "execute" if call.arguments.iter().any(is_function) => self.execute_functions(call, range, scope),
            "create" | "create_if_not_exists" if has_body(call) => self.create_block(name, call, piped, range, scope),
            "alter" if has_body(call) => self.alter_block(call, piped, range, scope),
            "from" => refuse(range, "a query"),
            "with" | "try" | "receive" | "quote" | "use" | "fn" | "super" => refuse(range, format!("`{name}`")),
            _ => return None,
        })
    }

    fn condition(&mut self, positive: bool, call: &Call, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        let Some(condition) = call.arguments.first() else { return refuse(range, "a condition is missing") };
        let holds = self.eval(condition, scope)?.is_truthy();
        if holds == positive {
            return self.run_block(body_of(call), scope);
        }
        if let Some(block) = &call.block {
            return match block.sections.iter().find(|(name, ..)| name == "else") {
                Some((_, body, _)) => self.run_block(body, scope),
                None => Ok(Term::Nil),
            };
        }
        match call.keywords().iter().find(|(key, _)| key.as_atom() == Some("else")) {
            Some((_, expression)) => self.run_block(std::slice::from_ref(expression), scope),
            None => Ok(Term::Nil),
        }
    }

    fn case(&mut self, call: &Call, piped: Option<&Term>, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        let value = match (piped, call.arguments.first()) {
            (Some(value), _) => value.clone(),
            (None, Some(value)) => self.eval(value, scope)?,
            (None, None) => return refuse(range, "`case` without a value"),
        };
        let Some(block) = &call.block else { return refuse(range, "`case` without clauses") };
        match self.run_clauses(&block.clauses, std::slice::from_ref(&value), scope)? {
            Some(result) => Ok(result),
            None => raise(range, format!("no case clause matching: {}", inspect(&value))),
        }
    }

    fn cond(&mut self, call: &Call, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        let Some(block) = &call.block else { return refuse(range, "`cond` without clauses") };
        for clause in &block.clauses {
            let Some(condition) = clause.arguments.first() else {
                return refuse(clause.range, "a condition is missing");
            };
            if self.eval(condition, scope)?.is_truthy() {
                return self.run_block(&clause.body, scope);
            }
        }
        raise(range, "no cond clause evaluated to a truthy value")
    }

    /// Runs the first clause that matches the values; `None` when none does.
    pub(super) fn run_clauses(
        &mut self,
        clauses: &[Clause],
        values: &[Term],
        scope: &mut Scope,
    ) -> Evaluation<Option<Term>> {
        let outer = scope.len();
        for clause in clauses {
            let mut matches = clause.arguments.len() == values.len();
            for (pattern, value) in clause.arguments.iter().zip(values) {
                matches = matches && self.bind_pattern(pattern, value, scope)?;
            }
            if matches && let Some(guard) = &clause.guard {
                matches = self.eval(guard, scope)? == Term::Bool(true);
            }
            if matches {
                let result = self.run_body(&clause.body, scope);
                scope.truncate(outer);
                return result.map(Some);
            }
            scope.truncate(outer);
        }
        Ok(None)
    }

    /// `for pattern <- list, filter, … do … end`.
    fn comprehension(&mut self, call: &Call, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        let mut into_map = false;
        for (key, value) in call.keywords() {
            match (key.as_atom(), &value.kind) {
                (Some("do"), _) => {}
                (Some("into"), Kind::Map { name: None, base: None, entries }) if entries.is_empty() => into_map = true,
                _ => return refuse(key.range, "an option of `for`"),
            }
        }
        if call.block.as_ref().is_some_and(|block| !block.clauses.is_empty()) {
            return refuse(range, "`for` with clauses");
        }
        let qualifiers: Vec<&Expr> = call.positional().collect();
        let mut collected = Collected::default();
        let outer = scope.len();
        let result = self.qualify(&qualifiers, body_of(call), scope, &mut collected);
        scope.truncate(outer);
        result?;
        if let Some(range) = collected.answered {
            return Err(Stop::Answer(range));
        }
        let values = collected.values;
        if !into_map {
            return Ok(Term::List(values));
        }
        let pairs: Option<Vec<(Term, Term)>> = values
            .into_iter()
            .map(|value| match value {
                Term::Tuple(pair) => <[Term; 2]>::try_from(pair).ok().map(|[key, value]| (key, value)),
                _ => None,
            })
            .collect();
        pairs.map_or_else(|| refuse(range, "values that are no pairs, put into a map"), |pairs| Ok(Term::map(pairs)))
    }

    fn qualify(
        &mut self,
        qualifiers: &[&Expr],
        body: &[Expr],
        scope: &mut Scope,
        collected: &mut Collected,
    ) -> Evaluation<()> {
        let Some((first, rest)) = qualifiers.split_first() else {
            match self.run_block(body, scope) {
                Err(Stop::Answer(range)) => collected.answered = Some(range),
                result => collected.values.push(result?),
            }
            return Ok(());
        };
        match &first.kind {
            Kind::Binary { operator, left, right } if operator == "<-" => {
                let items = match self.eval(right, scope)? {
                    Term::List(items) => items,
                    Term::Map(entries) => {
                        entries.into_iter().map(|(key, value)| Term::Tuple(vec![key, value])).collect()
                    }
                    _ => return refuse(right.range, "a loop over a value that is no list"),
                };
                let outer = scope.len();
                for item in items {
                    if self.bind_pattern(left, &item, scope)? {
                        self.qualify(rest, body, scope, collected)?;
                    }
                    scope.truncate(outer);
                }
                Ok(())
            }
            _ => match self.eval(first, scope)?.is_truthy() {
                true => self.qualify(rest, body, scope, collected),
                false => Ok(()),
            },
        }
    }

    /// `raise "message"`, `raise Error, "message"` or `raise Error, message: "…"`.
    fn exception(&mut self, call: &Call, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        let unknown = || Stop::Raised(range, "an exception whose message is not known".to_owned());
        let message = match call.arguments.as_slice() {
            [only] => self.eval(only, scope),
            [_, message] => self.eval(message, scope),
            _ => return Err(unknown()),
        };
        match message {
            Ok(Term::String(message)) => raise(range, message),
            Ok(options @ Term::List(_)) => match super::expression::access(&options, &Term::atom("message")) {
                Some(Term::String(message)) => raise(range, message),
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }
}

/// What the rounds of a `for` gave.
#[derive(Default)]
struct Collected {
    values: Vec<Term>,
    /// A round ended with a query.
    answered: Option<Range>,
}

fn has_body(call: &Call) -> bool {
    call.block.is_some() || call.keywords().iter().any(|(key, _)| key.as_atom() == Some("do"))
}
