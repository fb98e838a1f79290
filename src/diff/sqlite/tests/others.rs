//! Identities, custom indexes, custom statements, tenancy.

use expect_test::expect;

use super::*;
use crate::plan::samples::{by_attribute, custom_index, identity, statement};
use crate::snapshot::{CustomIndex, CustomStatement, Identity};

fn with_identity(identity: Identity) -> Snapshot {
    Snapshot { identities: vec![identity], ..jars(&columns(&["label", "code"])) }
}

#[test]
fn an_identity_is_replaced_and_renamed_when_both_change() {
    let old = with_identity(identity("label", &["label"]));
    let renamed = Identity { index_name: "jar_labels".to_owned(), ..identity("label", &["label"]) };
    check(
        &old,
        &with_identity(renamed),
        expect![[r#"
            execute("ALTER INDEX posts_label_index RENAME TO jar_labels")
            --
            execute("ALTER INDEX jar_labels RENAME TO posts_label_index")
        "#]],
    );
    let strict = Identity { nils_distinct: false, ..identity("label", &["label", "code"]) };
    check(
        &old,
        &with_identity(strict),
        expect![[r#"
            drop_if_exists unique_index(:jars, [:label], name: "posts_label_index")
            create unique_index(:jars, [:label, :code], name: "posts_label_index", nulls_distinct: false)
            --
            drop_if_exists unique_index(:jars, [:label, :code], name: "posts_label_index")
            create unique_index(:jars, [:label], name: "posts_label_index")
        "#]],
    );
}

#[test]
fn the_order_of_keys_is_no_change() {
    let old = with_identity(identity("label", &["label", "code"]));
    check(&old, &with_identity(identity("label", &["code", "label"])), expect!["--\n"]);
}

fn with_index(index: CustomIndex) -> Snapshot {
    Snapshot { custom_indexes: vec![index], ..jars(&columns(&["label"])) }
}

#[test]
fn a_changed_custom_index_is_dropped_first() {
    let new = CustomIndex {
        unique: true,
        filter: Some("label != \"\"".to_owned()),
        include: Some(vec!["id".to_owned()]),
        name: Some("jar_label".to_owned()),
        ..custom_index(&["label"])
    };
    check(
        &with_index(custom_index(&["label", "__"])),
        &with_index(new),
        expect![[r#"
            drop_if_exists index(:jars, ["label", "__"], name: "jars_label__index")
            create index(:jars, ["label"], name: "jar_label", unique: true, where: "label != \"\"", include: ["id"])
            --
            drop_if_exists index(:jars, ["label"], name: "jar_label")
            create index(:jars, ["label", "__"])
        "#]],
    );
}

#[test]
fn a_changed_base_filter_loses_custom_indexes() {
    let filtered = |base_filter: Option<&str>| Snapshot {
        base_filter: base_filter.map(str::to_owned),
        identities: vec![Identity { base_filter: base_filter.map(str::to_owned), ..identity("label", &["label"]) }],
        ..with_index(CustomIndex { filter: Some("label > 1".to_owned()), ..custom_index(&["label"]) })
    };
    check(
        &filtered(Some("gone IS NULL")),
        &filtered(None),
        expect![[r#"
            drop_if_exists index(:jars, ["label"], name: "jars_label_index")
            drop_if_exists unique_index(:jars, [:label], name: "posts_label_index")
            create unique_index(:jars, [:label], name: "posts_label_index")
            --
            drop_if_exists unique_index(:jars, [:label], name: "posts_label_index")
            create unique_index(:jars, [:label], where: "gone IS NULL", name: "posts_label_index")
            create index(:jars, ["label"], where: "gone IS NULL AND label > 1")
        "#]],
    );
}

#[test]
fn tenancy_puts_its_column_first() {
    let new = Snapshot { multitenancy: by_attribute("org"), ..with_identity(identity("label", &["label"])) };
    let new = Snapshot { custom_indexes: vec![custom_index(&["code"])], ..new };
    check(
        &with_identity(identity("label", &["label"])),
        &new,
        expect![[r#"
            create index(:jars, ["org", "code"])
            drop_if_exists unique_index(:jars, [:label], name: "posts_label_index")
            create unique_index(:jars, [:org, :label], name: "posts_label_index")
            --
            drop_if_exists unique_index(:jars, [:org, :label], name: "posts_label_index")
            create unique_index(:jars, [:org, :label], name: "posts_label_index")
            drop_if_exists index(:jars, ["org", "code"], name: "jars_code_index")
        "#]],
    );
}

#[test]
fn odd_custom_indexes_are_always_recreated() {
    let table = with_index(custom_index(&["label"]));
    let mut old = stored(&table);
    old.get_mut("jars").expect("stored").oddities.custom_indexes.insert(0);
    let shown = show(&old, &[table], &SqliteOptions::default(), &[]).expect("no failure");
    assert!(shown.starts_with("drop_if_exists"), "{shown}");
}

#[test]
fn custom_statements_follow_everything() {
    let with = |statements: Vec<CustomStatement>| Snapshot { custom_statements: statements, ..jars(&[]) };
    let changed = CustomStatement { up: "flush()".to_owned(), code: true, ..statement("b") };
    check(
        &with(vec![statement("a"), statement("b")]),
        &with(vec![changed, statement("c")]),
        expect![[r#"
            execute("""
            SELECT 'a down'
            """)
            execute("""
            SELECT 'b down'
            """)
            execute("""
            SELECT 'c up'
            """)
            flush()
            --
            SELECT 'b down'
            execute("""
            SELECT 'c down'
            """)
            execute("""
            SELECT 'b up'
            """)
            execute("""
            SELECT 'a up'
            """)
        "#]],
    );
}
