//! Names, options and folders.

use expect_test::expect;

use super::*;
use crate::plan::extension::RequestedExtension;
use crate::plan::samples::custom_index;
use crate::snapshot::CustomIndex;

#[test]
fn a_named_run_writes_a_migration_and_snapshots() {
    let mut project = Project::declaring(&[table("posts", &["title"]), table("authors", &[])]);
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_step.exs
        * creating priv/resource_snapshots/repo/authors/20990101000002.json
        * creating priv/resource_snapshots/repo/posts/20990101000003.json
        write priv/repo/migrations/20990101000001_step.exs
        write priv/resource_snapshots/repo/authors/20990101000002.json
        write priv/resource_snapshots/repo/posts/20990101000003.json
    "#]]);
    project.check(expect![[r#"
        No changes detected, so no migrations or snapshots have been created.
    "#]]);
}

#[test]
fn a_name_is_needed_unless_nothing_is_kept() {
    let mut project = Project::declaring(&[table("posts", &[])]);
    project.options.name = None;
    project.check(expect![[r#"
        failed ** (RuntimeError) Name must be provided when generating migrations, unless `--dry-run` or `--check` or `--dev` is also provided.

        Please provide a name. for example:

            mix ash_postgres.generate_migrations <name> ...args
    "#]]);
    project.options.auto_name = true;
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_migrate_resources1.exs
        * creating priv/resource_snapshots/repo/posts/20990101000002.json
        write priv/repo/migrations/20990101000001_migrate_resources1.exs
        write priv/resource_snapshots/repo/posts/20990101000002.json
    "#]]);
    project.declare(&[table("posts", &["title"])]);
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_migrate_resources2.exs
        * creating priv/resource_snapshots/repo/posts/20990101000002.json
        write priv/repo/migrations/20990101000001_migrate_resources2.exs
        write priv/resource_snapshots/repo/posts/20990101000002.json
    "#]]);
}

#[test]
fn concurrent_indexes_get_a_file_of_their_own() {
    let concurrent = CustomIndex { concurrently: true, ..custom_index(&["title"]) };
    let posts = Snapshot { custom_indexes: vec![concurrent], ..table("posts", &["title"]) };
    Project::declaring(&[posts]).check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_step.exs
        * creating priv/repo/migrations/20990101000002_step_1.exs
        * creating priv/resource_snapshots/repo/posts/20990101000003.json
        write priv/repo/migrations/20990101000001_step.exs
        write priv/repo/migrations/20990101000002_step_1.exs
        write priv/resource_snapshots/repo/posts/20990101000003.json
    "#]]);
}

#[test]
fn check_and_dry_run_write_nothing() {
    let mut project = Project::declaring(&[table("posts", &[])]);
    project.options = Options { check: true, ..Options::default() };
    project.check(expect![[r#"
        failed Pending Code Generation Detected for 2 files
    "#]]);
    project.options = Options { dry_run: true, ..Options::default() };
    let outcome = project.step();
    assert_eq!((outcome.changes.len(), outcome.files.len()), (0, 2));
    assert!(outcome.messages[1].text.contains("\n\npriv/resource_snapshots/repo/posts/20990101000002.json\n{\n"));
}

#[test]
fn a_named_run_replaces_dev_files() {
    let mut project = Project::declaring(&[table("posts", &[])]).with_snapshot("posts", &table("posts", &[]));
    project.options = Options { dev: true, ..Options::default() };
    project.declare(&[table("posts", &["title"])]);
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_migrate_resources1_dev.exs
        * creating priv/resource_snapshots/repo/posts/20990101000002_dev.json
        write priv/repo/migrations/20990101000001_migrate_resources1_dev.exs
        write priv/resource_snapshots/repo/posts/20990101000002_dev.json
    "#]]);
    // A second dev run compares with the first one's snapshot.
    project.check(expect![[r#"
        No changes detected, so no migrations or snapshots have been created.
    "#]]);
    project.options = Options { check: true, ..Options::default() };
    project.check(expect![[r#"
        ! Codegen check failed.
        failed ** (exit) shutdown: 1
    "#]]);
    project.options = Options { name: Some("titles".to_owned()), ..Options::default() };
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_titles.exs
        * creating priv/resource_snapshots/repo/posts/20990101000002.json
        delete priv/repo/migrations/20990101000001_migrate_resources1_dev.exs
        delete priv/resource_snapshots/repo/posts/20990101000002_dev.json
        write priv/repo/migrations/20990101000001_titles.exs
        write priv/resource_snapshots/repo/posts/20990101000002.json
    "#]]);
}

#[test]
fn only_snapshots() {
    let mut project = Project::declaring(&[table("posts", &[])]);
    project.options = Options { snapshots_only: true, quiet: true, ..Options::default() };
    project.check(expect![[r#"
        * creating priv/resource_snapshots/repo/posts/20990101000001.json
        write priv/resource_snapshots/repo/posts/20990101000001.json
    "#]]);
}

#[test]
fn paths_come_from_options_and_repos() {
    let mut project = Project::declaring(&[table("posts", &[])]);
    project.repos[0].priv_folder = Some("priv/main".to_owned());
    project.repos[0].app_folder = "apps/blog".to_owned();
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating apps/blog/priv/main/migrations/20990101000001_step.exs
        * creating apps/blog/priv/resource_snapshots/repo/posts/20990101000002.json
        write apps/blog/priv/main/migrations/20990101000001_step.exs
        write apps/blog/priv/resource_snapshots/repo/posts/20990101000002.json
    "#]]);
    let mut project = Project::declaring(&[table("posts", &[])]);
    project.options.snapshot_path = Some("priv/snaps".to_owned());
    project.options.migration_path = Some("priv/sql/".to_owned());
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/sql/20990101000001_step.exs
        * creating priv/snaps/repo/posts/20990101000002.json
        write priv/sql/20990101000001_step.exs
        write priv/snaps/repo/posts/20990101000002.json
    "#]]);
}

#[test]
fn every_repo_has_its_files() {
    let archive = Snapshot { repo: "MyApp.ArchiveRepo".to_owned(), ..table("posts", &[]) };
    let mut project = Project::declaring(&[table("posts", &[]), archive]);
    project.repos.push(RepoInfo::new("MyApp.ArchiveRepo", Dialect::Postgres));
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/archive_repo/migrations/20990101000001_step.exs
        * creating priv/resource_snapshots/archive_repo/posts/20990101000002.json
        * creating priv/repo/migrations/20990101000003_step.exs
        * creating priv/resource_snapshots/repo/posts/20990101000004.json
        write priv/archive_repo/migrations/20990101000001_step.exs
        write priv/resource_snapshots/archive_repo/posts/20990101000002.json
        write priv/repo/migrations/20990101000003_step.exs
        write priv/resource_snapshots/repo/posts/20990101000004.json
    "#]]);
}

#[test]
fn extensions_are_installed_first() {
    let mut project =
        Project::declaring(&[table("posts", &[])]).with_file("priv/resource_snapshots/extensions.json", "[\"citext\"]");
    let named = |name: &str| RequestedExtension::Named(name.to_owned());
    project.repos[0].installed_extensions = vec![named("citext"), named("pg_trgm")];
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/resource_snapshots/repo/extensions.json
        * creating priv/repo/migrations/20990101000001_step_extensions_1.exs
        * creating priv/repo/migrations/20990101000002_step.exs
        * creating priv/resource_snapshots/repo/posts/20990101000003.json
        write priv/resource_snapshots/repo/extensions.json
        write priv/repo/migrations/20990101000001_step_extensions_1.exs
        write priv/repo/migrations/20990101000002_step.exs
        write priv/resource_snapshots/repo/posts/20990101000003.json
    "#]]);
    project.repos[0].installed_extensions.push(named("ash-functions"));
    project.check(expect![[r#"
        failed ash-functions: the SQL belongs to a library that is not there to be read: run `mix deps.get`, or leave extension migrations out with --skip-extensions
    "#]]);
    project.options.skip_extensions = true;
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/resource_snapshots/repo/extensions.json
        * creating priv/repo/migrations/20990101000001_step_extensions_1.exs
        rename priv/resource_snapshots/extensions.json priv/resource_snapshots/repo/extensions.json
        write priv/resource_snapshots/repo/extensions.json
        write priv/repo/migrations/20990101000001_step_extensions_1.exs
    "#]]);
}

#[test]
fn an_old_list_of_extensions_moves_only_into_a_folder_that_is_there() {
    let mut project = Project::declaring(&[table("posts", &[])])
        .with_file("priv/resource_snapshots/extensions.json", "[\"citext\"]")
        .with_file("priv/resource_snapshots/repo/extensions.json", "[]");
    project.repos[0].installed_extensions = vec![RequestedExtension::Named("citext".to_owned())];
    project.check(expect![[r#"
        Please always manually review the generated migrations for correctness.
        * creating priv/repo/migrations/20990101000001_step.exs
        * creating priv/resource_snapshots/repo/posts/20990101000002.json
        rename priv/resource_snapshots/extensions.json priv/resource_snapshots/repo/extensions.json
        write priv/repo/migrations/20990101000001_step.exs
        write priv/resource_snapshots/repo/posts/20990101000002.json
    "#]]);
}
