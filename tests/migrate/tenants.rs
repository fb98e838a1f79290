//! Migrations of tenants' schemas.

use crate::folder::Folder;
use crate::postgres::Cluster;

#[test]
fn a_thousand_tenants_in_one_run() {
    let cluster = Cluster::start();
    cluster.psql(
        "DO $$ BEGIN FOR n IN 1..1000 LOOP EXECUTE format('CREATE SCHEMA org_%s', n); END LOOP; END $$;\n\
         CREATE TABLE org_7.notes ();\n",
    );
    let folder = Folder::new(cluster.url("postgres"));
    folder.migration("1_create_notes", "create table(:notes) do\n      add :text, :text\n    end");
    folder.migration("2_index_notes", "create index(:notes, [:text])");
    let tenants =
        ["--tenants-sql", "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^org_' ORDER BY 1", "--jobs", "6"];
    let ran = folder.ashls("migrate", &tenants).ends_with(3);
    ran.shows("1000 tenants: 999 changed, 0 already done, 1 failed");
    ran.says("tenant org_7: migrations/1_create_notes.exs:5: relation \"notes\" already exists (42P07)");
    ran.says("The other tenants are done");
    let count = |sql: &str| cluster.psql(sql).trim().to_owned();
    assert_eq!(count("SELECT count(*) FROM pg_indexes WHERE indexname = 'notes_text_index';\n"), "999");
    cluster.psql("DROP TABLE org_7.notes;\n");
    folder.ashls("migrate", &tenants).ends_with(0).shows("1000 tenants: 1 changed, 999 already done, 0 failed");
    assert_eq!(count("SELECT count(*) FROM pg_tables WHERE tablename = 'schema_migrations';\n"), "1000");
    let ran = folder.ashls("rollback", &["--tenants", "org_1,org_2", "--all"]).ends_with(0);
    ran.shows("org_1: 2 files");
    assert_eq!(count("SELECT count(*) FROM pg_tables WHERE tablename = 'notes';\n"), "998");
}

#[test]
fn tenants_must_be_known() {
    let cluster = Cluster::start();
    let folder = Folder::new(cluster.url("postgres"));
    folder.migration("1_create_notes", "create table(:notes)");
    folder.ashls("migrate", &["--tenants"]).ends_with(2).says("name the tenants with --tenants a,b");
    folder.ashls("migrate", &["--tenants", "."]).ends_with(2).says("looks like a path");
    let ran = folder.ashls("migrate", &["--tenant", "gone"]).ends_with(3);
    ran.says("schema \"gone\" does not exist (3F000)");
    ran.says("There is no such schema");
}
