//! Replays the recorded runs of the real generators: every invocation with its arguments and answers on a growing
//! tree of files, and compares files, questions, messages and outcome.

#[path = "oracle/archive.rs"]
mod archive;
#[path = "oracle/arguments.rs"]
mod arguments;
#[path = "oracle/case.rs"]
mod case;
#[path = "oracle/compare.rs"]
mod compare;
#[path = "oracle/messages.rs"]
mod messages;
#[path = "oracle/project.rs"]
mod project;
#[path = "oracle/replay.rs"]
mod replay;

use std::collections::BTreeMap;
use std::path::Path;

use case::Case;

#[test]
fn every_recorded_run_is_reproduced() {
    let known = known_misses();
    let (mut held, mut missed) = (0, Vec::new());
    for case in cases() {
        let differences = replay::differences(&case);
        match (differences.is_empty(), known.get(&case.name)) {
            (true, None) => held += 1,
            (false, Some(_)) => {}
            (true, Some(_)) => missed.push(format!("{}: holds, take it off known_misses.txt", case.name)),
            (false, None) => {
                missed.push(format!("{}:\n    {}", case.name, differences.join("\n").replace('\n', "\n    ")));
            }
        }
    }
    assert!(missed.is_empty(), "{held} cases hold, {} do not:\n{}", missed.len(), missed.join("\n"));
}

/// Cases that are known not to hold, with the reason.
fn known_misses() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join("known_misses.txt")).expect("the list of misses");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let pairs = lines.map(|line| line.split_once(": ").expect("NAME: REASON"));
    pairs.map(|(name, reason)| (name.to_owned(), reason.to_owned())).collect()
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle")
}

/// All archives beside this file.
fn cases() -> Vec<Case> {
    let folder = folder();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a readable archive");
    let shared = archive::read(&read("shared.txt"), &BTreeMap::new());
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder of archives")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".txt") && !["shared.txt", "known_misses.txt"].contains(&name.as_str()))
        .collect();
    names.sort();
    let unpack = |name: &String| Case::unpack(name.trim_end_matches(".txt"), &archive::read(&read(name), &shared));
    names.iter().map(unpack).collect()
}
