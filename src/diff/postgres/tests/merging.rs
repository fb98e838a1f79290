//! Several resources on one table.

use expect_test::expect;

use super::*;
use crate::plan::samples::reference;
use crate::snapshot::{ColumnType, OnDelete};

fn merged(snapshots: &[Snapshot], old: Option<&Snapshot>, dialogue: &mut Dialogue) -> Result<Table, Raised> {
    let declared: Vec<Declared> =
        snapshots.iter().enumerate().map(|(cause, snapshot)| Declared { snapshot: snapshot.clone(), cause }).collect();
    let mut tables = merge(&declared, &mut |_| old.cloned().map(Stored::from), &[], dialogue)?;
    Ok(tables.remove(0))
}

fn check_conflict(snapshots: &[Snapshot], expected: Expect) {
    let raised = merged(snapshots, None, &mut Dialogue::new(&Answers::default(), false));
    expected.assert_eq(&raised.expect_err("a conflict").to_string());
}

#[test]
fn resources_share_a_table() {
    let read_only = Snapshot { has_create_action: false, ..posts(&columns(&["title", "views"])) };
    let strict = Attribute { allow_nil: false, default: "\"x\"".to_owned(), ..attribute("title") };
    let sized = Attribute { allow_nil: false, size: Some(9), precision: Some(3), ..attribute("body") };
    let other = posts(&[Attribute { allow_nil: false, ..attribute("title") }, sized]);
    let snapshots = [posts(&[strict]), other, read_only];
    let table = merged(&snapshots, None, &mut Dialogue::new(&Answers::default(), false)).expect("no conflict");
    let shown = table.snapshot.attributes.iter().map(|attribute| {
        let Attribute { source, allow_nil, default, size, primary_key, .. } = attribute;
        format!("{source} nil={allow_nil} default={default} size={size:?} key={primary_key}\n")
    });
    expect![[r#"
        id nil=false default=fragment("gen_random_uuid()") size=None key=true
        title nil=true default=nil size=None key=false
        body nil=true default=nil size=Some(9) key=false
        views nil=true default=nil size=None key=false
    "#]]
    .assert_eq(&shown.collect::<String>());
    assert_eq!(table.causes, [0, 1, 2]);
}

#[test]
fn a_precision_that_one_resource_lacks_is_lost() {
    let with = |precision| posts(&[Attribute { precision, ..attribute("price") }]);
    let table = merged(&[with(Some(5)), with(None)], None, &mut Dialogue::new(&Answers::default(), false));
    assert_eq!(table.expect("no conflict").snapshot.attributes[1].precision, None);
}

#[test]
fn conflicts_are_raised_as_the_generator_words_them() {
    let array = ColumnType::Array(Box::new(ColumnType::Atom("map".to_owned())));
    let tags = Attribute { column_type: array, ..attribute("tags") };
    check_conflict(
        &[posts(&columns(&["tags"])), posts(&[tags])],
        expect!["** (RuntimeError) Conflicting types for table `posts.tags`: [:text, {:array, :map}]"],
    );
    let referring = |on_delete: Option<OnDelete>| {
        let mut reference = reference("authors", "id");
        reference.on_delete = on_delete;
        posts(&[Attribute { references: Some(reference), ..attribute("author_id") }])
    };
    let nilify = OnDelete::Nilify(vec!["author_id".to_owned(), "Odd name".to_owned()]);
    let delete = || Some(OnDelete::Atom("delete".to_owned()));
    check_conflict(
        &[referring(delete()), referring(Some(nilify))],
        expect![[r#"
        ** (RuntimeError) Conflicting configurations for references for posts.author_id:

        Values:

          * :delete
          * {:nilify, [:author_id, :"Odd name"]}
    "#]],
    );
    let table = merged(&[referring(None), referring(delete())], None, &mut Dialogue::new(&Answers::default(), false));
    let reference = table.expect("no conflict").snapshot.attributes[1].references.clone();
    assert_eq!(reference.and_then(|reference| reference.on_delete), delete());
}

#[test]
fn the_primary_key_of_a_shared_table_is_asked_for() {
    let by_slug = Snapshot {
        attributes: vec![Attribute { primary_key: true, ..attribute("slug") }, attribute("id")],
        ..posts(&[])
    };
    let by_slug = Snapshot {
        attributes: by_slug
            .attributes
            .into_iter()
            .map(|attribute| Attribute { column_type: ColumnType::Atom("uuid".to_owned()), ..attribute })
            .collect(),
        ..by_slug
    };
    let by_id = posts(&[]);
    let mut dialogue = Dialogue::new(&answers(&[" 1 "]), false);
    let table = merged(&[by_id.clone(), by_slug.clone()], None, &mut dialogue).expect("an answer");
    expect![[r#"
        Which primary key should be used for the table `posts` (enter the number)?

        0: [:id]
        1: [:slug]
          1 
    "#]]
    .assert_eq(&conversation(&dialogue));
    let keys: Vec<&str> = table
        .snapshot
        .attributes
        .iter()
        .filter(|attribute| attribute.primary_key)
        .map(|attribute| attribute.source.as_str())
        .collect();
    assert_eq!(keys, ["slug"]);
    assert_eq!(table.snapshot.identities[0].index_name, "posts_id");
    assert!(!table.made_without_index_name);

    let flags = Answers { primary_keys: vec![("posts".to_owned(), vec!["slug".to_owned()])], ..Answers::default() };
    let by_flag = merged(&[by_id.clone(), by_slug.clone()], None, &mut Dialogue::new(&flags, false));
    assert_eq!(by_flag.expect("an answer").snapshot, table.snapshot);

    // Once the table has one of the keys, nothing is asked, and the generator fails on the other.
    let again = merged(&[by_id, by_slug], Some(&table.snapshot), &mut Dialogue::new(&Answers::default(), false));
    assert!(again.expect("no question").made_without_index_name);
}
