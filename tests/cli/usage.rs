//! Help, wrong usage, and how a run ends.

use std::process::Stdio;

use crate::process::{ashls, command};
use crate::project::{ORDER, Project};

const COMMANDS: [&str; 17] = [
    "lsp",
    "diff",
    "check",
    "codegen",
    "snapshots",
    "inspect",
    "create",
    "drop",
    "migrate",
    "rollback",
    "status",
    "regen",
    "squash",
    "drift",
    "adopt",
    "rules",
    "completions",
];

#[test]
fn help_shows_examples() {
    let here = std::env::temp_dir();
    ashls(&here, &["--help"]).ends_with(0).shows("Examples:\n  ashls diff");
    for command in COMMANDS {
        let help = ashls(&here, &[command, "--help"]).ends_with(0);
        assert!(help.stdout.contains(&format!("\n  ashls {command}")), "{command}: {}", help.stdout);
    }
}

#[test]
fn wrong_usage_is_told_apart() {
    let project = Project::shop();
    for command in COMMANDS {
        project.ashls(&[command, "--no-such-option"]).ends_with(2).says("--no-such-option");
    }
    project.ashls(&["no-such-command"]).ends_with(2).says("no-such-command");
    project.ashls(&["diff", "--format", "yaml"]).ends_with(2).says("[possible values: sql, ecto, json]");
    project.ashls(&["codegen", "x", "--rename", "orders"]).ends_with(2).says("expected TABLE.OLD:NEW, for example");
    project.ashls(&["codegen", "x", "--timestamp", "now"]).ends_with(2).says("expected YYYYMMDDHHMMSS, for example");
    project.ashls(&["codegen", "x", "--yes", "--no"]).ends_with(2).says("cannot be used with");
    project.ashls(&["check", "--deny", "AM-X99"]).ends_with(2).says("there is no such code; see `ashls rules`");
    project.ashls(&["rules", "AM-X99"]).ends_with(2).says("`ashls rules` lists those there are");
}

#[test]
fn without_a_project_there_is_nothing_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["diff", "check", "codegen", "snapshots"] {
        ashls(folder.path(), &[command]).ends_with(2).says("no mix.exs here or in a parent folder; run ashls inside");
    }
    ashls(folder.path(), &["diff", "nowhere"]).ends_with(2).says("nowhere: no such file or folder");
    ashls(folder.path(), &["inspect", "nowhere.ex"]).ends_with(2).says("nowhere.ex: ");
}

#[test]
fn every_folder_of_the_project_will_do() {
    let project = Project::shop();
    for path in [".", "lib", "lib/shop", ORDER] {
        project.ashls(&["diff", path]).ends_with(0).shows("CREATE TABLE \"orders\"");
    }
    project.ashls(&["check", "lib"]).ends_with(1);
}

#[test]
fn colours_are_for_terminals_unless_wanted() {
    let project = Project::shop();
    let plain = project.ashls(&["diff"]).ends_with(0);
    assert!(!plain.stdout.contains('\u{1b}'), "{}", plain.stdout);
    let painted = project.ashls(&["diff", "--color", "always"]).ends_with(0);
    assert!(painted.stdout.contains("\u{1b}["), "{}", painted.stdout);
}

/// A reader like `head` that stops early must not make the run fail, or say anything.
#[test]
fn a_reader_may_stop_early() {
    let project = Project::example("helpdesk");
    for arguments in [&["diff"][..], &["snapshots"], &["check"], &["rules"], &["completions", "bash"]] {
        let mut child =
            command(&project.root, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {:?}", output.status);
    }
}

#[test]
fn another_version_of_the_generator_is_told_once() {
    let project = Project::shop();
    assert_eq!(project.ashls(&["diff"]).stderr, "");
    project.replace("mix.lock", "2.12.0", "2.4.1");
    let ran = project.ashls(&["diff"]).ends_with(0);
    assert_eq!(
        ran.stderr,
        "note: mix.lock has ash_postgres 2.4.1; what is shown and written is what ash_postgres 2.12.0 generates\n"
    );
}
