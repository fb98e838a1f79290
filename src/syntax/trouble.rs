//! How far a tree-sitter-elixir tree can be believed. Broken code often parses without an error: an open quote pairs
//! with the next string's, a trailing comma takes the next entity for an argument, `MyApp.` and the next line make a
//! call. Layout gives such trees away.

use tree_sitter::{Node, Tree};

use super::delimiters::Delimiters;
use super::node_kind::{ElixirKind, FIELDS};
use crate::text::Range;

/// What to think of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// No error, and the layout agrees with the tree.
    Clean,
    /// No error, but the layout says otherwise: unusual formatting, or a tree that paired the wrong delimiters.
    Layout,
    /// No error, but nobody means this: a tree that took the next line for a part of this one.
    Wrong,
    /// There are errors.
    Broken,
}

/// Judges the tree of `text`, and counts the places where the layout contradicts it.
pub(super) fn judge(tree: &Tree, text: &str) -> (Verdict, usize) {
    judge_by(tree, text, &|offset| line_indent(text, offset))
}

/// Whether the tree has no error, and nothing that nobody means, in a text whose layout means nothing.
pub(super) fn is_sound(tree: &Tree, text: &str) -> bool {
    // A statement on a line of its own is no operand or argument, however far right it stands.
    judge_by(tree, text, &|_| usize::MAX).0 <= Verdict::Layout
}

/// `indent` says how far the line of a byte is indented.
fn judge_by(tree: &Tree, text: &str, indent: &dyn Fn(usize) -> usize) -> (Verdict, usize) {
    if tree.root_node().has_error() {
        return (Verdict::Broken, 0);
    }
    // A reserved word as a name can stand in a single line; everything else shows between lines.
    let every_node = !Delimiters::of(text).balanced();
    let mut cursor = tree.walk();
    let mut contradictions = 0;
    loop {
        let node = cursor.node();
        let many_lines = node.start_position().row < node.end_position().row;
        if every_node || many_lines {
            match judge_node(node, text, indent) {
                Verdict::Clean => {}
                Verdict::Layout => contradictions += 1,
                worse => return (worse, contradictions),
            }
            if cursor.goto_first_child() {
                continue;
            }
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                let verdict = if contradictions > 0 { Verdict::Layout } else { Verdict::Clean };
                return (verdict, contradictions);
            }
        }
    }
}

/// The quoted texts of `tree` that have lines further left than they should: where a wrong pair of quotes would be.
pub(super) fn outdented_texts(tree: &Tree, text: &str) -> Vec<Range> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let many_lines = node.start_position().row < node.end_position().row;
        if many_lines && is_quoted(ElixirKind::of(node)) {
            if outdented_text(&text[node.byte_range()], line_indent(text, node.start_byte())) {
                found.push(Range::from(node.byte_range()));
            }
        } else if many_lines && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

fn is_quoted(kind: ElixirKind) -> bool {
    matches!(
        kind,
        ElixirKind::String
            | ElixirKind::Charlist
            | ElixirKind::QuotedAtom
            | ElixirKind::QuotedKeyword
            | ElixirKind::Sigil
    )
}

fn judge_node(node: Node<'_>, text: &str, indent: &dyn Fn(usize) -> usize) -> Verdict {
    let layout = |suspicious: bool| if suspicious { Verdict::Layout } else { Verdict::Clean };
    match ElixirKind::of(node) {
        ElixirKind::Identifier => reserved_word(node, text),
        kind if is_quoted(kind) => {
            layout(outdented_text(&text[node.byte_range()], line_indent(text, node.start_byte())))
        }
        ElixirKind::DoBlock => layout(outdented_end(node, text) || outdented_body(node, text)),
        ElixirKind::AnonymousFunction => layout(outdented_end(node, text)),
        ElixirKind::Dot => match node.child_by_field_id(FIELDS.right) {
            Some(right) if first_on_line(text, right.start_byte()) => Verdict::Wrong,
            _ => Verdict::Clean,
        },
        ElixirKind::BinaryOperator => {
            let indent = indent(node.start_byte());
            let right = node.child_by_field_id(FIELDS.right);
            let operator = node.child_by_field_id(FIELDS.operator);
            let alone = |node: Option<Node<'_>>| node.is_some_and(|node| first_on_line(text, node.start_byte()));
            // `in` between two lines is a word that is being typed.
            if alone(operator) && alone(right) {
                return Verdict::Wrong;
            }
            right.map_or(Verdict::Clean, |right| operand(right, indent, text))
        }
        ElixirKind::Pair => {
            let indent = indent(node.start_byte());
            node.child_by_field_id(FIELDS.value).map_or(Verdict::Clean, |value| argument(value, indent, text))
        }
        ElixirKind::Arguments => arguments(node, indent, text),
        // `-> x` in a `do` block: legal, and nobody writes it.
        ElixirKind::StabClause
            if node.child_by_field_id(FIELDS.left).is_none() && is_kind(node.parent(), ElixirKind::DoBlock) =>
        {
            Verdict::Wrong
        }
        ElixirKind::List | ElixirKind::Tuple | ElixirKind::Map => {
            let close = node.end_byte().saturating_sub(1);
            layout(first_on_line(text, close) && column(text, close) < line_indent(text, node.start_byte()))
        }
        _ => Verdict::Clean,
    }
}

