//! The SQL of every recorded migration on real databases: it succeeds and fails where Ecto's run did, with the same error,
//! and rolling back leaves nothing behind. Cases that install a library's own SQL (recorded as digests) cannot run here.

#[path = "oracle/archive.rs"]
mod archive;
#[path = "database/postgres.rs"]
mod postgres;
#[path = "oracle/sql.rs"]
mod sql;
#[path = "database/way_back.rs"]
mod way_back;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use ashls::migration::{Config, read};
use ashls::render::sql::{Adapter, statements};
use sql::{File, Recorded, SqlCase};

/// What a database said to one statement: the error, as Ecto prints it at the beginning of its message.
type Answers = Vec<Option<String>>;

#[test]
fn postgresql_takes_the_sql_as_it_took_ectos() {
    let cases: Vec<SqlCase> = SqlCase::all().into_iter().filter(|case| !case.sqlite && is_whole(case)).collect();
    let cluster = postgres::Cluster::start();
    let mut problems = Vec::new();
    for case in &cases {
        let send = |script: &[Part]| {
            let mut text = String::new();
            for part in script {
                match part {
                    Part::Plain(sql) => text.push_str(&format!("{sql};\n")),
                    Part::Statement(sql) => {
                        let sql = sql.trim_end().trim_end_matches(';');
                        text.push_str(&format!("{sql}\n;\n\\echo @ :SQLSTATE :LAST_ERROR_MESSAGE\n"));
                    }
                }
            }
            let answers: Vec<String> = cluster
                .psql(&format!("\\set LAST_ERROR_MESSAGE ''\n{text}"))
                .lines()
                .filter_map(|line| line.strip_prefix("@ ").map(str::to_owned))
                .collect();
            answers.iter().map(|line| if line.starts_with("00000") { None } else { Some(line.clone()) }).collect()
        };
        let schemas = case.tenants.iter().map(|tenant| Part::Plain(format!("CREATE SCHEMA \"{tenant}\"")));
        let schemas: Vec<Part> = std::iter::once(Part::Plain(EMPTY_POSTGRESQL.to_owned())).chain(schemas).collect();
        let _: Answers = send(&schemas);
        let left = || cluster.psql(LEFT_IN_POSTGRESQL);
        problems.extend(differences(case, Adapter::Postgres, send, left));
    }
    assert!(problems.is_empty(), "{} cases, {} problems:\n{}", cases.len(), problems.len(), problems.join("\n"));
}

