//! `quote` and `unquote`: code as a value.
//!
//! Aliases of the macro's module are expanded in quoted code where they are written, as Elixir's hygiene has it. Variables are not renamed:
//! code that relies on that is rare in the macros that declarations use.

use std::sync::Arc;

use super::context::Context;
use super::expression::{block, evaluate};
use super::scope::Scope;
use super::value::Value;
use crate::elixir::do_body;
use crate::syntax::{Call, Clause, DoBlock, Expr, Kind, Sigil, StringPart, Target};
use crate::text::Range;

/// The value of a `quote` call.
pub(super) fn quote(range: Range, call: &Call, scope: &mut Scope, context: &Context) -> Value {
    let Some(expressions) = do_body(call) else { return scope.unknown(range, "quote without a body") };
    let options = match call.arguments.first() {
        Some(options) => evaluate(options, scope, context),
        None => Value::List(Vec::new()),
    };
    let mut code = Vec::new();
    let bound = options.get("bind_quoted").cloned();
    if let Some(bindings) = &bound {
        let Some(pairs) = bindings.as_list() else {
            return scope.unknown(range, "bind_quoted is not known");
        };
        for pair in pairs {
            let Value::Tuple(pair) = pair else { continue };
            let [name, value] = &pair[..] else { continue };
            let Some(name) = name.as_atom() else { continue };
            let name = Expr { range, kind: Kind::Identifier(name.to_owned()) };
            let value = context.hold(value.clone(), range);
            let kind = Kind::Binary { operator: "=".to_owned(), left: Box::new(name), right: Box::new(value) };
            code.push(Expr { range, kind });
        }
    }
    let unquotes = bound.is_none() && options.get("unquote").and_then(Value::as_bool) != Some(false);
    let mut quoter = Quoter { scope, context, unquotes };
    for expr in expressions {
        quoter.statement(expr, &mut code);
    }
    if code.len() == 1 {
        return as_quoted(&code[0], context);
    }
    Value::Quoted(Arc::new(Expr { range, kind: Kind::Block(code) }))
}

/// An argument as a macro receives it: literals as themselves, anything else as code.
pub(super) fn as_quoted(expr: &Expr, context: &Context) -> Value {
    literal(expr).unwrap_or_else(|| match &expr.kind {
        Kind::Identifier(name) => match context.held(name) {
            Some(
                value @ (Value::Atom(_) | Value::Integer(_) | Value::Float(_) | Value::String(_) | Value::List(_)),
            ) => value,
            Some(value @ Value::Unknown(_)) => value,
            _ => Value::Quoted(Arc::new(expr.clone())),
        },
        Kind::List(items) => {
            let mut values = Vec::new();
            for item in items {
                match &item.kind {
                    Kind::Keywords(pairs) => values.extend(quoted_pairs(pairs, context)),
                    Kind::Binary { operator, .. } if operator == "|" => return Value::Quoted(Arc::new(expr.clone())),
                    _ => values.push(as_quoted(item, context)),
                }
            }
            Value::List(values)
        }
        Kind::Keywords(pairs) => Value::List(quoted_pairs(pairs, context)),
        Kind::Tuple(items) if items.len() == 2 => {
            Value::Tuple(items.iter().map(|item| as_quoted(item, context)).collect())
        }
        _ => Value::Quoted(Arc::new(expr.clone())),
    })
}

fn quoted_pairs(pairs: &[(Expr, Expr)], context: &Context) -> Vec<Value> {
    pairs.iter().map(|(key, value)| Value::Tuple(vec![as_quoted(key, context), as_quoted(value, context)])).collect()
}

/// The value of a literal that is its own quoted form.
fn literal(expr: &Expr) -> Option<Value> {
    Some(match &expr.kind {
        Kind::Nil => Value::nil(),
        Kind::Bool(value) => Value::bool(*value),
        Kind::Integer(text) => Value::Integer(super::expression::integer(text)?),
        Kind::Float(text) => Value::Float(text.replace('_', "").parse().ok()?),
        Kind::Char(character) => Value::Integer(u32::from(*character).into()),
        Kind::Atom(name) => Value::atom(name),
        Kind::String(_) => Value::string(expr.as_text()?),
        _ => return None,
    })
}

