//! A run of `AshSqlite.MigrationGenerator` (0.2.17). It knows neither tenants nor dropped or renamed tables.

use std::collections::{BTreeMap, BTreeSet};

use super::RepoInfo;
use super::assume::settled;
use super::folders::{self, join};
use super::outcome::{ExtensionChanges, Failure, GeneratedFile, RepoChanges, TableChanges};
use super::run::{Existing, Run};
use super::tree::Text;
use crate::diff::postgres::{Declared, TableChange};
use crate::diff::sqlite::{SqliteOptions, table_changes};
use crate::diff::{Operation, Subject};
use crate::plan::extension::RequestedExtension;
use crate::plan::{Phase, PlannedMigration, Review};
use crate::render::ecto::automatic_name;
use crate::render::ecto::sqlite::{ExtensionText, extension_file, migration_file};
use crate::snapshot::json::{Dialect, write};
use crate::snapshot::{InstalledExtensions, Snapshot};

#[cfg(test)]
mod tests;

const TASK: &str = "ash_sqlite.generate_migrations";

/// `generate/2`.
pub(super) fn generate(run: &mut Run<'_>) -> Result<(), Failure> {
    // This generator asks with `--check` too.
    run.dialogue.set_check(false);
    let declared = settled(run, Dialect::Sqlite, &mut |run, snapshot| {
        let repo = run.repo(&snapshot.repo, Dialect::Sqlite);
        existing(run, &repo, &snapshot.table)
    });
    let managed = declared.into_iter().filter(|table| table.managed);
    let declared: Vec<Declared> =
        managed.map(|table| Declared { snapshot: table.snapshot, cause: table.cause }).collect();
    let mut in_order: Vec<&str> = Vec::new();
    for table in &declared {
        if !in_order.contains(&table.snapshot.repo.as_str()) {
            in_order.push(&table.snapshot.repo);
        }
    }
    let mut files = Vec::new();
    for repo in &in_order {
        files.extend(extension_migration(run, repo)?);
    }
    for repo in in_order.iter().collect::<BTreeSet<_>>() {
        let tables: Vec<Declared> = declared.iter().filter(|table| table.snapshot.repo == **repo).cloned().collect();
        files.extend(repo_changes(run, repo, &tables)?);
    }
    ask_to_overwrite(run, &files);
    run.finish(files, None, "")
}

/// This generator writes without `force`: `Mix.Generator` leaves a file with the same text alone, and asks about one
/// with another. Only `extensions.json` can be there already.
fn ask_to_overwrite(run: &mut Run<'_>, files: &[GeneratedFile]) {
    if run.input.options.check || run.input.options.dry_run {
        return;
    }
    for file in files {
        let Text::Here(text) = run.tree.text(&file.path) else { continue };
        let question = format!("{} already exists, overwrite?", file.path);
        let subject = Subject::OverwriteFile { path: file.path.clone() };
        if *text == *file.text || !run.dialogue.confirms(question, subject) {
            run.kept.insert(file.path.clone());
        }
    }
}

/// `create_migrations/2` for one repo.
fn repo_changes(run: &mut Run<'_>, repo: &str, declared: &[Declared]) -> Result<Vec<GeneratedFile>, Failure> {
    let options = run.input.options;
    let repo = run.repo(repo, Dialect::Sqlite);
    let mut stored: BTreeMap<String, Existing> = BTreeMap::new();
    for table in declared {
        let name = &table.snapshot.table;
        if !stored.contains_key(name) {
            let existing = existing(run, &repo, name);
            stored.insert(name.clone(), existing);
        }
    }
    let is_known = |table: &&Declared| stored.get(&table.snapshot.table) != Some(&Existing::Unreadable);
    let declared: Vec<Declared> = declared.iter().filter(is_known).cloned().collect();
    let mut find = |snapshot: &Snapshot| stored.get(&snapshot.table).cloned().and_then(Existing::stored);
    let comparison = SqliteOptions { drop_columns: options.drop_columns, dev: options.dev };
    let changes = table_changes(&declared, &mut find, &comparison, &mut run.dialogue)?;
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    delete_dev_files(run, &repo, &changes)?;
    let tables = changes.iter().map(|change| (&change.table.snapshot, change.operations.as_slice()));
    let phases = crate::plan::sqlite::plan(tables);
    let mut files = vec![migration_of(run, &repo, &phases)?];
    for change in &changes {
        files.push(snapshot_of(run, &repo, &change.table.snapshot)?);
    }
    let operations: Vec<Operation> = changes.iter().flat_map(|change| change.operations.iter().cloned()).collect();
    run.repos.push(RepoChanges {
        repo: repo.module.clone(),
        dialect: Dialect::Sqlite,
        tenant: false,
        review: Review::of(&operations),
        tables: changes.into_iter().map(table_outcome).collect(),
        operations,
        migrations: vec![PlannedMigration { tenant: false, split_index: 0, without_transaction: false, phases }],
    });
    Ok(files)
}

