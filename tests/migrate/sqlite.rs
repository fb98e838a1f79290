//! SQLite files: faults and the life of a database.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::folder::Folder;
use crate::process;

fn query(folder: &Folder, sql: &str) -> String {
    let output = Command::new("sqlite3").arg(folder.path().join("app.db")).arg(sql).output().expect("sqlite3 runs");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// The number of files that are done; each has two tables and an index.
fn whole_files(folder: &Folder) -> usize {
    let things = query(folder, "SELECT count(*) FROM sqlite_master WHERE name GLOB '[ab][0-9]*'");
    let done = query(folder, "SELECT count(*) FROM schema_migrations");
    let done: usize = done.parse().unwrap_or(0);
    assert_eq!(things, (done * 3).to_string(), "half a file");
    done
}

#[test]
fn a_file_is_made_migrated_rolled_back_and_removed() {
    let folder = Folder::ten_files("sqlite:app.db");
    folder.ashls("migrate", &[]).ends_with(3).says("`ashls create` makes it");
    folder.ashls("create", &[]).ends_with(0).shows("made ");
    folder.ashls("create", &[]).ends_with(0).shows("is there already");
    folder.ashls("migrate", &["--step", "4"]).ends_with(0);
    assert_eq!(whole_files(&folder), 4);
    assert_eq!(
        query(&folder, "SELECT sql FROM sqlite_master WHERE name = 'schema_migrations'"),
        "CREATE TABLE \"schema_migrations\" (\"version\" INTEGER PRIMARY KEY, \"inserted_at\" TEXT)"
    );
    let stamp = query(&folder, "SELECT inserted_at FROM schema_migrations LIMIT 1");
    assert!(stamp.len() == 19 && stamp.as_bytes()[10] == b'T', "{stamp}");
    folder.ashls("status", &["--check"]).ends_with(1).shows("down  10              file_10");
    folder.ashls("migrate", &[]).ends_with(0).shows("10 file_10");
    folder.ashls("status", &["--check"]).ends_with(0);
    folder.ashls("rollback", &["--all"]).ends_with(0);
    assert_eq!(whole_files(&folder), 0);
    folder.ashls("drop", &[]).ends_with(2).says("say --yes");
    folder.ashls("drop", &["--yes"]).ends_with(0).shows("removed ");
    folder.ashls("drop", &["--yes"]).ends_with(0).shows("is not there");
}

#[test]
fn a_kill_at_any_time_leaves_whole_files() {
    let folder = Folder::ten_files("sqlite:app.db");
    folder.ashls("create", &[]).ends_with(0);
    for round in 0..40 {
        let mut child =
            folder.command("migrate", &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("ashls");
        std::thread::sleep(Duration::from_micros(round * 1500));
        child.kill().expect("a process");
        child.wait().expect("a process");
        if whole_files(&folder) == 10 {
            folder.ashls("rollback", &["--all"]).ends_with(0);
        }
    }
    folder.ashls("migrate", &[]).ends_with(0);
    assert_eq!(whole_files(&folder), 10);
}

#[test]
fn a_locked_file_is_named() {
    let folder = Folder::ten_files("sqlite:app.db");
    folder.ashls("create", &[]).ends_with(0);
    folder.ashls("migrate", &["--step", "1"]).ends_with(0);
    let mut holder = Command::new("sqlite3")
        .arg(folder.path().join("app.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sqlite3");
    let mut input = holder.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut input, b"BEGIN IMMEDIATE;\nSELECT 'held';\n").expect("sqlite3 reads");
    let mut answer = [0; 5];
    std::io::Read::read_exact(&mut holder.stdout.take().expect("a pipe"), &mut answer).expect("sqlite3 answers");
    let ran = folder.ashls("migrate", &["--lock-timeout", "100ms", "--retries", "1"]).ends_with(3);
    ran.says("database is locked (5)");
    ran.says("trying again (1 of 1)");
    drop(input);
    holder.wait().expect("sqlite3 ends");
    assert_eq!(whole_files(&folder), 1);
    folder.ashls("migrate", &[]).ends_with(0);
    assert_eq!(whole_files(&folder), 10);
}

#[test]
fn a_full_disk_leaves_whole_files() {
    let folder = Folder::ten_files("sqlite:app.db");
    folder.ashls("create", &[]).ends_with(0);
    folder.migration("005_fill", "execute \"CREATE TABLE filled AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, hex(randomblob(50)) AS t FROM n\", \"DROP TABLE filled\"");
    folder.remove("migrations/005_file_5.exs");
    // A limit on the size of files is what a full disk is to one process.
    let program = env!("CARGO_BIN_EXE_ashls");
    let script = format!(
        "trap '' XFSZ; ulimit -f 600; exec '{program}' migrate --database-url sqlite:app.db --migrations-path migrations"
    );
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output().expect("bash runs");
    let ran = process::ran(output).ends_with(3);
    ran.says("error: migrations/005_fill.exs");
    ran.says("Nothing of this file stays");
    ran.says("Done before it: 4 files");
    assert_eq!(whole_files(&folder), 4);
    folder.ashls("migrate", &[]).ends_with(0);
    assert_eq!(query(&folder, "SELECT count(*) FROM filled"), "20000");
}

#[test]
fn only_the_first_statement_of_a_text_runs() {
    let folder = Folder::new("sqlite:app.db");
    folder.ashls("create", &[]).ends_with(0);
    folder.migration("1_two", "execute \"CREATE TABLE one (id); CREATE TABLE two (id)\", \"DROP TABLE one\"");
    folder.ashls("migrate", &[]).ends_with(0).says("not run: CREATE TABLE two (id)");
    assert_eq!(query(&folder, "SELECT group_concat(name) FROM sqlite_master WHERE name IN ('one', 'two')"), "one");
}