/// Calls `visit` on `expr` and everything inside.
pub(super) fn walk(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    let mut parts = |parts: &[StringPart]| {
        for part in parts {
            if let StringPart::Interpolation(expr) = part {
                walk(expr, visit);
            }
        }
    };
    match &expr.kind {
        Kind::DynamicAtom(p) | Kind::String(p) | Kind::Charlist(p) => parts(p),
        Kind::Sigil(sigil) => parts(&sigil.parts),
        Kind::List(items) | Kind::Tuple(items) | Kind::Block(items) | Kind::Bitstring(items) => {
            items.iter().for_each(|item| walk(item, visit));
        }
        Kind::Keywords(pairs) => pairs.iter().for_each(|(key, value)| {
            walk(key, visit);
            walk(value, visit);
        }),
        Kind::Map { name, base, entries } => {
            name.iter().chain(base).for_each(|expr| walk(expr, visit));
            entries.iter().for_each(|(key, value)| {
                walk(key, visit);
                walk(value, visit);
            });
        }
        Kind::Call(call) => {
            match &call.target {
                Target::Remote { value, .. } | Target::Anonymous(value) => walk(value, visit),
                _ => {}
            }
            call.arguments.iter().for_each(|argument| walk(argument, visit));
            if let Some(block) = &call.block {
                block.body.iter().for_each(|expr| walk(expr, visit));
                for clause in block.clauses.iter().chain(block.sections.iter().flat_map(|(_, _, clauses)| clauses)) {
                    clause.arguments.iter().chain(&clause.body).for_each(|expr| walk(expr, visit));
                }
                block.sections.iter().flat_map(|(_, body, _)| body).for_each(|expr| walk(expr, visit));
            }
        }
        Kind::Access { value, key } => {
            walk(value, visit);
            walk(key, visit);
        }
        Kind::Unary { operand, .. } | Kind::Capture(operand) => walk(operand, visit),
        Kind::Binary { left, right, .. } => {
            walk(left, visit);
            walk(right, visit);
        }
        Kind::Fn(clauses) => {
            clauses.iter().flat_map(|clause| clause.arguments.iter().chain(&clause.body)).for_each(|e| walk(e, visit));
        }
        _ => {}
    }
}

/// Copies code, replacing `unquote` by what it evaluates to.
pub(super) struct Quoter<'a, 'b> {
    pub scope: &'a mut Scope,
    pub context: &'a Context<'b>,
    pub unquotes: bool,
}

impl Quoter<'_, '_> {
    /// A statement; spliced blocks become several.
    fn statement(&mut self, expr: &Expr, into: &mut Vec<Expr>) {
        let copy = self.copy(expr);
        let name = match &copy.kind {
            Kind::Call(call) if copy.range == expr.range => call.local_name(),
            Kind::Identifier(name) if !name.starts_with('\0') => Some(name.as_str()),
            _ => None,
        };
        if let Some(name) = name {
            self.context.note_quoted(&self.scope.file, copy.range, name);
        }
        match copy.kind {
            Kind::Block(expressions) => into.extend(expressions),
            kind => into.push(Expr { range: copy.range, kind }),
        }
    }

    fn body(&mut self, expressions: &[Expr]) -> Vec<Expr> {
        let mut copies = Vec::with_capacity(expressions.len());
        for expr in expressions {
            self.statement(expr, &mut copies);
        }
        copies
    }

    fn copies(&mut self, expressions: &[Expr]) -> Vec<Expr> {
        let mut copies = Vec::with_capacity(expressions.len());
        for expr in expressions {
            if let Some(call) = self.unquote_call(expr, "unquote_splicing") {
                let value = self.unquoted(call);
                match value {
                    Value::List(items) => {
                        copies.extend(items.into_iter().map(|item| self.context.hold(item, expr.range)));
                    }
                    other => copies.push(self.context.hold(other, expr.range)),
                }
                continue;
            }
            copies.push(self.copy(expr));
        }
        copies
    }

