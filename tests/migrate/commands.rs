//! What the commands do and say, on PostgreSQL.

use crate::folder::Folder;
use crate::postgres::Cluster;

/// The table as Ecto makes it, with three versions that it ran.
const BY_ECTO: &str = "
    CREATE TABLE IF NOT EXISTS \"schema_migrations\" (\"version\" bigint, \"inserted_at\" timestamp(0), PRIMARY KEY (\"version\"));
    INSERT INTO schema_migrations VALUES (1, '2026-01-01 10:00:00'), (2, '2026-01-01 10:00:00'), (3, '2026-01-01 10:00:00');\n";

#[test]
fn what_ecto_began_is_continued() {
    let cluster = Cluster::start();
    let folder = Folder::ten_files(cluster.url("postgres"));
    let ours = Folder::new(cluster.url("postgres"));
    ours.file("migrations/.gitkeep", "");
    ours.ashls("migrate", &[]).ends_with(0);
    let columns = "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_constraintdef(c.oid) FROM pg_attribute a \
                   LEFT JOIN pg_constraint c ON c.conrelid = a.attrelid AND a.attnum = ANY (c.conkey) \
                   WHERE a.attrelid = 'schema_migrations'::regclass AND a.attnum > 0 ORDER BY a.attnum;\n";
    let made_by_us = cluster.psql(columns);
    cluster.psql("DROP TABLE schema_migrations;\n");
    cluster.psql(BY_ECTO);
    assert_eq!(made_by_us, cluster.psql(columns));
    let ran = folder.ashls("migrate", &[]).ends_with(0);
    assert!(!ran.stdout.contains("3 file_3"), "{}", ran.stdout);
    ran.shows("4 file_4");
    let times = cluster.psql(
        "SELECT count(*) FROM schema_migrations WHERE abs(extract(epoch FROM inserted_at - (now() AT TIME ZONE 'UTC'))) < 60;\n",
    );
    assert_eq!(times.trim(), "7");
}

#[test]
fn files_that_cannot_run_are_refused_before_anything_runs() {
    let cluster = Cluster::start();
    let folder = Folder::ten_files(cluster.url("postgres"));
    folder.migration("011_data", "MyApp.Accounts.backfill()");
    let ran = folder.ashls("migrate", &[]).ends_with(2);
    ran.says("migrations/011_data.exs:5: a call of MyApp.Accounts.backfill while the migration runs");
    ran.says("mix ecto.migrate");
    folder.ashls("status", &[]).ends_with(0).shows("down  1 ");
    folder.ashls("migrate", &["--skip", "11"]).ends_with(0).shows("10 file_10");
    folder.ashls("migrate", &["--assume-run", "11"]).ends_with(0).shows("11 data (noted, not run)");
    folder.ashls("migrate", &["--skip", "12"]).ends_with(2).says("no migration with version 12");
    folder.ashls("status", &["--check"]).ends_with(0);
}

#[test]
fn versions_that_collide_stop_the_run() {
    let cluster = Cluster::start();
    let folder = Folder::ten_files(cluster.url("postgres"));
    folder.migration("010_again", "create table(:again)");
    folder.ashls("migrate", &[]).ends_with(2).says("the migration version 10 is there twice");
    folder.remove("migrations/010_again.exs");
    folder.migration("011_file_10", "create table(:again)");
    folder.ashls("migrate", &[]).ends_with(2).says("the migration name file_10 is there twice");
    assert_eq!(cluster.psql("SELECT count(*) FROM pg_tables WHERE tablename ~ '^[ab]';\n").trim(), "0");
}

#[test]
fn a_version_without_a_file_is_not_passed_over() {
    let cluster = Cluster::start();
    let folder = Folder::ten_files(cluster.url("postgres"));
    folder.ashls("migrate", &["--to", "9"]).ends_with(0);
    folder.remove("migrations/009_file_9.exs");
    folder.ashls("status", &[]).ends_with(0).shows("up    9               ** FILE NOT FOUND **");
    folder.ashls("rollback", &[]).ends_with(2).says("no file for applied version 9");
    folder.ashls("migrate", &[]).ends_with(0).says("version 9 is applied, but there is no file for it");
    folder.ashls("rollback", &[]).ends_with(0).shows("10 file_10");
    folder.ashls("rollback", &["--assume-run", "9"]).ends_with(0).shows("8 file_8");
}

#[test]
fn older_files_are_warned_of() {
    let cluster = Cluster::start();
    let folder = Folder::new(cluster.url("postgres"));
    folder.migration("5_new", "create table(:new)");
    folder.ashls("migrate", &[]).ends_with(0);
    folder.migration("3_old", "create table(:old)");
    folder.ashls("migrate", &["--strict-version-order"]).ends_with(2).says("3 is older than 5");
    folder.ashls("migrate", &[]).ends_with(0).says("migrations/3_old.exs is older than 5, which ran already");
}

#[test]
fn what_runs_without_a_transaction_says_what_stays() {
    let cluster = Cluster::start();
    let folder = Folder::new(cluster.url("postgres"));
    folder.migration("1_create", "create table(:notes) do\n      add :text, :text\n    end");
    folder.file(
        "migrations/2_index.exs",
        "defmodule M do\n  use Ecto.Migration\n  @disable_ddl_transaction true\n  @disable_migration_lock true\n\n  def change do\n    \
         create index(:notes, [:text], concurrently: true)\n    create index(:notes, [:missing], concurrently: true)\n  end\nend\n",
    );
    let ran = folder.ashls("migrate", &[]).ends_with(3);
    ran.says("migrations/2_index.exs:8: column \"missing\" does not exist (42703)");
    ran.says("statement: CREATE INDEX CONCURRENTLY \"notes_missing_index\" ON \"notes\" (\"missing\")");
    ran.says("1 of its 2 statements stay");
    ran.says("Done before it: 1 file (the last one is 1_create)");
    folder.ashls("status", &["--check"]).ends_with(1);
}

#[test]
fn a_dry_run_shows_the_sql_and_changes_nothing() {
    let cluster = Cluster::start();
    let folder = Folder::new(cluster.url("postgres"));
    folder.migration("1_oban", "Oban.Migration.up(version: 11)");
    folder.migration("2_oban_12", "Oban.Migration.up(version: 12)");
    let ran = folder.ashls("migrate", &["--dry-run"]).ends_with(0);
    ran.shows("-- migrations/2_oban_12.exs\nALTER TABLE \"public\".\"oban_jobs\" DROP CONSTRAINT \"priority_range\";");
    assert_eq!(cluster.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public';\n").trim(), "0");
    folder.ashls("migrate", &[]).ends_with(0);
    let version = cluster.psql("SELECT obj_description('oban_jobs'::regclass);\n");
    assert_eq!(version.trim(), "12");
}

#[test]
fn errors_in_a_file_undo_the_file() {
    let cluster = Cluster::start();
    let folder = Folder::ten_files(cluster.url("postgres"));
    folder.migration("011_broken", "create table(:c)\n    execute \"SELECT 1; SELECT 2\"");
    let ran = folder.ashls("migrate", &[]).ends_with(3);
    ran.says("migrations/011_broken.exs:6: cannot insert multiple commands into a prepared statement (42601)");
    ran.says("Done before it: 10 files");
    assert_eq!(cluster.psql("SELECT to_regclass('c');\n").trim(), "");
    folder.ashls("status", &["--format", "json"]).ends_with(0).shows("\"version\": 11");
}
