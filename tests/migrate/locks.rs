//! Several migrators at once, under every kind of migration lock.

use crate::folder::Folder;
use crate::postgres::Cluster;

/// A project whose repo has these settings, with files that write down that they ran.
fn project(cluster: &Cluster, settings: &str, without_transaction: bool) -> Folder {
    let folder = Folder::new(cluster.url("postgres"));
    folder.file("mix.exs", "defmodule Shop.MixProject do\n  use Mix.Project\n\n  def project, do: [app: :shop]\nend\n");
    folder.file("lib/repo.ex", "defmodule Shop.Repo do\n  use AshPostgres.Repo, otp_app: :shop\nend\n");
    let settings = if settings.is_empty() { String::new() } else { format!(", {settings}") };
    folder.file(
        "config/config.exs",
        &format!(
            "import Config\n\nconfig :shop, ecto_repos: [Shop.Repo]\nconfig :shop, Shop.Repo, database: \"shop\"{settings}\n"
        ),
    );
    for number in 1..=8 {
        let attribute = if without_transaction && number % 4 == 2 { "  @disable_ddl_transaction true\n" } else { "" };
        folder.file(
            &format!("migrations/{number}_file_{number}.exs"),
            &format!(
                "defmodule Shop.M{number} do\n  use Ecto.Migration\n{attribute}\n  def change do\n    \
                 execute \"INSERT INTO ran SELECT {number} FROM pg_sleep(0.02)\",\n            \
                 \"INSERT INTO ran SELECT -{number} FROM pg_sleep(0.02)\"\n  end\nend\n"
            ),
        );
    }
    folder
}

/// Three runs of `command` at once; how each ended.
fn at_once(folder: &Folder, command: &str, arguments: &[&str]) -> Vec<crate::process::Ran> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| folder.ashls(command, arguments))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// Every file runs once, and is undone once.
fn check(database: &str, settings: &str) {
    let cluster = Cluster::start();
    cluster.psql(&format!("CREATE TABLE ran (file int);\n{database}"));
    let folder = project(&cluster, settings, true);
    for (command, arguments, numbers) in
        [("migrate", &[][..], "1,2,3,4,5,6,7,8"), ("rollback", &["--all"], "-8,-7,-6,-5,-4,-3,-2,-1")]
    {
        for ran in at_once(&folder, command, arguments) {
            ran.ends_with(0);
        }
        let sign = if command == "migrate" { ">" } else { "<" };
        let ran =
            cluster.psql(&format!("SELECT string_agg(file::text, ',' ORDER BY file) FROM ran WHERE file {sign} 0;\n"));
        assert_eq!(ran.trim(), numbers, "{settings} {command}");
    }
}

#[test]
fn the_table_lock_lets_one_work_at_a_time() {
    check("", "");
}

#[test]
fn the_lock_is_on_the_table_that_is_configured() {
    check("", "migration_source: \"my_migrations\"");
}

#[test]
fn the_advisory_lock_lets_one_work_at_a_time() {
    check("", "migration_lock: :pg_advisory_lock");
}

#[test]
fn what_another_did_while_this_one_waited_is_seen_under_every_isolation() {
    check("ALTER DATABASE postgres SET default_transaction_isolation = 'repeatable read';\n", "");
}

#[test]
fn without_a_lock_the_books_still_let_a_file_run_once() {
    let cluster = Cluster::start();
    cluster.psql("CREATE TABLE ran (file int);\n");
    let folder = project(&cluster, "migration_lock: false", false);
    // Who comes second finds the version in the books, and what it did is undone.
    at_once(&folder, "migrate", &[]);
    folder.ashls("migrate", &[]).ends_with(0);
    assert_eq!(cluster.psql("SELECT count(*), count(DISTINCT file) FROM ran;\n").trim(), "8|8");
    for ran in at_once(&folder, "rollback", &["--all"]) {
        ran.ends_with(0);
    }
    assert_eq!(cluster.psql("SELECT count(*), count(DISTINCT file) FROM ran;\n").trim(), "16|16");
}

#[test]
fn waiting_for_the_lock_leaves_the_timeout_of_the_statements_alone() {
    let cluster = Cluster::start();
    let folder = Folder::new(cluster.url("postgres"));
    folder.migration("1_first", "create table(:seen, primary_key: false) do\n      add :value, :text\n    end");
    folder.ashls("migrate", &[]).ends_with(0);
    folder.migration("2_second", "execute \"INSERT INTO seen SELECT current_setting('lock_timeout')\", \"\"");
    let hold = "BEGIN; LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE; SELECT pg_sleep(1); COMMIT;\n";
    let held = "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE mode = 'ShareUpdateExclusiveLock' AND granted) \
                LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;\n";
    std::thread::scope(|scope| {
        scope.spawn(|| cluster.psql(hold));
        cluster.psql(held);
        folder.ashls("migrate", &["--lock-timeout", "300ms", "--wait", "20s"]).ends_with(0);
    });
    assert_eq!(cluster.psql("SELECT * FROM seen;\n").trim(), "300ms");
}
