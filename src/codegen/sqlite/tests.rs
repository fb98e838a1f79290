//! Runs over small projects. Paths, messages and what happens to files; the texts are tested where they are made.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::{Expect, expect};

use super::*;
use crate::codegen::{DeclaredTable, FileChange, Input, Options, Outcome, Timestamp, generate};
use crate::diff::Answers;
use crate::diff::sqlite::samples::{columns, jars};
use crate::plan::samples::referring;
use crate::render::ecto::extensions::ExtensionTexts;

struct Texts;

impl ExtensionTexts for Texts {
    fn install_ash_functions(&self, _from: Option<i64>) -> Result<String, String> {
        Err("ash_sqlite has no functions".to_owned())
    }

    fn drop_ash_functions(&self, _from: Option<i64>) -> Result<String, String> {
        Err("ash_sqlite has no functions".to_owned())
    }

    fn install(&self, module: &str, version: i64) -> Result<String, String> {
        Ok(format!("{module}.up({version})"))
    }

    fn uninstall(&self, module: &str, version: i64) -> Result<String, String> {
        Ok(format!("{module}.down({version})"))
    }
}

type Files = BTreeMap<String, Option<Arc<str>>>;

fn run(files: &Files, declared: &[Snapshot], repo: &RepoInfo, options: &Options, answers: &[&str]) -> Outcome {
    let declared: Vec<DeclaredTable> = declared
        .iter()
        .map(|snapshot| DeclaredTable {
            dialect: Dialect::Sqlite,
            snapshot: snapshot.clone(),
            managed: true,
            unresolved: Vec::new(),
            cause: 0,
        })
        .collect();
    let lines = answers.iter().map(|answer| (*answer).to_owned()).collect();
    generate(&Input {
        repos: std::slice::from_ref(repo),
        declared: &declared,
        unknown: &[],
        files,
        cache: &crate::codegen::SnapshotCache::default(),
        options,
        answers: &Answers { lines: Some(lines), ..Answers::default() },
        first_timestamp: &Timestamp::parse("20990101000001").expect("a stamp"),
        format: &|_, _, text| Ok(text.to_owned()),
        extension_texts: &|_| Box::new(Texts),
        ash_functions_version: None,
        asks_about_tables: true,
    })
}

fn repo() -> RepoInfo {
    RepoInfo::new("Pantry.Repo", Dialect::Sqlite)
}

fn named(name: &str) -> Options {
    Options { name: Some(name.to_owned()), ..Options::default() }
}

/// The files after `outcome`.
fn after(files: &Files, outcome: &Outcome) -> Files {
    let mut files = files.clone();
    for change in &outcome.changes {
        match change {
            FileChange::Write { path, text } => {
                files.insert(path.clone(), Some(text.as_str().into()));
            }
            FileChange::Rename { from, to } => {
                let text = files.remove(from).expect("the file is there");
                files.insert(to.clone(), text);
            }
            FileChange::Delete { path } => {
                files.remove(path).expect("the file is there");
            }
        }
    }
    files
}

fn show(outcome: &Outcome) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines
        .extend(outcome.exchanges.iter().map(|exchange| format!("? {} {:?}", exchange.question.text, exchange.answer)));
    lines.extend(outcome.messages.iter().map(|message| message.text.clone()));
    lines.extend(outcome.changes.iter().map(|change| match change {
        FileChange::Write { path, .. } => format!("write {path}"),
        FileChange::Rename { from, to } => format!("rename {from} to {to}"),
        FileChange::Delete { path } => format!("delete {path}"),
    }));
    lines.extend(outcome.failure.as_ref().map(ToString::to_string));
    lines.into_iter().map(|line| format!("{line}\n")).collect()
}

fn check(files: &Files, declared: &[Snapshot], options: &Options, expected: Expect) -> Files {
    let outcome = run(files, declared, &repo(), options, &[]);
    expected.assert_eq(&show(&outcome));
    after(files, &outcome)
}

