//! Comparing small tables. `up` and `down` are shown as the generator writes them before formatting.

mod columns;
mod merging;
mod others;

use std::collections::BTreeMap;

use super::*;
use crate::plan::samples::{attribute, uuid_key};
use crate::render::ecto::sqlite::bodies;
use crate::snapshot::Attribute;

/// Takes the answers in order; no answer left means no, and no text.
struct Scripted<'a> {
    answers: Vec<&'a str>,
    asked: Vec<String>,
}

impl Scripted<'_> {
    fn next(&mut self, question: &str) -> String {
        self.asked.push(question.to_owned());
        if self.answers.is_empty() { String::new() } else { self.answers.remove(0).to_owned() }
    }
}

impl Ask for Scripted<'_> {
    fn confirm(&mut self, question: &str) -> Result<bool, Failure> {
        Ok(self.next(question) == "y")
    }

    fn prompt(&mut self, question: &str) -> Result<String, Failure> {
        Ok(self.next(question))
    }
}

/// The table `jars` with an `id` and `columns`.
fn jars(columns: &[Attribute]) -> Snapshot {
    let id = Attribute { default: "nil".to_owned(), ..uuid_key() };
    Snapshot {
        table: "jars".to_owned(),
        schema: None,
        repo: "Pantry.Repo".to_owned(),
        attributes: std::iter::once(id).chain(columns.iter().cloned()).collect(),
        identities: Vec::new(),
        custom_indexes: Vec::new(),
        custom_statements: Vec::new(),
        check_constraints: Vec::new(),
        multitenancy: Multitenancy::default(),
        base_filter: None,
        create_table_options: None,
        has_create_action: true,
        strict: false,
        drop_table_opted_out: false,
    }
}

fn columns(sources: &[&str]) -> Vec<Attribute> {
    sources.iter().map(|source| attribute(source)).collect()
}

fn stored(snapshot: &Snapshot) -> BTreeMap<String, Stored> {
    BTreeMap::from([(snapshot.table.clone(), Stored::from(snapshot.clone()))])
}

/// Questions, `up` and `down` of going from `old` to `new`.
fn show(
    old: &BTreeMap<String, Stored>,
    new: &[Snapshot],
    options: &SqliteOptions,
    answers: &[&str],
) -> Result<String, Failure> {
    let mut scripted = Scripted { answers: answers.to_vec(), asked: Vec::new() };
    let changes = changes(new, old, options, &mut scripted)?;
    let phases =
        crate::plan::sqlite::plan(changes.iter().map(|change| (&change.snapshot, change.operations.as_slice())));
    let bodies = bodies(&phases);
    let asked: String = scripted.asked.iter().map(|question| format!("? {question}\n")).collect();
    Ok(format!("{asked}{}--\n{}", squeeze(&bodies.up), squeeze(&bodies.down)))
}

/// Without blank lines: where they stand only shows in unformatted files, which `render` tests.
fn squeeze(text: &str) -> String {
    text.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

fn check(old: &Snapshot, new: &Snapshot, expected: expect_test::Expect) {
    let shown = show(&stored(old), std::slice::from_ref(new), &SqliteOptions::default(), &[]);
    expected.assert_eq(&shown.unwrap_or_else(|failure| format!("{failure:?}")));
}

/// A table that no snapshot knows.
fn check_new(new: &[Snapshot], expected: expect_test::Expect) {
    let shown = show(&BTreeMap::new(), new, &SqliteOptions::default(), &[]);
    expected.assert_eq(&shown.unwrap_or_else(|failure| format!("{failure:?}")));
}

fn check_answers(old: &Snapshot, new: &Snapshot, answers: &[&str], expected: expect_test::Expect) {
    let shown = show(&stored(old), std::slice::from_ref(new), &SqliteOptions::default(), answers);
    expected.assert_eq(&shown.unwrap_or_else(|failure| format!("{failure:?}")));
}
