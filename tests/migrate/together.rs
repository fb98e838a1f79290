//! Statements that are sent in one message: nobody can tell the difference, but by the time it takes.

use std::process::Stdio;

use crate::folder::Folder;
use crate::postgres::Cluster;

const EMPTY: &str = "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public;";

/// Runs a file that makes `kept`, and one whose `change` has these lines, which fails: with this message, at this line of
/// the body (from 1). Nothing of the second file stays. Returns the SQL that was printed as it ran.
fn check(cluster: &Cluster, body: &[&str], line: usize, message: &str) -> String {
    cluster.psql(EMPTY);
    let folder = Folder::new(cluster.url("postgres"));
    folder.migration("1_first", "create table(:kept) do\n      add :word, :text\n    end");
    folder.migration("2_second", &body.join("\n    "));
    let ran = folder.ashls("migrate", &["--log-sql"]).ends_with(3);
    ran.says(&format!("migrations/2_second.exs:{}: {message}", line + 4));
    ran.says(&format!("caused by: {}", body[line - 1]));
    ran.says("Nothing of this file stays: its transaction was undone.");
    ran.says("Done before it: 1 file (the last one is 1_first).");
    let left = "SELECT (SELECT string_agg(version::text, ',') FROM schema_migrations), (SELECT count(*) FROM pg_class c \
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'public' AND relkind = 'r'), \
                (SELECT count(*) FROM kept);\n";
    assert_eq!(cluster.psql(left).trim(), "1|2|0", "{body:?}");
    ran.stdout
}

#[test]
fn the_statement_that_failed_is_named() {
    let cluster = Cluster::start();
    let ok = |name: &str| format!("create table(:{name})");
    // In the middle; what follows did not run.
    let printed = check(
        &cluster,
        &[&ok("one"), "execute \"INSERT INTO nowhere VALUES (1)\", \"\"", &ok("three")],
        2,
        "relation \"nowhere\" does not exist (42P01)",
    );
    assert!(printed.ends_with("INSERT INTO nowhere VALUES (1);\n"), "{printed}");
    // The last one, after semicolons in texts and names, and a comment at the end of a statement.
    check(
        &cluster,
        &[
            "execute \"INSERT INTO kept (word) VALUES ('a;b -- c')\", \"\"",
            "execute \"CREATE TABLE one (\\\"odd;name\\\" int) -- why; because\", \"\"",
            "execute \"SELECT 1/0;\", \"\"",
        ],
        3,
        "division by zero (22012)",
    );
    // A block, with others before and behind it.
    check(
        &cluster,
        &[&ok("one"), "execute \"DO $$ BEGIN PERFORM 1; RAISE 'no; never'; END $$\", \"\"", &ok("three")],
        2,
        "no; never (P0001)",
    );
    // A table that is there is named with the call that would make it, which has two statements.
    check(
        &cluster,
        &["create table(:one)", "create table(:kept)", "create index(:kept, [:word])"],
        2,
        "relation \"kept\" already exists (42P07)",
    );
}

#[test]
fn what_the_server_cannot_read_is_found_where_it_is() {
    let cluster = Cluster::start();
    let syntax = "syntax error at or near \"TABEL\" (42601)";
    let (good, wrong) = ("create table(:one)", "execute \"CREATE TABEL x ()\", \"\"");
    let printed = check(&cluster, &[good, good.replace("one", "two").as_str(), wrong], 3, syntax);
    assert!(printed.contains("CREATE TABLE \"two\""), "{printed}");
    check(&cluster, &[wrong, good], 1, syntax);
    // One that runs into an error of its own comes first, as it does when they are sent one by one.
    check(&cluster, &["execute \"SELECT 1/0\", \"\"", wrong], 1, "division by zero (22012)");
    check(&cluster, &[good, good, wrong], 2, "relation \"one\" already exists (42P07)");
}

#[test]
fn texts_that_are_no_whole_statement_do_not_become_one() {
    let cluster = Cluster::start();
    check(
        &cluster,
        &["execute \"INSERT INTO kept (word) VALUES ('a\", \"\"", "execute \"b')\", \"\""],
        1,
        "unterminated quoted string at or near",
    );
    check(
        &cluster,
        &["create table(:one)", "execute \"CREATE TABLE two (x int\", \"\"", "execute \")\", \"\""],
        2,
        "syntax error at end of input (42601)",
    );
    check(
        &cluster,
        &["create table(:one)", "execute \"CREATE TABLE two (); CREATE TABLE three ()\", \"\""],
        2,
        "cannot insert multiple commands into a prepared statement (42601)",
    );
    check(
        &cluster,
        &["create table(:one)", "execute \"VACUUM kept\", \"\""],
        2,
        "VACUUM cannot run inside a transaction",
    );
}

