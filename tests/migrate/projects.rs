//! The database and the rules that a project's configuration names.

use crate::postgres::Cluster;
use crate::process::{self, Ran};
use crate::project::Project;

/// `:erlang.phash2({:ecto, nil, Shop.Repo})`
const ADVISORY_LOCK: u32 = 58021392;

struct Shop {
    project: Project,
    cluster: Cluster,
}

impl Shop {
    fn new(repo: &str) -> Shop {
        let shop = Shop { project: Project::generated_shop(), cluster: Cluster::start() };
        let config = "import Config\n\nconfig :shop, ash_domains: [Shop.Sales], ecto_repos: [Shop.Repo]\n\nimport_config \"#{config_env()}.exs\"\n";
        shop.project.write("config/config.exs", config);
        shop.project.write("config/dev.exs", format!("import Config\n\nconfig :shop, Shop.Repo, {repo}\n"));
        shop.project.write("config/prod.exs", "import Config\n");
        shop
    }

    fn ashls(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = process::command(&self.project.root, arguments);
        let folder = self.cluster.socket().parent().expect("a folder").display().to_string();
        command.env("SOCKETS", folder).env_remove("DATABASE_URL").env_remove("MIX_ENV");
        command.envs(variables.iter().copied());
        process::ran(command.output().expect("ashls runs"))
    }
}

#[test]
fn the_configuration_names_the_database() {
    let shop = Shop::new(
        "socket_dir: System.get_env(\"SOCKETS\"), username: \"postgres\", database: \"shop_\" <> System.get_env(\"PART\", \"dev\")",
    );
    shop.project.write(
        "config/runtime.exs",
        "import Config\n\nif config_env() == :prod do\n  url = System.get_env(\"SHOP_URL\") || raise \"SHOP_URL is missing\"\n  config :shop, Shop.Repo, url: url, ssl: false\nend\n",
    );
    shop.ashls(&[], &["migrate"]).ends_with(3).says("database \"shop_dev\" does not exist");
    shop.ashls(&[], &["create"]).ends_with(0).shows("made shop_dev on ");
    shop.ashls(&[], &["create"]).ends_with(0).shows("is there already");
    shop.ashls(&[], &["migrate"]).ends_with(0).shows("create_orders");
    let zone = shop.cluster.psql("SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = 'shop_dev';\n");
    assert_eq!(zone.trim(), "{TimeZone=Etc/UTC}");
    shop.ashls(&[("PART", "ci")], &["status"]).ends_with(3).says("\"shop_ci\" does not exist");
    let ran = shop.ashls(&[("MIX_ENV", "prod")], &["status"]).ends_with(2);
    ran.says("the database of Shop.Repo is not known: its `url` is not known (config/runtime.exs");
    ran.says("--database-url or DATABASE_URL");
    let url = shop.cluster.url("shop_dev");
    shop.ashls(&[("MIX_ENV", "prod"), ("SHOP_URL", &url)], &["status", "--check"]).ends_with(0);
    shop.ashls(&[("DATABASE_URL", &url), ("MIX_ENV", "prod")], &["status", "--check"]).ends_with(0);
    shop.ashls(&[("DATABASE_URL", "sqlite:x.db")], &["status"]).ends_with(2).says("Shop.Repo is a repo of PostgreSQL");
    shop.ashls(&[], &["status", "--repo", "Shop.Other"]).ends_with(2).says("(known: Shop.Repo)");
    shop.ashls(&[], &["drop", "--yes"]).ends_with(0).shows("removed shop_dev on ");
}

#[test]
fn the_configuration_names_ectos_table_and_lock() {
    let shop = Shop::new(
        "socket_dir: System.get_env(\"SOCKETS\"), username: \"postgres\", database: \"postgres\", migration_source: \"versions\", \
         migration_lock: :pg_advisory_lock",
    );
    let hold = format!("SELECT pg_advisory_lock({ADVISORY_LOCK});\nSELECT pg_sleep(60);\n");
    let ran = std::thread::scope(|scope| {
        scope.spawn(|| shop.cluster.psql(&hold));
        shop.cluster.psql(
            "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory') LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;\n",
        );
        let ran = shop.ashls(&[], &["migrate", "--wait", "300ms"]);
        shop.cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep' AND pid <> pg_backend_pid();\n");
        ran
    });
    ran.ends_with(3).says("another session holds the migration lock");
    shop.ashls(&[], &["migrate"]).ends_with(0).shows("create_orders");
    assert_eq!(shop.cluster.psql("SELECT count(*) FROM versions;\n").trim(), "1");
    assert_eq!(shop.cluster.psql("SELECT to_regclass('schema_migrations');\n").trim(), "");
}

#[test]
fn a_project_without_a_database_says_what_is_missing() {
    let shop = Shop::new("pool_size: 10");
    let ran = shop.ashls(&[], &["migrate"]).ends_with(2);
    ran.says("the database of Shop.Repo is not known: its configuration names no `database` and no `url`");
}
