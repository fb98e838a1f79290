//! tree-sitter-elixir nodes to the call tree.
//!
//! The conversion drops comments, layout and parentheses around a single expression, and keeps everything else with
//! its bytes. `offset` is where the parsed text begins in its file, so that all ranges are those of the file.

use tree_sitter::Node;

use super::expression::{Call, Clause, DoBlock, Expr, Kind, Sigil, StringPart, Target};
use super::node_kind::{ElixirKind, FIELDS};
use super::quoted;
use crate::text::Range;

/// Nesting beyond this is read as [`Kind::Error`], so that hostile input cannot exhaust the stack.
const MAX_DEPTH: usize = 150;

/// Converts text that was parsed by tree-sitter-elixir.
pub(super) struct Converter<'a> {
    pub text: &'a str,
    /// Added to every byte position.
    pub offset: usize,
}

impl<'a> Converter<'a> {
    /// The expressions directly under `source`, in order.
    pub fn file(&self, source: Node<'_>) -> Vec<Expr> {
        self.expressions(source, 0)
    }

    /// The bytes of `node` in the file.
    pub(super) fn range(&self, node: Node<'_>) -> Range {
        Range::new(self.offset + node.start_byte(), self.offset + node.end_byte())
    }

    /// The text of `node`.
    pub(super) fn slice(&self, node: Node<'_>) -> &'a str {
        &self.text[node.byte_range()]
    }

    /// One expression.
    pub(super) fn expression(&self, node: Node<'_>, depth: usize) -> Expr {
        let range = self.range(node);
        if depth > MAX_DEPTH || node.is_missing() {
            return Expr { range, kind: Kind::Error };
        }
        let deeper = depth + 1;
        let kind = match ElixirKind::of(node) {
            ElixirKind::Nil => Kind::Nil,
            ElixirKind::Boolean => Kind::Bool(self.slice(node) == "true"),
            ElixirKind::Integer => Kind::Integer(self.slice(node).to_owned()),
            ElixirKind::Float => Kind::Float(self.slice(node).to_owned()),
            ElixirKind::Char => quoted::character(self.slice(node)).map_or(Kind::Error, Kind::Char),
            ElixirKind::Atom => Kind::Atom(self.slice(node).trim_start_matches(':').to_owned()),
            ElixirKind::Alias => Kind::Alias(self.slice(node).split('.').map(|part| part.trim().to_owned()).collect()),
            ElixirKind::Identifier | ElixirKind::OperatorIdentifier => Kind::Identifier(self.slice(node).to_owned()),
            ElixirKind::QuotedAtom => atom(self.parts(node, deeper)),
            ElixirKind::String => Kind::String(self.parts(node, deeper)),
            ElixirKind::Charlist => Kind::Charlist(self.parts(node, deeper)),
            ElixirKind::Sigil => self.sigil(node, deeper),
            ElixirKind::List => Kind::List(self.expressions(node, deeper)),
            ElixirKind::Tuple => Kind::Tuple(self.expressions(node, deeper)),
            ElixirKind::Bitstring => Kind::Bitstring(self.expressions(node, deeper)),
            ElixirKind::Keywords => Kind::Keywords(self.pairs(node, deeper)),
            ElixirKind::Map => self.map(node, deeper),
            ElixirKind::Block => return self.parenthesised(node, deeper),
            ElixirKind::Body => block(self.expressions(node, deeper)),
            ElixirKind::UnaryOperator => self.unary(node, deeper),
            ElixirKind::BinaryOperator => self.binary(node, deeper),
            ElixirKind::Dot => self.dot(node, deeper),
            ElixirKind::Call => self.call(node, deeper),
            ElixirKind::AccessCall => match (node.child_by_field_id(FIELDS.target), node.child_by_field_id(FIELDS.key))
            {
                (Some(target), Some(key)) => Kind::Access {
                    value: Box::new(self.expression(target, deeper)),
                    key: Box::new(self.expression(key, deeper)),
                },
                _ => Kind::Error,
            },
            ElixirKind::AnonymousFunction => Kind::Fn(self.clauses(node, deeper)),
            _ => Kind::Error,
        };
        Expr { range, kind }
    }

    /// The named children of `node` that are expressions (not comments, not clauses).
    fn expressions(&self, node: Node<'_>, depth: usize) -> Vec<Expr> {
        self.expressions_among(&self.children(node).collect::<Vec<_>>(), depth)
    }

    fn expressions_among(&self, children: &[Node<'_>], depth: usize) -> Vec<Expr> {
        let is_expression = |child: &&Node<'_>| {
            let kind = ElixirKind::of(**child);
            !kind.is_section() && kind != ElixirKind::StabClause
        };
        children.iter().filter(is_expression).map(|child| self.expression(*child, depth)).collect()
    }

    /// The named children of `node` without comments.
    pub(super) fn children<'tree>(&self, node: Node<'tree>) -> impl Iterator<Item = Node<'tree>> + use<'tree> {
        let mut cursor = node.walk();
        let children: Vec<_> =
            node.named_children(&mut cursor).filter(|child| ElixirKind::of(*child) != ElixirKind::Comment).collect();
        children.into_iter()
    }

