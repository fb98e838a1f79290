//! The migrations and snapshots of one repo, for its tenants or its public schema. Mirrors `create_migrations/5`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Half, TASK, file, stored};
use crate::codegen::folders::{self, join};
use crate::codegen::outcome::{Failure, GeneratedFile, RepoChanges, TableChanges};
use crate::codegen::run::{Existing, Run};
use crate::codegen::{Options, RepoInfo};
use crate::diff::TableName;
use crate::diff::operation::{Change, Operation, TableContext};
use crate::diff::postgres::{
    Orphan, Orphans, PostgresOptions, Table, TableChange, merge, moved_to_schema, orphans, table_changes,
};
use crate::plan::{Plan, PlanOptions, PlannedMigration, Review, plan};
use crate::render::ecto::{FileOptions, RenderOptions, automatic_name, migration_file};
use crate::snapshot::json::{Dialect, Stored, write};
use crate::snapshot::{Multitenancy, Snapshot};

/// The new files, and what to review in them.
pub(super) fn changes(
    run: &mut Run<'_>,
    repo: &str,
    mut half: Half<'_>,
) -> Result<(Vec<GeneratedFile>, Review), Failure> {
    let repo = run.repo(repo, Dialect::Postgres);
    let options = comparison_options(run);
    let tables = merged_tables(run, &repo, &mut half)?;
    let orphans = settle_orphans(run, &repo, &half, &tables, &options)?;
    let tables = with_former_snapshots(run, tables, &orphans, &options);
    let changes = table_changes(tables, &options, &mut run.dialogue)?;
    let operations = operations(&repo.module, &changes, &orphans);
    if operations.is_empty() {
        return Ok((Vec::new(), Review::default()));
    }
    delete_dev_files(run, &repo, half.tenant, &changes)?;

    let plan = match plan(operations.clone(), &PlanOptions { tenant: half.tenant }) {
        Ok(plan) => plan,
        Err(_) if run.input.options.snapshots_only => Plan::of_snapshots(&operations),
        Err(error) => {
            return Err(Failure::raised("AshPostgres.MigrationGenerator.OperationCycleError", error.to_string()));
        }
    };
    let mut files = Vec::new();
    if !run.input.options.snapshots_only {
        if changes.iter().any(|change| change.table.made_without_index_name) {
            return Err(Failure::raised(
                "FunctionClauseError",
                "no function clause matching in AshPostgres.MigrationGenerator.Operation.AddUniqueIndex.up/1",
            ));
        }
        for migration in &plan.migrations {
            files.push(migration_of(run, &repo, migration)?);
        }
    }
    for change in &changes {
        files.push(snapshot_of(run, &repo, half.tenant, &change.table.snapshot)?);
    }
    delete_orphans(run, &repo, &orphans);
    run.repos.push(RepoChanges {
        repo: repo.module.clone(),
        dialect: Dialect::Postgres,
        tenant: half.tenant,
        tables: changes.into_iter().map(table_outcome).collect(),
        operations,
        migrations: plan.migrations,
        review: plan.review,
    });
    Ok((files, plan.review))
}

fn comparison_options(run: &Run<'_>) -> PostgresOptions {
    let Options { check, dev, dont_drop_columns, concurrent_indexes, .. } = *run.input.options;
    let prefixes = run.input.repos.iter();
    let prefixes = prefixes.filter_map(|repo| Some((repo.module.clone(), repo.default_prefix.clone()?)));
    PostgresOptions { check, dev, dont_drop_columns, concurrent_indexes, default_prefixes: prefixes.collect() }
}

