//! Questions without a terminal: nothing is written until flags or a file answer them.

use crate::process::Ran;
use crate::project::{ORDER, Project};

/// The text of the only migration after the first.
fn migration(project: &Project) -> String {
    let files = project.files("priv/repo/migrations");
    let text = files.iter().find(|(path, _)| path.ends_with("_next.exs")).map(|(_, text)| text.clone());
    String::from_utf8(text.expect("a second migration")).unwrap()
}

/// Without `flags` the run stops and names `shown` as a flag; with them the migration has all of `lines`.
#[track_caller]
fn check(project: &Project, shown: &str, flags: &[&str], lines: &[&str]) -> Ran {
    let before = project.everything();
    let ran = project.ashls(&["codegen", "next"]).ends_with(2);
    ran.says("nothing was written, since these questions are open:");
    ran.says(shown);
    ran.says("Answer them with the flags above, with --yes or --no, or with --answers FILE.");
    assert_eq!(project.everything(), before);
    project.ashls(&["diff"]).ends_with(0).shows(shown);
    let ran = project.ashls(&[&["codegen", "next"], flags].concat()).ends_with(0);
    let migration = migration(project);
    for line in lines {
        assert!(migration.contains(line), "{line} is not in {migration}");
    }
    project.ashls(&["diff"]).ends_with(0).shows("-- Nothing pending.");
    ran
}

fn renamed() -> Project {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string", "attribute :remark, :string");
    project
}

const RENAME: &str = "rename(table(:orders), :note, to: :remark)";

#[test]
fn a_renamed_column() {
    let flag = "--rename orders.note:remark";
    check(&renamed(), flag, &["--rename", "orders.note:remark"], &[RENAME]);
    check(&renamed(), flag, &["--yes"], &[RENAME]);
    check(&renamed(), flag, &["--no"], &["add(:remark, :text)", "remove(:note)"]);
}

#[test]
fn a_column_with_several_candidates() {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string", "attribute :remark, :string\n    attribute :memo, :string");
    let flags = ["--rename", "orders.note:memo"];
    let shown = "--rename orders.note:remark or --rename orders.note:memo or --no";
    check(&project, shown, &flags, &["rename(table(:orders), :note, to: :memo)", "add(:remark, :text)"]);
}

#[test]
fn a_file_of_answers() {
    let project = renamed();
    project.write("answers.txt", "renaming orders.note => y\n");
    let flag = "--rename orders.note:remark";
    let ran = check(&project, flag, &["--answers", "answers.txt"], &[RENAME]);
    ran.says("Are you renaming orders.note to orders.remark?");
    let project = renamed();
    project.write("answers.txt", "n\n");
    check(&project, flag, &["--answers", "answers.txt"], &["remove(:note)"]);
    renamed().ashls(&["codegen", "next", "--answers", "nowhere.txt"]).ends_with(2).says("nowhere.txt: ");
}

#[test]
fn a_flag_comes_before_the_file() {
    let project = renamed();
    project.write("answers.txt", "n\n");
    let flags = ["--answers", "answers.txt", "--rename", "orders.note:remark"];
    check(&project, "--rename orders.note:remark", &flags, &[RENAME]);
}

#[test]
fn a_rename_that_is_none() {
    let project = renamed();
    let before = project.everything();
    for flag in ["orders.note:remarks", "orders.nota:remark", "order.note:remark"] {
        let ran = project.ashls(&["codegen", "next", "--no", "--rename", flag]).ends_with(2);
        ran.says(&format!("--rename {flag}: there is no such rename"));
    }
    let ran = project.ashls(&["codegen", "next", "--no", "--rename-table", "orders:purchases"]).ends_with(2);
    ran.says("--rename-table orders:purchases: there is no such rename");
    assert_eq!(project.everything(), before);
}

#[test]
fn a_renamed_table() {
    let project = || {
        let project = Project::generated_shop();
        project.replace(ORDER, "table \"orders\"", "table \"purchases\"");
        project.replace(
            ORDER,
            "attribute :note, :string\n",
            "attribute :note, :string\n    attribute :paid, :boolean\n",
        );
        project
    };
    let rename = ["--rename-table", "orders:purchases"];
    let shown = "--rename-table orders:purchases or --no";
    check(&project(), shown, &rename, &["rename(table(:orders), to: table(:purchases))"]);
    let drop = ["--no", "--drop", "orders"];
    check(&project(), shown, &drop, &["create table(:purchases", "drop(table(:orders))"]);
}

