//! Finding the stored snapshots of tables.

use serde_json::Value;

use crate::codegen::folders::{self, join};
use crate::codegen::run::{Existing, Run};
use crate::codegen::tree::Text;
use crate::codegen::{Options, RepoInfo};
use crate::diff::TableName;
use crate::snapshot::json::{Dialect, print, sorted};
use crate::snapshot::{Snapshot, Strategy};

/// Name of a table's snapshot folder, and of its flat file before there were folders.
pub(super) fn name(table: &TableName) -> String {
    table.to_string()
}

/// `get_existing_snapshot/2`: the newest snapshot of a table of the tenants or of the public schema.
pub(super) fn existing(run: &mut Run<'_>, repo: &RepoInfo, tenant: bool, table: &TableName) -> Existing {
    match newest(run, repo, tenant, table) {
        Some(path) => run.snapshot(&path, Dialect::Postgres),
        None => Existing::Missing,
    }
}

/// The path of the newest snapshot of a table.
pub(super) fn newest(run: &Run<'_>, repo: &RepoInfo, tenant: bool, table: &TableName) -> Option<String> {
    let base = folders::tables(run.input.options, repo, tenant);
    if let Some(path) = run.newest(&folder(run, &base, table)) {
        return Some(path);
    }
    // Once there was one file per table.
    let with_schema = table.schema.is_some().then(|| join(&base, &format!("{}.json", name(table))));
    let plain = join(&base, &format!("{}.json", table.table));
    with_schema.into_iter().chain([plain]).find(|path| run.tree.has_file(path))
}

/// `get_snapshot_path/2`: a table whose schema was set later may still lie in the folder without it.
fn folder(run: &Run<'_>, base: &str, table: &TableName) -> String {
    let with_schema = join(base, &name(table));
    if run.tree.has_folder(&with_schema) { with_schema } else { join(base, &table.table) }
}

/// The folder of a stored snapshot, by what it says itself.
pub(super) fn folder_of(run: &Run<'_>, repo: &RepoInfo, snapshot: &Snapshot) -> String {
    let tenant = snapshot.multitenancy.strategy == Some(Strategy::Context);
    let base = folders::tables(run.input.options, repo, tenant);
    folder(run, &base, &TableName::new(&snapshot.table, snapshot.schema.as_deref()))
}

/// `list_snapshot_tables/3`: the tables that have a folder.
pub(super) fn tables(run: &Run<'_>, options: &Options, repo: &RepoInfo, tenant: bool) -> Vec<TableName> {
    let base = folders::tables(options, repo, tenant);
    let names = run.tree.names(&base).into_iter();
    let names = names.filter(|name| name != "extensions" && run.tree.has_folder(&join(&base, name)));
    let mut tables: Vec<TableName> = names
        .map(|name| match name.split_once('.') {
            Some((schema, table)) => TableName::new(table, Some(schema)),
            None => TableName::new(&name, None),
        })
        .collect();
    tables.sort();
    tables
}

/// `record_drop_table_opt_out/2`: notes in the newest snapshot that the table is to stay.
pub(super) fn remember_refusal(run: &mut Run<'_>, repo: &RepoInfo, snapshot: &Snapshot) {
    let options = run.input.options;
    if options.dry_run || options.check || options.snapshots_only {
        return;
    }
    let tenant = snapshot.multitenancy.strategy == Some(Strategy::Context);
    let base = folders::tables(options, repo, tenant);
    let table = TableName::new(&snapshot.table, snapshot.schema.as_deref());
    let folder = folder(run, &base, &table);
    if !run.tree.has_folder(&folder) {
        return;
    }
    let flat = join(&base, &format!("{}.json", name(&table)));
    let path = run.newest(&folder).unwrap_or(flat);
    let Text::Here(text) = run.tree.text(&path) else { return };
    let Ok(Value::Object(mut object)) = serde_json::from_str(&text) else { return };
    object.insert("drop_table_opted_out".to_owned(), Value::Bool(true));
    run.tree.write(&path, print(&sorted(&Value::Object(object))));
}