/// The declared tables beside their stored snapshots, without those whose snapshot cannot be read.
fn merged_tables(run: &mut Run<'_>, repo: &RepoInfo, half: &mut Half<'_>) -> Result<Vec<Table>, Failure> {
    let mut seen = BTreeSet::new();
    let mut others: Vec<Stored> = Vec::new();
    for snapshot in half.others {
        let name = name_of(snapshot);
        if seen.insert(name.clone()) {
            let repo = run.repo(&snapshot.repo, Dialect::Postgres);
            others.extend(stored::existing(run, &repo, false, &name).stored());
        }
    }
    let names: BTreeSet<TableName> = half.declared.iter().map(|table| name_of(&table.snapshot)).collect();
    let paths: Vec<(TableName, Option<String>)> = names
        .into_iter()
        .map(|name| {
            let path = stored::newest(run, repo, half.tenant, &name);
            (name, path)
        })
        .collect();
    run.read_ahead(paths.iter().filter_map(|(_, path)| path.as_ref()), Dialect::Postgres);
    let mut existing: BTreeMap<TableName, Existing> = BTreeMap::new();
    for (name, path) in paths {
        let stored = path.map_or(Existing::Missing, |path| run.snapshot(&path, Dialect::Postgres));
        existing.insert(name, stored);
    }
    let mut declared = std::mem::take(&mut half.declared);
    declared.retain(|table| !matches!(existing.get(&name_of(&table.snapshot)), Some(Existing::Unreadable)));
    let mut find = |snapshot: &Snapshot| existing.remove(&name_of(snapshot)).and_then(Existing::stored);
    Ok(merge(&declared, &mut find, &others, &mut run.dialogue)?)
}

/// Asks about tables that have snapshots but no resource any more.
fn settle_orphans(
    run: &mut Run<'_>,
    repo: &RepoInfo,
    half: &Half<'_>,
    tables: &[Table],
    options: &PostgresOptions,
) -> Result<Orphans, Failure> {
    if !run.input.asks_about_tables && !run.input.answers.name_tables() {
        return Ok(Orphans::default());
    }
    let managed: BTreeSet<TableName> = tables.iter().map(|table| name_of(&table.snapshot)).collect();
    let stored: BTreeSet<TableName> = stored::tables(run, run.input.options, repo, half.tenant).into_iter().collect();
    let new: BTreeSet<TableName> = managed.difference(&stored).cloned().collect();
    let gone = stored.iter().filter(|name| !managed.contains(*name) && !half.unmanaged.contains(*name));
    let mut found = Vec::new();
    // Where a resource is unknown, a table may only seem to have none.
    let gone = gone.filter(|_| run.input.unknown.is_empty()).cloned().collect::<Vec<_>>();
    for name in &gone {
        if let Some(stored) = stored::existing(run, repo, half.tenant, name).stored() {
            found.push(Orphan { name: name.clone(), stored });
        }
    }
    let orphans = orphans(found, &new, options, &mut run.dialogue)?;
    for kept in &orphans.kept {
        stored::remember_refusal(run, repo, &kept.stored.snapshot);
    }
    Ok(orphans)
}

/// Compares moved and renamed tables with what they were.
fn with_former_snapshots(
    run: &mut Run<'_>,
    mut tables: Vec<Table>,
    orphans: &Orphans,
    options: &PostgresOptions,
) -> Vec<Table> {
    for table in &mut tables {
        let name = name_of(&table.snapshot);
        if let Some(moved) = orphans.moved.get(&name) {
            table.existing = moved.clone();
        } else if let Some(renamed) = orphans.renamed.get(&name) {
            table.existing = Some(renamed.stored.clone());
        } else if let Some(existing) = table.existing.take() {
            let schema = &existing.snapshot.schema;
            let former = TableName { table: name.table.clone(), schema: schema.clone() };
            if *schema == name.schema || moved_to_schema(&former, &name, options, &mut run.dialogue) {
                table.existing = Some(existing);
            }
        }
    }
    tables
}

fn operations(repo: &str, changes: &[TableChange], orphans: &Orphans) -> Vec<Operation> {
    let mut operations: Vec<Operation> = changes.iter().flat_map(|change| change.operations.iter().cloned()).collect();
    let context = |table: &str, schema: &Option<String>, multitenancy: &Multitenancy| TableContext {
        table: table.to_owned(),
        schema: schema.clone(),
        repo: repo.to_owned(),
        multitenancy: multitenancy.clone(),
        old_multitenancy: multitenancy.clone(),
    };
    for (new, renamed) in &orphans.renamed {
        operations.push(Operation {
            on: context(&new.table, &new.schema, &renamed.stored.snapshot.multitenancy),
            change: Change::RenameTable { old_table: renamed.from.table.clone() },
        });
    }
    for Stored { snapshot, .. } in &orphans.dropped {
        let on = context(&snapshot.table, &snapshot.schema, &snapshot.multitenancy);
        operations.push(Operation { on, change: Change::DropTable });
    }
    operations
}