/// A second resource, so that the repo is still looked at when the first has gone.
fn without_orders() -> Project {
    let project = Project::shop();
    let order = std::fs::read_to_string(project.root.join(ORDER)).unwrap();
    project.write("lib/shop/customer.ex", order.replace("Order", "Customer").replace("orders", "customers"));
    project.replace("lib/shop/sales.ex", "resource Shop.Order\n", "resource Shop.Order\n    resource Shop.Customer\n");
    project.ashls(&["codegen", "create", "--timestamp", "20260101000000"]).ends_with(0);
    project.replace("lib/shop/sales.ex", "    resource Shop.Order\n", "");
    project
}

#[test]
fn a_dropped_table() {
    check(&without_orders(), "--drop orders or --keep orders", &["--drop", "orders"], &["drop(table(:orders))"]);
    check(&without_orders(), "--drop orders or --keep orders", &["--yes"], &["drop(table(:orders))"]);
}

#[test]
fn a_kept_table_is_not_asked_about_again() {
    let project = without_orders();
    project.ashls(&["codegen", "next"]).ends_with(2).says("--drop orders or --keep orders");
    project.ashls(&["codegen", "next", "--keep", "orders"]).ends_with(0);
    project.ashls(&["codegen", "next"]).ends_with(0).shows("No changes detected");
    project.ashls(&["diff"]).ends_with(0).shows("-- Tables without a resource, which the generator leaves alone:");
}

/// ash_postgres looks for such tables since 2.9.0.
#[test]
fn older_generators_do_not_ask_about_tables() {
    let project = without_orders();
    project.replace("mix.lock", "2.12.0", "2.8.1");
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.shows(
        "-- Tables without a resource, which the generator leaves alone:\n--   priv/resource_snapshots/repo/orders",
    );
    assert!(!ran.stdout.contains("no longer has a resource"), "{}", ran.stdout);
    project.ashls(&["codegen", "next", "--yes"]).ends_with(0).shows("No changes detected");
    // Who names the table means it.
    project.ashls(&["codegen", "next", "--drop", "orders"]).ends_with(0);
    assert!(project.files("priv/repo/migrations").iter().any(|(_, text)| {
        String::from_utf8_lossy(text).contains("drop(table(:orders))")
            || String::from_utf8_lossy(text).contains("drop table(:orders)")
    }));
}

#[test]
fn a_table_that_moves_to_another_schema() {
    let project = Project::generated_shop();
    project.replace(ORDER, "table \"orders\"\n", "table \"orders\"\n    schema \"sales\"\n");
    let flags = ["--rename-table", "orders:sales.orders"];
    check(&project, "--rename-table orders:sales.orders", &flags, &["SET SCHEMA"]);
}

#[test]
fn the_primary_key_of_a_shared_table() {
    let project = Project::shop();
    let order = std::fs::read_to_string(project.root.join(ORDER)).unwrap();
    let other = order
        .replace("Shop.Order", "Shop.Receipt")
        .replace("uuid_primary_key :id", "attribute :id, :uuid, allow_nil?: false")
        .replace("attribute :note, :string", "attribute :note, :string, primary_key?: true, allow_nil?: false");
    project.write("lib/shop/receipt.ex", other);
    project.replace("lib/shop/sales.ex", "resource Shop.Order\n", "resource Shop.Order\n    resource Shop.Receipt\n");
    let before = project.everything();
    let shown = "--primary-key orders:id or --primary-key orders:note";
    project.ashls(&["codegen", "next"]).ends_with(2).says(shown);
    assert_eq!(project.everything(), before);
    project.ashls(&["diff"]).ends_with(0).shows(shown);
    project.ashls(&["codegen", "next", "--primary-key", "orders:note"]).ends_with(0);
    assert!(migration(&project).contains("add(:note, :text, primary_key: true)"));
    // The next run of the generator fails on what it has made itself.
    project.ashls(&["diff"]).ends_with(2).says("AddUniqueIndex.up/1");
}

/// An answer that is not among the choices must not count as one.
#[test]
fn a_wrong_name_is_no_answer() {
    let project = renamed();
    let before = project.everything();
    let ran = project.ashls(&["codegen", "next", "--rename", "orders.note:nothing"]).ends_with(2);
    ran.says("--rename orders.note:nothing: there is no such rename");
    assert_eq!(project.everything(), before);
}
