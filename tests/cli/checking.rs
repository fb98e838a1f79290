//! What makes `ashls check` fail, and how it says so.

use crate::process::Ran;
use crate::project::{ORDER, Project};

/// Codes of the findings, with a mark behind those that are denied.
fn codes(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let findings = json["findings"].as_array().unwrap().iter();
    let code = |finding: &serde_json::Value| {
        let denied = if finding["denied"].as_bool().unwrap() { "!" } else { "" };
        format!("{}{denied}", finding["code"].as_str().unwrap())
    };
    findings.map(code).collect()
}

fn check(project: &Project, arguments: &[&str], status: i32, expected: &[&str]) -> Ran {
    let ran = project.ashls(&[&["check", "--format", "json"], arguments].concat()).ends_with(status);
    assert_eq!(codes(&ran), expected);
    ran
}

#[test]
fn nothing_to_say() {
    check(&Project::generated_shop(), &[], 0, &[]);
}

#[test]
fn what_is_pending_fails_unless_allowed() {
    let project = Project::generated_shop();
    project.replace(
        ORDER,
        "attribute :note, :string\n",
        "attribute :note, :string\n    attribute :paid, :boolean, \
                                                          allow_nil?: false\n",
    );
    check(&project, &[], 1, &["pending!", "AM-F01"]);
    check(&project, &["--deny", "warning"], 1, &["pending!", "AM-F01!"]);
    check(&project, &["--deny", "AM-F01", "--allow", "pending"], 1, &["AM-F01!"]);
    check(&project, &["--allow", "pending"], 0, &["AM-F01"]);
    check(&project, &["--allow", "pending", "--allow", "am-f01"], 0, &[]);
}

#[test]
fn questions_count_as_pending() {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string", "attribute :remark, :string");
    let ran = check(&project, &[], 1, &["question!", "pending!", "AM-D01", "pending!"]);
    ran.shows("Answer with --rename orders.note:remark or --no.");
}

#[test]
fn development_migrations_must_be_replaced() {
    let project = Project::shop();
    project.ashls(&["codegen", "--dev", "--timestamp", "20260101000000"]).ends_with(0);
    let ran = check(&project, &[], 1, &["pending!", "dev-migrations!"]);
    ran.shows("priv/repo/migrations/20260101000000_migrate_resources1_dev.exs");
    let ran = project.ashls(&["codegen", "create_orders"]).ends_with(0);
    ran.says("not rolled back: priv/repo/migrations/20260101000000_migrate_resources1_dev.exs\n");
    ran.says("(ashls rollback --to 20260101000000)");
    check(&project, &[], 0, &[]);
}

#[test]
fn an_invalid_dsl_is_an_error() {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string\n", "attribute :note, :string, alow_nil?: true, public?: 3\n");
    let ran = check(&project, &[], 1, &["unknown-option!", "wrong-type!"]);
    ran.shows("`attribute` has no option `alow_nil?`; did you mean `allow_nil?`?");
    let place = &ran.json()["findings"][0]["cause"];
    assert_eq!(place["file"], ORDER);
    assert_eq!(place["range"]["start"], serde_json::json!({ "line": 11, "column": 31 }));
}