#[test]
fn each_statement_has_its_own_time() {
    let cluster = Cluster::start();
    let folder = Folder::new(cluster.url("postgres"));
    let wait = "execute \"SELECT pg_sleep(0.6)\", \"\"\n    ";
    folder.migration("1_slow", &wait.repeat(3));
    folder.ashls("migrate", &["--statement-timeout", "1s"]).ends_with(0);
    folder.migration("2_slower", &format!("{wait}execute \"SELECT pg_sleep(9)\", \"\""));
    let ran = folder.ashls("migrate", &["--statement-timeout", "1s"]).ends_with(3);
    ran.says("migrations/2_slower.exs:6: canceling statement due to statement timeout (57014)");
}

/// Waits in the database until `condition` holds; says whether it did within `seconds`.
fn becomes_true(cluster: &Cluster, condition: &str, seconds: u32) -> bool {
    let sql = format!(
        "DO $$ BEGIN FOR i IN 1..{} LOOP PERFORM pg_stat_clear_snapshot(); EXIT WHEN {condition}; PERFORM pg_sleep(0.05); \
         END LOOP; END $$;\nSELECT {condition};\n",
        seconds * 20
    );
    cluster.psql(&sql).trim() == "t"
}

const RUNNING: &str =
    "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query ~ 'one.*pg_sleep.*three')";

/// A file of several statements, the second of which takes a minute.
fn long(cluster: &Cluster) -> Folder {
    let folder = Folder::new(cluster.url("postgres"));
    let body = ["create table(:one)", "execute \"SELECT pg_sleep(60)\", \"\"", "create table(:three)"];
    folder.migration("1_long", &body.join("\n    "));
    folder
}

#[test]
fn a_killed_run_leaves_nothing_and_does_not_go_on_in_the_server() {
    let cluster = Cluster::start();
    let folder = long(&cluster);
    let mut command = folder.command("migrate", &[]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("ashls runs");
    assert!(becomes_true(&cluster, RUNNING, 20));
    child.kill().expect("a process to kill");
    child.wait().expect("it ends");
    let gone = "NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'ashls')";
    assert!(becomes_true(&cluster, gone, 20), "the server looks every second");
    assert_eq!(
        cluster.psql("SELECT to_regclass('one') IS NULL, (SELECT count(*) FROM schema_migrations);\n").trim(),
        "t|0"
    );
}

#[test]
fn a_connection_that_is_lost_in_between_leaves_nothing_and_says_so() {
    let cluster = Cluster::start();
    let folder = long(&cluster);
    std::thread::scope(|scope| {
        let run = scope.spawn(|| folder.ashls("migrate", &[]));
        assert!(becomes_true(&cluster, RUNNING, 20));
        cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ashls';\n");
        let ran = run.join().expect("no panic").ends_with(3);
        ran.says("migrations/1_long.exs:6: terminating connection due to administrator command (57P01)");
        ran.says("caused by: execute \"SELECT pg_sleep(60)\"");
        ran.says("Nothing of this file stays");
    });
    assert_eq!(
        cluster.psql("SELECT to_regclass('one') IS NULL, (SELECT count(*) FROM schema_migrations);\n").trim(),
        "t|0"
    );
}

#[test]
fn a_file_that_commits_keeps_the_migration_lock_and_is_told_about() {
    let cluster = Cluster::start();
    let folder = Folder::new(cluster.url("postgres"));
    let held = "execute \"CREATE TABLE held AS SELECT FROM pg_locks WHERE granted AND relation = 'schema_migrations'::regclass \
                AND mode = 'ShareUpdateExclusiveLock'\", \"\"";
    let body = ["create table(:one)", "execute \"/* now */ COMMIT\", \"\"", held, "execute \"BEGIN\", \"\""];
    folder.migration("1_commits", &body.join("\n    "));
    let ran = folder.ashls("migrate", &[]).ends_with(0);
    ran.says("migrations/1_commits.exs: it ends its transaction by itself: what it did until then stays");
    assert_eq!(
        cluster.psql("SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM schema_migrations);\n").trim(),
        "1|1"
    );
    folder.migration("2_fails", "create table(:two)\n    execute \"COMMIT\", \"\"\n    execute \"SELECT 1/0\", \"\"");
    let ran = folder.ashls("migrate", &[]).ends_with(3);
    ran.says("migrations/2_fails.exs:7: division by zero (22012)");
    ran.says("This file ends its transaction by itself, and is not noted as done: what ran before that stays.");
    assert_eq!(
        cluster.psql("SELECT to_regclass('two') IS NULL, (SELECT count(*) FROM schema_migrations);\n").trim(),
        "f|1"
    );
    // What only undoes a part of the transaction does not end it.
    folder.remove("migrations/2_fails.exs");
    folder.migration(
        "3_undoes",
        "execute \"SAVEPOINT here\", \"\"\n    create table(:three)\n    execute \"ROLLBACK TO here\", \"\"",
    );
    let ran = folder.ashls("migrate", &[]).ends_with(0);
    assert!(!ran.stderr.contains("ends its transaction"), "{}", ran.stderr);
    assert_eq!(cluster.psql("SELECT to_regclass('three') IS NULL;\n").trim(), "t");
}
