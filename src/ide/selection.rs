//! Growing a selection: from the word at the cursor over its expression and its blocks to the module.

use super::bodies::bodies;
use super::visit::each;
use crate::syntax::Expr;
use crate::text::Range;

/// The ranges around `offset`, each inside the next; none outside of Ash modules, which are left to other servers.
pub fn selection_ranges(expressions: &[Expr], offset: usize) -> Vec<Range> {
    let mut found = Vec::new();
    let mut is_ash = false;
    for expr in expressions {
        each(expr, &mut |inner| {
            if !inner.range.touches(offset) {
                return false;
            }
            found.push(inner.range);
            if let Some(call) = inner.as_call() {
                if let Some(block) = call.block.as_ref().filter(|block| block.range.touches(offset)) {
                    is_ash |= call.local_name() == Some("defmodule") && !bodies(&block.body).is_empty();
                    found.push(block.range);
                    let body = block.body.first().zip(block.body.last());
                    found.extend(body.map(|(first, last)| first.range.cover(last.range)));
                }
                found.push(call.name_range);
            }
            true
        });
    }
    if !is_ash {
        return Vec::new();
    }
    found.retain(|range| range.touches(offset));
    found.sort_by_key(|range| (range.len(), range.start));
    // Two expressions may touch the cursor from both sides; the one that begins at it stays.
    let mut nested: Vec<Range> = Vec::new();
    for range in found {
        if nested.last().is_none_or(|inner| range != *inner && range.contains(*inner)) {
            nested.push(range);
        }
    }
    nested
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::syntax::parse_expressions;

    fn check(marked: &str, expected: Expect) {
        let offset = marked.find("$0").unwrap();
        let text = marked.replace("$0", "");
        let ranges = selection_ranges(&parse_expressions(&text), offset);
        let drawn: Vec<_> = ranges.iter().map(|range| range.slice(&text).replace('\n', "⏎")).collect();
        expected.assert_eq(&drawn.join("\n"));
    }

    #[test]
    fn from_the_word_to_the_module() {
        check(
            "defmodule A do\n  use Ash.Resource\n  attributes do\n    attribute :b, :str$0ing\n    attribute :c, :map\n  end\nend",
            expect![[r#"
                :string
                attribute :b, :string
                attribute :b, :string⏎    attribute :c, :map
                do⏎    attribute :b, :string⏎    attribute :c, :map⏎  end
                attributes do⏎    attribute :b, :string⏎    attribute :c, :map⏎  end
                use Ash.Resource⏎  attributes do⏎    attribute :b, :string⏎    attribute :c, :map⏎  end
                do⏎  use Ash.Resource⏎  attributes do⏎    attribute :b, :string⏎    attribute :c, :map⏎  end⏎end
                defmodule A do⏎  use Ash.Resource⏎  attributes do⏎    attribute :b, :string⏎    attribute :c, :map⏎  end⏎end"#]],
        );
    }

    #[test]
    fn other_modules_are_left_alone() {
        check("defmodule A do\n  def b, do: :$0c\nend", expect![""]);
    }
}
