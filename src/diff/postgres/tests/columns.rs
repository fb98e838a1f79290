//! Columns, keys and foreign keys.

use expect_test::expect;

use super::*;
use crate::plan::samples::referring;
use crate::snapshot::{ColumnType, Deferrable, Reference};

fn with_reference(attribute: &Attribute, change: impl Fn(&mut Reference)) -> Attribute {
    let mut attribute = attribute.clone();
    attribute.references.iter_mut().for_each(change);
    attribute
}

#[test]
fn a_new_table_gets_its_foreign_keys_after_its_columns() {
    check(
        None,
        &posts(&[referring("author_id", "authors", "id"), attribute("title")]),
        expect![[r#"
            CreateTable
            AddAttribute id
            AddAttribute author_id
            AlterAttribute author_id:  -> authors
            DropForeignKey author_id Down
            AddAttribute title
        "#]],
    );
}

#[test]
fn an_empty_table_is_not_created() {
    let nothing = Snapshot { attributes: Vec::new(), ..posts(&[]) };
    check(None, &nothing, expect![""]);
}

#[test]
fn a_changed_column_is_altered() {
    let not_null = Attribute { allow_nil: false, ..attribute("title") };
    check(
        Some(&posts(&columns(&["title", "body"]))),
        &posts(&[not_null, attribute("body")]),
        expect![[r#"
            AlterAttribute title:
        "#]],
    );
}

#[test]
fn a_foreign_key_that_changes_is_dropped_and_made_again() {
    let old = referring("author_id", "authors", "id");
    let deferred = with_reference(&referring("author_id", "users", "id"), |key| key.deferrable = Deferrable::Yes);
    check(
        Some(&posts(&[old])),
        &posts(&[deferred]),
        expect![[r#"
            DropForeignKey author_id Up
            AlterAttribute author_id -> authors:  -> users
            AlterDeferrability Up Some(Yes)
            DropForeignKey author_id Down
            AlterDeferrability Up Some(Yes)
            AlterDeferrability Down Some(No)
        "#]],
    );
}

#[test]
fn the_index_of_a_reference_comes_and_goes_alone() {
    let plain = referring("author_id", "authors", "id");
    let indexed = with_reference(&plain, |key| key.index = true);
    let partly = with_reference(&indexed, |key| key.index_where = Some("title IS NOT NULL".to_owned()));
    check(
        Some(&posts(std::slice::from_ref(&plain))),
        &posts(std::slice::from_ref(&indexed)),
        expect![[r#"
        AddReferenceIndex author_id
    "#]],
    );
    check(
        Some(&posts(&[indexed])),
        &posts(std::slice::from_ref(&partly)),
        expect![[r#"
        AddReferenceIndex author_id
        RemoveReferenceIndex author_id
    "#]],
    );
    check(
        Some(&posts(&[partly])),
        &posts(&[]),
        expect![[r#"
        RemoveAttribute author_id
        RemoveReferenceIndex author_id
    "#]],
    );
}

#[test]
fn old_files_do_not_look_changed() {
    let old = with_reference(&referring("author_id", "authors", "id"), |key| {
        key.ignore = Some(false);
        key.destination_attribute_generated = Some(false);
        key.primary_key = Some(true);
    });
    let new = with_reference(&old, |key| {
        key.ignore = None;
        key.schema = Some("public".to_owned());
        key.destination_attribute_generated = None;
    });
    check(Some(&posts(&[old])), &posts(&[new]), expect![""]);
}

#[test]
fn a_column_with_other_keys_in_its_file_looks_changed() {
    let snapshot = posts(&columns(&["title"]));
    let mut old = Stored::from(snapshot.clone());
    old.oddities.attributes.insert("title".to_owned());
    let mut dialogue = Dialogue::new(&Answers::default(), false);
    let operations = changes(Some(&old), &snapshot, &PostgresOptions::default(), &mut dialogue);
    expect![[r#"
        AlterAttribute title:
    "#]]
    .assert_eq(&listed(&operations));
}

#[test]
fn a_column_that_becomes_serial_gets_a_sequence_first() {
    let bigint = Attribute { column_type: ColumnType::Atom("bigint".to_owned()), ..attribute("number") };
    let serial = Attribute { generated: true, ..bigint.clone() };
    check(
        Some(&posts(std::slice::from_ref(&bigint))),
        &posts(std::slice::from_ref(&serial)),
        expect![[r#"
        SerialSequenceTransition number true
        AlterAttribute number:
    "#]],
    );
    check(
        Some(&posts(&[serial])),
        &posts(&[bigint]),
        expect![[r#"
        AlterAttribute number:
        SerialSequenceTransition number false
    "#]],
    );
}

#[test]
fn a_column_joins_the_primary_key() {
    let number = attribute("number");
    let key = Attribute { primary_key: true, ..number.clone() };
    check(
        Some(&posts(&[number])),
        &posts(&[key]),
        expect![[r#"
        RemovePrimaryKey id
        RemovePrimaryKeyDown
        AddPrimaryKey id, number
        AddPrimaryKeyDown id
        AlterAttribute number:
    "#]],
    );
}

#[test]
fn removed_columns_are_asked_about() {
    let old = Stored::from(posts(&columns(&["first", "last", "nick"])));
    let new = posts(&columns(&["given", "family"]));
    let ask = |answers: &Answers, options: &PostgresOptions| {
        let mut dialogue = Dialogue::new(answers, options.check);
        let operations = changes(Some(&old), &new, options, &mut dialogue);
        format!("{}{}", conversation(&dialogue), listed(&operations))
    };
    expect![[r#"
        Are you renaming posts.first? yes
        What are you renaming it to?: given, family  other
        What are you renaming it to?: given, family  given 
        Are you renaming posts.last? no
        Are you renaming posts.nick to posts.family? no
        AddAttribute family
        RemoveAttribute last
        RemoveAttribute nick
        RenameAttribute first given
    "#]]
    .assert_eq(&ask(&answers(&["y", " other", " given ", "last? => n"]), &PostgresOptions::default()));
    expect![[r#"
        Are you renaming posts.first? open
        Are you renaming posts.last? open
        Are you renaming posts.nick? open
        AddAttribute given
        AddAttribute family
        RemoveAttribute first commented
        RemoveAttribute last commented
        RemoveAttribute nick commented
    "#]]
    .assert_eq(&ask(&Answers::default(), &PostgresOptions { dont_drop_columns: true, ..PostgresOptions::default() }));
    // With --dev nothing is asked about several.
    expect![[r#"
        AddAttribute given
        AddAttribute family
        RemoveAttribute first
        RemoveAttribute last
        RemoveAttribute nick
    "#]]
    .assert_eq(&ask(&Answers::default(), &PostgresOptions { dev: true, ..PostgresOptions::default() }));
}

#[test]
fn flags_answer_before_lines() {
    let renamed =
        crate::diff::RenamedColumn { table: "posts".to_owned(), from: "title".to_owned(), to: "headline".to_owned() };
    let flags = Answers { renamed_columns: vec![renamed], ..answers(&["n"]) };
    let mut dialogue = Dialogue::new(&flags, false);
    let old = Stored::from(posts(&columns(&["title"])));
    let operations = changes(Some(&old), &posts(&columns(&["headline"])), &PostgresOptions::default(), &mut dialogue);
    expect![[r#"
        RenameAttribute title headline
    "#]]
    .assert_eq(&listed(&operations));
}
