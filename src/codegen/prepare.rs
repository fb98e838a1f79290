//! A run over a whole project: what its sources say, in the form that a run wants.
//!
//! What the sources do not say in readable form is handed on as unknown, so that nothing is written over it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::outcome::{Failure, Outcome};
use super::{DeclaredTable, Formatting, Input, Options, RepoInfo, SnapshotCache, Timestamp, generate};
use crate::diff::Answers;
use crate::elixir::eval::Value;
use crate::plan::extension::{RequestedExtension, ash_functions_version_of, extension_of};
use crate::project::{Project, ProjectRepo};
use crate::render::ecto::extensions::library::{LibraryTexts, ash_functions_version, requested_extension};
use crate::resource::{Database, DesiredSnapshot, Extension, IssueKind};
use crate::snapshot::json::Dialect;

/// What a run over a project depends on besides its sources.
#[derive(Clone, Copy)]
pub struct ProjectInput<'a> {
    pub project: &'a Project,
    pub formatting: &'a Formatting,
    /// See [`Input::files`].
    pub files: &'a BTreeMap<String, Option<Arc<str>>>,
    /// See [`Input::cache`].
    pub cache: &'a SnapshotCache,
    pub options: &'a Options,
    pub answers: &'a Answers,
    /// See [`Input::first_timestamp`].
    pub first_timestamp: &'a Timestamp,
    /// Only the tables of these resources, when given.
    pub resources: Option<&'a BTreeSet<String>>,
}

/// Runs the generators over a project, as `ashls codegen` and the editor do.
pub fn generate_for_project(input: &ProjectInput<'_>) -> Outcome {
    let project = input.project;
    if !input.options.lenient
        && let Some(failure) = refused(project)
    {
        return Outcome { failure: Some(failure), ..Outcome::default() };
    }
    let mut unknown = unknown_parts(project);
    let (repos, unknown_of_repos) = repo_infos(project);
    unknown.extend(unknown_of_repos);
    let declared = declared_tables(project, input.resources);
    generate_declared(input, &repos, &declared, &unknown)
}

/// The same with other tables than the project's. See [`Input`] for `unknown`.
pub fn generate_declared(
    input: &ProjectInput<'_>,
    repos: &[RepoInfo],
    declared: &[DeclaredTable],
    unknown: &[String],
) -> Outcome {
    let project = input.project;
    let version = ash_functions_version(project).or_else(|| locked_ash_functions_version(project));
    generate(&Input {
        repos,
        declared,
        unknown,
        files: input.files,
        cache: input.cache,
        options: input.options,
        answers: input.answers,
        first_timestamp: input.first_timestamp,
        format: &|dialect, path, text| input.formatting.format(dialect, path, text),
        extension_texts: &|repo| Box::new(LibraryTexts::new(project, repo.use_builtin_uuidv7_function)),
        ash_functions_version: version,
        asks_about_tables: project.locked_release("ash_postgres").is_none_or(|version| version >= ASKS_ABOUT_TABLES),
    })
}

/// The tables that the project declares (those of `resources` only, when given), in the order of
/// [`Project::desired`], whose positions are the causes.
pub fn declared_tables(project: &Project, resources: Option<&BTreeSet<String>>) -> Vec<DeclaredTable> {
    // At a keystroke few are wanted of many.
    let resources = resources.map(|resources| resources.iter().collect::<FxHashSet<&String>>());
    let wanted = |resource: &String| resources.as_ref().is_none_or(|resources| resources.contains(resource));
    let desired = project.desired().enumerate().filter(|(_, desired)| wanted(&desired.resource));
    let declared = desired.map(|(cause, desired)| DeclaredTable {
        dialect: dialect(desired.database),
        snapshot: desired.snapshot.clone(),
        managed: desired.managed,
        unresolved: unresolved_paths(desired),
        cause,
    });
    declared.collect()
}

/// What adds columns may add identities with them.
fn unresolved_paths(desired: &DesiredSnapshot) -> Vec<String> {
    let mut paths: Vec<String> = desired.unresolved.iter().map(|unresolved| unresolved.path.clone()).collect();
    if desired.unresolved.iter().any(|unresolved| unresolved.changes) {
        paths.push("identities".to_owned());
    }
    paths
}

/// The repos of a project, and what could not be read of them, in words.
pub fn repo_infos(project: &Project) -> (Vec<RepoInfo>, Vec<String>) {
    let mut unknown = Vec::new();
    let repos = project.repos().iter().map(|repo| repo_info(repo, project, &mut unknown)).collect();
    (repos, unknown)
}

