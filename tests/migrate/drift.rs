//! `ashls drift` and `ashls adopt` on PostgreSQL.

use crate::postgres::Cluster;
use crate::process::{self, Ran};
use crate::project::Project;

const ORDER: &str = "lib/shop/order.ex";

/// A project and its database.
struct Shop {
    project: Project,
    cluster: Cluster,
}

impl Shop {
    fn new(project: Project) -> Shop {
        Shop { project, cluster: Cluster::start() }
    }

    fn ashls(&self, arguments: &[&str]) -> Ran {
        let mut command = process::command(&self.project.root, arguments);
        process::ran(command.env("DATABASE_URL", self.cluster.url("postgres")).output().expect("ashls runs"))
    }

    fn databases(&self) -> String {
        self.cluster.psql("SELECT datname FROM pg_database WHERE datname ~ 'shadow';\n")
    }
}

#[test]
fn drift_is_found_and_its_sql_removes_it() {
    let shop = Shop::new(Project::generated_shop());
    shop.ashls(&["migrate"]).ends_with(0);
    shop.ashls(&["drift"]).ends_with(0).shows("No differences between database and resources.");
    shop.ashls(&["drift", "--to", "migrations"]).ends_with(0);
    shop.ashls(&["drift", "--from", "snapshots", "--to", "migrations"]).ends_with(0);
    shop.project.replace(
        ORDER,
        "attribute :note, :string\n",
        "attribute :note, :string\n    attribute :total, :integer, allow_nil?: false, default: 0\n",
    );
    shop.ashls(&["drift", "--to", "migrations"]).ends_with(0);
    shop.ashls(&["drift", "--from", "snapshots"]).ends_with(1).shows("column total");
    shop.ashls(&["drift", "--from", "migrations"])
        .ends_with(1)
        .shows("column total\n    migrations -\n    resources  bigint not null default 0");
    shop.cluster.psql(
        "ALTER TABLE orders ALTER note TYPE varchar(80), ALTER note SET DEFAULT 'none', ADD COLUMN legacy_code text;
         ALTER TABLE orders RENAME CONSTRAINT orders_pkey TO orders_key;
         ALTER TABLE orders ADD CONSTRAINT short CHECK (length(note) < 80);
         CREATE INDEX by_note ON orders (note);
         CREATE TABLE legacy (id int);
         CREATE VIEW reports AS SELECT 1 AS one;
         CREATE SCHEMA org_1; CREATE TABLE org_1.things (id int);\n",
    );
    let ran = shop.ashls(&["drift"]).ends_with(1);
    ran.shows("column legacy_code\n    database   text\n    resources  -");
    ran.shows(
        "column note\n    database   character varying(80) default 'none'::character varying\n    resources  text",
    );
    ran.shows("constraint orders_pkey\n    database   orders_key: PRIMARY KEY (id)\n    resources  PRIMARY KEY (id)");
    ran.shows(
        "index by_note\n    database   CREATE INDEX by_note ON public.orders USING btree (note)\n    resources  -",
    );
    ran.shows("Unmanaged, only in the database\n  table legacy\n  tables of schema org_1 (1)");
    ran.shows("view public.reports");
    let sql = shop.ashls(&["drift", "--format", "sql"]).ends_with(1);
    sql.shows("-- loses data: ALTER TABLE \"public\".\"orders\" DROP COLUMN \"legacy_code\";");
    shop.cluster.psql(&format!("{}\n", sql.stdout));
    let left = shop.ashls(&["drift", "--format", "json"]).ends_with(1).json();
    let names: Vec<&str> =
        left[0]["differences"].as_array().expect("a list").iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["legacy_code"]);
    assert_eq!(shop.databases(), "");
}

#[test]
fn a_legacy_database_is_adopted_step_by_step() {
    let shop = Shop::new(Project::shop());
    shop.cluster.psql("CREATE TABLE orders (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, note varchar(80)); CREATE TABLE old (id int);\n");
    let ran = shop.ashls(&["adopt", "adopt_legacy", "--timestamp", "20260101000000"]).ends_with(1);
    ran.shows("Left to decide:\norders\n  column note\n    database   character varying(80)\n    resources  text");
    assert!(shop.project.files("priv").is_empty(), "{:?}", shop.project.files("priv").keys());
    shop.cluster.psql("ALTER TABLE orders ALTER note TYPE text;\n");
    shop.ashls(&["adopt", "adopt_legacy", "--dry-run"]).ends_with(0).shows("* would create");
    let ran = shop.ashls(&["adopt", "adopt_legacy", "--timestamp", "20260101000000"]).ends_with(0);
    ran.shows("* creating priv/repo/migrations/20260101000000_adopt_legacy.exs");
    ran.shows("* creating priv/resource_snapshots/repo/orders/");
    shop.ashls(&["check"]).ends_with(0);
    shop.ashls(&["migrate"]).ends_with(0).shows("20260101000000 adopt_legacy");
    shop.ashls(&["adopt", "again"]).ends_with(0).shows("nothing to adopt");
    assert_eq!(shop.databases(), "");
}

