//! Literals, names and calls.

use super::evaluator::{Evaluation, Evaluator, Scope, raise, refuse};
use super::query::{is_repo, needed};
use crate::migration::term::Term;
use crate::syntax::{Call, Expr, Kind, StringPart, Target};
use crate::text::Range;

impl Evaluator<'_> {
    /// The value of an expression, which is needed.
    pub fn eval(&mut self, expr: &Expr, scope: &mut Scope) -> Evaluation<Term> {
        needed(self.eval_statement(expr, scope))
    }

    /// The value of an expression whose value may be dropped.
    pub fn eval_statement(&mut self, expr: &Expr, scope: &mut Scope) -> Evaluation<Term> {
        self.deeper(expr.range, |this| this.eval_kind(expr, scope))
    }

    fn eval_kind(&mut self, expr: &Expr, scope: &mut Scope) -> Evaluation<Term> {
        let range = expr.range;
        match &expr.kind {
            Kind::Nil => Ok(Term::Nil),
            Kind::Bool(value) => Ok(Term::Bool(*value)),
            Kind::Integer(text) => match parse_integer(text) {
                Some(value) => Ok(Term::Integer(value)),
                None => refuse(range, "an integer of this size"),
            },
            Kind::Float(text) => match text.replace('_', "").parse() {
                Ok(value) => Ok(Term::Float(value)),
                Err(_) => refuse(range, "a number of this form"),
            },
            Kind::Char(character) => Ok(Term::Integer(i128::from(u32::from(*character)))),
            Kind::Atom(name) => Ok(Term::atom(name)),
            Kind::DynamicAtom(parts) => Ok(Term::atom(&self.text(parts, range, scope)?)),
            Kind::String(parts) => Ok(Term::String(self.text(parts, range, scope)?)),
            Kind::Charlist(parts) => {
                let text = self.text(parts, range, scope)?;
                Ok(Term::List(text.chars().map(|character| Term::Integer(i128::from(u32::from(character)))).collect()))
            }
            Kind::Sigil(sigil) => self.sigil(&sigil.name, &sigil.parts, &sigil.modifiers, range, scope),
            Kind::List(items) => self.list(items, scope),
            Kind::Tuple(items) => Ok(Term::Tuple(self.eval_all(items, scope)?)),
            Kind::Map { name: None, base, entries } => self.map(base.as_deref(), entries, range, scope),
            Kind::Map { .. } => refuse(range, "a struct"),
            Kind::Keywords(pairs) => {
                let mut items = Vec::with_capacity(pairs.len());
                for (key, value) in pairs {
                    items.push(Term::Tuple(vec![self.eval(key, scope)?, self.eval(value, scope)?]));
                }
                Ok(Term::List(items))
            }
            Kind::Alias(parts) => Ok(Term::Atom(format!("Elixir.{}", self.module.expand(parts).join(".")))),
            Kind::Identifier(name) => self.identifier(name, range, scope),
            Kind::Attribute(name) => self.attribute(name, range, scope),
            Kind::Call(call) => self.call(call, None, range, scope),
            Kind::Access { value, key } => {
                let value = self.eval(value, scope)?;
                let key = self.eval(key, scope)?;
                access(&value, &key).map_or_else(|| refuse(range, "access to a value of this kind"), Ok)
            }
            Kind::Unary { operator, operand } => self.unary(operator, operand, range, scope),
            Kind::Binary { operator, left, right } => self.binary(operator, left, right, range, scope),
            Kind::Capture(inner) => match &inner.kind {
                Kind::Integer(index) => self.identifier(&format!("&{index}"), range, scope),
                _ => refuse(range, "a function as a value"),
            },
            Kind::Fn(_) => refuse(range, "a function as a value"),
            Kind::Block(body) => self.run_body(body, scope),
            Kind::Bitstring(parts) => self.bitstring(parts, range, scope),
            Kind::Error => refuse(range, "this is not well-formed Elixir"),
        }
    }

    /// The values of all expressions.
    pub fn eval_all(&mut self, items: &[Expr], scope: &mut Scope) -> Evaluation<Vec<Term>> {
        items.iter().map(|item| self.eval(item, scope)).collect()
    }

    /// Bytes and strings, without sizes and types.
    fn bitstring(&mut self, parts: &[Expr], range: Range, scope: &mut Scope) -> Evaluation<Term> {
        let mut bytes = Vec::new();
        for part in parts {
            match self.eval(part, scope)? {
                Term::Integer(number) => bytes.push(number.rem_euclid(256) as u8),
                Term::String(text) if matches!(part.kind, Kind::String(_)) => bytes.extend_from_slice(text.as_bytes()),
                _ => return refuse(part.range, "this part of a bitstring"),
            }
        }
        String::from_utf8(bytes).map_or_else(|_| refuse(range, "bytes that are no text"), |text| Ok(Term::String(text)))
    }

    fn list(&mut self, items: &[Expr], scope: &mut Scope) -> Evaluation<Term> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                // `[a: 1]` holds its pairs directly; `[[a: 1]]` has a list in between.
                Kind::Keywords(_) => match self.eval(item, scope)? {
                    Term::List(pairs) => values.extend(pairs),
                    other => values.push(other),
                },
                Kind::Binary { operator, left, right } if operator == "|" => {
                    values.push(self.eval(left, scope)?);
                    match self.eval(right, scope)? {
                        Term::List(rest) => values.extend(rest),
                        _ => return refuse(item.range, "an improper list"),
                    }
                }
                _ => values.push(self.eval(item, scope)?),
            }
        }
        self.bounded(values.len(), items.first().map_or(Range::default(), |item| item.range))?;
        Ok(Term::List(values))
    }

    fn map(
        &mut self,
        base: Option<&Expr>,
        entries: &[(Expr, Expr)],
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<Term> {
        let mut pairs = match base {
            None => Vec::new(),
            Some(base) => match self.eval(base, scope)? {
                Term::Map(pairs) => pairs,
                _ => return refuse(range, "an update of a value that is no map"),
            },
        };
        for (key, value) in entries {
            pairs.push((self.eval(key, scope)?, self.eval(value, scope)?));
        }
        Ok(Term::map(pairs))
    }

    /// The text of a string with its interpolations.
    pub fn text(&mut self, parts: &[StringPart], range: Range, scope: &mut Scope) -> Evaluation<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                StringPart::Text(piece) => text.push_str(piece),
                StringPart::Interpolation(expr) => {
                    let value = self.eval(expr, scope)?;
                    match value.to_text() {
                        Some(piece) => text.push_str(&piece),
                        None => return refuse(expr.range, "an interpolated value of this kind"),
                    }
                }
            }
            self.bounded(text.len(), range)?;
        }
        Ok(text)
    }

    fn sigil(
        &mut self,
        name: &str,
        parts: &[StringPart],
        modifiers: &str,
        range: Range,
        scope: &mut Scope,
    ) -> Evaluation<Term> {
        if !name.eq_ignore_ascii_case("w") {
            return refuse(range, format!("the sigil `~{name}`"));
        }
        let text = self.text(parts, range, scope)?;
        let words = text.split_whitespace();
        Ok(Term::List(match modifiers {
            "" | "s" => words.map(|word| Term::String(word.to_owned())).collect(),
            "a" => words.map(Term::atom).collect(),
            _ => return refuse(range, format!("the modifier `{modifiers}` of `~{name}`")),
        }))
    }

    fn identifier(&mut self, name: &str, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        match scope.get(name) {
            Some(Some(value)) => {
                let value = value.clone();
                Ok(value)
            }
            Some(None) => refuse(range, format!("the value of `{name}` is not known")),
            None if name == "__MODULE__" => Ok(Term::Atom(format!("Elixir.{}", self.module.name))),
            None => self.local_function(name, Vec::new(), range),
        }
    }

    fn attribute(&mut self, name: &str, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        let seen = &self.module.attributes[..scope.attributes.min(self.module.attributes.len())];
        let Some(index) = seen.iter().rposition(|(own, _)| *own == name) else {
            return match name {
                "disable_ddl_transaction" | "disable_migration_lock" => Ok(Term::Bool(false)),
                _ => refuse(range, format!("the module attribute `@{name}` has no value here")),
            };
        };
        let mut outer = Scope::seeing(index);
        self.eval(seen[index].1, &mut outer)
    }

    /// A call; `piped` is the value that `|>` puts before the arguments.
    pub fn call(&mut self, call: &Call, piped: Option<Term>, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        match &call.target {
            Target::Local(name) => {
                if let Some(result) = self.special_form(name, call, piped.as_ref(), range, scope) {
                    return result;
                }
                let arguments = self.arguments(call, piped, scope)?;
                self.local_function(name, arguments, range)
            }
            Target::Remote { value, name } => match &value.kind {
                Kind::Alias(parts) => {
                    let module = self.module.expand(parts).join(".");
                    self.remote_call(&module, name, call, piped, range, scope)
                }
                Kind::Identifier(own) if own == "__MODULE__" => {
                    let arguments = self.arguments(call, piped, scope)?;
                    self.local_function(name, arguments, range)
                }
                _ if is_repo(value) && name == "query!" => {
                    let arguments = self.arguments(call, piped, scope)?;
                    self.query(&arguments, range)
                }
                _ if is_repo(value) => refuse(range, format!("a query through the repo (`repo().{name}`)")),
                _ if call.arguments.is_empty() && !call.parens => {
                    let value = self.eval(value, scope)?;
                    match access(&value, &Term::atom(name)) {
                        Some(found) if matches!(value, Term::Map(_)) => Ok(found),
                        _ => refuse(range, format!("`.{name}` of a value of this kind")),
                    }
                }
                _ => {
                    let value = self.eval(value, scope)?;
                    match value.atom_name().map(|module| (module, module.strip_prefix("Elixir."))) {
                        Some((_, Some(module))) => {
                            let module = module.to_owned();
                            self.remote_call(&module, name, call, piped, range, scope)
                        }
                        Some((module, None)) => {
                            refuse(range, format!("a call of :{module}.{name} while the migration runs"))
                        }
                        None => refuse(range, "a call of this kind"),
                    }
                }
            },
            Target::Attribute(_) => refuse(range, "a module attribute that is set inside a function"),
            Target::Anonymous(_) => refuse(range, "a call of a function value"),
        }
    }

    /// The arguments of a call, keywords as one list at the end.
    pub fn arguments(&mut self, call: &Call, piped: Option<Term>, scope: &mut Scope) -> Evaluation<Vec<Term>> {
        let mut arguments: Vec<Term> = piped.into_iter().collect();
        for argument in &call.arguments {
            arguments.push(self.eval(argument, scope)?);
        }
        if let Some(block) = &call.block {
            return refuse(block.range, "a block given to this function");
        }
        Ok(arguments)
    }

    /// A function called by its bare name: the module's own, Ecto's, or Elixir's.
    pub fn local_function(&mut self, name: &str, arguments: Vec<Term>, range: Range) -> Evaluation<Term> {
        if self.module.function(name, arguments.len()).is_some() {
            return self.call_function(name, arguments, range);
        }
        if let Some(result) = self.ecto_function(name, &arguments, range) {
            return result;
        }
        match self.kernel(name, &arguments, range) {
            Some(result) => result,
            None if name == "raise" => raise(range, "an exception"),
            None => refuse(range, format!("`{name}/{}` is not defined in this file", arguments.len())),
        }
    }
}

/// `value[key]` of a keyword list, a map or nil; `None` where the value is of another kind.
pub fn access(value: &Term, key: &Term) -> Option<Term> {
    let found = match value {
        Term::Nil => None,
        Term::Map(entries) => entries.iter().find(|(own, _)| own == key).map(|(_, value)| value.clone()),
        Term::List(_) => {
            let name = key.atom_name()?;
            value.as_keywords()?.into_iter().find(|(own, _)| own == name).map(|(_, value)| value)
        }
        _ => return None,
    };
    Some(found.unwrap_or(Term::Nil))
}

fn parse_integer(text: &str) -> Option<i128> {
    let digits = text.replace('_', "");
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits.as_str()),
    };
    i128::from_str_radix(digits, radix).ok()
}