/// `get_existing_snapshot/2`: the newest one in the table's folder, or the flat file of old.
fn existing(run: &mut Run<'_>, repo: &RepoInfo, table: &str) -> Existing {
    let base = folders::tables(run.input.options, repo, false);
    let flat = join(&base, &format!("{table}.json"));
    let path = run.newest(&join(&base, table)).unwrap_or(flat);
    run.snapshot(&path, Dialect::Sqlite)
}

/// A named run rolls back what was made with `--dev` and has run, and deletes it. A foreign key cannot be rolled back: the
/// migration raises, and so does the generator.
fn delete_dev_files(run: &mut Run<'_>, repo: &RepoInfo, changes: &[TableChange]) -> Result<(), Failure> {
    let folder = folders::migrations(run.input.options, repo, false);
    let migrations = run.dev_migrations(&folder)?;
    if migrations.is_empty() {
        return Ok(());
    }
    for path in migrations.iter().rev().filter(|path| !run.input.options.not_run.contains(*path)) {
        let Text::Here(text) = run.tree.text(path) else { continue };
        if let Some(rollback) = refused_rollback(&text) {
            let Refusal { message, line, module } = rollback;
            return Err(Failure::raised("RuntimeError", format!("{message}\n    {path}:{line}: {module}.down/0")));
        }
    }
    migrations.iter().for_each(|path| run.tree.delete(path));
    let base = folders::tables(run.input.options, repo, false);
    for change in changes {
        run.delete_dev_snapshots(&join(&base, &change.table.snapshot.table));
    }
    Ok(())
}

/// A `raise` in the `down` of a generated migration.
#[derive(Debug, PartialEq)]
struct Refusal<'a> {
    message: String,
    /// Counted from 1.
    line: usize,
    module: &'a str,
}

fn refused_rollback(migration: &str) -> Option<Refusal<'_>> {
    let module = migration.trim_start().strip_prefix("defmodule ")?.split_whitespace().next()?;
    let down = migration.find("def down do")?;
    let starts = migration[down..].match_indices("raise").map(|(at, _)| down + at);
    let raise = starts.into_iter().find(|at| migration[..*at].trim_end_matches([' ', '\t']).ends_with('\n'))?;
    let message = concatenated_strings(&migration[raise + "raise".len()..])?;
    Some(Refusal { message, line: 1 + migration[..raise].matches('\n').count(), module })
}

/// The value of `"a" <> "b"`, with or without a parenthesis before it.
fn concatenated_strings(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut rest = text.trim_start().trim_start_matches('(').trim_start().strip_prefix('"')?;
    loop {
        let mut characters = rest.char_indices();
        let end = loop {
            match characters.next()? {
                (at, '"') => break at,
                (_, '\\') => value.push(characters.next()?.1),
                (_, other) => value.push(other),
            }
        };
        let Some(next) = rest[end + 1..].trim_start().strip_prefix("<>") else { return Some(value) };
        rest = next.trim_start().strip_prefix('"')?;
    }
}

fn migration_of(run: &mut Run<'_>, repo: &RepoInfo, phases: &[Phase]) -> Result<GeneratedFile, Failure> {
    let options = run.input.options;
    run.require_name(TASK)?;
    let folder = folders::migrations(options, repo, false);
    let existing = run.tree.names(&folder);
    let name = options.name.clone().unwrap_or_else(|| automatic_name(existing.iter().map(String::as_str)));
    let dev = if options.dev { "_dev" } else { "" };
    let path = join(&folder, &format!("{}_{name}{dev}.exs", run.timestamp()));
    let text = run.formatted_migration(Dialect::Sqlite, &path, migration_file(phases, &repo.module, &name).text)?;
    Ok(GeneratedFile { path, text })
}

