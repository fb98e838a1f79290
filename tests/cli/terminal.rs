//! With a terminal: questions are asked, output has colours.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Output, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::process::command;
use crate::project::{ORDER, Project};

/// Both ends of a new terminal: what a person holds, and what a process sees.
fn terminal() -> (File, File) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap();
    let process = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    (File::from(person), process)
}

/// Runs `ashls codegen next` with a person who types `lines`.
fn codegen(project: &Project, lines: &str) -> Output {
    let (mut person, process) = terminal();
    let child = command(&project.root, &["codegen", "next"])
        .stdin(process)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    person.write_all(lines.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn renamed() -> Project {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string", "attribute :remark, :string\n    attribute :memo, :string");
    project
}

fn migration(project: &Project) -> Option<String> {
    let files = project.files("priv/repo/migrations");
    let text = files.iter().find(|(path, _)| path.ends_with("_next.exs")).map(|(_, text)| text.clone());
    text.map(|text| String::from_utf8(text).unwrap())
}

/// What is typed, and a line of the migration that follows from it.
#[track_caller]
fn check(typed: &str, expected: &str) {
    let project = renamed();
    let output = codegen(&project, typed);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Are you renaming orders.note? [Yn] "), "{said}");
    let migration = migration(&project).unwrap();
    assert!(migration.contains(expected), "{migration}");
}

#[test]
fn questions_are_asked_as_the_generator_asks() {
    check("y\nmemo\n", "rename(table(:orders), :note, to: :memo)");
    check("\nremark\n", "rename(table(:orders), :note, to: :remark)");
    check("n\n", "remove(:note)");
    check("maybe\n", "remove(:note)");
}

#[test]
fn a_wrong_name_is_asked_for_again() {
    check("y\nnothing\nmemo\n", "rename(table(:orders), :note, to: :memo)");
}

#[test]
fn leaving_a_question_writes_nothing() {
    let project = renamed();
    let before = project.everything();
    // Control-D ends the input.
    let output = codegen(&project, "y\n\u{4}");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the question was not answered; nothing was written"), "{said}");
    assert_eq!(project.everything(), before);
}

#[test]
fn output_on_a_terminal_has_colours() {
    let project = Project::shop();
    let (mut person, process) = terminal();
    let mut diff = command(&project.root, &["diff"]);
    diff.env("TERM", "xterm").env_remove("NO_COLOR").env_remove("CI").stdout(process).stderr(Stdio::null());
    let mut child = diff.spawn().unwrap();
    drop(diff);
    let mut shown = Vec::new();
    // A terminal whose process has gone gives an error instead of an end.
    let _ = person.read_to_end(&mut shown);
    assert!(child.wait().unwrap().success());
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(shown.contains("\u{1b}[") && shown.contains("CREATE TABLE \"orders\""), "{shown}");
}
