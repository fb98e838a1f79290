//! `ashls drift --shadow schema`: several schemas, and tenants.

use crate::postgres::Cluster;
use crate::process::{self, Ran};
use crate::project::Project;

/// A project and its database, in which a user works that may make no databases.
struct Shop {
    project: Project,
    cluster: Cluster,
}

impl Shop {
    fn new() -> Shop {
        let project = Project::shop();
        // One table in a schema of its own, one of each tenant; both refer to the public one.
        project.write(
            "lib/shop/customer.ex",
            "defmodule Shop.Customer do\n  use Ash.Resource, domain: Shop.Sales, data_layer: AshPostgres.DataLayer\n\n  \
             postgres do\n    table \"customers\"\n    schema \"crm\"\n    repo Shop.Repo\n\n    check_constraints do\n      \
             check_constraint :name, \"named\", check: \"length(name) > 0\"\n    end\n  end\n\n  attributes do\n    \
             integer_primary_key :id\n    attribute :name, :string, allow_nil?: false, default: \"?\"\n  end\n\n  \
             identities do\n    identity :name, [:name]\n  end\n\n  relationships do\n    \
             belongs_to :order, Shop.Order\n  end\nend\n",
        );
        project.write(
            "lib/shop/line.ex",
            "defmodule Shop.Line do\n  use Ash.Resource, domain: Shop.Sales, data_layer: AshPostgres.DataLayer\n\n  \
             postgres do\n    table \"lines\"\n    repo Shop.Repo\n\n    custom_indexes do\n      index [:count], where: \
             \"count > 0\"\n    end\n  end\n\n  multitenancy do\n    strategy :context\n  end\n\n  attributes do\n    \
             integer_primary_key :id\n    attribute :count, :integer, default: 1\n  end\n\n  relationships do\n    \
             belongs_to :order, Shop.Order\n  end\nend\n",
        );
        project.replace(
            "lib/shop/sales.ex",
            "resource Shop.Order\n",
            "resource Shop.Order\n    resource Shop.Customer\n    resource Shop.Line\n",
        );
        project.ashls(&["codegen", "create", "--timestamp", "20260101000000"]).ends_with(0);
        let cluster = Cluster::start();
        cluster.psql(
            "CREATE ROLE plain LOGIN; GRANT ALL ON DATABASE postgres TO plain; GRANT ALL ON SCHEMA public TO plain;
             SET ROLE plain; CREATE SCHEMA org_1; CREATE SCHEMA \"Org-2\"; CREATE SCHEMA \"user\";\n",
        );
        let shop = Shop { project, cluster };
        shop.ashls(&["migrate"]).ends_with(0);
        shop.ashls(&["migrate", "--tenants", "org_1,Org-2,user"]).ends_with(0);
        shop
    }

    fn ashls(&self, arguments: &[&str]) -> Ran {
        let url = self.cluster.url("postgres").replace("postgres@", "plain@");
        let mut command = process::command(&self.project.root, arguments);
        process::ran(command.env("DATABASE_URL", url).output().expect("ashls runs"))
    }

    fn drift(&self, arguments: &[&str]) -> Ran {
        self.ashls(&[&["drift", "--shadow", "schema"], arguments].concat())
    }

    /// What is left of the schemas, and everything else that there is.
    fn state(&self) -> String {
        self.cluster.psql(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ 'ashls';
             SELECT oid::regclass FROM pg_class WHERE relnamespace::regnamespace::text !~ '^(pg_|information)' ORDER BY oid;
             SELECT count(*) FROM crm.customers;\n",
        )
    }
}

#[test]
fn several_schemas_are_compared() {
    let shop = Shop::new();
    shop.cluster.psql("INSERT INTO crm.customers (name) VALUES ('Ann');\n");
    let before = shop.state();
    shop.drift(&[]).ends_with(0).shows("No differences between database and resources.");
    shop.drift(&["--to", "migrations"]).ends_with(0);
    shop.drift(&["--from", "snapshots", "--to", "migrations"]).ends_with(0);
    assert_eq!(shop.state(), before);
    shop.cluster.psql(
        "ALTER TABLE crm.customers DROP CONSTRAINT customers_order_id_fkey, ALTER name SET DEFAULT 'nobody';
         ALTER TABLE orders ADD COLUMN legacy text;
         DROP INDEX crm.customers_name_index;\n",
    );
    let ran = shop.drift(&[]).ends_with(1);
    ran.shows("constraint customers_order_id_fkey\n    database   -\n    resources  FOREIGN KEY (order_id) REFERENCES public.orders(id)");
    ran.shows("column name\n    database   text not null default 'nobody'::text\n    resources  text not null default '?'::text");
    ran.shows("index customers_name_index\n    database   -\n    resources  CREATE UNIQUE INDEX customers_name_index ON crm.customers");
    ran.shows("column legacy\n    database   text\n    resources  -");
    // The SQL that it proposes removes the differences, but for what would lose data.
    let sql = shop.drift(&["--format", "sql"]).ends_with(1);
    shop.cluster.psql(&format!("{}\n", sql.stdout));
    let left = shop.drift(&["--format", "json"]).ends_with(1).json();
    let names: Vec<&str> =
        left[0]["differences"].as_array().expect("a list").iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["legacy"]);
}

#[test]
fn tenants_are_compared() {
    let shop = Shop::new();
    // Also those whose names PostgreSQL prints in quotes: for a capital, or as it is a key word.
    for (tenant, quoted) in [("org_1", "org_1"), ("Org-2", "\"Org-2\""), ("user", "\"user\"")] {
        let before = shop.state();
        shop.drift(&["--tenant", tenant]).ends_with(0).shows("No differences between database and resources.");
        shop.drift(&["--tenant", tenant, "--to", "migrations"]).ends_with(0);
        assert_eq!(shop.state(), before);
        shop.cluster.psql(&format!(
            "ALTER TABLE {quoted}.lines ALTER count SET DEFAULT 2; DROP INDEX {quoted}.lines_count_index;\n"
        ));
        let ran = shop.drift(&["--tenant", tenant]).ends_with(1);
        ran.shows("column count\n    database   bigint default 2\n    resources  bigint default 1");
        ran.shows(&format!("CREATE INDEX lines_count_index ON {quoted}.lines USING btree (count) WHERE (count > 0)"));
        let sql = shop.drift(&["--tenant", tenant, "--format", "sql"]).ends_with(1);
        shop.cluster.psql(&format!("{}\n", sql.stdout));
        shop.drift(&["--tenant", tenant]).ends_with(0);
    }
}
