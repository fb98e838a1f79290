//! What a run depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{SnapshotCache, Timestamp};
use crate::diff::Answers;
use crate::plan::extension::RequestedExtension;
use crate::render::ecto::extensions::ExtensionTexts;
use crate::snapshot::Snapshot;
use crate::snapshot::json::Dialect;

/// Formats a generated file. Takes the generator, the path and the text.
///
/// ash_postgres formats as the project's `.formatter.exs` says for that path; ash_sqlite with Elixir's defaults and
/// ecto_sql's calls without parentheses. The error says where the text is no Elixir.
pub type Format<'a> = &'a dyn Fn(Dialect, &str, &str) -> Result<String, String>;

/// The SQL of extensions that is the libraries' own, for migrations of one repo.
pub type Texts<'a> = &'a (dyn Fn(&RepoInfo) -> Box<dyn ExtensionTexts + 'a> + 'a);

/// Everything a run looks at.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The app's `ecto_repos`, in their order, and other repos that resources name.
    pub repos: &'a [RepoInfo],
    /// In the order of the domains and their resources.
    pub declared: &'a [DeclaredTable],
    /// Resources, modules and callbacks of repos that are not known, in words for the user. Nothing is written over
    /// them without [`Options::assume_unchanged`], and no table is taken to have lost its resource.
    pub unknown: &'a [String],
    /// Snapshots and migrations by path, relative to the project's root with `/` separators. `None` where the text was
    /// not read: names are enough for migrations and for all but the newest snapshots of a folder.
    pub files: &'a BTreeMap<String, Option<Arc<str>>>,
    /// What earlier runs over `files` have read.
    pub cache: &'a SnapshotCache,
    pub options: &'a Options,
    pub answers: &'a Answers,
    /// Stamp of the first new file; the others follow second by second.
    pub first_timestamp: &'a Timestamp,
    pub format: Format<'a>,
    pub extension_texts: Texts<'a>,
    /// Version of `ash-functions` in the project's ash_postgres; `None` when it is not known.
    pub ash_functions_version: Option<i64>,
    /// Whether the project's ash_postgres looks for tables that have no resource any more. Where it does not, nobody is
    /// asked about them, unless an answer names a table.
    pub asks_about_tables: bool,
}

/// Options of `mix ash_postgres.generate_migrations` and `mix ash_sqlite.generate_migrations`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// `--name`, or the name given without a flag.
    pub name: Option<String>,
    /// `--auto-name`: a missing name is no error.
    pub auto_name: bool,
    /// `--snapshot-path`, relative to the root like all paths.
    pub snapshot_path: Option<String>,
    pub migration_path: Option<String>,
    pub tenant_migration_path: Option<String>,
    pub quiet: bool,
    pub snapshots_only: bool,
    pub no_format: bool,
    pub dry_run: bool,
    pub check: bool,
    pub dev: bool,
    /// `--dont-drop-columns` of ash_postgres.
    pub dont_drop_columns: bool,
    /// `--drop-columns` of ash_sqlite.
    pub drop_columns: bool,
    pub concurrent_indexes: bool,
    /// `--assume-unchanged` (ours): facts that the sources do not say are taken from the newest snapshots.
    pub assume_unchanged: bool,
    /// `--skip-extensions` (ours): extension migrations are left out where their SQL is not known.
    pub skip_extensions: bool,
    /// Development migrations that are known not to have run, by path: nothing has to be undone before they are deleted.
    pub not_run: BTreeSet<String>,
    /// Goes on although the project would not compile: for showing what is pending while somebody types, never for
    /// writing.
    pub lenient: bool,
}

/// A repo, from its module and its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoInfo {
    /// Module name without `Elixir.`.
    pub module: String,
    pub dialect: Dialect,
    /// Listed under `ecto_repos` of the app.
    pub listed: bool,
    /// Folder of the repo's app relative to the root: empty, or `apps/shop` in an umbrella.
    pub app_folder: String,
    /// `priv:` of the configuration (`priv/repo`).
    pub priv_folder: Option<String>,
    pub migrations_path: Option<String>,
    pub tenant_migrations_path: Option<String>,
    pub snapshots_path: Option<String>,
    /// `default_prefix/0` or the configuration; ash_postgres sets `public` when neither says something else.
    pub default_prefix: Option<String>,
    pub installed_extensions: Vec<RequestedExtension>,
    /// Why `installed_extensions/0` is not known, when it is not.
    pub unknown_extensions: Option<String>,
    /// `migrate_extensions?/0`.
    pub migrate_extensions: bool,
    /// `create_schemas_in_migrations?/0`.
    pub create_schemas_in_migrations: bool,
    /// `use_builtin_uuidv7_function?/0`.
    pub use_builtin_uuidv7_function: bool,
}

impl RepoInfo {
    /// A repo without configuration and with the default callbacks.
    pub fn new(module: &str, dialect: Dialect) -> RepoInfo {
        RepoInfo {
            module: module.to_owned(),
            dialect,
            listed: true,
            app_folder: String::new(),
            priv_folder: None,
            migrations_path: None,
            tenant_migrations_path: None,
            snapshots_path: None,
            default_prefix: (dialect == Dialect::Postgres).then(|| "public".to_owned()),
            installed_extensions: Vec::new(),
            unknown_extensions: None,
            migrate_extensions: true,
            create_schemas_in_migrations: true,
            use_builtin_uuidv7_function: false,
        }
    }
}

/// What a resource says about one table. A resource without a table (a polymorphic one that nobody uses) has none.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredTable {
    pub dialect: Dialect,
    /// As `do_snapshot/2` of the generator makes it; `snapshot.repo` is the repo for writing.
    pub snapshot: Snapshot,
    /// `migrate?`; tables of resources with `migrate? false` are known but left alone.
    pub managed: bool,
    /// Paths of facts in `snapshot` that are placeholders (see [`crate::resource::Unresolved`]).
    pub unresolved: Vec<String>,
    /// Passed through to the outcome; means something to the caller only.
    pub cause: usize,
}

/// For projects whose dependencies cannot be read: says so when a text is needed.
#[derive(Debug, Clone, Copy)]
pub struct NoTexts;

const NO_TEXTS: &str = "the SQL belongs to a library that is not there to be read: run `mix deps.get`, or leave \
                        extension migrations out with --skip-extensions";

impl ExtensionTexts for NoTexts {
    fn install_ash_functions(&self, _from: Option<i64>) -> Result<String, String> {
        Err(format!("ash-functions: {NO_TEXTS}"))
    }

    fn drop_ash_functions(&self, _from: Option<i64>) -> Result<String, String> {
        Err(format!("ash-functions: {NO_TEXTS}"))
    }

    fn install(&self, module: &str, _from: i64) -> Result<String, String> {
        Err(format!("{module}: {NO_TEXTS}"))
    }

    fn uninstall(&self, module: &str, _version: i64) -> Result<String, String> {
        Err(format!("{module}: {NO_TEXTS}"))
    }
}
