//! Binary operators.

use super::{Context, Printer, in_parens, with_next_break_fits};
use crate::elixir::algebra::{Doc, concat, space};
use crate::elixir::format::node::{Kind, Node};
use crate::elixir::format::token::{OPERATORS_1, OPERATORS_2, OPERATORS_3, Operator, Side};

const PIPELINE: &[&str] = &["|>", "~>>", "<<~", "~>", "<~", "<~>", "<|>"];
const BREAKS_BEFORE: &[&str] = &["|", "when"];
const WITHOUT_SPACES: &[&str] = &["..", "//"];
const WITHOUT_BREAK: &[&str] = &["\\\\", "in"];
const LOGICAL: &[&str] = &["|||", "||", "or", "&&&", "&&", "and"];
const NEXT_BREAK_FITS: &[&str] = &["<-", "==", "!=", "=~", "===", "!==", "=", "<", ">", "<=", ">=", "::"];
const PARENS_WHEN_REPEATED: &[&str] = &["--", "---"];
const PARENS_AROUND_OPERANDS: &[&str] = &[
    "<<<", ">>>", "|>", "<~", "~>", "<<~", "~>>", "<~>", "<|>", "in", "^^^", "//", "++", "--", "+++", "---", "<>", "..",
];
/// The precedence of `&`.
const CAPTURE: u16 = 90;

/// Associativity and precedence of a binary operator (`Code.Identifier.binary_op/1`).
fn strength(operator: &str) -> (Side, u16) {
    let class = match operator {
        "and" => Operator::And,
        "or" => Operator::Or,
        "when" => Operator::When,
        "in" | "not in" => Operator::In,
        _ => OPERATORS_3
            .iter()
            .chain(OPERATORS_2)
            .chain(OPERATORS_1)
            .find(|(text, _)| *text == operator)
            .map_or(Operator::Match, |(_, class)| *class),
    };
    class.binary().unwrap_or((Side::Left, 0))
}

pub(super) fn is_pipeline(operator: &str) -> bool {
    PIPELINE.contains(&operator)
}

impl Printer<'_> {
    /// `left operator right`, shown as `text`. `node` is the whole, for its line breaks.
    pub(super) fn binary(
        &mut self,
        node: &Node,
        operator: &'static str,
        text: &'static str,
        left: &Node,
        right: &Node,
        context: Context,
    ) -> Doc {
        let nesting = self.operand_nesting;
        self.binary_nested(node, (operator, text), left, right, context, nesting)
    }

    /// As [`Self::binary`], with the right side indented by `nesting` when it breaks.
    fn binary_nested(
        &mut self,
        node: &Node,
        (operator, text): (&'static str, &'static str),
        left: &Node,
        right: &Node,
        context: Context,
        nesting: usize,
    ) -> Doc {
        if BREAKS_BEFORE.contains(&operator) {
            return self.chain(node, operator, left, right, context);
        }
        if is_pipeline(operator) {
            return self.pipeline(node, operator, left, right, context);
        }
        let left = self.operand(left, context.left_operand(), operator, Side::Left, 2);
        let right_node = right;
        let right = self.operand(right, context.right_operand(), operator, Side::Right, 0);
        if WITHOUT_SPACES.contains(&operator) {
            return concat([left.group(), text.into(), right.group()]);
        }
        if WITHOUT_BREAK.contains(&operator) {
            return concat([left.group(), " ".into(), text.into(), " ".into(), right.group()]);
        }
        let eol = self.eol(node);
        let fits = NEXT_BREAK_FITS.contains(&operator) && self.next_break_fits(right_node) && !eol;
        with_next_break_fits(fits, right, |right| {
            let right = concat([" ".into(), text.into(), space(), right.group()]).nest_if_broken(nesting);
            let right = if eol { right.force_unfit() } else { right };
            concat([left.group(), right.group()])
        })
    }

    /// `node` as the `side` of `parent`, in parentheses where precedence or habit asks for them.
    pub(super) fn operand(
        &mut self,
        node: &Node,
        context: Context,
        parent: &'static str,
        side: Side,
        nesting: usize,
    ) -> Doc {
        let (parent_side, parent_strength) = strength(parent);
        match &node.kind {
            // `(not left) in right`
            Kind::Block(expressions) if parent == "in" && side == Side::Left => {
                if let [Node { kind: Kind::Unary { operator: operator @ ("not" | "!"), operand }, .. }] =
                    expressions.as_slice()
                {
                    return in_parens(self.unary(operator, operand, context));
                }
                self.node(node, context)
            }
            Kind::Binary { operator, left, right } => {
                let (_, own_strength) = strength(operator);
                let names = (*operator, *operator);
                if parent_side == side && *operator == parent && !PARENS_WHEN_REPEATED.contains(operator) {
                    return self.binary_nested(node, names, left, right, context, nesting);
                }
                let doc = self.binary_nested(node, names, left, right, context, 2);
                let by_habit = PARENS_AROUND_OPERANDS.contains(&parent) && !WITHOUT_SPACES.contains(operator);
                let mixes_logic = LOGICAL.contains(operator) && LOGICAL.contains(&parent);
                let binds_looser =
                    parent_strength > own_strength || (parent_strength == own_strength && parent_side != side);
                if by_habit || mixes_logic || binds_looser { in_parens(doc) } else { doc }
            }
            Kind::Unary { operator: "&", .. }
                if side == Side::Left || (parent_side == Side::Left && parent_strength > CAPTURE) =>
            {
                in_parens(self.node(node, context))
            }
            _ => self.node(node, context),
        }
    }

    /// Whether a line break inside `node` counts as fitting: it opens with a bracket that stays on its line.
    pub(super) fn next_break_fits(&self, node: &Node) -> bool {
        match &node.kind {
            Kind::Tuple(_) => self.eol_or_comments(node),
            Kind::Bitstring(segments) => !segments.is_empty() && self.eol_or_comments(node),
            Kind::Text { heredoc, .. } | Kind::Interpolated { heredoc, .. } => *heredoc,
            Kind::Sigil { delimiter, .. } => delimiter.len() == 3,
            Kind::List(_) | Kind::Clauses(_) | Kind::Fn(_) => true,
            Kind::Map { name, entries, .. } => name.is_some() || !entries.is_empty(),
            Kind::Call { target: crate::elixir::format::node::Target::Container(_), .. } => true,
            Kind::Pair(key, value) => matches!(key.kind, Kind::Atom { .. }) && self.next_break_fits(value),
            _ => false,
        }
    }
}
