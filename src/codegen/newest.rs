//! The newest snapshot file of a table, for those who ask outside of a run.

use std::collections::BTreeMap;

use super::folders::{self, join};
use super::{Options, RepoInfo};
use crate::snapshot::{Snapshot, Strategy};

/// The path of the newest stored snapshot of a table, as a run with `options` would find it: in the folder with the
/// schema's name or the one without, or the flat file of old versions.
pub fn newest_snapshot_path<T>(
    repo: &RepoInfo,
    snapshot: &Snapshot,
    files: &BTreeMap<String, T>,
    options: &Options,
) -> Option<String> {
    let (with_schema, plain) = folders_of(repo, snapshot, options);
    let folder = with_schema.as_ref().filter(|folder| has_folder(files, folder)).unwrap_or(&plain);
    if let Some(path) = newest_in(files, folder, options.dev) {
        return Some(path);
    }
    let flat = with_schema.iter().chain([&plain]).map(|folder| format!("{folder}.json"));
    flat.into_iter().find(|path| files.contains_key(path))
}

/// The folder that holds, or would hold, the snapshots of a table.
pub fn snapshot_folder<T>(
    repo: &RepoInfo,
    snapshot: &Snapshot,
    files: &BTreeMap<String, T>,
    options: &Options,
) -> String {
    let (with_schema, plain) = folders_of(repo, snapshot, options);
    match with_schema {
        Some(folder) if has_folder(files, &folder) || !has_folder(files, &plain) => folder,
        _ => plain,
    }
}

/// The folder with the schema's name, when there is a schema, and the one without.
fn folders_of(repo: &RepoInfo, snapshot: &Snapshot, options: &Options) -> (Option<String>, String) {
    let tenant = snapshot.multitenancy.strategy == Some(Strategy::Context);
    let base = folders::tables(options, repo, tenant);
    let with_schema = snapshot.schema.as_ref().map(|schema| join(&base, &format!("{schema}.{}", snapshot.table)));
    (with_schema, join(&base, &snapshot.table))
}

fn has_folder<T>(files: &BTreeMap<String, T>, folder: &str) -> bool {
    let prefix = format!("{folder}/");
    files.range(prefix.clone()..).next().is_some_and(|(path, _)| path.starts_with(&prefix))
}

fn newest_in<T>(files: &BTreeMap<String, T>, folder: &str, dev: bool) -> Option<String> {
    let prefix = format!("{folder}/");
    let inside = files.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
    let stamped = inside.filter(|(path, _)| {
        let stamp = path[prefix.len()..].strip_suffix(".json").unwrap_or_default();
        let stamp = if dev { stamp.strip_suffix("_dev").unwrap_or(stamp) } else { stamp };
        stamp.len() == 14 && stamp.bytes().all(|byte| byte.is_ascii_digit())
    });
    stamped.last().map(|(path, _)| path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::json::Dialect;

    #[test]
    fn schema_folders_plain_folders_and_flat_files() {
        let files: BTreeMap<String, ()> = [
            "priv/resource_snapshots/repo/blog.posts/20240101000000.json",
            "priv/resource_snapshots/repo/blog.posts/20240201000000_dev.json",
            "priv/resource_snapshots/repo/posts/20230101000000.json",
            "priv/resource_snapshots/repo/tags.json",
        ]
        .map(|path| (path.to_owned(), ()))
        .into();
        let repo = RepoInfo::new("App.Repo", Dialect::Postgres);
        let check = |table: &str, schema: Option<&str>, dev: bool, expected: Option<&str>| {
            let mut snapshot = crate::snapshot::Snapshot::empty(table, "App.Repo");
            snapshot.schema = schema.map(str::to_owned);
            let options = Options { dev, ..Options::default() };
            let found = newest_snapshot_path(&repo, &snapshot, &files, &options);
            let found = found.as_deref().map(|path| path.trim_start_matches("priv/resource_snapshots/repo/"));
            assert_eq!(found, expected);
        };
        check("posts", Some("blog"), false, Some("blog.posts/20240101000000.json"));
        check("posts", Some("blog"), true, Some("blog.posts/20240201000000_dev.json"));
        check("posts", Some("other"), false, Some("posts/20230101000000.json"));
        check("posts", None, false, Some("posts/20230101000000.json"));
        check("tags", None, false, Some("tags.json"));
        check("users", None, false, None);
    }
}
