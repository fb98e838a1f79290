//! Snapshots that an older generator wrote, read as the newest one reads them.

use serde_json::Value;

use crate::project::{ORDER, Project};

/// The shop with notes to orders and to customers, each kind in a table of its own, all generated.
fn shop_with_notes() -> Project {
    let project = Project::shop();
    project.replace(
        "lib/shop/sales.ex",
        "resource Shop.Order\n",
        "resource Shop.Order\n    resource Shop.Note\n    resource Shop.Customer\n",
    );
    let notes = |table: &str| {
        format!(
            "  relationships do\n    has_many :notes, Shop.Note do\n      relationship_context %{{data_layer: %{{table: \
             \"{table}\"}}}}\n      destination_attribute :subject_id\n    end\n  end\n"
        )
    };
    project.replace(ORDER, "  attributes do\n", &format!("{}\n  attributes do\n", notes("order_notes")));
    let resource = |name: &str, postgres: &str, rest: &str| {
        format!(
            "defmodule Shop.{name} do\n  use Ash.Resource, domain: Shop.Sales, data_layer: AshPostgres.DataLayer\n\n  \
             postgres do\n    repo Shop.Repo\n    {postgres}\n  end\n\n  attributes do\n    uuid_primary_key :id\n{rest}end\n"
        )
    };
    project.write(
        "lib/shop/customer.ex",
        resource("Customer", "table \"customers\"", &format!("  end\n\n{}", notes("customer_notes"))),
    );
    project
        .write("lib/shop/note.ex", resource("Note", "polymorphic? true", "    attribute :subject_id, :uuid\n  end\n"));
    project.ashls(&["codegen", "notes"]).ends_with(0);
    project.ashls(&["codegen", "--check"]).ends_with(0);
    project
}

/// Takes a key out of all references of a table's snapshots.
fn forget(project: &Project, table: &str, key: &str) {
    let folder = format!("priv/resource_snapshots/repo/{table}");
    for (name, text) in project.files(&folder) {
        let mut snapshot: Value = serde_json::from_slice(&text).unwrap();
        let attributes = snapshot["attributes"].as_array_mut().unwrap().iter_mut();
        let mut references: Vec<_> =
            attributes.filter_map(|attribute| attribute["references"].as_object_mut()).collect();
        assert!(references.iter_mut().all(|reference| reference.remove(key).is_some()), "{table}");
        project.write(name.trim_start_matches("project/"), serde_json::to_string_pretty(&snapshot).unwrap());
    }
}

/// AshPostgres moves an `extensions.json` of old into the folder of the repo before it compares; `--check` does not.
#[test]
fn an_old_list_of_extensions_counts() {
    let project = Project::generated_shop();
    project.replace("lib/shop/repo.ex", "do: []", "do: [\"citext\"]");
    project.ashls(&["diff"]).ends_with(0).shows("CREATE EXTENSION IF NOT EXISTS \"citext\";");
    project.write("priv/resource_snapshots/extensions.json", "{\"installed\": [\"citext\"]}");
    project.ashls(&["diff"]).ends_with(0).shows("Nothing pending");
    project.ashls(&["check"]).ends_with(0);
    project.ashls(&["codegen", "--check"]).ends_with(1);
    project.ashls(&["codegen", "next"]).ends_with(0).shows("No changes detected");
    assert!(project.root.join("priv/resource_snapshots/repo/extensions.json").is_file());
}

/// AshPostgres reads a missing `match_tenant?` as false and makes nil of it for a polymorphic table: the foreign key of
/// each table is dropped and made again. So it was recorded with the real generator.
#[test]
fn foreign_keys_of_polymorphic_tables_are_made_again() {
    let project = shop_with_notes();
    for table in ["order_notes", "customer_notes"] {
        forget(&project, table, "match_tenant?");
    }
    let json = project.ashls(&["diff", "--format", "json"]).ends_with(0).json();
    let operations =
        json["pending"].as_array().unwrap().iter().flat_map(|entry| entry["operations"].as_array().unwrap());
    let titles: Vec<&str> = operations.map(|operation| operation["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        [
            "drop foreign key customer_notes_subject_id_fkey of customer_notes",
            "change column subject_id of customer_notes: foreign key to customers",
            "drop foreign key order_notes_subject_id_fkey of order_notes",
            "change column subject_id of order_notes: foreign key to orders",
        ]
    );
    project.ashls(&["codegen", "again"]).ends_with(0);
    project.ashls(&["codegen", "--check"]).ends_with(0);
    project.ashls(&["diff"]).ends_with(0).shows("Nothing pending.");
}
