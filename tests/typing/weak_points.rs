//! Places where reading by layout is known to be weak, each measured by itself.

use ashls::syntax::{SourceTree, parse_expressions};
use ashls::text::Range;

use crate::facts::facts;
use crate::files::files;
use crate::measure::{Expected, Figures, lines_of};

/// Inserts `text` at the beginning of every 7th line (behind its indentation when `indented`), and judges each state.
fn insert_everywhere(text: &str, indented: bool) -> Figures {
    let mut figures = Figures::default();
    for (name, file) in files() {
        let facts = facts(SourceTree::parse(file.as_str()).expressions(), &file);
        let starts = file.match_indices('\n').map(|(at, _)| at + 1).step_by(7);
        for (number, start) in starts.enumerate().filter(|(number, _)| name != "generated.ex" || number % 5 == 0) {
            let line = &file[start..];
            let indent = if indented { line.len() - line.trim_start_matches([' ', '\t']).len() } else { 0 };
            let at = start + indent;
            let state = [&file[..at], text, &file[at..]].concat();
            let touched = Range::new(start, at + 1).cover(lines_of(&file, Range::empty(at)));
            let touched = if text.ends_with('\n') { Range::empty(at) } else { touched };
            let tree = SourceTree::parse(state.as_str());
            let typed = lines_of(&state, Range::new(at, at + text.trim_end().len()));
            let label = || format!("{text:?} in {name}, line {}", number * 7 + 2);
            Expected::new(&facts, &[touched]).judge(tree.expressions(), &state, typed, &mut figures, label);
        }
    }
    println!("{:32} {figures}", format!("{text:?}"));
    figures
}

#[test]
fn plain_strings_go_on_at_their_own_indent() {
    for text in [
        "statements do\n  up \"CREATE INDEX a\n  ON posts (title)\"\n  down \"DROP\nINDEX a\"\nend\n",
        "defmodule A do\n  @sql \"\n  select a, b\n  from posts\n  where x = 'y'\n  \"\n  def sql, do: @sql\nend\n",
        "defmodule A do\n  attributes do\n    attribute :a, :string, description: \"one\n    two\n\n    three\"\n    \
         attribute :b, :string\n  end\nend\n",
        "x ~s[\nselect (1)\nfrom a\n]\n",
    ] {
        let tree = SourceTree::parse(text);
        assert_eq!(tree.issues(), [], "{text}");
        assert_eq!(tree.expressions(), parse_expressions(text), "{text}");
    }
}

#[test]
fn openers_at_the_margin() {
    for text in ["[\n", "foo(\n", "foo do\n", "foo,\n", "x = %{\n"] {
        let figures = insert_everywhere(text, false);
        assert!(figures.mean() >= 99.0, "{text:?}");
    }
}

#[test]
fn heredoc_quotes_at_the_start_of_a_line() {
    for text in ["\"\"\"", "'''", "\"\"\"\n"] {
        let figures = insert_everywhere(text, true);
        assert!(figures.mean() >= 99.0, "{text:?}");
    }
}
