//! More tables than the generator keeps in order.

use crate::project::Project;

/// The shop with `count` more tables.
fn shop(count: usize) -> Project {
    let project = Project::shop();
    let names: Vec<String> = (1..=count).map(|number| format!("Shop.Shelf{number}")).collect();
    let resources: String = names.iter().map(|name| format!("    resource {name}\n")).collect();
    project.replace("lib/shop/sales.ex", "    resource Shop.Order\n", &format!("    resource Shop.Order\n{resources}"));
    let shelves = (1..=count).map(|number| {
        format!(
            "defmodule Shop.Shelf{number} do\n  use Ash.Resource, domain: Shop.Sales, data_layer: AshPostgres.DataLayer\n\n  postgres \
             do\n    table \"shelves{number}\"\n    repo Shop.Repo\n  end\n\n  attributes do\n    uuid_primary_key :id\n  \
             end\nend\n"
        )
    });
    project.write("lib/shop/shelves.ex", shelves.collect::<String>());
    project
}

#[test]
fn the_order_of_more_than_32_tables_is_said_to_be_ours() {
    let project = shop(32);
    let ran = project.ashls(&["diff"]).ends_with(0);
    ran.says("Shop.Repo has 33 tables: where changes of several tables may come in any order");
    let ran = project.ashls(&["codegen", "create_shelves"]).ends_with(0);
    assert_eq!(ran.stderr.matches("Shop.Repo has 33 tables").count(), 1, "{}", ran.stderr);
    // One table alone has no order among others.
    project.replace(crate::project::ORDER, "attribute :note, :string\n", "attribute :remark, :string\n");
    let ran = project.ashls(&["diff", "--no"]).ends_with(0);
    assert!(!ran.stderr.contains("33 tables"), "{}", ran.stderr);
}

#[test]
fn up_to_32_tables_the_order_is_known() {
    let ran = shop(31).ashls(&["diff"]).ends_with(0);
    assert!(!ran.stderr.contains("tables:"), "{}", ran.stderr);
}