    fn parenthesised(&self, node: Node<'_>, depth: usize) -> Expr {
        let mut expressions = self.expressions(node, depth);
        if expressions.len() == 1 {
            return expressions.remove(0);
        }
        let clauses = self.clauses(node, depth);
        let kind = if clauses.is_empty() { Kind::Block(expressions) } else { Kind::Fn(clauses) };
        Expr { range: self.range(node), kind }
    }

    fn pairs(&self, node: Node<'_>, depth: usize) -> Vec<(Expr, Expr)> {
        self.children(node)
            .filter(|child| ElixirKind::of(*child) == ElixirKind::Pair)
            .map(|pair| self.pair(pair, depth))
            .collect()
    }

    fn pair(&self, pair: Node<'_>, depth: usize) -> (Expr, Expr) {
        let key = pair.child_by_field_id(FIELDS.key).map(|key| {
            let text = self.slice(key);
            let range = self.range(key);
            let range = Range::new(range.start, range.start + text.trim_end().len());
            let kind = match ElixirKind::of(key) {
                ElixirKind::Keyword => Kind::Atom(text.trim_end().trim_end_matches(':').to_owned()),
                _ => atom(self.parts(key, depth)),
            };
            Expr { range, kind }
        });
        let key = key.unwrap_or_else(|| Expr { range: Range::empty(self.range(pair).start), kind: Kind::Error });
        let value = pair
            .child_by_field_id(FIELDS.value)
            .map(|value| self.expression(value, depth))
            .unwrap_or_else(|| Expr { range: Range::empty(self.range(pair).end), kind: Kind::Error });
        (key, value)
    }

    fn map(&self, node: Node<'_>, depth: usize) -> Kind {
        let mut name = None;
        let mut base = None;
        let mut entries = Vec::new();
        for child in self.children(node) {
            match ElixirKind::of(child) {
                ElixirKind::Struct => {
                    name = self.children(child).next().map(|child| Box::new(self.expression(child, depth)))
                }
                ElixirKind::MapContent => {
                    for entry in self.expressions(child, depth) {
                        self.map_entry(entry, &mut base, &mut entries);
                    }
                }
                _ => return Kind::Error,
            }
        }
        Kind::Map { name, base, entries }
    }

    fn map_entry(&self, entry: Expr, base: &mut Option<Box<Expr>>, entries: &mut Vec<(Expr, Expr)>) {
        match entry.kind {
            Kind::Keywords(pairs) => entries.extend(pairs),
            Kind::Binary { operator, left, right } if operator == "=>" => entries.push((*left, *right)),
            Kind::Binary { operator, left, right } if operator == "|" => {
                *base = Some(left);
                self.map_entry(*right, &mut None, entries);
            }
            _ => {
                let value = Expr { range: entry.range, kind: Kind::Error };
                entries.push((entry, value));
            }
        }
    }