    fn unquote_call<'e>(&self, expr: &'e Expr, name: &str) -> Option<&'e Call> {
        expr.as_call().filter(|call| self.unquotes && call.local_name() == Some(name))
    }

    fn unquoted(&mut self, call: &Call) -> Value {
        block(&call.arguments, self.scope, self.context)
    }

    pub fn copy(&mut self, expr: &Expr) -> Expr {
        if let Some(call) = self.unquote_call(expr, "unquote") {
            let value = self.unquoted(call);
            return self.context.hold(value, expr.range);
        }
        let kind = match &expr.kind {
            // Names that the macro's own module does not alias are left to the `alias` lines of the quoted code.
            Kind::Alias(parts) => match self.scope.aliases.iter().any(|(short, _)| **short == parts[0]) {
                true => {
                    let full = self.scope.expand_alias(parts).unwrap_or_default();
                    Kind::Alias(std::iter::once("Elixir").chain(full.split('.')).map(str::to_owned).collect())
                }
                false => Kind::Alias(parts.clone()),
            },
            Kind::DynamicAtom(parts) => Kind::DynamicAtom(self.parts(parts)),
            Kind::String(parts) => Kind::String(self.parts(parts)),
            Kind::Charlist(parts) => Kind::Charlist(self.parts(parts)),
            Kind::Sigil(sigil) => {
                let Sigil { name, parts, modifiers } = &**sigil;
                let parts = self.parts(parts);
                Kind::Sigil(Box::new(Sigil { name: name.clone(), parts, modifiers: modifiers.clone() }))
            }
            Kind::List(items) => Kind::List(self.copies(items)),
            Kind::Tuple(items) => Kind::Tuple(self.copies(items)),
            Kind::Block(items) => Kind::Block(self.body(items)),
            Kind::Bitstring(items) => Kind::Bitstring(self.copies(items)),
            Kind::Keywords(pairs) => Kind::Keywords(self.pairs(pairs)),
            Kind::Map { name, base, entries } => Kind::Map {
                name: name.as_ref().map(|name| Box::new(self.copy(name))),
                base: base.as_ref().map(|base| Box::new(self.copy(base))),
                entries: self.pairs(entries),
            },
            Kind::Call(call) => Kind::Call(Box::new(self.call(call))),
            Kind::Access { value, key } => {
                Kind::Access { value: Box::new(self.copy(value)), key: Box::new(self.copy(key)) }
            }
            Kind::Unary { operator, operand } => {
                Kind::Unary { operator: operator.clone(), operand: Box::new(self.copy(operand)) }
            }
            Kind::Binary { operator, left, right } => Kind::Binary {
                operator: operator.clone(),
                left: Box::new(self.copy(left)),
                right: Box::new(self.copy(right)),
            },
            Kind::Capture(body) => Kind::Capture(Box::new(self.copy(body))),
            Kind::Fn(clauses) => Kind::Fn(self.clauses(clauses)),
            other => other.clone(),
        };
        Expr { range: expr.range, kind }
    }

    fn pairs(&mut self, pairs: &[(Expr, Expr)]) -> Vec<(Expr, Expr)> {
        pairs.iter().map(|(key, value)| (self.copy(key), self.copy(value))).collect()
    }

    fn parts(&mut self, parts: &[StringPart]) -> Vec<StringPart> {
        let copy = |part: &StringPart| match part {
            StringPart::Text(text) => StringPart::Text(text.clone()),
            StringPart::Interpolation(expr) => StringPart::Interpolation(self.copy(expr)),
        };
        parts.iter().map(copy).collect()
    }

    fn clauses(&mut self, clauses: &[Clause]) -> Vec<Clause> {
        clauses
            .iter()
            .map(|clause| Clause {
                range: clause.range,
                arguments: self.copies(&clause.arguments),
                guard: clause.guard.as_ref().map(|guard| self.copy(guard)),
                body: self.body(&clause.body),
            })
            .collect()
    }

    /// In a quote inside of it, `unquote` belongs to that one.
    fn call(&mut self, call: &Call) -> Call {
        let unquotes = self.unquotes;
        self.unquotes &= call.local_name() != Some("quote");
        let copy = self.call_here(call);
        self.unquotes = unquotes;
        copy
    }

    fn call_here(&mut self, call: &Call) -> Call {
        // `def unquote(name)(arguments)` is read as a call of the unquoted name.
        let target = match &call.target {
            Target::Remote { value, name } => Target::Remote { value: Box::new(self.copy(value)), name: name.clone() },
            Target::Anonymous(value) => match self.copy(value) {
                Expr { kind: Kind::Atom(name), .. } => Target::Local(name),
                value => Target::Anonymous(Box::new(value)),
            },
            target => target.clone(),
        };
        Call {
            target,
            name_range: call.name_range,
            arguments: self.copies(&call.arguments),
            parens: call.parens,
            block: call.block.as_ref().map(|block| Box::new(self.block(block))),
        }
    }

    fn block(&mut self, block: &DoBlock) -> DoBlock {
        let sections = block.sections.iter();
        DoBlock {
            range: block.range,
            body: self.body(&block.body),
            clauses: self.clauses(&block.clauses),
            sections: sections
                .map(|(name, body, clauses)| (name.clone(), self.body(body), self.clauses(clauses)))
                .collect(),
        }
    }
}