/// `create_new_snapshot/3`.
fn snapshot_of(run: &mut Run<'_>, repo: &RepoInfo, snapshot: &Snapshot) -> Result<GeneratedFile, Failure> {
    run.check_folder(&snapshot.table)?;
    let base = folders::tables(run.input.options, repo, false);
    let dev = if run.input.options.dev { "_dev" } else { "" };
    let path = join(&base, &format!("{}/{}{dev}.json", snapshot.table, run.timestamp()));
    let flat = join(&base, &format!("{}{dev}.json", snapshot.table));
    // The table's folder must be there before, or the move does nothing.
    let folder = join(&base, &snapshot.table);
    if run.tree.has_file(&flat) && run.tree.has_folder(&folder) {
        run.tree.rename(&flat, &join(&base, &format!("{}/initial{dev}.json", snapshot.table)));
    }
    Ok(GeneratedFile { path, text: write(snapshot, Dialect::Sqlite) })
}

/// `create_extension_migrations/2`: only extension modules are known to it.
fn extension_migration(run: &mut Run<'_>, repo: &str) -> Result<Vec<GeneratedFile>, Failure> {
    let options = run.input.options;
    let repo = run.repo(repo, Dialect::Sqlite);
    if let Some(reason) = &repo.unknown_extensions {
        let reason = format!("installed_extensions of {} is not known: {reason}", repo.module);
        return run.leave_out(&repo, Vec::new(), reason);
    }
    let listing = join(&folders::snapshots(options, &repo), "extensions.json");
    let installed = match run.tree.text(&listing) {
        Text::Missing => Ok(InstalledExtensions::default()),
        Text::Unread => Err("the file could not be read".to_owned()),
        Text::Here(text) => InstalledExtensions::read(&text).map_err(|error| error.problem),
    };
    let installed = match installed {
        Ok(installed) => installed,
        Err(problem) => return run.leave_out(&repo, Vec::new(), format!("{listing}:1: {problem}")),
    };
    let requested = &repo.installed_extensions;
    let missing: Vec<&RequestedExtension> =
        requested.iter().filter(|extension| !installed.installed.contains(&extension.listed_name())).collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = missing.iter().map(|extension| extension.listed_name()).collect();
    let mut texts = Vec::new();
    for extension in missing {
        let RequestedExtension::Custom { module, latest_version, .. } = extension else {
            let message = format!("only custom extensions supported currently. Got \"{}\"", extension.listed_name());
            return Err(Failure::raised("RuntimeError", message));
        };
        let library = (run.input.extension_texts)(&repo);
        let text = library.install(module, *latest_version).and_then(|up| {
            let down = library.uninstall(module, *latest_version)?;
            Ok(ExtensionText { versioned_name: extension.listed_name(), up, down })
        });
        match text {
            Ok(text) => texts.push(text),
            Err(reason) => return run.leave_out(&repo, names, reason),
        }
    }
    let (name, file) = extension_file(&texts, &repo.module);
    let dev = if options.dev { "_dev" } else { "" };
    let folder = folders::migrations(options, &repo, false);
    let path = join(&folder, &format!("{}_{name}{dev}.exs", run.timestamp()));
    let text = run.formatted(Dialect::Sqlite, &path, file.text)?;
    let installed = requested.iter().map(RequestedExtension::listed_name).collect();
    let listed = InstalledExtensions { installed, ash_functions_version: None }.write();
    run.extensions.push(ExtensionChanges {
        repo: repo.module.clone(),
        dialect: Dialect::Sqlite,
        names,
        migration: Ok(path.clone()),
    });
    Ok(vec![GeneratedFile { path: listing, text: listed }, GeneratedFile { path, text }])
}

fn table_outcome(change: TableChange) -> TableChanges {
    TableChanges {
        operations: change.operations.len(),
        snapshot: change.table.snapshot,
        existing: change.table.existing,
        causes: change.table.causes,
    }
}
