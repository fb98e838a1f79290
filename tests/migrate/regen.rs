//! `ashls regen` and `ashls squash` on a project with a SQLite database, under git.

use std::process::Command;

use crate::project::Project;

const SIGHTING: &str = "lib/fieldnotes/notes/sighting.ex";

/// The example project, committed, with its database migrated and one attribute fewer to think of.
fn project() -> Project {
    let project = Project::example("fieldnotes");
    project.replace(
        SIGHTING,
        "attribute :remark, :string, allow_nil?: false, default: \"\"",
        "attribute :remark, :string",
    );
    project.write(".gitignore", "*.db*\n.ashls*\n");
    git(&project, &["init", "-q"]);
    commit(&project);
    project.ashls(&["create"]).ends_with(0);
    project.ashls(&["migrate"]).ends_with(0);
    project
}

fn git(project: &Project, arguments: &[&str]) {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
    let status = Command::new("git").current_dir(&project.root).args(identity).args(arguments).status();
    assert!(status.expect("git is installed").success(), "git {arguments:?}");
}

fn commit(project: &Project) {
    git(project, &["add", "-A"]);
    git(project, &["commit", "-q", "-m", "a commit"]);
}

fn generate(project: &Project, name: &str, stamp: &str) {
    project.ashls(&["codegen", name, "--timestamp", stamp]).ends_with(0);
    project.ashls(&["migrate"]).ends_with(0);
}

fn add_attribute(project: &Project, name: &str) {
    let old = "    attribute :photo_path, :string\n";
    project.replace(SIGHTING, old, &format!("{old}    attribute :{name}, :string\n"));
}

fn columns(project: &Project) -> String {
    let output = Command::new("sqlite3")
        .arg(project.root.join("priv/fieldnotes.db"))
        .arg("SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('sightings') ORDER BY name)")
        .output()
        .expect("sqlite3 runs");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

#[test]
fn two_migrations_become_one() {
    let project = project();
    generate(&project, "photos", "20270101000000");
    add_attribute(&project, "camera");
    generate(&project, "cameras", "20270102000000");
    let before = columns(&project);
    let files = project.files("priv");
    let planned = project.ashls(&["regen", "equipment", "--timestamp", "20270103000000", "--dry-run"]).ends_with(0);
    planned.shows("to 20270101000000\ndelete priv/repo/migrations/20270101000000_photos.exs");
    planned.shows("write priv/repo/migrations/20270103000000_equipment.exs");
    assert_eq!(project.files("priv"), files);
    let ran = project.ashls(&["regen", "equipment", "--timestamp", "20270103000000", "--migrate"]).ends_with(0);
    ran.shows("20270102000000 cameras");
    ran.shows("* creating priv/repo/migrations/20270103000000_equipment.exs");
    project.ashls(&["status"]).ends_with(0).shows("up    20270103000000  equipment");
    assert_eq!(columns(&project), before);
    assert!(!project.files("priv").keys().any(|path| path.contains("20270101") || path.contains("20270102")));
    project.ashls(&["diff"]).ends_with(0);
    project.ashls(&["check"]).ends_with(0);
}

#[test]
fn tracked_work_is_not_lost() {
    let project = project();
    generate(&project, "photos", "20270101000000");
    add_attribute(&project, "camera");
    // A tracked migration that ran after an untracked one would have to be undone.
    project.write(
        "priv/repo/migrations/20270101500000_other.exs",
        "defmodule Other do\n  use Ecto.Migration\n  def change, do: create(table(:other))\nend\n",
    );
    git(&project, &["add", "priv/repo/migrations/20270101500000_other.exs"]);
    git(&project, &["commit", "-q", "-m", "another migration"]);
    project.ashls(&["migrate"]).ends_with(0);
    let files = project.files("priv");
    let ran = project.ashls(&["regen", "again"]).ends_with(2);
    ran.says("these migrations stay, but ran after one that goes away");
    ran.says("priv/repo/migrations/20270101500000_other.exs");
    assert_eq!(project.files("priv"), files);
    // A tracked file that was changed.
    commit(&project);
    project.replace("priv/repo/migrations/20270101500000_other.exs", ":other", ":another");
    let ran = project.ashls(&["regen", "again"]).ends_with(2);
    ran.says("git tracks these files, and they were changed or deleted since the last commit:\n  priv/repo/migrations/20270101500000_other.exs");
    git(&project, &["checkout", "-q", "--", "priv"]);
    project.ashls(&["regen", "again", "--no-rollback", "--timestamp", "20270104000000"]).ends_with(0);
    // Without git nobody knows what is tracked.
    let bare = Project::example("fieldnotes");
    bare.ashls(&["regen", "again"]).ends_with(2).says("regen asks git");
}

#[test]
fn snapshots_are_squashed() {
    let project = project();
    generate(&project, "photos", "20270101000000");
    project.ashls(&["squash", "--check", "--quiet"]).ends_with(1);
    project.ashls(&["squash", "--dry-run"]).ends_with(0).shows("priv/resource_snapshots/repo/sightings");
    project.ashls(&["squash", "--into", "zero"]).ends_with(0).shows("Squashed the snapshots of 3 tables");
    let left: Vec<String> = project.files("priv/resource_snapshots").into_keys().collect();
    assert_eq!(left.iter().filter(|path| path.ends_with("/00000000000000.json")).count(), 3, "{left:?}");
    assert_eq!(left.len(), 3);
    project.ashls(&["squash", "--check", "--into", "zero"]).ends_with(0).shows("No snapshots to squash.");
    project.ashls(&["check"]).ends_with(0);
}
