//! The SQL of every recorded migration, statement for statement, against what Ecto ran.

#[path = "oracle/archive.rs"]
mod archive;
#[path = "oracle/sql.rs"]
mod sql;

use std::collections::BTreeSet;

use ashls::migration::{Config, read};
use ashls::render::sql::{Adapter, SqlError, statements};
use sql::{File, Recorded, SqlCase};

#[test]
fn every_recorded_statement_is_derived_from_the_migration_text() {
    let (mut equal, mut differing) = (0, Vec::new());
    for case in SqlCase::all() {
        let mut applied = BTreeSet::new();
        for (number, (files, recorded)) in case.steps.iter().enumerate() {
            applied.retain(|key| files.iter().any(|file| file.key() == *key));
            let pending: Vec<&File> = files.iter().filter(|file| !applied.contains(&file.key())).collect();
            let (sent, done) = run(&case, &pending, recorded, true);
            applied.extend(done);
            count(&format!("{} step {}", case.name, number + 1), &sent, recorded, files, &mut equal, &mut differing);
        }
        if let Some(recorded) = &case.rollback {
            let files: Vec<&File> = case.undone(&applied).collect();
            let (sent, _) = run(&case, &files, recorded, false);
            let all: Vec<File> = files.into_iter().cloned().collect();
            count(&format!("{} rollback", case.name), &sent, recorded, &all, &mut equal, &mut differing);
        }
    }
    println!("{equal} of {} runs equal", equal + differing.len());
    assert!(differing.is_empty(), "{equal} runs are equal, {} differ:\n{}", differing.len(), differing.join("\n"));
}

/// What is sent until the migration or the database stops, and the files that are done.
fn run(
    case: &SqlCase,
    files: &[&File],
    recorded: &Recorded,
    up: bool,
) -> (Vec<String>, BTreeSet<(Option<String>, String)>) {
    let adapter = if case.sqlite { Adapter::Sqlite } else { Adapter::Postgres };
    let (mut sent, mut done) = (Vec::new(), BTreeSet::new());
    for file in files {
        if !file.is_digest() {
            let config = Config { prefix: file.tenant.clone(), ..Config::default() };
            let migration = read(&file.text, &config).unwrap_or_else(|error| panic!("{}: {error}", file.name));
            for statement in statements(if up { &migration.up } else { &migration.down }, adapter) {
                match statement.sql {
                    Ok(sql) => sent.push(sql),
                    Err(SqlError::Raised { message }) => {
                        if recorded.error.as_deref() != Some(message.as_str()) {
                            sent.push(format!("raised: {message}"));
                        }
                        return (sent, done);
                    }
                    Err(SqlError::Unknown { reason }) => sent.push(format!("not known: {reason}")),
                }
                if recorded.refused == Some(sent.len() - 1) {
                    return (sent, done);
                }
            }
        }
        done.insert(file.key());
    }
    (sent, done)
}

fn count(
    title: &str,
    sent: &[String],
    recorded: &Recorded,
    files: &[File],
    equal: &mut usize,
    differing: &mut Vec<String>,
) {
    // Of files recorded as digests some statements are left in; they install or remove extensions around everything else.
    let around = files.iter().any(File::is_digest);
    let expected = &recorded.statements;
    if sent == expected || around && (expected.ends_with(sent) || expected.starts_with(sent)) {
        *equal += 1;
        return;
    }
    let place = sent.iter().zip(expected).position(|(ours, theirs)| ours != theirs);
    let place = place.unwrap_or(sent.len().min(expected.len()));
    differing.push(format!(
        "{title}, statement {place}:\n  Ecto {:?}\n  ours {:?}",
        expected.get(place),
        sent.get(place)
    ));
}
