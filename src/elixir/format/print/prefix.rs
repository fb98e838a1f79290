//! Unary operators, captures and module attributes.

use super::call::Parens;
use super::{Context, Printer, in_parens, literal, needs_parens_as_target};
use crate::elixir::algebra::{Doc, concat, render};
use crate::elixir::atom::{AtomClass, classify};
use crate::elixir::format::node::{Kind, Node, Target};

impl Printer<'_> {
    pub(super) fn unary(&mut self, operator: &'static str, operand: &Node, context: Context) -> Doc {
        let doc = self.node(operand, context.many_or(Context::Operand));
        let repeats = matches!(operator, "!" | "not")
            && matches!(&operand.kind, Kind::Unary { operator: inner, .. } if *inner == operator);
        let doc = if !repeats && needs_parens_as_target(operand) { in_parens(doc) } else { doc };
        let operator = if operator == "not" { "not " } else { operator };
        concat([operator.into(), doc])
    }

    /// `&…`, with a space where it would run together with what follows.
    pub(super) fn capture(&mut self, operand: &Node, context: Context) -> Doc {
        let doc = self.captured(operand, context);
        let runs_together = render(&doc, None).starts_with(|first: char| first == '&' || first.is_ascii_digit());
        concat([if runs_together { "& ".into() } else { "&".into() }, doc])
    }

    fn captured(&mut self, operand: &Node, context: Context) -> Doc {
        if let Kind::Binary { operator: "/", left, right } = &operand.kind
            && let Kind::Integer(arity) = &right.kind
        {
            let arity = literal::decimal(arity);
            match &left.kind {
                Kind::Call { target: Target::Remote { value, name, .. }, arguments, .. } if arguments.is_empty() => {
                    let target = self.remote_target(value);
                    return target.nest(1).then(Doc::text(format!(".{}/{arity}", literal::remote_name(name))));
                }
                Kind::Variable(name) => return Doc::text(format!("{name}/{arity}")),
                _ => {}
            }
        }
        self.in_parens_if_operator(operand, context)
    }

    /// `@name`, `@name value`.
    pub(super) fn attribute(&mut self, operand: &Node, context: Context) -> Doc {
        match &operand.kind {
            Kind::Alias { head, names } if names.len() + usize::from(head.is_some()) > 1 => {
                let doc = self.node(operand, Context::ParensArg);
                concat(["@(".into(), doc, ")".into()])
            }
            Kind::Call { target: Target::Local(name), arguments, .. }
                if arguments.len() == 1 && classify(name) == AtomClass::Identifier =>
            {
                let (call, wrap) =
                    self.call_arguments(operand, arguments, context, Parens::SkipUnlessManyArguments, false);
                let doc = Doc::text(format!("@{name}")).then(call);
                if wrap { in_parens(doc) } else { doc }
            }
            _ => self.unary("@", operand, context),
        }
    }
}
