//! Leaving out what nobody asks for, before a file is parsed: the larger part of a resource file is code that says
//! nothing about its table, and parsing is what reading a project costs.
//!
//! Goes by layout alone, as the outline does, and in one pass over the lines: a block is left out only if its `end`
//! stands in the column of its header and everything between is indented further.

use std::borrow::Cow;

use super::expression::Expr;
use super::shift::map_ranges;
use crate::text::Range;

/// The name that stands in a block that was left out, so that whoever reads it all the same meets something unknown.
pub const LEFT_OUT: &str = "__left_out__";

/// What of a file matters.
#[derive(Clone, Copy)]
pub struct Interest {
    /// Whether a block can be left out, by the names of the calls from the innermost `defmodule` to it, its own the
    /// last.
    pub leaves_out: fn(&[&str]) -> bool,
    /// Whether a block of this name matters wherever it stands, so that nothing around it is left out.
    pub matters: fn(&str) -> bool,
}

/// A text without what was left out of it.
pub(super) struct Skimmed<'a> {
    pub text: Cow<'a, str>,
    /// Where something was left out: from this byte of the text on, so many bytes are missing in all.
    cuts: Vec<(usize, usize)>,
}

impl Skimmed<'_> {
    /// Gives expressions of the skimmed text the ranges of the whole one.
    pub fn restore(&self, expressions: &mut [Expr]) {
        if self.cuts.is_empty() {
            return;
        }
        let restored = |offset: usize| {
            let before = self.cuts.partition_point(|(at, _)| *at <= offset);
            offset + before.checked_sub(1).map_or(0, |last| self.cuts[last].1)
        };
        map_ranges(expressions, &mut |range, _| *range = Range::new(restored(range.start), restored(range.end)));
    }
}

/// Leaves out the inside of blocks that are of no interest: [`LEFT_OUT`] stands there instead.
pub(super) fn skim(text: &str, interest: Interest) -> Skimmed<'_> {
    cut(text, &interest.leaves_out, &|_| true, &interest.matters)
}

/// Leaves out the inside of blocks that have none of the bytes `hits`, which are sorted, from the header on. What makes
/// modules and macros is never left out: what the rest means can depend on it.
pub(super) fn skim_around<'a>(text: &'a str, hits: &[usize]) -> Skimmed<'a> {
    let has_none = |block: Range| {
        let next = hits.partition_point(|hit| *hit < block.start);
        hits.get(next).is_none_or(|hit| *hit >= block.end)
    };
    cut(text, &|path| !path.contains(&"defmacro"), &has_none, &|name| {
        matches!(name, "defmodule" | "defprotocol" | "defmacro")
    })
}

/// Leaves out the blocks that both say yes to: `by_name` to the names of the calls from the innermost `defmodule` to the
/// block, `by_place` to the bytes from its header to its `end`.
fn cut<'a>(
    text: &'a str,
    by_name: &dyn Fn(&[&str]) -> bool,
    by_place: &dyn Fn(Range) -> bool,
    matters: &dyn Fn(&str) -> bool,
) -> Skimmed<'a> {
    let lines: Vec<Line> = lines(text).collect();
    let mut skimmed = String::new();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut taken = 0;
    let mut blocks: Vec<(usize, &str)> = Vec::new();
    let mut index = 0;
    while index < lines.len() {
        let line = &lines[index];
        index += 1;
        if line.code.is_empty() {
            continue;
        }
        while blocks.last().is_some_and(|(indent, _)| *indent >= line.indent) {
            blocks.pop();
        }
        let Some(name) = header(line.code) else { continue };
        blocks.push((line.indent, name));
        let Some(module) = blocks.iter().rposition(|(_, name)| *name == "defmodule") else { continue };
        let path: Vec<&str> = blocks[module + 1..].iter().map(|(_, name)| *name).collect();
        if path.is_empty() || !by_name(&path) {
            continue;
        }
        let Some(end) = closing_line(&lines, index, line.indent) else { continue };
        if !by_place(Range::new(line.start, lines[end].start)) {
            continue;
        }
        let inside = lines[index..end].iter().filter_map(|line| header(line.code));
        if path[1..].iter().copied().chain(inside).any(matters) {
            continue;
        }
        blocks.pop();
        let (from, to) = (line.start + line.indent + line.code.len(), lines[end].start + lines[end].indent);
        index = end + 1;
        if to - from > LEFT_OUT.len() + 2 {
            skimmed.push_str(&text[taken..from]);
            skimmed.extend([" ", LEFT_OUT, " "]);
            taken = to;
            cuts.push((skimmed.len(), to - skimmed.len()));
        }
    }
    if cuts.is_empty() {
        return Skimmed { text: Cow::Borrowed(text), cuts };
    }
    skimmed.push_str(&text[taken..]);
    Skimmed { text: Cow::Owned(skimmed), cuts }
}

