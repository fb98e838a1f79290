//! What reading costs: `cargo bench --bench parse`.

use ashls::syntax::{SourceTree, outline_language, parse_expressions};
use divan::{Bencher, black_box};
use tree_sitter::{InputEdit, Language, Parser, Point, Tree};

#[path = "../typing/files.rs"]
#[allow(dead_code, reason = "the benches use one of the files")]
mod files;

fn main() {
    divan::main();
}

/// A resource of about 1,000 lines.
fn thousand_lines() -> String {
    let text = files::generated();
    let head: Vec<&str> = text.lines().take(996).collect();
    let end = head.iter().rposition(|line| line.trim().is_empty()).expect("blank lines");
    let text = head[..end].join("\n") + "\n  end\nend\n";
    assert!(SourceTree::parse(text.as_str()).issues().is_empty(), "a file without issues");
    text
}

/// The file before and after a keystroke in the middle, and the byte of the keystroke.
fn keystroke() -> (String, String, usize) {
    let before = thousand_lines();
    let middle = before.len() / 2;
    let at = middle + before[middle..].find(", :string").expect("an attribute") + ", :str".len();
    let mut after = before.clone();
    after.insert(at, 'x');
    (before, after, at)
}

/// One keystroke and its undoing: divide by two.
#[divan::bench]
fn keystroke_whole_pipeline_twice(bencher: Bencher<'_, '_>) {
    let (before, after, _) = keystroke();
    let mut tree = SourceTree::parse(before.as_str());
    bencher.bench_local(|| {
        tree.update(after.as_str());
        tree.update(before.as_str());
        black_box(tree.expressions().len())
    });
}

/// A keystroke that breaks the code, and its undoing.
#[divan::bench]
fn keystroke_that_breaks_twice(bencher: Bencher<'_, '_>) {
    let (before, _, at) = keystroke();
    let mut after = before.clone();
    after.insert_str(at, "\", [");
    let mut tree = SourceTree::parse(before.as_str());
    bencher.bench_local(|| {
        tree.update(after.as_str());
        tree.update(before.as_str());
        black_box(tree.issues().len())
    });
}

#[divan::bench]
fn keystroke_outline_only(bencher: Bencher<'_, '_>) {
    keystroke_with(bencher, outline_language());
}

#[divan::bench]
fn keystroke_whole_file_elixir_grammar(bencher: Bencher<'_, '_>) {
    keystroke_with(bencher, tree_sitter_elixir::LANGUAGE.into());
}

#[divan::bench]
fn chunk(bencher: Bencher<'_, '_>) {
    let chunk =
        "    attribute :column_1, :integer do\n      default 1\n      public? true\n      constraints min: 0\n    end";
    bencher.bench(|| parse_expressions(black_box(chunk)));
}

#[divan::bench]
fn cold_whole_pipeline(bencher: Bencher<'_, '_>) {
    let text = thousand_lines();
    bencher.bench(|| SourceTree::parse(black_box(text.as_str())));
}

#[divan::bench]
fn cold_whole_file_elixir_grammar(bencher: Bencher<'_, '_>) {
    let text = thousand_lines();
    bencher.bench(|| parse_expressions(black_box(text.as_str())));
}

#[divan::bench]
fn cold_outline_only(bencher: Bencher<'_, '_>) {
    let text = thousand_lines();
    let mut parser = parser(outline_language());
    bencher.bench_local(|| parser.parse(black_box(text.as_str()), None));
}

fn parser(language: Language) -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&language).expect("a language that fits");
    parser
}

fn keystroke_with(bencher: Bencher<'_, '_>, language: Language) {
    let (before, after, at) = keystroke();
    let mut parser = parser(language);
    let tree = parser.parse(&before, None).expect("a tree");
    bencher.bench_local(|| {
        let mut edited = tree.clone();
        edited.edit(&insertion(&before, at));
        let tree: Tree = parser.parse(black_box(&after), Some(&edited)).expect("a tree");
        tree
    });
}

fn insertion(text: &str, at: usize) -> InputEdit {
    let row = text[..at].matches('\n').count();
    let column = at - text[..at].rfind('\n').map_or(0, |line| line + 1);
    InputEdit {
        start_byte: at,
        old_end_byte: at,
        new_end_byte: at + 1,
        start_position: Point { row, column },
        old_end_position: Point { row, column },
        new_end_position: Point { row, column: column + 1 },
    }
}
