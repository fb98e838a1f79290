//! Runs of the PostgreSQL generator over small projects. What happens to files, messages and questions is shown; the
//! texts are tested where they are made.

mod names;
mod snapshots;
mod tenants;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use expect_test::Expect;

use super::*;
use crate::diff::Answers;
use crate::plan::samples::{attribute, uuid_key};
use crate::snapshot::json::write;
use crate::snapshot::{Attribute, Multitenancy, Snapshot};

/// A project: its repos, its declared tables and its generated files.
struct Project {
    repos: Vec<RepoInfo>,
    declared: Vec<DeclaredTable>,
    files: BTreeMap<String, Option<Arc<str>>>,
    options: Options,
    answers: Answers,
}

impl Project {
    /// With one repo, a name for the run, and these tables.
    fn declaring(tables: &[Snapshot]) -> Project {
        let mut project = Project {
            repos: vec![RepoInfo::new("MyApp.Repo", Dialect::Postgres)],
            declared: Vec::new(),
            files: BTreeMap::new(),
            options: Options { name: Some("step".to_owned()), ..Options::default() },
            answers: Answers::default(),
        };
        project.declare(tables);
        project
    }

    fn declare(&mut self, tables: &[Snapshot]) {
        let declared = tables.iter().map(|snapshot| DeclaredTable {
            dialect: Dialect::Postgres,
            snapshot: snapshot.clone(),
            managed: true,
            unresolved: Vec::new(),
            cause: 0,
        });
        self.declared = declared.collect();
    }

    fn with_file(mut self, path: &str, text: &str) -> Project {
        self.files.insert(path.to_owned(), Some(text.into()));
        self
    }

    /// With the snapshot of a table as the only one in its folder.
    fn with_snapshot(self, folder: &str, snapshot: &Snapshot) -> Project {
        let path = format!("priv/resource_snapshots/repo/{folder}/20240101000000.json");
        self.with_file(&path, &write(snapshot, Dialect::Postgres))
    }

    fn with_lines(mut self, lines: &[&str]) -> Project {
        self.answers.lines = Some(lines.iter().map(|line| (*line).to_owned()).collect());
        self
    }

    fn run(&self) -> Outcome {
        generate(&Input {
            repos: &self.repos,
            declared: &self.declared,
            unknown: &[],
            files: &self.files,
            cache: &SnapshotCache::default(),
            options: &self.options,
            answers: &self.answers,
            first_timestamp: &Timestamp::parse("20990101000001").expect("a stamp"),
            format: &|_, _, text| Ok(text.to_owned()),
            extension_texts: &|_| Box::new(NoTexts),
            ash_functions_version: Some(6),
            asks_about_tables: true,
        })
    }

    /// Runs and carries the changes out.
    fn step(&mut self) -> Outcome {
        let outcome = self.run();
        for change in &outcome.changes {
            match change {
                FileChange::Write { path, text } => drop(self.files.insert(path.clone(), Some(text.as_str().into()))),
                FileChange::Delete { path } => drop(self.files.remove(path)),
                FileChange::Rename { from, to } => {
                    let text = self.files.remove(from).flatten();
                    self.files.insert(to.clone(), text);
                }
            }
        }
        outcome
    }

    fn check(&mut self, expected: Expect) {
        let outcome = self.step();
        expected.assert_eq(&shown(&outcome));
    }
}

/// Questions, messages, changes of files, and the failure.
fn shown(outcome: &Outcome) -> String {
    let mut text = String::new();
    for exchange in &outcome.exchanges {
        writeln!(text, "? {} {:?}", exchange.question.text, exchange.answer).expect("text can be written");
    }
    for question in &outcome.open {
        writeln!(text, "? {} open", question.text).expect("text can be written");
    }
    for message in &outcome.messages {
        let first = message.text.lines().next().unwrap_or_default();
        writeln!(text, "{}{first}", if message.error { "! " } else { "" }).expect("text can be written");
    }
    for change in &outcome.changes {
        match change {
            FileChange::Write { path, .. } => writeln!(text, "write {path}"),
            FileChange::Delete { path } => writeln!(text, "delete {path}"),
            FileChange::Rename { from, to } => writeln!(text, "rename {from} {to}"),
        }
        .expect("text can be written");
    }
    for error in &outcome.unreadable {
        writeln!(text, "unreadable {error}").expect("text can be written");
    }
    if let Some(failure) = &outcome.failure {
        writeln!(text, "failed {}", failure.to_string().trim_end()).expect("text can be written");
    }
    text
}

/// A table with an `id` and nullable text columns.
fn table(name: &str, columns: &[&str]) -> Snapshot {
    let columns = columns.iter().map(|source| attribute(source));
    Snapshot {
        table: name.to_owned(),
        schema: None,
        repo: "MyApp.Repo".to_owned(),
        attributes: std::iter::once(uuid_key()).chain(columns).collect::<Vec<Attribute>>(),
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
