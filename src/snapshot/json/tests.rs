use expect_test::{Expect, expect};
use serde_json::json;

use super::*;
use crate::snapshot::{ColumnType, Field};

fn stored(text: &str) -> Stored {
    read(text, "shelves.json", Dialect::Postgres).expect("the snapshot is readable")
}

fn check_error(text: &str, expected: Expect) {
    let error = read(text, "shelves.json", Dialect::Postgres).expect_err("the snapshot is broken");
    expected.assert_eq(&format!("{}: {}", error.line, error.problem));
}

/// A snapshot with the keys of the first versions only.
const SPARSE: &str = r#"{
  "attributes": [
    {"allow_nil?": true, "default": null, "generated?": false, "name": "shelf", "primary_key?": false,
     "type": ["varchar", 40],
     "references": {"destination_field": "id", "ignore": true, "ignore?": false, "name": "_shelf_fkey", "table": "shelves"}}
  ],
  "identities": [{"name": "label", "keys": ["label", "lower(code)"]}],
  "custom_indexes": [{"fields": ["label"], "table": null, "unique": true, "concurrently": false, "using": null, "prefix": null, "where": null}],
  "check_constraints": [{"name": "fee_ok", "attribute": "fee", "check": "fee > 0"}],
  "repo": "Elixir.Athenaeum.Repo",
  "table": "books"
}"#;

#[test]
fn old_files_get_the_defaults_of_the_generator() {
    let Stored { snapshot, oddities } = stored(SPARSE);
    assert_eq!(oddities, Oddities::default());
    assert!(snapshot.has_create_action);
    assert_eq!(snapshot.repo, "Athenaeum.Repo");
    let attribute = &snapshot.attributes[0];
    assert_eq!((attribute.source.as_str(), attribute.default.as_str()), ("shelf", "nil"));
    assert_eq!((&attribute.column_type, attribute.size), (&ColumnType::Atom("varchar".into()), None));
    let reference = attribute.references.as_ref().expect("a reference");
    assert_eq!(reference.name, "books_shelf_fkey");
    assert_eq!(reference.destination_attribute, "id");
    assert_eq!(reference.destination_attribute_default.as_deref(), Some("nil"));
    assert_eq!(reference.ignore, Some(false));
    assert_eq!(snapshot.identities[0].index_name, "books_label_unique_index");
    let keys = [Field::Column("label".into()), Field::Expression("lower(code)".into())];
    assert_eq!(snapshot.identities[0].keys, keys);
    assert_eq!(snapshot.custom_indexes[0].include, Some(Vec::new()));
    assert_eq!(snapshot.check_constraints[0].base_filter, None);
}

#[test]
fn ash_sqlite_takes_the_size_from_the_type() {
    let text = SPARSE.replace("lower(code)", "code");
    let snapshot = read(&text, "books.json", Dialect::Sqlite).expect("readable").snapshot;
    assert_eq!(snapshot.attributes[0].size, Some(40));
    assert_eq!(snapshot.identities[0].keys[0], Field::Column("code".into()));
}

#[test]
fn odd_objects_are_noted() {
    let text = SPARSE.replace("\"generated?\": false, ", "").replace("\"using\": null, ", "");
    let text = text.replace("\"ignore\": true", "\"colour\": 1");
    let oddities = stored(&text).oddities;
    assert!(oddities.attributes.contains("shelf") && oddities.references.contains("shelf"));
    assert!(oddities.custom_indexes.contains(&0));
}

#[test]
fn what_is_written_reads_back_the_same() {
    for dialect in [Dialect::Postgres, Dialect::Sqlite] {
        let text = SPARSE.replace("lower(code)", "code").replace("\"books\"", "\"nil\\u001f\"");
        let mut first = read(&text, "books.json", dialect).expect("readable");
        // These two forms are only read, never written.
        first.snapshot.check_constraints.clear();
        if let Some(reference) = &mut first.snapshot.attributes[0].references {
            reference.ignore = None;
            reference.match_tenant = Some(false);
        }
        let written = write(&first.snapshot, dialect);
        let again = read(&written, "books.json", dialect).expect("readable");
        assert_eq!(write(&again.snapshot, dialect), written);
        if dialect == Dialect::Postgres {
            assert_eq!(again.snapshot.attributes, first.snapshot.attributes);
        }
    }
}

#[test]
fn json_is_laid_out_as_jason_does() {
    let value = sorted(&json!({"b": [], "a": {"d": {}, "c": [1, "é\"\\\u{1f}\n/"]}, "Z": null}));
    expect![[r#"
        {
          "Z": null,
          "a": {
            "c": [
              1,
              "é\"\\\u001F\n/"
            ],
            "d": {}
          },
          "b": []
        }"#]]
    .assert_eq(&print(&value));
}

#[test]
fn broken_files_name_the_line() {
    check_error("", expect!["1: the JSON ends too early"]);
    check_error("{\n  \"table\": ", expect!["2: the JSON ends too early"]);
    check_error("<<<<<<< ours\n{}", expect!["1: this is no JSON (expected value at line 1 column 1)"]);
    check_error("{}", expect![[r#"1: the key "table" is missing"#]]);
    check_error("[\"citext\"]", expect!["1: expected an object, found a list"]);
    check_error(
        "{\"table\": \"a,{b\",\n\"identities\": [],\n\"repo\": \"R\",\n\"attributes\": [\n1]}",
        expect!["5: expected an object, found a number"],
    );
    check_error(
        &SPARSE.replace("\"label\", \"lower(code)\"", "{\"type\": \"map\"}"),
        expect![[r#"7: expected column names for "keys", found an object"#]],
    );
    check_error(
        &SPARSE.replace("[\"varchar\", 40]", "[]"),
        expect![[
            r#"4: expected a type name, or a list of "array" and a type or of a type and a size for "type", found a list"#
        ]],
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

    /// Whatever became of a file, reading it says something and names a line of it.
    #[test]
    fn damaged_files_are_errors_or_snapshots(start in 0..SPARSE.len(), len in 0..40usize, put in "[\\[\\]{}\",:0a\\\\ \n]{0,6}") {
        let mut text = SPARSE.to_owned();
        text.replace_range(start..(start + len).min(SPARSE.len()), &put);
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            if let Err(error) = read(&text, "books.json", dialect) {
                proptest::prop_assert!((1..=text.lines().count() + 1).contains(&error.line), "{}", error);
            }
        }
    }
}
