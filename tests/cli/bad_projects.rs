//! Sources that cannot be read, and names that would lead out of the project: told, and the rest goes on.

use crate::project::{ORDER, Project};

/// A second resource, so that there is a rest to go on with.
fn with_customers(project: Project) -> Project {
    let order = std::fs::read_to_string(project.root.join(ORDER)).unwrap();
    project.write("lib/shop/customer.ex", order.replace("Order", "Customer").replace("orders", "customers"));
    project.replace("lib/shop/sales.ex", "resource Shop.Order\n", "resource Shop.Order\n    resource Shop.Customer\n");
    project
}

/// The order's file is spoilt: the customers are still compared, nothing is written over the unknown.
#[track_caller]
fn check_spoilt_source(project: &Project, said: &str) {
    let before = project.everything();
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.says(&format!("{ORDER} {said}"));
    ran.shows("CREATE TABLE \"customers\"");
    ran.shows("the resource Shop.Order is not part of the project");
    assert!(!ran.stdout.contains("\"orders\""), "{}", ran.stdout);
    project.ashls(&["codegen", "customers"]).ends_with(2).says("the resource Shop.Order is not part of the project");
    project.ashls(&["check"]).ends_with(1).says(said);
    assert_eq!(project.everything(), before);
}

#[test]
fn a_source_that_is_not_utf_8() {
    let project = with_customers(Project::generated_shop());
    project.write(ORDER, b"defmodule Shop.Order do\n  # caf\xe9\nend\n");
    check_spoilt_source(&project, "is not UTF-8 (line 2, byte 31); save it as UTF-8");
    project.ashls(&["inspect", ORDER]).ends_with(2).says("lib/shop/order.ex:2: is not UTF-8; save it as UTF-8");
}

#[test]
fn a_source_of_20_megabytes() {
    let project = with_customers(Project::generated_shop());
    project.write(ORDER, "# padding\n".repeat(2 * 1024 * 1024));
    check_spoilt_source(&project, "is 20 MB; files over 8 MB are not read");
}

#[cfg(unix)]
#[test]
fn a_source_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let project = with_customers(Project::generated_shop());
    let path = project.root.join(ORDER);
    // A link to nowhere cannot be read by anybody, root included.
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/nowhere/order.ex", &path).unwrap();
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.says("order.ex");
    ran.shows("CREATE TABLE \"customers\"");
    std::fs::remove_file(&path).unwrap();
    project.write(ORDER, "defmodule Shop.Order do\nend\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_err() {
        check_spoilt_source(&project, "cannot be read: ");
    }
}

#[cfg(unix)]
#[test]
fn links_in_a_circle() {
    let project = Project::shop();
    std::os::unix::fs::symlink("..", project.root.join("lib/up")).unwrap();
    std::os::unix::fs::symlink("itself", project.root.join("lib/itself")).unwrap();
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.says("lib/up");
    ran.says("lib/itself");
    ran.shows("CREATE TABLE \"orders\"");
}

#[test]
fn syntax_errors_spoil_no_more_than_themselves() {
    let project = with_customers(Project::shop());
    project.replace(ORDER, "attribute :note, :string\n", "attribute :note, :str\"ing\n");
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.shows("CREATE TABLE \"customers\"");
    ran.shows("this is not valid Elixir");
    let before = project.everything();
    let refused = project.ashls(&["codegen", "orders", "--assume-unchanged"]).ends_with(2);
    refused.says("lib/shop/order.ex:");
    refused.says("Nothing was written. Repair the code");
    project.ashls(&["check"]).ends_with(1).shows("invalid-elixir");
    assert_eq!(project.everything(), before);
}

#[test]
fn tables_that_lead_out_of_their_folder() {
    for (table, schema) in
        [("../../x", ""), ("a/b", ""), ("..", ""), ("/tmp/x", ""), ("orders", "../../../../y"), ("a\\b", "")]
    {
        let project = Project::shop();
        let schema = if schema.is_empty() { String::new() } else { format!("    schema {schema:?}\n") };
        project.replace(ORDER, "    table \"orders\"\n", &format!("    table {table:?}\n{schema}"));
        let before = project.everything();
        project.ashls(&["diff"]).ends_with(0);
        let ran = project.ashls(&["codegen", "create"]).ends_with(2);
        ran.says("nothing was written: the snapshots of table");
        ran.says("would lie outside of their folder; use a name (and a schema) without /");
        assert_eq!(project.everything(), before, "{table}");
    }
}

/// A name may lead out, too: it is part of the file's name.
#[test]
fn migrations_that_lead_out_of_their_folder() {
    let project = Project::shop();
    let before = project.everything();
    project.ashls(&["codegen", "--name", "../../../../x"]).ends_with(2).says("refusing to write outside the project");
    project.ashls(&["codegen", "x", "--migration-path", "../elsewhere"]).ends_with(2).says("refusing to write outside");
    assert_eq!(project.everything(), before);
}

#[test]
fn a_project_without_anything() {
    let project = Project::shop();
    std::fs::remove_dir_all(project.root.join("lib")).unwrap();
    std::fs::remove_dir_all(project.root.join("config")).unwrap();
    project.ashls(&["diff"]).ends_with(0).shows("Nothing pending");
    project.write("mix.exs", "this is no project");
    project.ashls(&["diff"]).ends_with(0).shows("Nothing pending");
}