#[test]
fn a_shadow_that_cannot_be_made_is_explained() {
    let shop = Shop::new(Project::generated_shop());
    shop.cluster.psql("CREATE ROLE plain LOGIN;\n");
    let url = shop.cluster.url("postgres").replace("postgres@", "plain@");
    let ran = shop.ashls(&["drift", "--database-url", &url]).ends_with(3);
    ran.says("permission denied to create database (42501)");
    ran.says("drift runs migrations on a database of their own");
    // A migration that fails on the shadow leaves none behind.
    shop.project.write(
        "priv/repo/migrations/20270101000000_broken.exs",
        "defmodule Broken do\n  use Ecto.Migration\n  def change, do: drop(table(:nowhere))\nend\n",
    );
    let ran = shop.ashls(&["drift", "--to", "migrations"]).ends_with(3);
    ran.says("20270101000000_broken.exs:3: table \"nowhere\" does not exist (42P01)");
    assert_eq!(shop.databases(), "");
}

#[test]
fn sides_without_a_database_need_no_server() {
    let project = Project::generated_shop();
    let ashls = |arguments: &[&str]| {
        let mut command = process::command(&project.root, arguments);
        process::ran(command.env_remove("DATABASE_URL").output().expect("ashls runs"))
    };
    ashls(&["drift"]).ends_with(2).says("the database of Shop.Repo is not known");
    ashls(&["drift", "--from", "migrations", "--to", "resources"])
        .ends_with(0)
        .shows("No differences between migrations and resources.");
    ashls(&["drift", "--from", "migrations", "--to", "snapshots"]).ends_with(0);
    project.replace(
        ORDER,
        "attribute :note, :string\n",
        "attribute :note, :string\n    attribute :total, :integer, allow_nil?: false, default: 0\n",
    );
    let ran = ashls(&["drift", "--from", "migrations", "--to", "resources"]).ends_with(1);
    ran.shows("column total\n    migrations -\n    resources  bigint not null default 0");
    ashls(&["drift", "--from", "migrations", "--to", "resources", "--format", "sql"])
        .ends_with(1)
        .shows("ALTER TABLE \"public\".\"orders\" ADD COLUMN \"total\" bigint DEFAULT 0 NOT NULL;");
    // What is not understood is never taken to be equal, even where nothing else differs.
    project.write(
        "priv/repo/migrations/20270101000000_by_hand.exs",
        "defmodule ByHand do\n  use Ecto.Migration\n\n  def up do\n    execute \"ALTER TABLE orders ADD COLUMN total bigint DEFAULT 0 NOT NULL\"\n    \
         execute \"CREATE TABLE reports AS SELECT 1 AS one\"\n    execute \"DO $$ BEGIN ALTER TABLE orders ALTER total DROP DEFAULT; END $$\"\n  end\nend\n",
    );
    let ran = ashls(&["drift", "--from", "migrations", "--to", "resources"]).ends_with(1);
    ran.shows("No differences between migrations and resources in what is known.");
    ran.shows("20270101000000_by_hand.exs:6: a table that is made of something else (reports)");
    ran.shows("20270101000000_by_hand.exs:7: DO (orders)");
    let json = ashls(&["drift", "--from", "migrations", "--to", "resources", "--format", "json"]).ends_with(1).json();
    assert_eq!(json[0]["not_modelled"][1]["tables"][0], "orders");
}

