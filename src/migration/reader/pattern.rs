//! Patterns: what stands left of `=`, `<-` and `->`.

use super::evaluator::{Evaluation, Evaluator, Scope, refuse};
use crate::migration::term::Term;
use crate::syntax::{Expr, Kind};

impl Evaluator<'_> {
    /// Matches `value`, binding the pattern's variables. `false` when it does not match.
    pub fn bind_pattern(&mut self, pattern: &Expr, value: &Term, scope: &mut Scope) -> Evaluation<bool> {
        match &pattern.kind {
            Kind::Identifier(name) if name.starts_with('_') => Ok(true),
            Kind::Identifier(name) => {
                scope.bind(name, Some(value.clone()));
                Ok(true)
            }
            Kind::Tuple(patterns) => match value {
                Term::Tuple(values) if values.len() == patterns.len() => self.bind_all(patterns, values, scope),
                _ => Ok(false),
            },
            Kind::List(patterns) => self.bind_list(pattern, patterns, value, scope),
            Kind::Keywords(patterns) => self.bind_keywords(patterns, value, scope),
            Kind::Map { name: None, base: None, entries } => {
                let Term::Map(values) = value else { return Ok(false) };
                for (key, item) in entries {
                    let key = self.eval(key, scope)?;
                    let Some((_, found)) = values.iter().find(|(own, _)| *own == key) else { return Ok(false) };
                    if !self.bind_pattern(item, &found.clone(), scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Kind::Binary { operator, left, right } if operator == "=" => {
                Ok(self.bind_pattern(left, value, scope)? && self.bind_pattern(right, value, scope)?)
            }
            Kind::Unary { operator, operand } if operator == "^" => Ok(self.eval(operand, scope)? == *value),
            Kind::Nil | Kind::Bool(_) | Kind::Integer(_) | Kind::Atom(_) | Kind::String(_) | Kind::Alias(_) => {
                Ok(self.eval(pattern, scope)? == *value)
            }
            _ => refuse(pattern.range, "a pattern of this kind"),
        }
    }

    fn bind_all(&mut self, patterns: &[Expr], values: &[Term], scope: &mut Scope) -> Evaluation<bool> {
        for (pattern, value) in patterns.iter().zip(values) {
            if !self.bind_pattern(pattern, value, scope)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `[a: x, b: y]`, which matches these keys in this order only.
    fn bind_keywords(&mut self, patterns: &[(Expr, Expr)], value: &Term, scope: &mut Scope) -> Evaluation<bool> {
        let Some(pairs) = value.as_keywords().filter(|pairs| pairs.len() == patterns.len()) else { return Ok(false) };
        for ((key, pattern), (own, item)) in patterns.iter().zip(pairs) {
            if key.as_atom() != Some(own.as_str()) || !self.bind_pattern(pattern, &item, scope)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn bind_list(&mut self, whole: &Expr, patterns: &[Expr], value: &Term, scope: &mut Scope) -> Evaluation<bool> {
        let Term::List(values) = value else { return Ok(false) };
        match patterns.last().map(|last| &last.kind) {
            Some(Kind::Binary { operator, left, right }) if operator == "|" => {
                let heads = patterns.len();
                if values.len() < heads {
                    return Ok(false);
                }
                let (front, rest) = values.split_at(heads);
                Ok(self.bind_all(&patterns[..heads - 1], front, scope)?
                    && self.bind_pattern(left, &front[heads - 1], scope)?
                    && self.bind_pattern(right, &Term::List(rest.to_vec()), scope)?)
            }
            Some(Kind::Keywords(keywords)) if patterns.len() == 1 => self.bind_keywords(keywords, value, scope),
            Some(Kind::Keywords(_)) => refuse(whole.range, "a list of this form as a pattern"),
            _ if values.len() == patterns.len() => self.bind_all(patterns, values, scope),
            _ => Ok(false),
        }
    }
}
