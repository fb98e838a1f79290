//! Several resources on one table.

use expect_test::expect;

use super::*;
use crate::plan::samples::{identity, reference, referring};
use crate::snapshot::{ColumnType, OnDelete};

#[test]
fn columns_are_merged() {
    let first = jars(&[Attribute { allow_nil: false, ..attribute("label") }]);
    let weight = Attribute { allow_nil: false, default: "1".to_owned(), ..attribute("weight") };
    let second = jars(&[weight, Attribute { allow_nil: false, default: "\"x\"".to_owned(), ..attribute("label") }]);
    check_new(
        &[first, second],
        expect![[r#"
            create table(:jars, primary_key: false) do
            add :weight, :text, default: 1
            add :label, :text, null: false
            add :id, :uuid, null: false, primary_key: true
            end
            --
            drop table(:jars)
        "#]],
    );
}

#[test]
fn a_resource_that_creates_no_rows_does_not_loosen_a_column() {
    let first = jars(&[Attribute { allow_nil: false, ..attribute("label") }]);
    let view = Snapshot { has_create_action: false, ..jars(&[]) };
    check_new(
        &[first, view],
        expect![[r#"
            create table(:jars, primary_key: false) do
            add :label, :text, null: false
            add :id, :uuid, null: false, primary_key: true
            end
            --
            drop table(:jars)
        "#]],
    );
}

#[test]
fn types_must_agree() {
    let number = Attribute { column_type: ColumnType::Atom("bigint".to_owned()), ..attribute("label") };
    check_new(
        &[jars(&columns(&["label"])), jars(&[number])],
        expect![[r#"
            ** (RuntimeError) Conflicting types for table `jars.label`: [:text, :bigint]
        "#]],
    );
}

#[test]
fn references_must_agree_where_both_say_something() {
    let declared = |on_delete: Option<&str>| {
        let mut target = reference("shelves", "id");
        target.on_delete = on_delete.map(|action| OnDelete::Atom(action.to_owned()));
        jars(&[Attribute { references: Some(target), ..attribute("shelf_id") }])
    };
    check_new(
        &[declared(None), declared(Some("nilify"))],
        expect![[r#"
            create table(:jars, primary_key: false) do
            add :shelf_id, references(:shelves, column: :id, name: "shelves_id_fkey", type: :text, on_delete: :nilify_all)
            add :id, :uuid, null: false, primary_key: true
            end
            --
            raise "SQLite does not support dropping foreign key constraints. " <>
                      "You will need to manually recreate the `jars` table without the `shelves_id_fkey` constraint. " <>
                      "See https://www.techonthenet.com/sqlite/foreign_keys/drop.php for guidance."
            drop table(:jars)
        "#]],
    );
    check_new(
        &[declared(Some("delete")), declared(Some("nilify"))],
        expect![[r#"
            ** (RuntimeError) Conflicting configurations for references for jars.shelf_id:

            Values:

              * :delete
              * :nilify

        "#]],
    );
}

#[test]
fn identities_with_the_same_keys_count_once() {
    let with = |name: &str| Snapshot { identities: vec![identity(name, &["label"])], ..jars(&columns(&["label"])) };
    let old = stored(&with("known"));
    let shown = show(&old, &[with("first"), with("known")], &SqliteOptions::default(), &[]);
    assert_eq!(shown, Ok("--\n".to_owned()));
}

#[test]
fn different_primary_keys_are_asked_about_and_fail() {
    let id = |primary_key| Attribute { primary_key, ..attribute("id") };
    let code = |primary_key| Attribute { primary_key, ..attribute("code") };
    let with = |attributes: Vec<Attribute>| Snapshot { attributes, ..jars(&[]) };
    let new = [with(vec![id(true), code(false)]), with(vec![id(false), code(true)])];
    let raised = show(&BTreeMap::new(), &new, &SqliteOptions::default(), &["0"]).expect_err("it fails");
    expect![[r#"
        ** (KeyError) ? Which primary key should be used for the table `jars` (enter the number)?

        0: [:id]
        1: [:code]
         0
        key :base_filter not found in: %{keys: [:code], name: "jars_code"}"#]]
    .assert_eq(&raised.to_string());
}

#[test]
fn tables_come_in_reverse_unless_one_refers_to_the_other() {
    let table = |name: &str, columns: &[Attribute]| Snapshot { table: name.to_owned(), ..jars(columns) };
    let without_id = |mut snapshot: Snapshot| {
        snapshot.attributes.remove(0);
        snapshot
    };
    let new = [
        without_id(table("a", &columns(&["x"]))),
        without_id(table("b", &[referring("y", "c", "z")])),
        without_id(table("c", &columns(&["z"]))),
    ];
    check_new(
        &new,
        expect![[r#"
            create table(:c, primary_key: false) do
            add :z, :text
            end
            create table(:b, primary_key: false) do
            add :y, references(:c, column: :z, name: "c_z_fkey", type: :text)
            end
            create table(:a, primary_key: false) do
            add :x, :text
            end
            --
            drop table(:a)
            raise "SQLite does not support dropping foreign key constraints. " <>
                      "You will need to manually recreate the `b` table without the `c_z_fkey` constraint. " <>
                      "See https://www.techonthenet.com/sqlite/foreign_keys/drop.php for guidance."
            drop table(:b)
            drop table(:c)
        "#]],
    );
}