#[test]
fn who_may_make_no_database_compares_in_schemas_of_their_own() {
    let shop = Shop::new(Project::generated_shop());
    shop.cluster.psql(
        "CREATE ROLE plain LOGIN; GRANT ALL ON DATABASE postgres TO plain; GRANT ALL ON SCHEMA public TO plain;\n",
    );
    let url = shop.cluster.url("postgres").replace("postgres@", "plain@");
    let ashls = |arguments: &[&str]| {
        let mut command = process::command(&shop.project.root, arguments);
        process::ran(command.args(["--database-url", &url]).output().expect("ashls runs"))
    };
    ashls(&["migrate"]).ends_with(0);
    ashls(&["drift", "--shadow", "schema"]).ends_with(0).shows("No differences between database and resources.");
    shop.cluster.psql("ALTER TABLE orders ADD COLUMN legacy text DEFAULT 'x'; INSERT INTO orders DEFAULT VALUES;\n");
    let ran = ashls(&["drift", "--shadow", "schema"]).ends_with(1);
    ran.shows("column legacy\n    database   text default 'x'::text\n    resources  -");
    // A migration by hand that names a table of the database is stopped, and nothing of it stays.
    // Where extensions lie in the same schema as tables, raw SQL finds both.
    shop.cluster.psql("CREATE EXTENSION citext; CREATE TABLE legacy (id int); ALTER TABLE legacy OWNER TO plain;\n");
    shop.project.write(
        "priv/repo/migrations/20270101000000_astray.exs",
        "defmodule Astray do\n  use Ecto.Migration\n  def up, do: execute(\"DROP TABLE IF EXISTS legacy\")\nend\n",
    );
    let ran = ashls(&["drift", "--to", "migrations", "--shadow", "schema"]).ends_with(3);
    ran.says("20270101000000_astray.exs:3: this reaches");
    ran.says("legacy");
    let left = shop.cluster.psql("SELECT nspname FROM pg_namespace WHERE nspname ~ 'shadow';\nSELECT to_regclass('legacy'), (SELECT count(*) FROM orders);\n");
    assert_eq!(left.trim(), "legacy|1");
}

#[test]
fn what_agrees_is_adopted_and_the_rest_waits() {
    let shop = Shop::new(Project::shop());
    shop.project.write(
        "lib/shop/customer.ex",
        "defmodule Shop.Customer do\n  use Ash.Resource, domain: Shop.Sales, data_layer: AshPostgres.DataLayer\n\n  \
         postgres do\n    table \"customers\"\n    repo Shop.Repo\n  end\n\n  attributes do\n    uuid_primary_key :id\n    \
         attribute :email, :string, allow_nil?: false\n  end\n\n  identities do\n    identity :email, [:email]\n  end\nend\n",
    );
    shop.project.replace(
        "lib/shop/sales.ex",
        "resource Shop.Order\n",
        "resource Shop.Order\n    resource Shop.Customer\n",
    );
    // A database with a table that agrees, one that differs in a type, a default, an index and a column, and one of its own.
    shop.cluster.psql(
        "CREATE TABLE orders (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, note text);
         CREATE TABLE customers (id serial PRIMARY KEY, email varchar(100), legacy_code text);
         CREATE TABLE audit (id int); CREATE VIEW recent AS SELECT * FROM orders;
         INSERT INTO orders (note) VALUES ('kept'); INSERT INTO customers (email) VALUES ('a@example.org');\n",
    );
    let adopt = || shop.ashls(&["adopt", "adopt_legacy", "--timestamp", "20260101000000"]);
    let ran = adopt().ends_with(1);
    ran.shows("* creating priv/repo/migrations/20260101000000_adopt_legacy.exs");
    ran.shows("* creating priv/resource_snapshots/repo/orders/");
    ran.shows("Left to decide:\ncustomers\n  column email\n    database   character varying(100)\n    resources  text not null");
    ran.shows("column legacy_code\n    database   text\n    resources  -");
    ran.shows("index customers_email_index\n    database   -");
    ran.shows("Unmanaged, only in the database\n  table audit\n  view public.recent");
    let snapshots = || shop.project.files("priv/resource_snapshots");
    assert_eq!(snapshots().len(), 1);
    // Decided one by one: some in the database, some in the resource.
    shop.project.replace(
        "lib/shop/customer.ex",
        "uuid_primary_key :id\n    attribute :email, :string, allow_nil?: false\n",
        "attribute :id, :integer, primary_key?: true, allow_nil?: false, generated?: true, public?: true\n    \
         attribute :email, :string, allow_nil?: false\n    attribute :legacy_code, :string\n",
    );
    shop.cluster.psql(
        "ALTER TABLE customers ALTER email TYPE text, ALTER email SET NOT NULL, ALTER id TYPE bigint;
         CREATE UNIQUE INDEX customers_email_index ON customers (email);\n",
    );
    let ran = adopt().ends_with(0);
    ran.shows("* creating priv/resource_snapshots/repo/customers/");
    assert_eq!((snapshots().len(), shop.project.files("priv/repo/migrations").len()), (2, 1));
    // From here on everything is as in any other project, and the rows are still there.
    shop.ashls(&["check"]).ends_with(0);
    shop.ashls(&["migrate"]).ends_with(0).shows("20260101000000 adopt_legacy");
    shop.ashls(&["drift"]).ends_with(0);
    shop.ashls(&["drift", "--to", "snapshots"]).ends_with(0);
    let rows = "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM customers);\n";
    assert_eq!(shop.cluster.psql(rows).trim(), "1|1");
}