/// What stops a project from compiling, else what the generator raises first.
fn refused(project: &Project) -> Option<Failure> {
    let issues = project.issues();
    let invalid = issues.iter().filter(|issue| issue.kind.stops() && issue.kind != IssueKind::Generation);
    let invalid: Vec<String> = invalid.map(|issue| format!("{}: {}", issue.origin.file, issue.message)).collect();
    if !invalid.is_empty() {
        return Some(Failure::Invalid(invalid));
    }
    let raised = issues.iter().find(|issue| issue.kind == IssueKind::Generation);
    raised.map(|issue| Failure::raised("RuntimeError", issue.message.clone()))
}

/// Whole resources and modules that are not known.
fn unknown_parts(project: &Project) -> Vec<String> {
    let unplaced = project.unplaced().map(|unplaced| {
        format!("{}: the table of {} is not known: {}", unplaced.origin.file, unplaced.resource, unplaced.reason)
    });
    let issues = project.issues();
    let missing = issues
        .iter()
        .filter(|issue| matches!(issue.kind, IssueKind::Missing | IssueKind::Broken))
        .map(|issue| format!("{}: {}", issue.origin.file, issue.message));
    unplaced.chain(missing).collect()
}

fn repo_info(found: &ProjectRepo, project: &Project, unknown: &mut Vec<String>) -> RepoInfo {
    let repo = &found.repo;
    let default = RepoInfo::new(&repo.module, dialect(repo.database));
    let mut note = |name: &str, reason: &str| {
        unknown.push(format!("{}: {} of {} is not known: {reason}", repo.origin.file, name, repo.module));
    };
    macro_rules! settle {
        ($field:ident, $name:literal, $default:expr) => {
            repo.$field.clone().unwrap_or_else(|fact| {
                note($name, &fact.reason);
                $default
            })
        };
    }
    let mut info = RepoInfo {
        listed: found.listed,
        app_folder: found.app_folder.clone(),
        priv_folder: settle!(priv_path, "priv", None),
        migrations_path: settle!(migrations_path, "migrations_path", None),
        tenant_migrations_path: settle!(tenant_migrations_path, "tenant_migrations_path", None),
        snapshots_path: settle!(snapshots_path, "snapshots_path", None),
        default_prefix: settle!(default_prefix, "default_prefix", default.default_prefix.clone()),
        migrate_extensions: settle!(migrate_extensions, "migrate_extensions?", true),
        create_schemas_in_migrations: settle!(create_schemas, "create_schemas_in_migrations?", true),
        use_builtin_uuidv7_function: settle!(builtin_uuidv7, "use_builtin_uuidv7_function?", false),
        ..default
    };
    // What an alias gives to the task counts before the configuration.
    let paths = &found.generator_paths;
    info.snapshots_path = paths.snapshots.clone().or(info.snapshots_path);
    info.migrations_path = paths.migrations.clone().or(info.migrations_path);
    info.tenant_migrations_path = paths.tenant_migrations.clone().or(info.tenant_migrations_path);
    match installed_extensions(found, project) {
        Ok(extensions) => info.installed_extensions = extensions,
        Err(reason) => info.unknown_extensions = Some(reason),
    }
    info
}

fn installed_extensions(found: &ProjectRepo, project: &Project) -> Result<Vec<RequestedExtension>, String> {
    let extensions = found.repo.installed_extensions.as_ref().map_err(|unknown| unknown.reason.clone())?;
    let requested = extensions.iter().map(|extension| match extension {
        Extension::Name(name) => Ok(RequestedExtension::Named(name.clone())),
        Extension::Module(module) => requested_extension(&Value::module(module), project)
            .or_else(|reason| extension_of(module, &|package| project.locked_release(package)).ok_or(reason)),
    });
    requested.collect()
}

/// The release of ash_postgres that brought `drop_operations_for_orphan_tables/5`.
const ASKS_ABOUT_TABLES: (u64, u64, u64) = (2, 9, 0);

/// By the version of ash_postgres in `mix.lock`.
fn locked_ash_functions_version(project: &Project) -> Option<i64> {
    ash_functions_version_of(project.locked_release("ash_postgres")?)
}

fn dialect(database: Database) -> Dialect {
    match database {
        Database::Postgres => Dialect::Postgres,
        Database::Sqlite => Dialect::Sqlite,
    }
}
