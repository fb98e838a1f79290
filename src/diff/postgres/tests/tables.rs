//! Tables that lost their resource.

use std::collections::BTreeSet;

use expect_test::expect;

use super::*;
use crate::diff::TableName;
use crate::plan::samples::reference;

fn name(text: &str) -> TableName {
    match text.split_once('.') {
        Some((schema, table)) => TableName::new(table, Some(schema)),
        None => TableName::new(text, None),
    }
}

fn orphan(text: &str, targets: &[&str]) -> Orphan {
    let name = name(text);
    let referring = targets
        .iter()
        .map(|target| Attribute { references: Some(reference(target, "id")), ..attribute(&format!("{target}_id")) });
    let columns: Vec<Attribute> = referring.collect();
    let snapshot = Snapshot { table: name.table.clone(), schema: name.schema.clone(), ..posts(&columns) };
    Orphan { name, stored: Stored::from(snapshot) }
}

fn check_orphans(found: Vec<Orphan>, new: &[&str], options: &PostgresOptions, lines: &Answers, expected: Expect) {
    let new: BTreeSet<TableName> = new.iter().map(|text| name(text)).collect();
    let mut dialogue = Dialogue::new(lines, options.check);
    let result = orphans(found, &new, options, &mut dialogue);
    let mut text = conversation(&dialogue);
    match result {
        Err(raised) => writeln!(text, "{raised}"),
        Ok(orphans) => {
            let named =
                |stored: &Stored| TableName::new(&stored.snapshot.table, stored.snapshot.schema.as_deref()).to_string();
            let dropped: Vec<String> = orphans.dropped.iter().map(named).collect();
            let renamed: Vec<String> =
                orphans.renamed.iter().map(|(new, renamed)| format!("{} to {new}", renamed.from)).collect();
            let moved: Vec<String> = orphans
                .moved
                .iter()
                .map(|(new, stored)| format!("{} to {new}", stored.as_ref().map_or("declined".to_owned(), named)))
                .collect();
            let kept: Vec<String> = orphans.kept.iter().map(|kept| kept.name.to_string()).collect();
            writeln!(text, "dropped {dropped:?} renamed {renamed:?} moved {moved:?} kept {kept:?}")
        }
    }
    .expect("text can be written");
    expected.assert_eq(&text);
}

