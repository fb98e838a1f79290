//! Columns and their foreign keys.

use expect_test::expect;

use super::*;
use crate::plan::samples::{reference, referring};
use crate::snapshot::{ColumnType, Deferrable, OnDelete, Reference};

#[test]
fn a_new_table_has_its_columns_in_reverse() {
    let mut count = attribute("count");
    count.column_type = ColumnType::Atom("bigint".to_owned());
    count.generated = true;
    let label = Attribute { default: "\"none\"".to_owned(), allow_nil: false, ..attribute("label") };
    let new = Snapshot { strict: true, ..jars(&[label, count, attribute("order by")]) };
    check_new(
        &[new],
        expect![[r#"
            create table(:jars, primary_key: false, options: "STRICT") do
            add :"order by", :text
            add :count, :bigserial
            add :label, :text, null: false, default: "none"
            add :id, :uuid, null: false, primary_key: true
            end
            --
            drop table(:jars)
        "#]],
    );
}

#[test]
fn removed_columns_are_commented() {
    check(
        &jars(&columns(&["label", "weight"])),
        &jars(&columns(&["label"])),
        expect![[r#"
            # alter table(:jars) do
            # Attribute removal has been commented out to avoid data loss. See the migration generator documentation for more
            # If you uncomment this, be sure to also uncomment the corresponding attribute *addition* in the `down` migration
            # remove :weight
            # end
            # 
            --
            # alter table(:jars) do
            # This is the `down` migration of the statement:
            #
            #     remove :weight
            #
            # 
            # add :weight, :text
            # end
            # 
        "#]],
    );
}

#[test]
fn removed_columns_are_dropped_when_asked_to() {
    let options = SqliteOptions { drop_columns: true, dev: false };
    let old = stored(&jars(&columns(&["weight"])));
    let shown = show(&old, &[jars(&[])], &options, &[]).expect("no failure");
    expect![[r#"
        alter table(:jars) do
        remove :weight
        end
        --
        alter table(:jars) do
        add :weight, :text
        end
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_rename_is_asked_for() {
    let (old, new) = (jars(&columns(&["label"])), jars(&columns(&["name"])));
    check_answers(
        &old,
        &new,
        &["y"],
        expect![[r#"
            ? Are you renaming jars.label to jars.name? yes
            rename table(:jars), :label, to: :name
            --
            rename table(:jars), :name, to: :label
        "#]],
    );
    check_answers(
        &old,
        &new,
        &["n"],
        expect![[r#"
            ? Are you renaming jars.label to jars.name? no
            alter table(:jars) do
            # Attribute removal has been commented out to avoid data loss. See the migration generator documentation for more
            # If you uncomment this, be sure to also uncomment the corresponding attribute *addition* in the `down` migration
            # remove :label
            add :name, :text
            end
            --
            alter table(:jars) do
            remove :name
            # This is the `down` migration of the statement:
            #
            #     remove :label
            #
            # add :label, :text
            end
        "#]],
    );
}

#[test]
fn of_several_renames_the_new_name_is_asked_for_three_times() {
    let (old, new) = (jars(&columns(&["a", "b"])), jars(&columns(&["c", "d"])));
    check_answers(
        &old,
        &new,
        &["y", "d", "y"],
        expect![[r#"
            ? Are you renaming jars.a? yes
            ? What are you renaming it to?: c, d d
            ? Are you renaming jars.b to jars.c? yes
            rename table(:jars), :a, to: :d
            rename table(:jars), :b, to: :c
            --
            rename table(:jars), :c, to: :b
            rename table(:jars), :d, to: :a
        "#]],
    );
    check_answers(
        &old,
        &new,
        &["y", "x", "y", "z"],
        expect![[r#"
            ** (RuntimeError) ? Are you renaming jars.a? yes
            ? What are you renaming it to?: c, d x
            ? What are you renaming it to?: c, d y
            ? What are you renaming it to?: c, d z
            Could not get matching name after 3 attempts.
        "#]],
    );
}

#[test]
fn dev_asks_only_about_one_to_one() {
    let options = SqliteOptions { drop_columns: true, dev: true };
    let old = stored(&jars(&columns(&["a", "b"])));
    let shown = show(&old, &[jars(&columns(&["c", "d"]))], &options, &["y"]).expect("no failure");
    expect![[r#"
        alter table(:jars) do
        remove :b
        remove :a
        add :c, :text
        add :d, :text
        end
        --
        alter table(:jars) do
        remove :d
        remove :c
        add :a, :text
        add :b, :text
        end
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_changed_column_is_modified() {
    let old = jars(&[attribute("weight"), Attribute { allow_nil: false, ..attribute("label") }]);
    let mut weight = Attribute { default: "0".to_owned(), ..attribute("weight") };
    weight.column_type = ColumnType::Array(Box::new(ColumnType::Atom("bigint".to_owned())));
    check(
        &old,
        &jars(&[weight, attribute("label")]),
        expect![[r#"
            alter table(:jars) do
            modify :label, :text, null: true
            modify :weight, {:array, :bigint}, default: 0
            end
            --
            alter table(:jars) do
            modify :weight, :text, default: nil
            modify :label, :text, null: false
            end
        "#]],
    );
}

#[test]
fn a_column_joining_the_key_drops_the_constraint() {
    let code = Attribute { primary_key: true, allow_nil: false, ..attribute("code") };
    check(
        &jars(&[]),
        &jars(&[code]),
        expect![[r#"
            drop constraint("jars", "jars_pkey")
            alter table(:jars) do
            add :code, :text, null: false, primary_key: true
            end
            --
            drop constraint("jars", "jars_pkey")
            alter table(:jars) do
            remove :code
            end
        "#]],
    );
}

fn shelf(change: impl FnOnce(&mut Reference)) -> Attribute {
    let mut target = reference("shelves", "id");
    change(&mut target);
    Attribute { references: Some(target), ..attribute("shelf_id") }
}

#[test]
fn a_new_reference_cannot_be_taken_back() {
    check(
        &jars(&[]),
        &jars(&[referring("shelf_id", "shelves", "id")]),
        expect![[r#"
            alter table(:jars) do
            add :shelf_id, references(:shelves, column: :id, name: "shelves_id_fkey", type: :text)
            end
            --
            alter table(:jars) do
            remove :shelf_id
            end
            raise "SQLite does not support dropping foreign key constraints. " <>
                      "You will need to manually recreate the `jars` table without the `shelves_id_fkey` constraint. " <>
                      "See https://www.techonthenet.com/sqlite/foreign_keys/drop.php for guidance."
        "#]],
    );
}

#[test]
fn a_changed_reference_is_refused_and_modified() {
    check(
        &jars(&[shelf(|_| {})]),
        &jars(&[shelf(|target| target.on_delete = Some(OnDelete::Atom("delete".to_owned())))]),
        expect![[r#"
            raise "SQLite does not support dropping foreign key constraints. " <>
                      "You will need to manually recreate the `jars` table without the `shelves_id_fkey` constraint. " <>
                      "See https://www.techonthenet.com/sqlite/foreign_keys/drop.php for guidance."
            alter table(:jars) do
            modify :shelf_id, references(:shelves, column: :id, name: "shelves_id_fkey", type: :text, on_delete: :delete_all)
            end
            execute("ALTER TABLE jars alter CONSTRAINT shelves_id_fkey NOT DEFERRABLE");
            --
            raise "SQLite does not support dropping foreign key constraints. " <>
                      "You will need to manually recreate the `jars` table without the `shelves_id_fkey` constraint. " <>
                      "See https://www.techonthenet.com/sqlite/foreign_keys/drop.php for guidance."
            alter table(:jars) do
            modify :shelf_id, references(:shelves, column: :id, name: "shelves_id_fkey", type: :text)
            end
        "#]],
    );
}

#[test]
fn a_reference_on_an_old_column_is_left_out() {
    check(
        &jars(&[attribute("shelf_id")]),
        &jars(&[shelf(|target| target.deferrable = Deferrable::Initially)]),
        expect![[r#"
            alter table(:jars) do
            modify :shelf_id, :text
            end
            execute("ALTER TABLE jars alter CONSTRAINT shelves_id_fkey DEFERRABLE INITIALLY DEFERRED");
            --
            alter table(:jars) do
            modify :shelf_id, :text
            end
        "#]],
    );
}

#[test]
fn a_stored_reference_is_completed_from_the_stored_target() {
    let old_target = Snapshot { table: "shelves".to_owned(), ..jars(&[]) };
    let old = jars(&[shelf(|target| target.primary_key = None)]);
    let stored = BTreeMap::from([
        ("jars".to_owned(), Stored::from(old)),
        ("shelves".to_owned(), Stored::from(old_target.clone())),
    ]);
    let new = [jars(&[shelf(|_| {})]), old_target];
    assert_eq!(show(&stored, &new, &SqliteOptions::default(), &[]), Ok("--\n".to_owned()));
}

#[test]
fn keys_that_are_not_written_today_make_a_difference() {
    let mut old = stored(&jars(&[shelf(|_| {})]));
    old.get_mut("jars").expect("stored").oddities.references.insert("shelf_id".to_owned());
    let shown = show(&old, &[jars(&[shelf(|_| {})])], &SqliteOptions::default(), &[]).expect("no failure");
    assert!(shown.starts_with("raise"), "{shown}");
}
