//! `ashls.renames`: what an editor noted answers the generator's questions, where it fits and nowhere else.

use crate::project::{ORDER, Project};

const FILE: &str = "ashls.renames";
const RENAME: &str = "rename(table(:orders), :note, to: :remark)";

/// `note` has become `name` in the source, and the file says `noted`.
fn renamed(name: &str, noted: &str) -> Project {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string", &format!("attribute :{name}, :string"));
    project.write(FILE, noted);
    project
}

fn has_file(project: &Project) -> bool {
    project.root.join(FILE).exists()
}

/// The text of the migrations after the first.
fn migrations(project: &Project) -> String {
    let files = project.files("priv/repo/migrations");
    let later = files.iter().filter(|(path, _)| !path.contains("create_orders"));
    later.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect()
}

#[test]
fn every_command_takes_it_for_an_answer() {
    let project = renamed("remark", "rename orders.note:remark\n");
    project.ashls(&["diff"]).ends_with(0).shows("RENAME \"note\" TO \"remark\"");
    let checked = project.ashls(&["check"]).ends_with(1);
    checked.shows("rename column note of orders to remark");
    assert!(!checked.stdout.contains("question"), "{}", checked.stdout);
    let ran = project.ashls(&["codegen", "next"]).ends_with(0);
    ran.says("note: Are you renaming orders.note to orders.remark? yes, as ashls.renames says");
    assert!(migrations(&project).contains(RENAME));
    assert!(!has_file(&project), "it has been written");
    project.ashls(&["diff"]).ends_with(0).shows("-- Nothing pending.");
}

#[test]
fn a_table_too() {
    let project = Project::generated_shop();
    project.replace(ORDER, "table \"orders\"", "table \"purchases\"");
    project.replace(ORDER, "attribute :note, :string", "attribute :remark, :string");
    project.write(FILE, "rename purchases.note:remark\nrename-table orders:purchases\n");
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.shows("ALTER TABLE \"orders\" RENAME TO \"purchases\"");
    assert!(!ran.stderr.contains("ignored"), "{}", ran.stderr);
    project.ashls(&["codegen", "next"]).ends_with(0);
    assert!(migrations(&project).contains("rename(table(:orders), to: table(:purchases))"), "{}", migrations(&project));
    assert!(!has_file(&project));
}

#[test]
fn what_contradicts_the_source_is_said_and_ignored() {
    let project = Project::generated_shop();
    project.write(FILE, "# ours\nrename orders.note:remark\n");
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.says(
        "warning: ashls.renames:2: `rename orders.note:remark` is ignored: the resources still have the column note of \
         orders",
    );
    let ran = project.ashls(&["check"]).ends_with(0);
    ran.shows("ashls.renames:2");
    ran.shows("renames-file");
    project.ashls(&["check", "--deny", "renames-file"]).ends_with(1);
    project.ashls(&["codegen", "--check"]).ends_with(0);
    assert!(has_file(&project), "a check writes nothing");
    project.ashls(&["codegen", "next"]).ends_with(0);
    assert!(!has_file(&project), "it can have no effect any more");
}

#[test]
fn another_name_is_another_question() {
    let project = renamed("memo", "rename orders.note:remark\n");
    let ran = project.ashls(&["codegen", "next"]).ends_with(2);
    ran.says("--rename orders.note:memo");
    ran.says(
        "ashls.renames:1: `rename orders.note:remark` is ignored: the column note of orders must be in the newest snapshot \
         and the column remark in the resources",
    );
    assert!(has_file(&project));
}

#[test]
fn lines_that_cannot_be_read_are_named_and_stay() {
    let project = renamed("remark", "<<<<<<< HEAD\nrename orders.note:remark\nrename orders\n");
    let ran = project.ashls(&["codegen", "next"]).ends_with(0);
    ran.says("ashls.renames:1: expected `rename TABLE.OLD:NEW` or `rename-table OLD:NEW`");
    ran.says("ashls.renames:3: expected TABLE.OLD:NEW, for example posts.title:headline");
    assert!(migrations(&project).contains(RENAME));
    let left = std::fs::read_to_string(project.root.join(FILE)).unwrap();
    assert_eq!(left, "<<<<<<< HEAD\nrename orders\n");
}

#[test]
fn what_is_said_on_the_command_line_counts_more() {
    let project = renamed("remark", "rename orders.note:remark\n");
    project.write("answers.txt", "renaming orders.note => n\n");
    project.ashls(&["codegen", "next", "--answers", "answers.txt"]).ends_with(0);
    let text = migrations(&project);
    assert!(text.contains("add(:remark, :text)") && text.contains("remove(:note)"), "{text}");
    assert!(!has_file(&project));
}

#[test]
fn a_development_migration_leaves_it_for_the_named_one() {
    let project = renamed("remark", "rename orders.note:remark\n");
    project.ashls(&["codegen", "--dev"]).ends_with(0);
    assert!(has_file(&project));
    project.ashls(&["codegen", "next"]).ends_with(0);
    assert!(migrations(&project).contains(RENAME));
    assert!(!has_file(&project));
}
