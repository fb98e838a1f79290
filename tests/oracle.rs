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
#[path = "oracle/project.rs"]
mod project;
#[path = "oracle/replay.rs"]
mod replay;

use std::collections::BTreeMap;
use std::path::Path;

use case::Case;

#[test]
fn every_recorded_run_is_reproduced() {
    let only = std::env::var("ORACLE_ONLY").unwrap_or_default();
    let (mut held, mut missed) = (0, Vec::new());
    for case in cases().into_iter().filter(|case| case.name.contains(&only)) {
        let differences = replay::differences(&case);
        if differences.is_empty() {
            held += 1;
        } else {
            missed.push(format!("{}:\n    {}", case.name, differences.join("\n").replace('\n', "\n    ")));
        }
    }
    assert!(missed.is_empty(), "{held} cases hold, {} do not:\n{}", missed.len(), missed.join("\n"));
}

/// All archives beside this file.
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a readable archive");
    let shared = archive::read(&read("shared.txt"), &BTreeMap::new());
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder of archives")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".txt") && name != "shared.txt")
        .collect();
    names.sort();
    let unpack = |name: &String| Case::unpack(name.trim_end_matches(".txt"), &archive::read(&read(name), &shared));
    names.iter().map(unpack).collect()
}