/// What does not compile is no base for a migration.
#[test]
fn an_option_that_does_not_exist_stops_the_generator() {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string\n", "attribute :note, :string, alow_nil?: true\n");
    project.replace(ORDER, "repo Shop.Repo\n", "repo Shop.Repo\n    polymorphic_name \"x\"\n");
    let before = project.everything();
    let message = "`attribute` has no option `alow_nil?`; did you mean `allow_nil?`?";
    let ran = project.ashls(&["codegen", "add_note"]).ends_with(1);
    assert!(ran.stderr.contains(&format!("{ORDER}:12: {message}")), "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("{ORDER}:7: `postgres` has no `polymorphic_name`")), "{}", ran.stderr);
    assert_eq!(project.everything(), before);
    check(&project, &[], 1, &["invalid-dsl!", "unknown-option!"]).shows(message);
}

#[test]
fn what_a_verifier_refuses_is_a_warning() {
    let project = Project::generated_shop();
    project.replace(
        ORDER,
        "repo Shop.Repo\n",
        "repo Shop.Repo\n    references do\n      reference :nobody, on_delete: :delete\n    end\n",
    );
    check(&project, &[], 0, &["verifier"]).shows("no such relationship exists");
}

#[test]
fn what_cannot_be_read_is_a_note() {
    let project = Project::generated_shop();
    project.replace(ORDER, "attribute :note, :string\n", "attribute :note, Elsewhere.Type\n");
    let ran = check(&project, &[], 0, &["unresolved"]);
    ran.shows("attributes.note.type");
    ran.shows("(taken as in the newest snapshot)");
    check(&project, &["--deny", "unresolved"], 1, &["unresolved!"]);
}

/// An extension that is not known may have changed what is declared, and brought what is not.
#[test]
fn what_an_unknown_extension_may_have_changed_is_not_certain() {
    let project = Project::generated_shop();
    project.replace(ORDER, "data_layer:", "extensions: [Elsewhere.Extension], data_layer:");
    check(&project, &[], 0, &["unresolved"]);
    let reason = "the extension Elsewhere.Extension is not known: it may add or change columns";
    project.replace(
        ORDER,
        "attribute :note, :string\n",
        "attribute :note, :string, allow_nil?: false\n    attribute :paid, :boolean\n",
    );
    let ran = check(&project, &[], 1, &["unresolved", "pending!", "AM-F02", "AM-L02", "pending!"]);
    ran.shows(&format!("note of orders: not null (not certain: {reason})"));
    ran.shows("\"add column paid boolean to orders\"");
    let json = project.ashls(&["diff", "--format", "json"]).ends_with(0).json();
    let operations = json["pending"][0]["operations"].as_array().unwrap();
    let shown: Vec<_> =
        operations.iter().map(|operation| (operation["op"].as_str(), operation.get("uncertain"))).collect();
    let uncertain = serde_json::json!([reason]);
    assert_eq!(shown, [(Some("add_attribute"), None), (Some("alter_attribute"), Some(&uncertain))]);
    project.ashls(&["diff"]).ends_with(0).shows(&format!("-- not certain: {reason}"));
    let before = project.everything();
    project.ashls(&["codegen", "require_notes"]).ends_with(2);
    assert_eq!(project.everything(), before);
    let ran = project.ashls(&["codegen", "require_notes", "--assume-unchanged"]).ends_with(0);
    assert!(ran.stderr.contains(&format!("not certain, {reason}")), "{}", ran.stderr);
}

#[test]
fn annotations_lead_into_the_repository() {
    let project = Project::shop();
    let outer = project.root.parent().unwrap();
    let ran = crate::process::ashls(outer, &["check", "project", "--format", "github"]).ends_with(1);
    assert_eq!(
        ran.stdout,
        "::error file=project/lib/shop/order.ex,line=5,endLine=5,col=5,endColumn=19,title=ashls pending::create table \
         orders\n"
    );
}

#[test]
fn the_sarif_log_is_well_formed() {
    let ran = Project::example("helpdesk").ashls(&["check", "--format", "sarif"]).ends_with(1);
    let log = ran.json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for text in [&rule["shortDescription"]["text"], &rule["fullDescription"]["text"], &rule["help"]["text"]] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 10);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        for location in result["locations"].as_array().unwrap() {
            let region = &location["physicalLocation"]["region"];
            let number = |key: &str| region[key].as_u64().unwrap();
            assert!(number("startLine") >= 1 && number("startColumn") >= 1);
            assert!((number("endLine"), number("endColumn")) >= (number("startLine"), number("startColumn")));
            let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.starts_with("lib/") && !uri.contains(' '), "{uri}");
        }
    }
}

#[test]
fn what_the_generator_refuses_is_an_error() {
    let project = Project::generated_shop();
    project.replace(
        ORDER,
        "attribute :note, :string\n  end\n",
        "attribute :note, :string\n  end\n\n  identities do\n    identity :note, [:note], where: expr(is_nil(note))\n  end\n",
    );
    let codes = ["generator-fails!", "pending!", "AM-F03", "AM-L06", "unresolved"];
    check(&project, &[], 1, &codes).shows("Must provide an entry for :note in");
    let refused = project.ashls(&["codegen", "notes"]).ends_with(1);
    refused.says("Must provide an entry for :note in");
    refused.says("at lib/shop/order.ex:15");
    // One table that is refused does not hide what is pending for the others.
    project.replace(ORDER, "attribute :note, :string\n", "attribute :note, :string\n    attribute :paid, :boolean\n");
    let shown = project.ashls(&["diff"]).ends_with(2);
    shown.says("lib/shop/order.ex:16: Must provide an entry for :note in");
    shown.shows("ADD COLUMN \"paid\" boolean");
    shown.shows("-- The generator refuses this project");
    shown.shows("-- not known: Shop.Order: identities.note.where: the generator refuses it\n-- CREATE UNIQUE INDEX");
}