/// `end` and its like as a name: the parser had no use for the word.
fn reserved_word(node: Node<'_>, text: &str) -> Verdict {
    let reserved = matches!(&text[node.byte_range()], "end" | "do" | "else" | "fn" | "rescue" | "catch" | "after");
    if reserved && !is_kind(node.parent(), ElixirKind::Dot) { Verdict::Wrong } else { Verdict::Clean }
}

/// A quoted text with a line left of where it should be: of the terminator for a heredoc, of the line that the text
/// begins on for any other.
fn outdented_text(quoted: &str, indent: usize) -> bool {
    let start = quoted.find(['"', '\'']).unwrap_or(0);
    let heredoc = quoted[start..].starts_with("\"\"\"") || quoted[start..].starts_with("'''");
    let mut lines = quoted.split('\n').skip(1).filter(|line| !line.trim().is_empty());
    if heredoc {
        let terminator = quoted.rsplit('\n').next().map_or(0, width);
        return lines.any(|line| width(line) < terminator);
    }
    lines.any(|line| width(line) <= indent && line.trim_start().len() > 1)
}

/// An `end` that stands first on its line, in another column than the line of its opener.
fn outdented_end(node: Node<'_>, text: &str) -> bool {
    let Some(end) = last_child(node).filter(|end| ElixirKind::of(*end) == ElixirKind::End) else { return false };
    let at = end.start_byte();
    first_on_line(text, at)
        && column(text, at) != line_indent(text, owner(node).start_byte())
        && column(text, at) != line_indent(text, node.start_byte())
}

/// A statement first on its line at or left of the line that opens its `do` block.
fn outdented_body(node: Node<'_>, text: &str) -> bool {
    let indent = line_indent(text, owner(node).start_byte());
    let mut cursor = node.walk();
    node.named_children(&mut cursor).any(|child| {
        let kind = ElixirKind::of(child);
        let statement = kind != ElixirKind::Comment && kind != ElixirKind::StabClause && !kind.is_section();
        statement && first_on_line(text, child.start_byte()) && column(text, child.start_byte()) <= indent
    })
}

/// The right side of an operator.
fn operand(right: Node<'_>, indent: usize, text: &str) -> Verdict {
    if !first_on_line(text, right.start_byte()) || column(text, right.start_byte()) > indent {
        return Verdict::Clean;
    }
    if is_statement(right, text) {
        return Verdict::Wrong;
    }
    if column(text, right.start_byte()) < indent { Verdict::Layout } else { Verdict::Clean }
}

/// An argument, or the value of an option, first on its line at or left of its owner.
fn argument(value: Node<'_>, indent: usize, text: &str) -> Verdict {
    if !first_on_line(text, value.start_byte()) || column(text, value.start_byte()) > indent {
        return Verdict::Clean;
    }
    if is_statement(value, text) { Verdict::Wrong } else { Verdict::Layout }
}

fn arguments(node: Node<'_>, indent: &dyn Fn(usize) -> usize, text: &str) -> Verdict {
    let call = owner(node);
    if !first_on_line(text, call.start_byte()) {
        return Verdict::Clean;
    }
    let indent = indent(call.start_byte());
    let mut verdict = Verdict::Clean;
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        match ElixirKind::of(child) {
            ElixirKind::Comment => {}
            ElixirKind::Keywords => {
                let mut pairs = child.walk();
                for pair in child.named_children(&mut pairs) {
                    verdict = verdict.max(argument(pair, indent, text));
                }
            }
            _ => verdict = verdict.max(argument(child, indent, text)),
        }
    }
    verdict
}

/// A call with arguments and without parentheses: what an entity or an option looks like.
fn is_statement(node: Node<'_>, text: &str) -> bool {
    if ElixirKind::of(node) != ElixirKind::Call {
        return false;
    }
    let local = is_kind(node.child_by_field_id(FIELDS.target), ElixirKind::Identifier);
    let mut cursor = node.walk();
    let parentheses = node
        .named_children(&mut cursor)
        .any(|child| ElixirKind::of(child) == ElixirKind::Arguments && text[child.start_byte()..].starts_with('('));
    local && !parentheses
}

fn is_kind(node: Option<Node<'_>>, kind: ElixirKind) -> bool {
    node.is_some_and(|node| ElixirKind::of(node) == kind)
}

fn last_child(node: Node<'_>) -> Option<Node<'_>> {
    node.child(u32::try_from(node.child_count().checked_sub(1)?).ok()?)
}

/// The call that a `do` block or a list of arguments belongs to.
fn owner(node: Node<'_>) -> Node<'_> {
    match ElixirKind::of(node) {
        ElixirKind::AnonymousFunction => node,
        _ => node.parent().unwrap_or(node),
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

fn column(text: &str, offset: usize) -> usize {
    offset - line_start(text, offset)
}

fn line_indent(text: &str, offset: usize) -> usize {
    width(&text[line_start(text, offset)..])
}

fn width(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn first_on_line(text: &str, offset: usize) -> bool {
    text[line_start(text, offset)..offset].bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}