    fn unary(&self, node: Node<'_>, depth: usize) -> Kind {
        let operator = node.child_by_field_id(FIELDS.operator).map_or("", |operator| self.slice(operator));
        let Some(operand) = node.child_by_field_id(FIELDS.operand).filter(|operand| operand.is_named()) else {
            return match self.children(node).next() {
                Some(operand) if operator == "&" => Kind::Capture(Box::new(self.expression(operand, depth))),
                _ => Kind::Error,
            };
        };
        let operand = self.expression(operand, depth);
        match (operator, operand.kind) {
            ("@", Kind::Identifier(name)) => Kind::Attribute(name),
            ("@", Kind::Call(mut call)) => match call.target {
                Target::Local(name) => {
                    call.target = Target::Attribute(name);
                    Kind::Call(call)
                }
                _ => Kind::Error,
            },
            ("&", kind) => Kind::Capture(Box::new(Expr { range: operand.range, kind })),
            (_, kind) => {
                Kind::Unary { operator: operator.to_owned(), operand: Box::new(Expr { range: operand.range, kind }) }
            }
        }
    }

    fn binary(&self, node: Node<'_>, depth: usize) -> Kind {
        let (Some(left), Some(right)) = (node.child_by_field_id(FIELDS.left), node.child_by_field_id(FIELDS.right))
        else {
            return Kind::Error;
        };
        let operator = node.child_by_field_id(FIELDS.operator).map_or("", |operator| self.slice(operator));
        Kind::Binary {
            operator: match operator.contains(char::is_whitespace) {
                true => operator.split_whitespace().collect::<Vec<_>>().join(" "),
                false => operator.to_owned(),
            },
            left: Box::new(self.expression(left, depth)),
            right: Box::new(self.expression(right, depth)),
        }
    }

    /// `Left.right` that is no call: `Alias.{A, B}`, `__MODULE__.Name`, `value.Name`.
    fn dot(&self, node: Node<'_>, depth: usize) -> Kind {
        let (Some(left), Some(right)) = (node.child_by_field_id(FIELDS.left), node.child_by_field_id(FIELDS.right))
        else {
            return Kind::Error;
        };
        let left = self.expression(left, depth);
        let right = self.expression(right, depth);
        match (&left.kind, &right.kind) {
            (Kind::Identifier(name), Kind::Alias(rest)) if name == "__MODULE__" => {
                Kind::Alias(std::iter::once(name.clone()).chain(rest.iter().cloned()).collect())
            }
            _ => Kind::Binary { operator: ".".to_owned(), left: Box::new(left), right: Box::new(right) },
        }
    }

    fn call(&self, node: Node<'_>, depth: usize) -> Kind {
        let Some(target_node) = node.child_by_field_id(FIELDS.target) else { return Kind::Error };
        let mut name_range = self.range(target_node);
        let target = match ElixirKind::of(target_node) {
            ElixirKind::Identifier => Target::Local(self.slice(target_node).to_owned()),
            ElixirKind::Dot => {
                let Some(left) = target_node.child_by_field_id(FIELDS.left) else { return Kind::Error };
                let value = Box::new(self.expression(left, depth));
                match target_node.child_by_field_id(FIELDS.right) {
                    None => Target::Anonymous(value),
                    Some(right) => {
                        name_range = self.range(right);
                        Target::Remote { value, name: self.slice(right).trim_matches('"').to_owned() }
                    }
                }
            }
            _ => Target::Anonymous(Box::new(self.expression(target_node, depth))),
        };
        let mut arguments = Vec::new();
        let mut parens = false;
        let mut block = None;
        for child in self.children(node) {
            match ElixirKind::of(child) {
                ElixirKind::Arguments => {
                    // `name (1)` has no parentheses of its own: they belong to the argument.
                    parens = child.child(0).is_some_and(|first| !first.is_named());
                    arguments = self.expressions(child, depth);
                }
                ElixirKind::DoBlock => block = Some(Box::new(self.do_block(child, depth))),
                _ => {}
            }
        }
        Kind::Call(Box::new(Call { target, name_range, arguments, parens, block }))
    }