#[test]
fn a_second_run_finds_nothing() {
    let files = check(
        &Files::new(),
        &[jars(&[])],
        &named("first"),
        expect![[r#"
            * creating priv/repo/migrations/20990101000001_first.exs
            * creating priv/resource_snapshots/repo/jars/20990101000002.json
            write priv/repo/migrations/20990101000001_first.exs
            write priv/resource_snapshots/repo/jars/20990101000002.json
        "#]],
    );
    check(
        &files,
        &[jars(&[])],
        &named("second"),
        expect!["No changes detected, so no migrations or snapshots have been created.\n"],
    );
    check(&files, &[jars(&[])], &Options { check: true, ..Options::default() }, expect![""]);
    check(
        &files,
        &[jars(&columns(&["label"]))],
        &Options { check: true, ..Options::default() },
        expect![[r#"
            Pending Code Generation Detected for 2 files

        "#]],
    );
}

#[test]
fn a_name_is_needed() {
    check(
        &Files::new(),
        &[jars(&[])],
        &Options::default(),
        expect![[r#"
            ** (RuntimeError) Name must be provided when generating migrations, unless `--dry-run` or `--check` or `--dev` is also provided.

            Please provide a name. for example:

                mix ash_sqlite.generate_migrations <name> ...args

        "#]],
    );
}

#[test]
fn a_named_run_replaces_what_dev_made() {
    let files = check(
        &Files::new(),
        &[jars(&[])],
        &Options { dev: true, ..Options::default() },
        expect![[r#"
            * creating priv/repo/migrations/20990101000001_migrate_resources1_dev.exs
            * creating priv/resource_snapshots/repo/jars/20990101000002_dev.json
            write priv/repo/migrations/20990101000001_migrate_resources1_dev.exs
            write priv/resource_snapshots/repo/jars/20990101000002_dev.json
        "#]],
    );
    check(
        &files,
        &[jars(&[])],
        &Options { check: true, ..Options::default() },
        expect![[r#"
            Codegen check failed.

            You have migrations remaining that were generated with the --dev flag.

            Run `mix ash.codegen <name>` to remove the dev migrations and replace them
            with production-ready migrations.

            ** (exit) shutdown: 1
        "#]],
    );
    check(
        &files,
        &[jars(&[])],
        &named("jars"),
        expect![[r#"
            * creating priv/repo/migrations/20990101000001_jars.exs
            * creating priv/resource_snapshots/repo/jars/20990101000002.json
            delete priv/repo/migrations/20990101000001_migrate_resources1_dev.exs
            delete priv/resource_snapshots/repo/jars/20990101000002_dev.json
            write priv/repo/migrations/20990101000001_jars.exs
            write priv/resource_snapshots/repo/jars/20990101000002.json
        "#]],
    );
}

#[test]
fn a_dev_migration_with_a_reference_cannot_be_replaced() {
    let declared = [jars(&[referring("shelf_id", "shelves", "id")])];
    let dev = Options { dev: true, ..Options::default() };
    let made = run(&Files::new(), &declared, &repo(), &dev, &[]);
    check(
        &after(&Files::new(), &made),
        &declared,
        &named("jars"),
        expect![[r#"
            ** (RuntimeError) SQLite does not support dropping foreign key constraints. You will need to manually recreate the `jars` table without the `shelves_id_fkey` constraint. See https://www.techonthenet.com/sqlite/foreign_keys/drop.php for guidance.
                priv/repo/migrations/20990101000001_migrate_resources1_dev.exs:21: Pantry.Repo.Migrations.MigrateResources1.down/0
        "#]],
    );
}

#[test]
fn a_flat_snapshot_moves_only_where_the_folder_is() {
    let old = write(&jars(&[]), Dialect::Sqlite);
    let base = "priv/resource_snapshots/repo/jars";
    let flat = Files::from([(format!("{base}.json"), Some(old.as_str().into()))]);
    let declared = [jars(&columns(&["label"]))];
    check(
        &flat,
        &declared,
        &named("label"),
        expect![[r#"
            * creating priv/repo/migrations/20990101000001_label.exs
            * creating priv/resource_snapshots/repo/jars/20990101000002.json
            write priv/repo/migrations/20990101000001_label.exs
            write priv/resource_snapshots/repo/jars/20990101000002.json
        "#]],
    );
    let mut with_folder = flat.clone();
    with_folder.insert(format!("{base}/.keep"), None);
    let outcome = run(&with_folder, &declared, &repo(), &named("label"), &[]);
    assert!(show(&outcome).contains(&format!("rename {base}.json to {base}/initial.json")), "{}", show(&outcome));
}

fn extension(name: &str) -> RequestedExtension {
    RequestedExtension::Custom { module: format!("Pantry.{name}"), name: name.to_owned(), latest_version: 2 }
}

#[test]
fn extension_modules_are_installed_and_their_list_is_asked_about() {
    let first = RepoInfo { installed_extensions: vec![extension("words")], ..repo() };
    let made = run(&Files::new(), &[jars(&[])], &first, &named("x"), &[]);
    expect![[r#"
        * creating priv/resource_snapshots/extensions.json
        * creating priv/repo/migrations/20990101000001_install_words_v2_extension.exs
        * creating priv/repo/migrations/20990101000002_x.exs
        * creating priv/resource_snapshots/repo/jars/20990101000003.json
        write priv/resource_snapshots/extensions.json
        write priv/repo/migrations/20990101000001_install_words_v2_extension.exs
        write priv/repo/migrations/20990101000002_x.exs
        write priv/resource_snapshots/repo/jars/20990101000003.json
    "#]]
    .assert_eq(&show(&made));
    expect![[r#"
        defmodule Pantry.Repo.Migrations.InstallWordsV2 do
          @moduledoc """
          Installs any extensions that are mentioned in the repo's `installed_extensions/0` callback

          This file was autogenerated with `mix ash_sqlite.generate_migrations`
          """

          use Ecto.Migration

          def up do
            Pantry.words.up(2)
          end

          def down do
            # Uncomment this if you actually want to uninstall the extensions
            # when this migration is rolled back:
            Pantry.words.down(2)
          end
        end
    "#]]
    .assert_eq(&made.files[1].text);

    let extensions = ["words", "a", "b"].map(extension).to_vec();
    let second = RepoInfo { installed_extensions: extensions, ..repo() };
    let more = run(&after(&Files::new(), &made), &[jars(&[])], &second, &named("y"), &["n"]);
    expect![[r#"
        ? priv/resource_snapshots/extensions.json already exists, overwrite? No
        * creating priv/resource_snapshots/extensions.json
        * skipping priv/resource_snapshots/extensions.json
        * creating priv/repo/migrations/20990101000001_install_2_extensions.exs
        write priv/repo/migrations/20990101000001_install_2_extensions.exs
    "#]]
    .assert_eq(&show(&more));
}

#[test]
fn named_extensions_are_refused() {
    let citext = RepoInfo { installed_extensions: vec![RequestedExtension::Named("citext".to_owned())], ..repo() };
    let outcome = run(&Files::new(), &[jars(&[])], &citext, &named("x"), &[]);
    assert_eq!(show(&outcome), "** (RuntimeError) only custom extensions supported currently. Got \"citext\"\n");
}
