//! Calls: their targets, parentheses and `do` blocks.

use super::{Context, FIRST_LINE, Printer, concat, container, in_parens, line, literal, surround};
use crate::elixir::algebra::Doc;
use crate::elixir::format::node::{Kind, Node, Target};

/// When a call goes without parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parens {
    /// Always, but among other arguments.
    SkipUnlessManyArguments,
    /// If a `do` block is its only argument.
    SkipIfOnlyDoBlock,
    /// If it has a `do` block.
    SkipIfDoBlock,
    Required,
}

/// A section of a `do` block: its name, the lines around its body, the body.
type Section<'n> = (&'n str, usize, usize, &'n Node);

impl Printer<'_> {
    pub(super) fn call(&mut self, node: &Node, target: &Target, arguments: &[Node], context: Context) -> Doc {
        let (target, parens) = match target {
            Target::Local(name) => {
                let parens = if node.closing.is_some() {
                    Parens::SkipIfOnlyDoBlock
                } else if self.options.is_without_parens(name, arguments.len()) {
                    Parens::SkipUnlessManyArguments
                } else {
                    Parens::SkipIfDoBlock
                };
                (Doc::text(name.as_str()), parens)
            }
            Target::Remote { value, name, .. } => {
                let target = self.remote_target(value);
                let doc = concat([target, ".".into(), Doc::text(literal::remote_name(name))]);
                if arguments.is_empty() && !is_module(value) && node.closing.is_none() {
                    return doc;
                }
                (doc, Parens::SkipIfDoBlock)
            }
            Target::Anonymous(value) => (self.remote_target(value).then("."), Parens::SkipIfDoBlock),
            Target::Container(value) => {
                let target = self.remote_target(value);
                let tuple = self.tuple(node, arguments, container::Join::Break);
                return concat([target, ".".into(), tuple]);
            }
            Target::Result(call) => (self.node(call, Context::NoParensArg), Parens::Required),
        };
        let (arguments, wrap) = self.call_arguments(node, arguments, context, parens, true);
        let doc = target.then(arguments);
        if wrap { in_parens(doc) } else { doc }
    }

    /// What stands in front of a dot.
    pub(super) fn remote_target(&mut self, node: &Node) -> Doc {
        if let Kind::Fn(_) = node.kind {
            return in_parens(self.node(node, Context::NoParensArg));
        }
        self.in_parens_if_operator(node, Context::NoParensArg)
    }

    pub(super) fn access(&mut self, node: &Node, value: &Node, key: &Node) -> Doc {
        let target = self.remote_target(value);
        let key = match &key.kind {
            Kind::Keywords(pairs) => self.list(node, &pairs.iter().collect::<Vec<_>>()),
            _ => self.list(node, &[key]),
        };
        target.then(key)
    }

    /// The arguments with their parentheses and `do` block, and whether the whole call needs parentheses.
    pub(super) fn call_arguments(
        &mut self,
        node: &Node,
        arguments: &[Node],
        context: Context,
        parens: Parens,
        lists_as_keywords: bool,
    ) -> (Doc, bool) {
        let Some((last, rest)) = arguments.split_last() else {
            let no_arguments: &[&Node] = &[];
            let list = container::Items::of(node);
            let (inside, _) = self.items(no_arguments, list, &mut |printer, node| printer.node(node, context));
            return (surround("(".into(), inside, ")".into()), false);
        };
        if let Some(sections) = self.do_sections(node, last) {
            let head = if rest.is_empty() {
                if parens == Parens::Required { "() do".into() } else { " do".into() }
            } else {
                let skip = !matches!(parens, Parens::Required | Parens::SkipIfOnlyDoBlock);
                self.arguments(node, rest, skip, lists_as_keywords, " do".into())
            };
            let body = self.do_block(&sections);
            let doc = concat([head, body, Doc::Line, "end".into()]).force_unfit();
            return (doc, context.is_without_parens());
        }
        let skip = parens == Parens::SkipUnlessManyArguments
            && matches!(context, Context::Block | Context::Operand | Context::NoParensOneArg | Context::ParensOneArg);
        (self.arguments(node, arguments, skip, lists_as_keywords, Doc::Empty), false)
    }

    /// The sections, if the last argument is a `do` block or is to become one.
    fn do_sections<'n>(&self, node: &Node, last: &'n Node) -> Option<Vec<Section<'n>>> {
        let Kind::Keywords(pairs) = &last.kind else { return None };
        let mut sections: Vec<Section> = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let Kind::Pair(key, value) = &pair.kind else { return None };
            let Kind::Atom { name, .. } = &key.kind else { return None };
            if let Some((_, _, end, _)) = sections.last_mut() {
                *end = line(key);
            }
            sections.push((name, line(key), node.end_line(), value));
        }
        let ((first, ..), others) = sections.split_first()?;
        let is_block = matches!(node.kind, Kind::Call { end: Some(_), .. });
        let may_become_block = self.options.force_do_end_blocks
            && others.iter().all(|(name, ..)| matches!(*name, "rescue" | "catch" | "else" | "after"));
        (*first == "do" && (is_block || may_become_block)).then_some(sections)
    }

    fn do_block(&mut self, sections: &[Section]) -> Doc {
        let mut docs: Vec<Doc> = Vec::new();
        for (index, (name, first_line, last_line, body)) in sections.iter().enumerate() {
            let name = if index == 0 { Doc::Empty } else { Doc::bytes(*name) };
            if index > 0 {
                docs.push(Doc::Line);
            }
            let body = self.clauses_or_block(body, *first_line, *last_line);
            docs.push(if body.is_empty() { name } else { name.line(body).nest(2) });
        }
        concat(docs)
    }
}

impl Node {
    /// The line of the `end` of its `do` block.
    fn end_line(&self) -> usize {
        match self.kind {
            Kind::Call { end: Some(line), .. } => line,
            _ => FIRST_LINE,
        }
    }
}

fn is_module(node: &Node) -> bool {
    match &node.kind {
        Kind::Variable(name) => name == "__MODULE__",
        Kind::Atom { .. } | Kind::Alias { .. } => true,
        _ => false,
    }
}