#[test]
fn sqlite_takes_the_sql_as_it_took_ectos() {
    let cases: Vec<SqlCase> = SqlCase::all().into_iter().filter(|case| case.sqlite && is_whole(case)).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut problems = Vec::new();
    for case in &cases {
        let file = folder.path().join(&case.name);
        let run = |script: &str| {
            let mut child = Command::new("sqlite3")
                .args(["-batch", "-init", "/dev/null"])
                .arg(&file)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("sqlite3 is not installed: run tests/run, which installs what the tests need");
            let mut input = child.stdin.take().expect("a pipe");
            input.write_all(script.as_bytes()).expect("sqlite3 reads");
            drop(input);
            let output = child.wait_with_output().expect("sqlite3 ends");
            (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let send = |script: &[Part]| {
            let mut answers = Answers::new();
            let mut text = "PRAGMA foreign_keys = on;\n".to_owned();
            for part in script {
                let sql = match part {
                    Part::Plain(sql) => sql,
                    Part::Statement(sql) => sql.trim_end().trim_end_matches(';'),
                };
                text.push_str(&format!("{sql}\n;\n"));
                if let Part::Statement(_) = part {
                    answers.push(None);
                }
            }
            // The shell says the line, not the statement; every script here ends at its first error.
            let (_, errors) = run(&text);
            if let (Some(last), Some(error)) = (answers.last_mut(), errors.lines().next()) {
                *last = Some(error.to_owned());
            }
            answers
        };
        let left = || run("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%';\n").0;
        problems.extend(differences(case, Adapter::Sqlite, send, left));
    }
    assert!(problems.is_empty(), "{} cases, {} problems:\n{}", cases.len(), problems.len(), problems.join("\n"));
}

/// Makes the database as good as new.
const EMPTY_POSTGRESQL: &str = "
    DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP
        EXECUTE format('DROP EXTENSION %I CASCADE', name);
      END LOOP;
      FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
      END LOOP;
      CREATE SCHEMA public;
    END $$";

/// Objects that a rollback must not leave: relations, functions and types of users' schemas, unless an extension owns them.
const LEFT_IN_POSTGRESQL: &str = "
    SELECT 'relation ' || c.oid::regclass FROM pg_class c WHERE c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'function ' || p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'type ' || t.oid::regtype FROM pg_type t WHERE t.typnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      AND t.typelem = 0 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e');\n";

/// A piece of a script.
enum Part {
    /// `BEGIN` and the like.
    Plain(String),
    /// A statement of a migration, whose answer is wanted.
    Statement(String),
}

fn is_whole(case: &SqlCase) -> bool {
    !case.steps.iter().any(|(files, _)| files.iter().any(File::is_digest))
}

/// Plays the steps and the rollback of a case. `left` lists what is in the database.
fn differences(
    case: &SqlCase,
    adapter: Adapter,
    send: impl Fn(&[Part]) -> Answers,
    left: impl Fn() -> String,
) -> Vec<String> {
    let mut problems = Vec::new();
    let mut applied: Vec<File> = Vec::new();
    for (number, (files, recorded)) in case.steps.iter().enumerate() {
        // Migrations whose files a step removes were rolled back by the generator before.
        let gone: Vec<File> =
            applied.iter().rev().filter(|file| !files.iter().any(|other| other.key() == file.key())).cloned().collect();
        for file in &gone {
            send(&script(file, adapter, false));
        }
        applied.retain(|file| !gone.contains(file));
        let pending: Vec<&File> = files.iter().filter(|file| !applied.contains(file)).collect();
        let (done, answer) = play(&pending, adapter, true, &send);
        applied.extend(done);
        problems.extend(compare(&format!("{} step {}", case.name, number + 1), answer, recorded));
    }
    let Some(recorded) = &case.rollback else { return problems };
    let keys: BTreeSet<_> = applied.iter().map(File::key).collect();
    let files: Vec<&File> = case.undone(&keys).collect();
    let (_, answer) = play(&files, adapter, false, &send);
    let title = format!("{} rollback", case.name);
    let complete = recorded.error.is_none();
    problems.extend(compare(&title, answer, recorded));
    let remains = left();
    if complete && !remains.trim().is_empty() {
        problems.push(format!("{title} leaves\n{remains}"));
    }
    problems
}

/// Sends the files one by one until one fails; the files that are done, and the error.
fn play(
    files: &[&File],
    adapter: Adapter,
    up: bool,
    send: &impl Fn(&[Part]) -> Answers,
) -> (Vec<File>, Option<String>) {
    let mut done = Vec::new();
    for file in files {
        if let Some(error) = send(&script(file, adapter, up)).into_iter().flatten().next() {
            return (done, Some(error));
        }
        if let Some(message) = raised(file, adapter, up) {
            return (done, Some(message));
        }
        done.push((*file).clone());
    }
    (done, None)
}

/// The statements of a file up to its first exception, in a transaction where Ecto opens one. A file that fails is undone.
fn script(file: &File, adapter: Adapter, up: bool) -> Vec<Part> {
    let config = Config { prefix: file.tenant.clone(), ..Config::default() };
    let migration = read(&file.text, &config).unwrap_or_else(|error| panic!("{}: {error}", file.name));
    let all = statements(if up { &migration.up } else { &migration.down }, adapter);
    let stops = all.iter().any(|statement| statement.sql.is_err());
    let mut parts: Vec<Part> = all.into_iter().map_while(|statement| statement.sql.ok()).map(Part::Statement).collect();
    if !migration.disable_ddl_transaction {
        parts.insert(0, Part::Plain("BEGIN".to_owned()));
        parts.push(Part::Plain(if stops { "ROLLBACK" } else { "COMMIT" }.to_owned()));
    }
    parts
}

fn raised(file: &File, adapter: Adapter, up: bool) -> Option<String> {
    let config = Config { prefix: file.tenant.clone(), ..Config::default() };
    let migration = read(&file.text, &config).ok()?;
    let all = statements(if up { &migration.up } else { &migration.down }, adapter);
    all.into_iter().find_map(|statement| statement.sql.err().map(|error| error.message().to_owned()))
}

/// Compares the error of a run with the recorded one: SQLSTATE and message for PostgreSQL, the message for SQLite.
fn compare(title: &str, answer: Option<String>, recorded: &Recorded) -> Option<String> {
    let same = match (&answer, &recorded.error) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            let (state, message) = ours.split_once(' ').unwrap_or((ours, ""));
            let postgresql = theirs.starts_with(&format!("ERROR {state} (")) && theirs.contains(message);
            let sqlite = theirs.lines().next().is_some_and(|first| ours.contains(first));
            ours == theirs || postgresql || sqlite
        }
        _ => false,
    };
    let refused = recorded.refused.map_or("", |index| &recorded.statements[index]);
    (!same).then(|| format!("{title}:\n  Ecto {:?} {refused}\n  ours {answer:?}", recorded.error))
}
