//! What goes wrong in production: nothing is lost or half-recorded, and the message says what to do.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use crate::folder::Folder;
use crate::postgres::Cluster;
use crate::proxy::Proxy;

const EMPTY: &str = "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public;";

/// One line per file that is noted as done (`n`), and per table or index of it that is there.
const STATE: &str = "
    SELECT format('%s %s %s', n, coalesce((xpath('/row/c/text()', query_to_xml(format(
             CASE WHEN to_regclass('schema_migrations') IS NULL THEN 'SELECT 0 AS c'
             ELSE 'SELECT count(*) AS c FROM schema_migrations WHERE version = %s' END, n), false, true, '')))[1]::text, '0'),
           (to_regclass('a' || n) IS NOT NULL)::int + (to_regclass('b' || n) IS NOT NULL)::int
             + (to_regclass('b' || n || '_a_id_index') IS NOT NULL)::int)
    FROM generate_series(1, 10) n ORDER BY n;\n";

/// How many files are done, all of them with everything and the others with nothing.
fn whole_files(cluster: &Cluster, title: &str) -> usize {
    let state = cluster.psql(STATE);
    let lines: Vec<Vec<&str>> = state.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(lines.len(), 10, "{title}: {state}");
    for line in &lines {
        assert!(matches!(line[1..], ["0", "0"] | ["1", "3"]), "{title}: half a file:\n{state}");
    }
    lines.iter().filter(|line| line[1] == "1").count()
}

