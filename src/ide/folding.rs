//! What can be folded in a file with Ash modules: blocks, and lists, maps, calls and texts over several lines.

use crate::syntax::{Call, Clause, DoBlock, Expr, Kind, StringPart, Target};
use crate::text::Range;

use super::lines::{line_end, line_start};
use super::symbols::symbols;

/// The foldable ranges: from the end of the line that stays visible to the end of the last line that is hidden. At
/// most one per first line, the longest, in the order of the text.
///
/// `None` for files without Ash modules, which are left to the editor and to other servers.
pub fn folding_ranges(expressions: &[Expr], text: &str) -> Option<Vec<Range>> {
    if symbols(expressions).is_empty() {
        return None;
    }
    let mut folds = Folds { text, found: Vec::new() };
    expressions.iter().for_each(|expression| folds.expression(expression));
    let mut found = folds.found;
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    found.dedup_by_key(|range| range.start);
    Some(found)
}

struct Folds<'a> {
    text: &'a str,
    found: Vec<Range>,
}

impl Folds<'_> {
    /// Folds `range`, leaving its closing line visible.
    fn fold(&mut self, range: Range) {
        let start = line_end(self.text, range.start);
        let closing = line_start(self.text, range.end);
        if closing <= start {
            return;
        }
        // The end of the line before the closing one, without its line break.
        let mut end = closing - 1;
        if end > start && self.text.as_bytes()[end] == b'\n' && self.text.as_bytes()[end - 1] == b'\r' {
            end -= 1;
        }
        if line_start(self.text, end) > range.start {
            self.found.push(Range::new(start, end));
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match &expression.kind {
            Kind::String(parts) | Kind::Charlist(parts) | Kind::DynamicAtom(parts) => {
                self.fold(expression.range);
                self.parts(parts);
            }
            Kind::Sigil(sigil) => {
                let parts = &sigil.parts;
                self.fold(expression.range);
                self.parts(parts);
            }
            Kind::List(items) | Kind::Tuple(items) | Kind::Bitstring(items) => {
                self.fold(expression.range);
                self.all(items);
            }
            Kind::Map { base, entries, .. } => {
                self.fold(expression.range);
                base.iter().for_each(|base| self.expression(base));
                self.pairs(entries);
            }
            Kind::Keywords(entries) => self.pairs(entries),
            Kind::Call(call) => self.call(call, expression.range),
            Kind::Access { value, key } => {
                self.expression(value);
                self.expression(key);
            }
            Kind::Unary { operand, .. } | Kind::Capture(operand) => self.expression(operand),
            Kind::Binary { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
            Kind::Fn(clauses) => {
                self.fold(expression.range);
                self.clauses(clauses);
            }
            Kind::Block(items) => self.all(items),
            Kind::Nil
            | Kind::Bool(_)
            | Kind::Integer(_)
            | Kind::Float(_)
            | Kind::Char(_)
            | Kind::Atom(_)
            | Kind::Alias(_)
            | Kind::Identifier(_)
            | Kind::Attribute(_)
            | Kind::Error => {}
        }
    }

    fn call(&mut self, call: &Call, range: Range) {
        match &call.target {
            Target::Remote { value, .. } | Target::Anonymous(value) => self.expression(value),
            Target::Local(_) | Target::Attribute(_) => {}
        }
        self.all(&call.arguments);
        match &call.block {
            Some(block) => self.block(block),
            None if call.parens => self.fold(Range::new(call.name_range.start.max(range.start), range.end)),
            None => {}
        }
    }

    fn block(&mut self, block: &DoBlock) {
        self.fold(block.range);
        self.all(&block.body);
        self.clauses(&block.clauses);
        for (_, body, clauses) in &block.sections {
            self.all(body);
            self.clauses(clauses);
        }
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            self.all(&clause.body);
        }
    }

    fn parts(&mut self, parts: &[StringPart]) {
        for part in parts {
            if let StringPart::Interpolation(expression) = part {
                self.expression(expression);
            }
        }
    }

    fn pairs(&mut self, pairs: &[(Expr, Expr)]) {
        for (key, value) in pairs {
            self.expression(key);
            self.expression(value);
        }
    }

    fn all(&mut self, expressions: &[Expr]) {
        expressions.iter().for_each(|expression| self.expression(expression));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::syntax::parse_expressions;

    fn check(text: &str, expected: Expect) {
        let line = |offset: usize| text[..offset].matches('\n').count() + 1;
        let drawn = match folding_ranges(&parse_expressions(text), text) {
            Some(ranges) => ranges.iter().map(|range| format!("{}-{}\n", line(range.start), line(range.end))).collect(),
            None => "left alone\n".to_owned(),
        };
        expected.assert_eq(&drawn);
    }

    #[test]
    fn blocks_lists_calls_and_texts() {
        check(
            "defmodule A do\n  use Ash.Resource,\n    domain: B\n\n  attributes do\n    attribute :a, :string do\n      \
             constraints [\n        max_length: 1\n      ]\n    end\n  end\n\n  @doc \"\"\"\n  Long.\n  \"\"\"\n  def f do\n    \
             call(\n      1\n    )\n  end\nend\n",
            expect![[r#"
                1-20
                5-10
                6-9
                7-8
                13-14
                16-19
                17-18
            "#]],
        );
    }

    #[test]
    fn windows_line_ends_are_not_part_of_the_fold() {
        let text = "defmodule A do\r\n  attributes do\r\n    attribute :a, :b\r\n  end\r\nend\r\n";
        let ranges = folding_ranges(&parse_expressions(text), text).unwrap();
        assert_eq!(ranges[1].slice(text), "\r\n    attribute :a, :b");
    }

    #[test]
    fn one_line_blocks_do_not_fold() {
        check("defmodule A do use Ash.Domain end", expect![""]);
    }

    #[test]
    fn other_files_are_left_alone() {
        check("defmodule A do\n  def f do\n    1\n  end\nend", expect![["left alone\n"]]);
    }
}
