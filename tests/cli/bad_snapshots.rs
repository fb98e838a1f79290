//! Snapshots that cannot be used, and those that belong to nothing.

use crate::project::{ORDER, Project};

const TICKETS: &str = "priv/resource_snapshots/repo/tickets/20260901090012.json";

/// With the tickets' snapshot spoilt: the file and its line are told, the other tables are compared, the tickets are
/// not taken for new, and nothing is written.
#[track_caller]
fn check(text: &[u8], told: &str) {
    let project = Project::example("helpdesk");
    project.write(TICKETS, text);
    let before = project.everything();
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.says(&format!("warning: {TICKETS}:{told}"));
    ran.shows(&format!("--   {TICKETS}:{}", told.split(';').next().unwrap()));
    ran.shows("CREATE TABLE \"canned_replies\"");
    assert!(!ran.stdout.contains("TABLE \"tickets\""), "{}", ran.stdout);
    let json = project.ashls(&["diff", "--format", "json"]).ends_with(0).json();
    assert_eq!(json["unresolved"][0]["cause"]["file"], TICKETS);
    project.ashls(&["check"]).ends_with(2).says(TICKETS);
    project.ashls(&["codegen", "pending", "--no"]).ends_with(2).says(&format!("{TICKETS}:{told}"));
    assert_eq!(project.everything(), before);
}

fn tickets() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/projects/helpdesk").join(TICKETS);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn truncated() {
    let text = tickets();
    let half = &text[..text.len() / 2];
    let line = half.lines().count();
    check(
        half.as_bytes(),
        &format!("{line}: the JSON ends too early; restore the file from version control, or delete"),
    );
    check(b"", "1: the JSON ends too early");
}

#[test]
fn broken() {
    let text = tickets().replacen("\"allow_nil?\"", "allow_nil?", 1);
    let line = 1 + text.lines().position(|line| line.contains(" allow_nil?")).unwrap();
    check(text.as_bytes(), &format!("{line}: this is no JSON (key must be a string"));
    check(b"\n<<<<<<< HEAD\n", "2: this is no JSON (");
}

#[test]
fn foreign() {
    check(b"{\"openapi\": \"3.1.0\"}", "1: the key \"table\" is missing");
    check(b"[]", "1: ");
    let text = tickets().replacen("\"attributes\": [", "\"attributes\": 7, \"x\": [", 1);
    let line = 1 + text.lines().position(|line| line.contains("\"attributes\"")).unwrap();
    check(text.as_bytes(), &format!("{line}: "));
}

#[test]
fn not_text() {
    check(b"\xff\xfe{\x00}\x00", "1: the file could not be read");
}

#[test]
fn huge() {
    let mut text = b"{\"table\": \"tickets\", \"padding\": \"".to_vec();
    text.resize(20 * 1024 * 1024, b'x');
    text.extend(b"\"}");
    check(&text, "1: the file could not be read");
}

#[test]
fn deeply_nested() {
    check("[".repeat(1_000_000).as_bytes(), "1: ");
}

#[test]
fn a_broken_list_of_extensions_leaves_the_tables_alone() {
    let project = Project::example("helpdesk");
    project.write("priv/resource_snapshots/repo/extensions.json", "{\"installed\": ");
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.shows("-- Extensions to install or upgrade: not known");
    ran.shows("priv/resource_snapshots/repo/extensions.json:1: not JSON");
    ran.shows("CREATE TABLE \"canned_replies\"");
    project.ashls(&["codegen", "pending", "--no"]).ends_with(2).says("extensions.json:1: not JSON");
}

/// A folder without a resource is asked about, where the generator looks; a resource without a folder is a new table.
#[test]
fn folders_without_resource_and_the_reverse() {
    let project = Project::example("helpdesk");
    project.replace("lib/helpdesk/support.ex", "    resource Helpdesk.Support.Attachment\n", "");
    let ran = project.ashls(&["diff", "--rename-table", "attachments:other"]).ends_with(0);
    ran.shows("Table attachments no longer has a resource.");
    ran.shows("--drop attachments or --keep attachments");
    let drop = ["diff", "--no", "--drop", "attachments", "--table", "attachments"];
    assert_eq!(project.ashls(&drop).ends_with(0).statements(), ["DROP TABLE \"attachments\";"]);

    let project = Project::generated_shop();
    project.replace("lib/shop/sales.ex", "    resource Shop.Order\n", "");
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.shows(
        "-- Tables without a resource, which the generator leaves alone:\n--   priv/resource_snapshots/repo/orders",
    );

    let project = Project::generated_shop();
    std::fs::remove_dir_all(project.root.join("priv/resource_snapshots")).unwrap();
    project.ashls(&["diff"]).ends_with(0).shows("CREATE TABLE \"orders\"");
}

#[test]
fn extensions_are_pending_without_the_library_too() {
    let project = Project::generated_shop();
    project.replace("lib/shop/repo.ex", "do: []", "do: [\"ash-functions\", \"citext\"]");
    let before = project.everything();
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.shows("-- Extensions to install or upgrade: ash-functions\n-- not known: ");
    ran.shows("CREATE EXTENSION IF NOT EXISTS \"citext\";");
    project.ashls(&["check"]).ends_with(1).shows("install or upgrade extensions of Shop.Repo: ash-functions");
    project.ashls(&["codegen", "extensions"]).ends_with(2).says("run `mix deps.get`");
    assert_eq!(project.everything(), before);
    project.ashls(&["codegen", "extensions", "--skip-extensions"]).ends_with(0).says("left out: ");
}

/// What an extension module of a package says of itself is known for the releases of well-known ones.
#[test]
fn extension_modules_are_known_without_the_library() {
    let project = Project::generated_shop();
    project.replace("lib/shop/repo.ex", "do: []", "do: [AshMoney.AshPostgresExtension]");
    project.ashls(&["diff"]).ends_with(0).shows("installed_extensions of Shop.Repo is not known");
    let lock = std::fs::read_to_string(project.root.join("mix.lock")).unwrap();
    let money = "  \"ash_money\": {:hex, :ash_money, \"0.2.5\", \"\", [:mix], [], \"hexpm\", \"\"},\n}";
    project.write("mix.lock", format!("{}{money}\n", lock.trim_end().trim_end_matches('}')));
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.shows("-- Extensions to install or upgrade: ash_money_v5\n-- not known: ");
    project.write("priv/resource_snapshots/repo/extensions.json", "{\"installed\": [\"ash_money_v5\"]}");
    project.ashls(&["diff"]).ends_with(0).shows("Nothing pending");
    project.ashls(&["check"]).ends_with(0);
}

/// What would be shown for an unknown type is a placeholder: it must not look like a statement.
#[test]
fn unknown_columns_are_not_shown_as_statements() {
    let project = Project::generated_shop();
    project.replace(
        ORDER,
        "attribute :note, :string\n",
        "attribute :note, :string\n    attribute :price, Elsewhere.Money\n",
    );
    let ran = project.ashls(&["diff"]).ends_with(0);
    assert_eq!(ran.statements(), [""; 0]);
    ran.shows("attributes.price.type");
    let json = project.ashls(&["diff", "--format", "json"]).json();
    let operation = &json["pending"][0]["operations"][0];
    assert_eq!((&operation["op"], &operation["sql"]), (&"add_attribute".into(), &serde_json::json!([])));
    project.ashls(&["codegen", "price"]).ends_with(2).says("nothing was written, since not everything could be read");
    project.ashls(&["codegen", "price", "--assume-unchanged"]).ends_with(2).says("Elsewhere.Money");
}
