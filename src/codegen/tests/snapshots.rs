//! What happens to stored snapshots.

use expect_test::expect;

use super::*;

#[test]
fn an_open_question_stops_the_run() {
    let mut project = Project::declaring(&[table("posts", &["headline"]), table("users", &[])])
        .with_snapshot("posts", &table("posts", &["title"]))
        .with_snapshot("authors", &table("authors", &[]));
    project.check(expect![[r#"
        ? Are you renaming authors to users? open
        ? Table authors no longer has a resource. Generate a migration to DROP this table? This will permanently remove the table and its data. open
        ? Are you renaming posts.title to posts.headline? open
    "#]]);
    project.answers.renamed_columns.push(crate::diff::RenamedColumn {
        table: "posts".to_owned(),
        from: "title".to_owned(),
        to: "headline".to_owned(),
    });
    project.answers.renamed_tables.push(("authors".to_owned(), "users".to_owned()));
    project.check(expect![[r#"
        ? Are you renaming authors to users? Yes
        ? Are you renaming posts.title to posts.headline? Yes
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_step.exs
        * creating priv/resource_snapshots/repo/posts/20990101000002.json
        delete priv/resource_snapshots/repo/authors/20240101000000.json
        write priv/repo/migrations/20990101000001_step.exs
        write priv/resource_snapshots/repo/posts/20990101000002.json
    "#]]);
}

#[test]
fn a_refused_drop_is_remembered() {
    let mut project = Project::declaring(&[table("posts", &[])])
        .with_snapshot("posts", &table("posts", &[]))
        .with_snapshot("authors", &table("authors", &[]))
        .with_lines(&["n"]);
    project.check(expect![[r#"
        ? Table authors no longer has a resource. Generate a migration to DROP this table? This will permanently remove the table and its data. No
        No changes detected, so no migrations or snapshots have been created.
        write priv/resource_snapshots/repo/authors/20240101000000.json
    "#]]);
    let text = project.files["priv/resource_snapshots/repo/authors/20240101000000.json"].clone();
    assert!(text.is_some_and(|text| text.contains("\"drop_table_opted_out\": true,\n")));
    project.check(expect![[r#"
        No changes detected, so no migrations or snapshots have been created.
    "#]]);
}

#[test]
fn a_dropped_table_loses_its_folder() {
    let mut project = Project::declaring(&[table("posts", &[])])
        .with_snapshot("posts", &table("posts", &[]))
        .with_snapshot("authors", &table("authors", &[]));
    project.answers.dropped_tables.push("authors".to_owned());
    project.check(expect![[r#"
        ? Table authors no longer has a resource. Generate a migration to DROP this table? This will permanently remove the table and its data. Yes
        Please always manually review the generated migrations for correctness.
        Warning: this migration includes destructive operations (e.g. drops or column removals). Review carefully before migrating.
        * creating priv/repo/migrations/20990101000001_step.exs
        delete priv/resource_snapshots/repo/authors/20240101000000.json
        write priv/repo/migrations/20990101000001_step.exs
    "#]]);
}

#[test]
fn the_last_resource_of_a_repo_asks_nothing() {
    Project::declaring(&[]).with_snapshot("posts", &table("posts", &[])).check(expect![[r#"
        No changes detected, so no migrations or snapshots have been created.
    "#]]);
}

#[test]
fn a_flat_file_moves_when_something_changes() {
    let text = write(&table("posts", &[]), Dialect::Postgres);
    let mut project =
        Project::declaring(&[table("posts", &[])]).with_file("priv/resource_snapshots/repo/posts.json", &text);
    project.check(expect![[r#"
        No changes detected, so no migrations or snapshots have been created.
    "#]]);
    project.declare(&[table("posts", &["title"])]);
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_step.exs
        * creating priv/resource_snapshots/repo/posts/20990101000002.json
        rename priv/resource_snapshots/repo/posts.json priv/resource_snapshots/repo/posts/initial.json
        write priv/repo/migrations/20990101000001_step.exs
        write priv/resource_snapshots/repo/posts/20990101000002.json
    "#]]);
}

#[test]
fn a_broken_file_stops_writing_but_not_the_other_tables() {
    let mut project = Project::declaring(&[table("posts", &["title"]), table("users", &["name"])])
        .with_file("priv/resource_snapshots/repo/posts/20240101000000.json", "{\n<<<<<<< ours\n")
        .with_snapshot("users", &table("users", &[]));
    project.check(expect![[r#"
        unreadable priv/resource_snapshots/repo/posts/20240101000000.json:2: this is no JSON (key must be a string at line 2 column 1); restore the file from version control, or delete it to compare with the snapshot before it
    "#]]);
    let outcome = project.run();
    assert!(outcome.files.iter().any(|file| file.path.contains("/users/")));
}

#[test]
fn a_table_moves_to_another_schema() {
    let moved = Snapshot { schema: Some("blog".to_owned()), ..table("posts", &["title"]) };
    let mut project = Project::declaring(&[moved]).with_snapshot("posts", &table("posts", &[])).with_lines(&["y"]);
    project.check(expect![[r#"
        ? Are you moving posts to blog.posts? Yes
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_step.exs
        * creating priv/resource_snapshots/repo/blog.posts/20990101000002.json
        delete priv/resource_snapshots/repo/posts/20240101000000.json
        write priv/repo/migrations/20990101000001_step.exs
        write priv/resource_snapshots/repo/blog.posts/20990101000002.json
    "#]]);
    project.check(expect![[r#"
        No changes detected, so no migrations or snapshots have been created.
    "#]]);
}

#[test]
fn unmanaged_tables_are_left_alone() {
    let mut project = Project::declaring(&[table("posts", &[]), table("users", &[])])
        .with_snapshot("posts", &table("posts", &[]))
        .with_snapshot("users", &table("users", &["name"]));
    project.declared[1].managed = false;
    project.check(expect![[r#"
        No changes detected, so no migrations or snapshots have been created.
    "#]]);
}

#[test]
fn conflicts_fail_without_writing() {
    let mut other = table("posts", &["title"]);
    other.attributes[1].column_type = crate::snapshot::ColumnType::Atom("map".to_owned());
    Project::declaring(&[table("posts", &["title"]), other]).check(expect![[r#"
        failed ** (RuntimeError) Conflicting types for table `posts.title`: [:text, :map]
    "#]]);
}