struct Line<'a> {
    /// Byte of its first character.
    start: usize,
    /// Blanks in front of its code, in bytes.
    indent: usize,
    /// Without the blanks around it.
    code: &'a str,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let code = line.trim_start_matches(' ');
        let found = Line { start, indent: line.len() - code.len(), code: code.trim_end() };
        start += line.len();
        found
    })
}

/// The name of the call whose block begins with this line: `update` of `update :publish do`.
fn header(code: &str) -> Option<&str> {
    let call = code.strip_suffix(" do")?;
    let end = call.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(call.len());
    // `x = case y do` and `Foo.bar do` are none of ours.
    let followed = call[end..].chars().next();
    let plain = matches!(followed, None | Some(' ' | '('));
    let assigned = call[end..].trim_start().starts_with(['=', '|', '<']);
    (end > 0 && plain && !assigned && call.as_bytes()[0].is_ascii_lowercase()).then_some(&call[..end])
}

/// The line with the `end` of a block whose header stands in column `indent`, from line `first` on.
fn closing_line(lines: &[Line<'_>], first: usize, indent: usize) -> Option<usize> {
    let found = (first..lines.len()).find(|&at| !lines[at].code.is_empty() && lines[at].indent <= indent)?;
    (lines[found].indent == indent && lines[found].code == "end").then_some(found)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::syntax::Kind;

    const INTEREST: Interest = Interest {
        leaves_out: |path| matches!(path, ["policies"] | ["actions", "update"]),
        matters: |name| name == "postgres",
    };

    fn check(text: &str, expected: Expect) {
        let skimmed = skim(text, INTEREST);
        expected.assert_eq(&skimmed.text);
        let mut expressions = crate::syntax::parse_expressions(&skimmed.text);
        skimmed.restore(&mut expressions);
        map_ranges(&mut expressions, &mut |range, kind| {
            if let Some(Kind::Atom(name)) = kind {
                assert_eq!(&text[range.start..range.end].trim_matches(':'), name);
            }
        });
    }

    #[test]
    fn sections_and_bodies_of_entities() {
        check(
            "defmodule A do\n  attributes do\n    attribute :a, :b\n  end\n\n  policies do\n    policy always() do\n      \
             authorize_if always()\n    end\n  end\n\n  actions do\n    create :c do\n      accept [:a]\n    end\n\n    \
             update :u do\n      accept [:é]\n    end\n  end\nend\n",
            expect![[r#"
                defmodule A do
                  attributes do
                    attribute :a, :b
                  end

                  policies do __left_out__ end

                  actions do
                    create :c do
                      accept [:a]
                    end

                    update :u do __left_out__ end
                  end
                end
            "#]],
        );
    }

    #[test]
    fn all_but_what_stands_around_some_bytes() {
        let text = "defmodule A do
  defmacro a do
    b
  end

  postgres do
    x do
      hit
    end

    y :hit do
      z
    end

    other do
      long_enough_to_be_left_out
    end
  end

  actions do
    c do
      d
    end
  end
end
";
        let hits: Vec<usize> = text.match_indices("hit").map(|(at, _)| at).collect();
        let expected = expect![[r#"
            defmodule A do
              defmacro a do
                b
              end

              postgres do
                x do
                  hit
                end

                y :hit do
                  z
                end

                other do __left_out__ end
              end

              actions do __left_out__ end
            end
        "#]];
        expected.assert_eq(&skim_around(text, &hits).text);
    }

    #[test]
    fn layout_that_cannot_be_trusted_is_left_alone() {
        let text = "defmodule A do\n  policies do\n    x \"\"\"\nstart of a line\n    \"\"\"\n  end\nend\n";
        assert_eq!(skim(text, INTEREST).text, text);
        let text = "defmodule A do\n  policies do\n    x\n    end\nend\n";
        assert_eq!(skim(text, INTEREST).text, text);
        let text = "policies do\n  x\nend\n";
        assert_eq!(skim(text, INTEREST).text, text, "outside of a module");
        let text = "defmodule A do\n  quote do\n    policies do\n      x\n    end\n  end\nend\n";
        assert_eq!(skim(text, INTEREST).text, text, "below something else");
        let text = "defmodule A do\n  policies do\n    postgres do\n      table \"a\"\n    end\n  end\nend\n";
        assert_eq!(skim(text, INTEREST).text, text, "with something that matters inside");
    }
}
