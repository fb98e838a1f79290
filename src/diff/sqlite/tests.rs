//! Comparing small tables. `up` and `down` are shown as the generator writes them before formatting.

mod columns;
mod merging;
mod others;

use std::collections::BTreeMap;

use super::samples::{columns, jars};
use super::*;
use crate::diff::Answers;
use crate::diff::{Answer, Exchange};
use crate::plan::samples::attribute;
use crate::render::ecto::sqlite::bodies;
use crate::snapshot::Attribute;

fn stored(snapshot: &Snapshot) -> BTreeMap<String, Stored> {
    BTreeMap::from([(snapshot.table.clone(), Stored::from(snapshot.clone()))])
}

fn declared(snapshots: &[Snapshot]) -> Vec<Declared> {
    snapshots.iter().map(|snapshot| Declared { snapshot: snapshot.clone(), cause: 0 }).collect()
}

/// Questions, `up` and `down` of going from `old` to `new`. No answer left means no.
fn show(
    old: &BTreeMap<String, Stored>,
    new: &[Snapshot],
    options: &SqliteOptions,
    answers: &[&str],
) -> Result<String, Raised> {
    let lines = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let mut dialogue = Dialogue::new(&Answers { lines: Some(lines), ..Answers::default() }, false);
    let mut existing = |snapshot: &Snapshot| old.get(&snapshot.table).cloned();
    let changes = table_changes(&declared(new), &mut existing, options, &mut dialogue);
    let asked: String = dialogue.exchanges.iter().map(shown).collect();
    let changes = changes.map_err(|raised| Raised { message: format!("{asked}{}", raised.message), ..raised })?;
    let phases =
        crate::plan::sqlite::plan(changes.iter().map(|change| (&change.table.snapshot, change.operations.as_slice())));
    let bodies = bodies(&phases);
    Ok(format!("{asked}{}--\n{}", squeeze(&bodies.up), squeeze(&bodies.down)))
}

fn shown(exchange: &Exchange) -> String {
    let answer = match &exchange.answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Text(text) => text,
    };
    format!("? {} {answer}\n", exchange.question.text)
}

/// Without blank lines: where they stand only shows in unformatted files, which `render` tests.
fn squeeze(text: &str) -> String {
    text.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

fn check(old: &Snapshot, new: &Snapshot, expected: expect_test::Expect) {
    let shown = show(&stored(old), std::slice::from_ref(new), &SqliteOptions::default(), &[]);
    expected.assert_eq(&shown.unwrap_or_else(|raised| format!("{raised}\n")));
}

/// A table that no snapshot knows.
fn check_new(new: &[Snapshot], expected: expect_test::Expect) {
    let shown = show(&BTreeMap::new(), new, &SqliteOptions::default(), &[]);
    expected.assert_eq(&shown.unwrap_or_else(|raised| format!("{raised}\n")));
}

fn check_answers(old: &Snapshot, new: &Snapshot, answers: &[&str], expected: expect_test::Expect) {
    let shown = show(&stored(old), std::slice::from_ref(new), &SqliteOptions::default(), answers);
    expected.assert_eq(&shown.unwrap_or_else(|raised| format!("{raised}\n")));
}
