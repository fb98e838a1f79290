//! The outline grammar: the committed parser is the one that `grammar/grammar.js` generates, and the cases under
//! `grammar/test/corpus` hold.
//!
//! After a change of the grammar run `UPDATE_GRAMMAR=1 cargo test --test grammar`, then look at the difference.

#[path = "grammar/javascript.rs"]
mod javascript;

use std::fs;
use std::path::{Path, PathBuf};

use ashls::syntax::outline_language;

fn grammar_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar")
}

/// Compares a committed generated file with what it should be, or writes it when asked to.
fn check_generated(file: &str, expected: &str) {
    let path = grammar_folder().join("src").join(file);
    if std::env::var_os("UPDATE_GRAMMAR").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == expected, "grammar/src/{file} is stale: run UPDATE_GRAMMAR=1 cargo test --test grammar");
}

#[test]
fn committed_parser_is_generated_from_the_grammar() {
    let source = fs::read_to_string(grammar_folder().join("grammar.js")).unwrap();
    let json = serde_json::to_string_pretty(&javascript::grammar_json(&source)).unwrap() + "\n";
    let (name, parser) = tree_sitter_generate::generate_parser_for_grammar(&json, Some((0, 1, 0))).unwrap();
    assert_eq!(name, "ash_outline");
    check_generated("grammar.json", &json);
    check_generated("parser.c", &parser);
    check_generated("tree_sitter/parser.h", tree_sitter_generate::PARSER_HEADER);
    check_generated("tree_sitter/alloc.h", tree_sitter_generate::ALLOC_HEADER);
}

#[test]
fn corpus_cases_hold() {
    let update = std::env::var_os("UPDATE_GRAMMAR").is_some();
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&outline_language()).unwrap();
    let mut count = 0;
    for file in fs::read_dir(grammar_folder().join("test/corpus")).unwrap() {
        let path = file.unwrap().path();
        let mut cases = cases(&fs::read_to_string(&path).unwrap());
        for case in &mut cases {
            let tree = parser.parse(&case.source, None).unwrap();
            let found = tree.root_node().to_sexp();
            if !update {
                assert_eq!(found, case.tree, "{}: {}\n{}", path.display(), case.name, case.source);
            }
            case.tree = found;
        }
        count += cases.len();
        if update {
            fs::write(&path, cases.iter().map(Case::render).collect::<Vec<_>>().join("\n")).unwrap();
        }
    }
    assert!(count >= 20, "only {count} cases found");
}

/// A case of a corpus file: a title between lines of `=`, the source, a line of `-`, the expected tree.
struct Case {
    name: String,
    source: String,
    /// On one line, as tree-sitter prints it.
    tree: String,
}

impl Case {
    fn render(&self) -> String {
        let (double, single) = ("=".repeat(80), "-".repeat(80));
        let mut tree = String::new();
        let mut depth = 0;
        for (index, node) in self.tree.split(" (").enumerate() {
            let line = if index == 0 { node.to_owned() } else { format!("\n{}({node}", "  ".repeat(depth)) };
            tree.push_str(&line);
            depth += 1;
            depth -= node.matches(')').count().min(depth);
        }
        format!("{double}\n{}\n{double}\n\n{}\n\n{single}\n\n{tree}\n", self.name, self.source)
    }
}

fn cases(text: &str) -> Vec<Case> {
    let is_rule = |line: &str, c: char| line.len() >= 3 && line.chars().all(|x| x == c);
    let lines: Vec<&str> = text.split('\n').collect();
    let heads: Vec<usize> =
        (2..lines.len()).filter(|&i| is_rule(lines[i], '=') && is_rule(lines[i - 2], '=')).collect();
    heads
        .iter()
        .enumerate()
        .map(|(number, &head)| {
            let end = heads.get(number + 1).map_or(lines.len(), |next| next - 2);
            let middle = (head..end).find(|&i| is_rule(lines[i], '-')).expect("a line of dashes");
            let tree = lines[middle + 1..end].join(" ");
            let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ");
            let source = lines[head + 1..middle].join("\n");
            Case { name: lines[head - 1].to_owned(), source: source.trim_matches('\n').to_owned(), tree }
        })
        .collect()
}
