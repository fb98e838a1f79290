//! Where a repo's snapshots and migrations lie.

use std::collections::BTreeSet;

use super::{Options, RepoInfo};
use crate::elixir::name;
use crate::snapshot::json::Dialect;

/// `snapshot_path/2`, without the repo's own folder.
pub(super) fn snapshots(options: &Options, repo: &RepoInfo) -> String {
    if let Some(path) = options.snapshot_path.as_ref().or(repo.snapshots_path.as_ref()) {
        return clean(path);
    }
    let priv_folder = match repo.dialect {
        Dialect::Postgres => "priv",
        Dialect::Sqlite => repo.priv_folder.as_deref().unwrap_or("priv"),
    };
    join(&repo.app_folder, &join(&clean(priv_folder), "resource_snapshots"))
}

/// The folder of the tables' folders.
pub(super) fn tables(options: &Options, repo: &RepoInfo, tenant: bool) -> String {
    let folder = join(&snapshots(options, repo), &folder_name(&repo.module));
    if tenant { join(&folder, "tenants") } else { folder }
}

/// `migration_path/3`.
pub(super) fn migrations(options: &Options, repo: &RepoInfo, tenant: bool) -> String {
    let (given, configured, name) = match (tenant, repo.dialect) {
        (true, _) => (&options.tenant_migration_path, &repo.tenant_migrations_path, "tenant_migrations"),
        (false, Dialect::Postgres) => (&options.migration_path, &repo.migrations_path, "migrations"),
        // ash_sqlite has no tenant migrations, but looks at their key, and not at the other.
        (false, Dialect::Sqlite) => (&options.migration_path, &repo.tenant_migrations_path, "migrations"),
    };
    if let Some(path) = given.as_ref().or(configured.as_ref()) {
        return clean(path);
    }
    let default = format!("priv/{}", folder_name(&repo.module));
    let priv_folder = clean(repo.priv_folder.as_deref().unwrap_or(&default));
    join(&repo.app_folder, &join(&priv_folder, name))
}

/// Why the snapshots of a table cannot lie in a folder of its name, when they cannot: it would be another folder.
pub(super) fn refused_name(name: &str) -> Option<String> {
    let leads_out = name.contains(['/', '\\', '\0']) || matches!(name, "" | "." | "..");
    leads_out.then(|| {
        format!(
            "nothing was written: the snapshots of table {name:?} would lie outside of their folder; use a name (and a \
             schema) without / and \\, and other than . and .."
        )
    })
}

/// The folders whose files a run with `options` looks at.
pub fn listed_folders(options: &Options, repos: &[RepoInfo]) -> BTreeSet<String> {
    let of_repo =
        |repo: &RepoInfo| [snapshots(options, repo), migrations(options, repo, false), migrations(options, repo, true)];
    repos.iter().flat_map(of_repo).collect()
}

/// The name of a repo's folder: `Macro.underscore/1` of the last part of its module name.
pub(super) fn folder_name(module: &str) -> String {
    name::underscore(name::last_part(module))
}

pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A path without `./` in front and `/` at the end.
fn clean(path: &str) -> String {
    path.strip_prefix("./").unwrap_or(path).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_after_the_repo() {
        let check = |module: &str, expected: &str| assert_eq!(folder_name(module), expected);
        check("MyApp.Repo", "repo");
        check("MyApp.TenantRepo", "tenant_repo");
        check("MyApp.SQLRepo", "sql_repo");
        check("MyApp.Repo2B", "repo2_b");
        check("MyApp.RepoV2", "repo_v2");
        check("MyApp.My_Repo", "my__repo");
    }

    #[test]
    fn options_come_before_configuration() {
        let mut repo = RepoInfo::new("MyApp.Repo", Dialect::Postgres);
        let mut options = Options::default();
        assert_eq!(tables(&options, &repo, true), "priv/resource_snapshots/repo/tenants");
        assert_eq!(migrations(&options, &repo, true), "priv/repo/tenant_migrations");
        repo.app_folder = "apps/shop".to_owned();
        repo.priv_folder = Some("priv/db/".to_owned());
        repo.tenant_migrations_path = Some("priv/tenants".to_owned());
        assert_eq!(migrations(&options, &repo, false), "apps/shop/priv/db/migrations");
        assert_eq!(migrations(&options, &repo, true), "priv/tenants");
        let sqlite = RepoInfo { dialect: Dialect::Sqlite, ..repo.clone() };
        assert_eq!(migrations(&options, &sqlite, false), "priv/tenants");
        assert_eq!(tables(&options, &sqlite, false), "apps/shop/priv/db/resource_snapshots/repo");
        options.snapshot_path = Some("./snaps/".to_owned());
        assert_eq!(tables(&options, &repo, false), "snaps/repo");
    }
}
