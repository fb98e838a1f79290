//! Every command on the example projects.

use expect_test::expect_file;

use crate::process::Ran;
use crate::project::Project;

/// Compares standard output with a file beside this one.
fn check(ran: &Ran, name: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/expected").join(name);
    expect_file![path].assert_eq(&ran.stdout);
}

#[test]
fn helpdesk_diff() {
    let project = Project::example("helpdesk");
    let before = project.everything();
    let ran = project.ashls(&["diff"]).ends_with(0);
    assert_eq!(ran.stderr, "");
    check(&ran, "helpdesk.sql");
    assert_eq!(project.ashls(&["diff", "--sql"]).stdout, ran.stdout);
    check(&project.ashls(&["diff", "--format", "ecto"]).ends_with(0), "helpdesk.exs");
    check(&project.ashls(&["diff", "--down"]).ends_with(0), "helpdesk_down.sql");
    assert_eq!(project.everything(), before, "a diff writes nothing");
}

#[test]
fn fieldnotes_diff() {
    check(&Project::example("fieldnotes").ashls(&["diff"]).ends_with(0), "fieldnotes.sql");
}

#[test]
fn the_json_holds_the_statements_in_their_order() {
    let project = Project::example("helpdesk");
    let ran = project.ashls(&["diff", "--format", "json"]).ends_with(0);
    check(&ran, "helpdesk.json");
    let json = ran.json();
    let operations =
        json["pending"].as_array().unwrap().iter().flat_map(|entry| entry["operations"].as_array().unwrap());
    let sql: Vec<&str> = operations
        .flat_map(|operation| operation["sql"].as_array().unwrap())
        .map(|sql| sql.as_str().unwrap())
        .collect();
    let text = project.ashls(&["diff"]).stdout;
    let shown: String = text.lines().filter(|line| !line.starts_with("--")).collect();
    let shown: Vec<&str> = shown.split(';').filter(|statement| !statement.is_empty()).collect();
    let sql: Vec<String> = sql.iter().map(|sql| sql.replace('\n', "")).collect();
    assert_eq!(sql, shown);
}

#[test]
fn one_table_or_resource() {
    let project = Project::example("helpdesk");
    let tables = |ran: Ran| -> Vec<String> {
        let entries = ran.ends_with(0).json();
        let entries = entries["pending"].as_array().unwrap().iter();
        entries.map(|entry| entry["table"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(tables(project.ashls(&["diff", "--format", "json", "--table", "tickets"])), ["tickets"]);
    assert_eq!(tables(project.ashls(&["diff", "--format", "json", "--resource", "Support.Comment"])), ["comments"]);
    assert!(tables(project.ashls(&["diff", "--format", "json", "--table", "nothing"])).is_empty());
}

#[test]
fn helpdesk_check() {
    let project = Project::example("helpdesk");
    check(&project.ashls(&["check"]).ends_with(1), "helpdesk_check.txt");
    check(&project.ashls(&["check", "--format", "github"]).ends_with(1), "helpdesk_check.github");
}

#[test]
fn codegen_leaves_nothing_pending() {
    for name in ["helpdesk", "fieldnotes"] {
        let project = Project::example(name);
        let before = project.generated();
        let ran = project.ashls(&["codegen", "pending", "--no", "--timestamp", "20270101000000"]).ends_with(0);
        ran.shows("* creating priv/repo/migrations/20270101000000_pending.exs");
        assert!(project.generated().len() > before.len());
        project.ashls(&["diff"]).ends_with(0).shows("-- Nothing pending.");
        project.ashls(&["check"]).ends_with(0).shows("Nothing pending, nothing found.");
        project.ashls(&["codegen", "--check"]).ends_with(0);
        project.ashls(&["codegen", "again"]).ends_with(0).shows("No changes detected");
    }
}

#[test]
fn codegen_without_writing() {
    let project = Project::example("helpdesk");
    let before = project.everything();
    project.ashls(&["codegen", "--dry-run", "--no"]).ends_with(0).shows("defmodule Helpdesk.Repo.Migrations.");
    assert_eq!(project.everything(), before);
    let project = Project::example("fieldnotes");
    let before = project.everything();
    project.ashls(&["codegen", "--check"]).ends_with(1).says("Pending Code Generation Detected for 2 files");
    assert_eq!(project.everything(), before);
}

#[test]
fn snapshots_and_inspect() {
    let project = Project::example("helpdesk");
    let json = project.ashls(&["snapshots"]).ends_with(0).json();
    let folders: Vec<&str> = json.as_array().unwrap().iter().map(|entry| entry["dir"].as_str().unwrap()).collect();
    assert!(folders.contains(&"priv/resource_snapshots/repo/tickets"), "{folders:?}");
    let json = project.ashls(&["inspect", "lib/helpdesk/support/tag.ex"]).ends_with(0).json();
    assert_eq!(json["modules"][0]["module"], "Helpdesk.Support.Tag");
}

#[test]
fn rules_are_explained() {
    let project = Project::shop();
    project.ashls(&["rules"]).ends_with(0).shows("AM-F01  warning  A new column that refuses null needs a default");
    project.ashls(&["rules", "am-f01"]).ends_with(0).shows("# AM-F01: A new column");
}

#[test]
fn completions_know_the_commands() {
    let project = Project::shop();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        project.ashls(&["completions", shell]).ends_with(0).shows("codegen");
    }
}

/// Names of expectations, so that none is forgotten when its test goes.
#[test]
fn every_expectation_is_used() {
    let source = include_str!("example_projects.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/expected");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(source.contains(&format!("\"{name}\"")), "{name} is not used");
    }
}