#[test]
fn a_kill_at_any_request_leaves_whole_files() {
    let cluster = Cluster::start();
    let proxy = Proxy::start(cluster.socket());
    let folder = Folder::ten_files(proxy.url());
    let mut seen = [false; 11];
    for limit in 0.. {
        cluster.psql(EMPTY);
        proxy.allow(limit);
        let mut command = folder.command("migrate", &[]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("ashls runs");
        let child = Arc::new(Mutex::new(child));
        let victim = child.clone();
        let killed = Arc::new(Mutex::new(false));
        let done = killed.clone();
        proxy.at_the_limit(Box::new(move || {
            *done.lock().expect("no panic") = true;
            victim.lock().expect("no panic").kill().expect("a process to kill");
        }));
        // The lock is not held while waiting, or the process could not be killed.
        while child.lock().expect("no panic").try_wait().expect("a process").is_none() {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        let killed = *killed.lock().expect("no panic");
        // The server may need a moment to see that nobody is there any more.
        cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ashls';");
        let count = whole_files(&cluster, &format!("killed at request {limit}"));
        seen[count] = true;
        proxy.allow(usize::MAX);
        if !killed {
            break;
        }
        // A later run goes on; to save time it does so at every seventh place.
        if limit % 7 == 0 {
            folder.ashls("migrate", &[]).ends_with(0);
            assert_eq!(whole_files(&cluster, "continued"), 10);
        }
    }
    assert_eq!(seen, [true; 11], "every number of files was seen");
}

#[test]
fn a_lost_connection_leaves_whole_files_and_says_so() {
    let cluster = Cluster::start();
    let proxy = Proxy::start(cluster.socket());
    let folder = Folder::ten_files(proxy.url());
    for limit in (0..400).step_by(13) {
        cluster.psql(EMPTY);
        proxy.allow(limit);
        let ran = folder.ashls("migrate", &[]);
        cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ashls';");
        let count = whole_files(&cluster, &format!("cut at request {limit}"));
        proxy.allow(usize::MAX);
        if count == 10 {
            break;
        }
        let ran = ran.ends_with(3);
        ran.says("connection");
        ran.says(if count == 0 { "No file was done before it" } else { "The next run goes on from there" });
        folder.ashls("migrate", &[]).ends_with(0);
        assert_eq!(whole_files(&cluster, "continued"), 10);
    }
}

#[test]
fn locks_that_others_hold_are_waited_for_and_then_named() {
    let cluster = Cluster::start();
    let folder = Folder::ten_files(cluster.url("postgres"));
    folder.ashls("migrate", &["--to", "3"]).ends_with(0);
    folder.migration("004_change", "alter table(:a1) do\n      add :more, :text\n    end");
    folder.remove("migrations/004_file_4.exs");
    let hold = |table: &str, seconds: u32| {
        let sql = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({seconds}); COMMIT;\n");
        let waiting = format!(
            "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE relation = '{table}'::regclass AND mode = \
             'AccessExclusiveLock' AND granted) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;\n"
        );
        std::thread::scope(|scope| {
            scope.spawn(|| cluster.psql(&sql));
            cluster.psql(&waiting);
            (
                folder.ashls("migrate", &["--lock-timeout", "100ms", "--retries", "1", "--wait", "1s", "--to", "4"]),
                cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep' AND pid <> pg_backend_pid();"),
            )
        })
        .0
    };
    let ran = hold("a1", 30).ends_with(3);
    ran.says("trying again (1 of 1)");
    ran.says("migrations/004_change.exs:5: canceling statement due to lock timeout (55P03)");
    ran.says("caused by: alter table(:a1) do");
    ran.says("Nothing of this file stays");
    let ran = hold("schema_migrations", 30).ends_with(3);
    ran.says("lock");
    // Given in time, the lock is all that was missing.
    assert!(cluster.psql("SELECT max(version) FROM schema_migrations;\n").trim() == "3");
    folder.ashls("migrate", &["--to", "4"]).ends_with(0).shows("4 change");
}

#[test]
fn two_runs_at_once_do_everything_once() {
    let cluster = Cluster::start();
    let folder = Folder::ten_files(cluster.url("postgres"));
    let runs: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| folder.ashls("migrate", &[]))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let done: usize = runs.into_iter().map(|ran| ran.ends_with(0).stdout.matches(" file_").count()).sum();
    assert_eq!(done, 10);
    assert_eq!(whole_files(&cluster, "together"), 10);
}

#[test]
fn who_may_not_is_told_so() {
    let cluster = Cluster::start();
    cluster.psql(
        "CREATE ROLE reader LOGIN; CREATE ROLE locked LOGIN NOLOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC;\n",
    );
    let as_user = |user: &str| cluster.url("postgres").replace("postgres@", &format!("{user}@"));
    let ran = Folder::ten_files(as_user("nobody")).ashls("migrate", &[]).ends_with(3);
    ran.says("role \"nobody\" does not exist (28000)");
    ran.says("Check user and password");
    let ran = Folder::ten_files(as_user("reader")).ashls("migrate", &[]).ends_with(3);
    ran.says("permission denied for schema public (42501)");
    ran.says("use one that owns the tables");
    cluster.psql("CREATE ROLE onlooker SUPERUSER LOGIN; ALTER ROLE onlooker SET default_transaction_read_only = on;\n");
    let ran = Folder::ten_files(as_user("onlooker")).ashls("migrate", &[]).ends_with(3);
    ran.says("cannot execute CREATE TABLE in a read-only transaction (25006)");
    ran.says("The database only reads");
    let ran = Folder::ten_files(cluster.url("nowhere")).ashls("migrate", &[]).ends_with(3);
    ran.says("database \"nowhere\" does not exist (3D000)");
    ran.says("`ashls create` makes it");
    let ran = Folder::ten_files("postgres://postgres:secret@127.0.0.1:1/db").ashls("migrate", &[]).ends_with(3);
    ran.says("db on 127.0.0.1:1 as postgres: the connection failed");
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
    assert_eq!(whole_files(&cluster, "nobody did anything"), 0);
    // Who may only read can still see what ran.
    Folder::ten_files(cluster.url("postgres")).ashls("migrate", &[]).ends_with(0);
    cluster.psql("GRANT SELECT ON schema_migrations TO reader;\n");
    Folder::ten_files(as_user("reader")).ashls("status", &[]).ends_with(0).shows("up    10              file_10");
}

#[test]
fn a_full_disk_leaves_whole_files() {
    let cluster = Cluster::start();
    let proxy = Proxy::start(cluster.socket());
    let folder = Folder::ten_files(proxy.url());
    folder.ashls("migrate", &["--to", "4"]).ends_with(0);
    proxy.fill_the_disk(true);
    let ran = folder.ashls("migrate", &[]).ends_with(3);
    ran.says("migrations/005_file_5.exs:5: could not extend file \"base/5/16384\": No space left on device (53100)");
    ran.says("caused by: create table(:a5) do");
    ran.says("Nothing of this file stays");
    ran.says("The server's disk is full: make room there, then run it again.");
    assert_eq!(whole_files(&cluster, "the disk is full"), 4);
    proxy.fill_the_disk(false);
    folder.ashls("migrate", &[]).ends_with(0).shows("10 file_10");
    assert_eq!(whole_files(&cluster, "there is room again"), 10);
}

#[test]
fn a_wrong_password_is_told_so() {
    let cluster = Cluster::start();
    cluster.psql("SET password_encryption = 'scram-sha-256'; CREATE ROLE ann LOGIN PASSWORD 'right';\n");
    cluster.require_passwords("ann");
    let url = |password: &str| cluster.url("postgres").replace("postgres@", &format!("ann:{password}@"));
    let ran = Folder::ten_files(url("wrong")).ashls("status", &[]).ends_with(3);
    ran.says("password authentication failed for user \"ann\" (28P01)");
    ran.says("Check user and password");
    assert!(!ran.stderr.contains("wrong"), "{}", ran.stderr);
    Folder::ten_files(url("right")).ashls("status", &[]).ends_with(0);
}