/// A named run replaces the migrations and snapshots that were made with `--dev`.
fn delete_dev_files(run: &mut Run<'_>, repo: &RepoInfo, tenant: bool, changes: &[TableChange]) -> Result<(), Failure> {
    let folder = folders::migrations(run.input.options, repo, tenant);
    let migrations = run.dev_migrations(&folder)?;
    if migrations.is_empty() {
        return Ok(());
    }
    migrations.iter().for_each(|path| run.tree.delete(path));
    for change in changes {
        let folder = stored::folder_of(run, repo, &change.table.snapshot);
        run.delete_dev_snapshots(&folder);
    }
    Ok(())
}

fn migration_of(run: &mut Run<'_>, repo: &RepoInfo, migration: &PlannedMigration) -> Result<GeneratedFile, Failure> {
    let options = run.input.options;
    let folder = folders::migrations(options, repo, migration.tenant);
    let existing = run.tree.names(&folder);
    let file_options = FileOptions {
        repo: repo.module.clone(),
        name: options.name.clone().unwrap_or_else(|| automatic_name(existing.iter().map(String::as_str))),
        render: RenderOptions { create_schemas_in_migrations: repo.create_schemas_in_migrations },
    };
    let rendered = migration_file(migration, &file_options)
        .map_err(|error| Failure::raised("FunctionClauseError", error.to_string()))?;
    run.require_name(TASK)?;
    let dev = if options.dev { "_dev" } else { "" };
    let path = join(&folder, &format!("{}_{}{dev}.exs", run.timestamp(), rendered.name));
    let text = run.formatted_migration(Dialect::Postgres, &path, rendered.text)?;
    Ok(file(path, text))
}

/// `create_new_snapshot/4`: also moves a flat file of old into the table's folder.
fn snapshot_of(
    run: &mut Run<'_>,
    repo: &RepoInfo,
    tenant: bool,
    snapshot: &Snapshot,
) -> Result<GeneratedFile, Failure> {
    run.check_folder(&stored::name(&name_of(snapshot)))?;
    let base = folders::tables(run.input.options, repo, tenant);
    let dev = if run.input.options.dev { "_dev" } else { "" };
    let name = stored::name(&name_of(snapshot));
    let path = join(&base, &format!("{name}/{}{dev}.json", run.timestamp()));
    run.tree.make_folder(join(&base, &name));
    let flat = join(&base, &format!("{}{dev}.json", snapshot.table));
    // The move fails where the table's plain folder is not there, as for a first snapshot with a schema.
    if run.tree.has_file(&flat) && run.tree.has_folder(&join(&base, &snapshot.table)) {
        run.tree.rename(&flat, &join(&base, &format!("{}/initial{dev}.json", snapshot.table)));
    }
    Ok(file(path, write(snapshot, Dialect::Postgres)))
}

/// `remove_orphan_snapshots/2`.
fn delete_orphans(run: &mut Run<'_>, repo: &RepoInfo, orphans: &Orphans) {
    if run.input.options.snapshots_only {
        return;
    }
    for Stored { snapshot, .. } in &orphans.settled {
        let folder = stored::folder_of(run, repo, snapshot);
        run.tree.delete_folder(&folder);
    }
}

fn name_of(snapshot: &Snapshot) -> TableName {
    TableName::new(&snapshot.table, snapshot.schema.as_deref())
}

fn table_outcome(change: TableChange) -> TableChanges {
    TableChanges {
        operations: change.operations.len(),
        snapshot: change.table.snapshot,
        existing: change.table.existing,
        causes: change.table.causes,
    }
}