#[test]
fn a_table_without_resource_is_dropped_or_kept() {
    let options = PostgresOptions::default();
    check_orphans(
        vec![orphan("a", &[]), orphan("s.b", &[])],
        &[],
        &options,
        &answers(&["y", "n"]),
        expect![[r#"
        Table a no longer has a resource. Generate a migration to DROP this table? This will permanently remove the table and its data. yes
        Table s.b no longer has a resource. Generate a migration to DROP this table? This will permanently remove the table and its data. no
        dropped ["a"] renamed [] moved [] kept ["s.b"]
    "#]],
    );
    let mut refused = orphan("a", &[]);
    refused.stored.snapshot.drop_table_opted_out = true;
    check_orphans(
        vec![refused],
        &[],
        &options,
        &answers(&[]),
        expect![[r#"
        dropped [] renamed [] moved [] kept []
    "#]],
    );
    let check = PostgresOptions { check: true, ..PostgresOptions::default() };
    check_orphans(
        vec![orphan("a", &[])],
        &[],
        &check,
        &answers(&[]),
        expect![[r#"
        dropped [] renamed [] moved [] kept ["a"]
    "#]],
    );
    let dev = PostgresOptions { dev: true, ..PostgresOptions::default() };
    check_orphans(
        vec![orphan("a", &[])],
        &["b"],
        &dev,
        &answers(&[]),
        expect![[r#"
        dropped ["a"] renamed [] moved [] kept []
    "#]],
    );
}

#[test]
fn one_new_table_may_be_a_renamed_one() {
    let options = PostgresOptions::default();
    check_orphans(
        vec![orphan("s.a", &[])],
        &["s.b", "c"],
        &options,
        &answers(&["y"]),
        expect![[r#"
        Are you renaming s.a to s.b? yes
        dropped [] renamed ["s.a to s.b"] moved [] kept []
    "#]],
    );
    check_orphans(
        vec![orphan("a", &[])],
        &["b"],
        &options,
        &Answers::default(),
        expect![[r#"
        Are you renaming a to b? open
        Table a no longer has a resource. Generate a migration to DROP this table? This will permanently remove the table and its data. open
        dropped [] renamed [] moved [] kept ["a"]
    "#]],
    );
}

#[test]
fn of_several_new_tables_the_name_is_asked_for() {
    let options = PostgresOptions::default();
    let lines = answers(&["y", "x", "c", "y"]);
    check_orphans(
        vec![orphan("a", &[]), orphan("b", &[])],
        &["c", "d"],
        &options,
        &lines,
        expect![[r#"
        Are you renaming a? yes
        What are you renaming it to?: c, d x
        What are you renaming it to?: c, d c
        Are you renaming b to d? yes
        dropped [] renamed ["a to c", "b to d"] moved [] kept []
    "#]],
    );
    check_orphans(
        vec![orphan("a", &[])],
        &["c", "d"],
        &options,
        &answers(&["y", "1", "2", "3"]),
        expect![[r#"
        Are you renaming a? yes
        What are you renaming it to?: c, d 1
        What are you renaming it to?: c, d 2
        What are you renaming it to?: c, d 3
        ** (RuntimeError) Could not get matching table name after 3 attempts.
    "#]],
    );
    let flags = Answers { renamed_tables: vec![("a".to_owned(), "d".to_owned())], ..Answers::default() };
    check_orphans(
        vec![orphan("a", &[])],
        &["c", "d"],
        &options,
        &flags,
        expect![[r#"
        Are you renaming a? yes
        What are you renaming it to?: c, d d
        dropped [] renamed ["a to d"] moved [] kept []
    "#]],
    );
}

#[test]
fn a_table_of_the_same_name_in_another_schema_may_be_a_moved_one() {
    let options = PostgresOptions::default();
    check_orphans(
        vec![orphan("s.a", &[])],
        &["a"],
        &options,
        &answers(&["y"]),
        expect![[r#"
        Are you moving s.a to a? yes
        dropped [] renamed [] moved ["s.a to a"] kept []
    "#]],
    );
    check_orphans(
        vec![orphan("a", &[])],
        &["s.a"],
        &options,
        &answers(&["n", "y"]),
        expect![[r#"
        Are you moving a to s.a? no
        Table a no longer has a resource. Generate a migration to DROP this table? This will permanently remove the table and its data. yes
        dropped ["a"] renamed [] moved ["declined to s.a"] kept []
    "#]],
    );
}

#[test]
fn referring_tables_are_dropped_first() {
    let options = PostgresOptions::default();
    let yes = Answers { otherwise: Some(true), ..Answers::default() };
    let check = |found: Vec<Orphan>, expected: Expect| {
        let mut dialogue = Dialogue::new(&yes, false);
        let text = match orphans(found, &BTreeSet::new(), &options, &mut dialogue) {
            Ok(orphans) => {
                orphans.dropped.iter().map(|stored| stored.snapshot.table.clone()).collect::<Vec<_>>().join(" ")
            }
            Err(raised) => raised.to_string(),
        };
        expected.assert_eq(&text);
    };
    check(vec![orphan("a", &[]), orphan("b", &["a"]), orphan("c", &["b", "a"])], expect!["c b a"]);
    check(vec![orphan("a", &["b"]), orphan("b", &["a"]), orphan("c", &[])], expect!["a b c"]);
}

#[test]
fn a_moved_table_keeps_the_foreign_keys_to_it() {
    let moves = |schema: Option<&str>| {
        let mut reference = reference("authors", "id");
        reference.schema = schema.map(str::to_owned);
        let posts = posts(&[Attribute { references: Some(reference), ..attribute("author_id") }]);
        let authors = Snapshot { table: "authors".to_owned(), schema: schema.map(str::to_owned), ..super::posts(&[]) };
        [posts, authors]
    };
    let declared = moves(Some("people")).map(|snapshot| Declared { snapshot, cause: 0 });
    let stored = moves(None);
    let mut find =
        |snapshot: &Snapshot| stored.iter().find(|old| old.table == snapshot.table).cloned().map(Stored::from);
    let mut dialogue = Dialogue::new(&Answers::default(), false);
    let tables = merge(&declared, &mut find, &[], &mut dialogue).expect("no conflict");
    let changes = table_changes(tables, &PostgresOptions::default(), &mut dialogue).expect("no conflict");
    let operations: Vec<Operation> = changes.into_iter().flat_map(|change| change.operations).collect();
    expect![[r#"
        MoveTableSchema None Some("people")
    "#]]
    .assert_eq(&listed(&operations));
}