#[test]
fn sql_that_is_still_to_be_filled_in() {
    let project = Project::generated_shop();
    project.replace(
        ORDER,
        "attribute :note, :string\n  end\n",
        "attribute :note, :string\n  end\n\n  identities do\n    identity :note, [:note], where: expr(is_nil(note))\n  end\n",
    );
    project.replace(
        ORDER,
        "    repo Shop.Repo\n",
        "    repo Shop.Repo\n    identity_wheres_to_sql note: \"FILL IN the SQL of expr(is_nil(note))\"\n",
    );
    let ran = check(&project, &[], 1, &["fill-in!", "pending!", "AM-F03", "AM-L06"]);
    ran.shows("`identity_wheres_to_sql` has a text to fill in here, which is no SQL");
    // Once it is generated it is not pending any more, and still no SQL.
    project.ashls(&["codegen", "notes"]).ends_with(0);
    check(&project, &[], 1, &["fill-in!"]);
}

#[test]
fn an_identity_over_a_key_that_may_be_null() {
    let project = Project::generated_shop();
    let identity = "  relationships do\n    belongs_to :parent, Shop.Order\n  end\n\n  identities do\n    identity :one_note, \
                    [:parent_id, :note]\n  end\n\n  attributes do";
    project.replace(ORDER, "  attributes do", identity);
    let ran = check(&project, &[], 1, &["pending!", "pending!", "pending!", "AM-L06", "nullable-key"]);
    ran.shows("parent_id may be null, and rows without it are never equal for the identity one_note");
    check(&project, &["--deny", "nullable-key", "--allow", "am-l06", "--allow", "pending"], 1, &["nullable-key!"]);
    project.replace(ORDER, "[:parent_id, :note]", "[:parent_id, :note], nils_distinct?: false");
    check(&project, &["--allow", "am-l06", "--allow", "pending"], 0, &["AM-F03"]);
}

#[test]
fn help_and_arguments_know_the_same_codes() {
    let help = Project::shop().ashls(&["check", "--help"]).ends_with(0);
    let listed = help.stdout.split_once("`ashls rules`, and").unwrap().1;
    let listed: Vec<&str> = listed.split([',', '.', ' ', '\n']).filter(|code| !code.is_empty()).collect();
    assert!(listed.contains(&"nullable-key") && listed.contains(&"invalid-elixir"), "{listed:?}");
    for code in listed {
        check(&Project::generated_shop(), &["--allow", code], 0, &[]);
    }
}

/// ash_sqlite asks the database whether the migration has run: here only a file that the configuration names is looked at.
#[test]
fn a_foreign_key_of_a_development_migration_may_not_have_run() {
    let project = Project::shop();
    project.replace("lib/shop/repo.ex", "AshPostgres.Repo", "AshSqlite.Repo");
    project.replace(ORDER, "AshPostgres.DataLayer", "AshSqlite.DataLayer");
    project.replace(ORDER, "  postgres do\n", "  sqlite do\n");
    let parent = "  relationships do\n    belongs_to :parent, Shop.Order\n  end\n\n  attributes do\n";
    project.replace(ORDER, "  attributes do\n", parent);
    project.ashls(&["codegen", "--dev"]).ends_with(0);
    let before = project.everything();
    let ran = project.ashls(&["codegen", "orders"]).ends_with(1);
    ran.says("SQLite does not support dropping foreign key constraints.");
    ran.says("If this one has not run, delete it and the _dev.json snapshots of its tables");
    assert_eq!(project.everything(), before);
    // Where it has run, it stays that way.
    let config = "import Config\n\nconfig :shop, ecto_repos: [Shop.Repo], ash_domains: [Shop.Sales]\nconfig :shop, Shop.Repo, database: \"shop.db\"\n";
    project.write("config/config.exs", config);
    project.ashls(&["create"]).ends_with(0);
    project.ashls(&["migrate"]).ends_with(0);
    project
        .ashls(&["codegen", "orders"])
        .ends_with(1)
        .says("SQLite does not support dropping foreign key constraints.");
    // Where it has not, there is nothing to undo, whether or not there is a database.
    project.ashls(&["drop", "--yes"]).ends_with(0);
    project.ashls(&["create"]).ends_with(0);
    let ran = project.ashls(&["codegen", "orders", "--dry-run"]).ends_with(0);
    assert!(!ran.stderr.contains("rolled back"), "{}", ran.stderr);
    project.ashls(&["drop", "--yes"]).ends_with(0);
    project.ashls(&["codegen", "orders"]).ends_with(0);
    let everything = project.everything();
    assert!(!everything.keys().any(|path| path.contains("_dev.")), "{:?}", everything.keys());
}
