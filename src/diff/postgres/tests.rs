//! Comparisons of small tables. Operations are shown as the generator's struct name and what they are about.

mod columns;
mod merging;
mod objects;
mod property;
mod tables;

use std::fmt::Write;

use expect_test::Expect;

use super::*;
use crate::diff::operation::Change;
use crate::diff::{Answer, Dialogue};
use crate::diff::{Answers, Operation};
use crate::plan::samples::{attribute, uuid_key};
use crate::snapshot::json::Stored;
use crate::snapshot::{Attribute, Multitenancy, Snapshot};

/// The table `posts` with an `id` and `columns`.
fn posts(columns: &[Attribute]) -> Snapshot {
    Snapshot {
        table: "posts".to_owned(),
        schema: None,
        repo: "MyApp.Repo".to_owned(),
        attributes: std::iter::once(uuid_key()).chain(columns.iter().cloned()).collect(),
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

/// Nullable text columns.
fn columns(sources: &[&str]) -> Vec<Attribute> {
    sources.iter().map(|source| attribute(source)).collect()
}

fn answers(lines: &[&str]) -> Answers {
    Answers { lines: Some(lines.iter().map(|line| (*line).to_owned()).collect()), ..Answers::default() }
}

/// The changes of one table.
fn changes(old: Option<&Stored>, new: &Snapshot, options: &PostgresOptions, dialogue: &mut Dialogue) -> Vec<Operation> {
    let declared = [Declared { snapshot: new.clone(), cause: 0 }];
    let tables = merge(&declared, &mut |_| old.cloned(), &[], dialogue).expect("tables that merge");
    let changes = table_changes(tables, options, dialogue).expect("no conflict");
    changes.into_iter().flat_map(|change| change.operations).collect()
}

/// Compares `old` with `new`, without questions.
fn check(old: Option<&Snapshot>, new: &Snapshot, expected: Expect) {
    let mut dialogue = Dialogue::new(&Answers::default(), false);
    let old = old.cloned().map(Stored::from);
    let operations = changes(old.as_ref(), new, &PostgresOptions::default(), &mut dialogue);
    assert_eq!(dialogue.open, []);
    expected.assert_eq(&listed(&operations));
}

/// One line per operation.
fn listed(operations: &[Operation]) -> String {
    let mut text = String::new();
    for operation in operations {
        let about = about(&operation.change);
        let name = operation.change.struct_name();
        writeln!(text, "{name} {about}").expect("text can be written");
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn about(change: &Change) -> String {
    match change {
        Change::AddAttribute { attribute } => attribute.source.clone(),
        Change::RemoveAttribute { attribute, commented } => {
            format!("{}{}", attribute.source, if *commented { " commented" } else { "" })
        }
        Change::AlterAttribute { old_attribute, new_attribute } => {
            let reference = |attribute: &Attribute| match &attribute.references {
                Some(reference) => format!(" -> {}", reference.table),
                None => String::new(),
            };
            format!("{}{}: {}", new_attribute.source, reference(old_attribute), reference(new_attribute))
        }
        Change::RenameAttribute { old_attribute, new_attribute } => {
            format!("{} {}", old_attribute.source, new_attribute.source)
        }
        Change::RenameTable { old_table } => old_table.clone(),
        Change::MoveTableSchema { old_schema, new_schema } => format!("{old_schema:?} {new_schema:?}"),
        Change::DropForeignKey { attribute, direction } => format!("{} {direction:?}", attribute.source),
        Change::AlterDeferrability { direction, references } => {
            let deferrable = references.as_ref().map(|reference| reference.deferrable);
            format!("{direction:?} {deferrable:?}")
        }
        Change::SerialSequenceTransition { column, to_serial, .. } => format!("{column} {to_serial}"),
        Change::AddUniqueIndex { identity, insert_after_attribute_source, .. } => {
            format!("{} after {insert_after_attribute_source:?}", identity.index_name)
        }
        Change::RemoveUniqueIndex { identity } => identity.index_name.clone(),
        Change::RenameUniqueIndex { old_identity, new_identity } => {
            format!("{} {}", old_identity.index_name, new_identity.index_name)
        }
        Change::AddCustomIndex { index, .. } | Change::RemoveCustomIndex { index, .. } => {
            index.fields.iter().map(|field| field.value()).collect::<Vec<_>>().join(", ")
        }
        Change::AddReferenceIndex { source, .. } | Change::RemoveReferenceIndex { source, .. } => source.clone(),
        Change::AddCustomStatement { statement } | Change::RemoveCustomStatement { statement } => statement.up.clone(),
        Change::AddCheckConstraint { constraint } | Change::RemoveCheckConstraint { constraint } => {
            constraint.check.clone()
        }
        Change::AddPrimaryKey { keys } | Change::RemovePrimaryKey { keys } => keys.join(", "),
        Change::AddPrimaryKeyDown { keys, remove_old } => {
            format!("{}{}", keys.join(", "), if *remove_old { " instead" } else { "" })
        }
        Change::RemovePrimaryKeyDown { commented } => if *commented { "commented" } else { "" }.to_owned(),
        Change::CreateTable { .. } | Change::DropTable => String::new(),
    }
}

/// Questions with their answers, one per line.
fn conversation(dialogue: &Dialogue) -> String {
    let answered = dialogue.exchanges.iter().map(|exchange| {
        let answer = match &exchange.answer {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Text(text) => text,
        };
        format!("{} {answer}\n", exchange.question.text)
    });
    answered.chain(dialogue.open.iter().map(|question| format!("{} open\n", question.text))).collect()
}
