//! Rules of the house that the compiler does not know: layers, file length, module docs, names.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules that may touch the outside world. Everything else under `src/` is the pure core.
const SHELL: &[&str] = &["server", "workspace", "database", "cli", "main.rs"];

/// What the core must not name, and why.
const FORBIDDEN_IN_CORE: &[(&str, &str)] = &[
    ("std::fs", "the file system belongs to `workspace`"),
    ("std::env", "the environment belongs to `cli` and `workspace`"),
    ("std::process", "processes belong to `cli` and `server`"),
    ("std::net", "the network belongs to `database`"),
    ("std::time::SystemTime", "the clock is an input"),
    ("std::time::Instant", "the clock is an input"),
    ("tokio::", "the core is synchronous"),
    ("tower_lsp::", "LSP types belong to `server`"),
    ("sqlx::", "the database belongs to `database`"),
    ("println!", "output belongs to `cli`"),
    ("eprintln!", "output belongs to `cli`"),
    ("HashMap", "hash order must not reach the output: use BTreeMap, or FxHashMap where it is only looked up"),
    ("HashSet", "hash order must not reach the output: use BTreeSet, or FxHashSet where it is only looked up"),
];

/// Node kinds of tree-sitter grammars that would betray knowledge of the parser outside `src/syntax`.
const NODE_KINDS: &[&str] =
    &["\"do_block\"", "\"anonymous_function\"", "\"stab_clause\"", "\"quoted_content\"", "\"binary_operator\""];

const MAX_LINES: usize = 400;

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn relative(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string()
}

/// The lines of a file that are code: no comments, and nothing from a trailing `mod tests {` on.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("mod tests {"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line))
}

fn report(problems: Vec<String>) {
    assert!(problems.is_empty(), "{} problem(s):\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn the_core_is_pure() {
    let mut problems = Vec::new();
    for path in rust_files("src") {
        let name = relative(&path);
        let module = name.trim_start_matches("src/").split('/').next().unwrap_or_default();
        let is_test = name.ends_with("tests.rs") || name.contains("/tests/");
        if SHELL.contains(&module) || SHELL.contains(&module.trim_end_matches(".rs")) || is_test {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (line, text) in code(&text) {
            for (word, why) in FORBIDDEN_IN_CORE {
                let fast_hash = text.contains(&format!("Fx{word}"));
                if text.contains(word) && !fast_hash {
                    problems.push(format!("{name}:{line}: `{word}`: {why}"));
                }
            }
        }
    }
    report(problems);
}

#[test]
fn only_syntax_knows_node_kinds() {
    let mut problems = Vec::new();
    for path in rust_files("src") {
        let name = relative(&path);
        if name.starts_with("src/syntax/") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (line, text) in code(&text) {
            if text.contains("tree_sitter") || NODE_KINDS.iter().any(|kind| text.contains(kind)) {
                problems.push(format!("{name}:{line}: parser details outside src/syntax: {}", text.trim()));
            }
        }
    }
    report(problems);
}

#[test]
fn only_text_knows_the_rope() {
    let mut problems = Vec::new();
    for path in rust_files("src") {
        let name = relative(&path);
        if !name.starts_with("src/text/") && fs::read_to_string(&path).unwrap().contains("ropey::") {
            problems.push(name);
        }
    }
    report(problems);
}

#[test]
fn files_are_short_and_documented() {
    let mut problems = Vec::new();
    for path in rust_files("src").into_iter().chain(rust_files("tests")) {
        let name = relative(&path);
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        if lines > MAX_LINES {
            problems.push(format!("{name}: {lines} lines; at most {MAX_LINES}: would two files be clearer?"));
        }
        // `tests.rs` beside a module is about that module.
        if !name.ends_with("/tests.rs") && !text.starts_with("//!") && !text.starts_with("#![doc") {
            problems.push(format!("{name}: begins without a `//!` that says what it is for"));
        }
    }
    report(problems);
}

#[test]
fn names_say_what_a_file_is_for() {
    let vague = ["utils", "util", "helpers", "helper", "manager", "common", "misc"];
    let problems = rust_files("src")
        .into_iter()
        .chain(rust_files("tests"))
        .map(|path| relative(&path))
        .filter(|name| name.split(['/', '.']).any(|part| vague.contains(&part)))
        .collect();
    report(problems);
}

#[test]
fn nothing_is_left_for_later() {
    let words = ["todo!(", "unimplemented!(", "#[ignore", "FIXME", "XXX"];
    let mut problems = Vec::new();
    for path in rust_files("src").into_iter().chain(rust_files("tests")) {
        let name = relative(&path);
        if name == "tests/tidy.rs" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                problems.push(format!("{name}:{}: {word}", number + 1));
            }
        }
    }
    report(problems);
}
