//! Comparing trees of files in which time stamps differ.

use std::collections::{BTreeMap, BTreeSet};

/// Files with their stamps replaced by ranks, and the hashes of snapshots left out.
pub struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    pub fn new(files: impl Iterator<Item = (String, String)>) -> Tree {
        let files: Vec<_> = files.collect();
        let mut stamps = BTreeSet::new();
        for (path, text) in &files {
            stamps.extend(self::stamps(path).chain(self::stamps(text)).map(|(_, stamp)| stamp.to_owned()));
        }
        let ranks: BTreeMap<&str, String> =
            stamps.iter().enumerate().map(|(rank, stamp)| (stamp.as_str(), format!("<T{rank}>"))).collect();
        let ranked = |text: &str| replace_stamps(text, |stamp| ranks.get(stamp).cloned().unwrap_or_default());
        let files = files.iter().map(|(path, text)| (ranked(path), without_hash(&ranked(text))));
        Tree { files: files.collect() }
    }
}

/// One entry per file that is missing, extra or different.
pub fn diff(expected: &Tree, actual: &Tree) -> Vec<String> {
    let paths: BTreeSet<&String> = expected.files.keys().chain(actual.files.keys()).collect();
    let mut found = Vec::new();
    for path in paths {
        match (expected.files.get(path), actual.files.get(path)) {
            (Some(_), None) => found.push(format!("missing {path}")),
            (None, Some(_)) => found.push(format!("extra {path}")),
            (Some(expected), Some(actual)) if expected != actual => {
                let diff = similar::TextDiff::from_lines(expected.as_str(), actual.as_str());
                found.push(format!("differs {path}\n{}", diff.unified_diff().context_radius(1)));
            }
            _ => {}
        }
    }
    found
}

/// Text in which every time stamp is the same.
pub fn without_stamps(text: &str) -> String {
    without_hash(&replace_stamps(text, |_| "<T>".to_owned()))
}

fn without_hash(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| match line.find("\"hash\": \"") {
        Some(start) => format!("{}\"hash\": \"…\"{}", &line[..start], &line[line.rfind('"').unwrap_or(start) + 1..]),
        None => line.to_owned(),
    });
    lines.collect()
}

fn replace_stamps(text: &str, name: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (start, stamp) in stamps(text) {
        out.push_str(&text[end..start]);
        out.push_str(&name(stamp));
        end = start + stamp.len();
    }
    out.push_str(&text[end..]);
    out
}

/// The stamps of recorded runs (all in 2099) with their offsets.
fn stamps(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    text.match_indices("2099").filter_map(move |(start, _)| {
        let long = (start..start + 14).all(digit) && !digit(start + 14) && (start == 0 || !digit(start - 1));
        long.then(|| (start, &text[start..start + 14]))
    })
}