    fn do_block(&self, node: Node<'_>, depth: usize) -> DoBlock {
        let children: Vec<_> = self.children(node).collect();
        let sections = children
            .iter()
            .filter(|child| ElixirKind::of(**child).is_section())
            .map(|section| {
                let name = section.kind().trim_end_matches("_block").to_owned();
                let inside: Vec<_> = self.children(*section).collect();
                (name, self.expressions_among(&inside, depth), self.clauses_among(&inside, depth))
            })
            .collect();
        DoBlock {
            range: self.range(node),
            body: self.expressions_among(&children, depth),
            clauses: self.clauses_among(&children, depth),
            sections,
        }
    }

    fn clauses(&self, node: Node<'_>, depth: usize) -> Vec<Clause> {
        self.clauses_among(&self.children(node).collect::<Vec<_>>(), depth)
    }

    fn clauses_among(&self, children: &[Node<'_>], depth: usize) -> Vec<Clause> {
        children
            .iter()
            .filter(|child| ElixirKind::of(**child) == ElixirKind::StabClause)
            .map(|clause| {
                let mut arguments = Vec::new();
                let mut guard = None;
                if let Some(left) = clause.child_by_field_id(FIELDS.left) {
                    match ElixirKind::of(left) {
                        ElixirKind::Arguments => arguments = self.expressions(left, depth),
                        _ => {
                            if let Some(left) = left.child_by_field_id(FIELDS.left) {
                                arguments = match ElixirKind::of(left) {
                                    ElixirKind::Arguments => self.expressions(left, depth),
                                    _ => vec![self.expression(left, depth)],
                                };
                            }
                            guard = left.child_by_field_id(FIELDS.right).map(|guard| self.expression(guard, depth));
                        }
                    }
                }
                let body =
                    clause.child_by_field_id(FIELDS.right).map_or(Vec::new(), |body| self.expressions(body, depth));
                Clause { range: self.range(*clause), arguments, guard, body }
            })
            .collect()
    }

    fn sigil(&self, node: Node<'_>, depth: usize) -> Kind {
        let mut name = String::new();
        let mut modifiers = String::new();
        for child in self.children(node) {
            match ElixirKind::of(child) {
                ElixirKind::SigilName => name = self.slice(child).to_owned(),
                ElixirKind::SigilModifiers => modifiers = self.slice(child).to_owned(),
                _ => {}
            }
        }
        let parts = match name.as_str() {
            "s" | "c" | "w" => self.parts(node, depth),
            _ => self.raw_parts(node, depth),
        };
        match name.as_str() {
            "s" | "S" => Kind::String(parts),
            "c" | "C" => Kind::Charlist(parts),
            _ => Kind::Sigil(Box::new(Sigil { name, parts, modifiers })),
        }
    }
}

fn block(mut expressions: Vec<Expr>) -> Kind {
    if expressions.len() == 1 { expressions.remove(0).kind } else { Kind::Block(expressions) }
}

/// A quoted atom or keyword key: literal when it has no interpolation.
fn atom(parts: Vec<StringPart>) -> Kind {
    if parts.iter().any(|part| matches!(part, StringPart::Interpolation(_))) {
        return Kind::DynamicAtom(parts);
    }
    let mut name = String::new();
    for part in parts {
        if let StringPart::Text(text) = part {
            name.push_str(&text);
        }
    }
    Kind::Atom(name)
}
