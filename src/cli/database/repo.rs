//! The repos of a project with their databases: what the command line, the environment and `config/*.exs` say together.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::{Failure, output};
use super::connection::ConnectionArgs;
use crate::database::{Books, LockStrategy, RepoSettings, Target, TargetError};
use crate::elixir::eval::{Scope, Value, call_function, defines};
use crate::elixir::name;
use crate::migration::{Config, Term, command::Options};
use crate::project::{Host, Project, ProjectRepo};
use crate::resource::types::Database;
use crate::workspace::{find, find::FindError, read};

/// One repo, ready to be worked on.
pub struct Repo {
    pub sources: Sources,
    pub target: Target,
}

impl Deref for Repo {
    type Target = Sources;

    fn deref(&self) -> &Sources {
        &self.sources
    }
}

/// What is known of a repo without its database.
pub struct Sources {
    pub root: PathBuf,
    /// Whether it is a repo that a project was found to have.
    pub of_project: bool,
    /// Module name; `Repo` when there is no project.
    pub module: String,
    pub sqlite: bool,
    pub books: Books,
    /// How its migrations are read, without a prefix.
    pub config: Config,
    /// Folders of its migrations and its tenants' migrations, relative to the root.
    pub migrations: String,
    pub tenant_migrations: String,
    /// The literal result of its `all_tenants/0`.
    pub all_tenants: Option<Vec<String>>,
}

/// The repos that a command is about. `named` replaces the folder of migrations;
/// without a project that or a URL is needed.
pub fn repos(args: &ConnectionArgs, named: Option<&str>) -> Result<Vec<Repo>, Failure> {
    let found = sources(args, named)?;
    found.into_iter().map(|(sources, target)| Ok(Repo { sources, target: target? })).collect()
}

/// A repo, and its database or why that is not known.
type Found = (Sources, Result<Target, Failure>);

/// The same for commands that may do without the database.
pub fn sources(args: &ConnectionArgs, named: Option<&str>) -> Result<Vec<Found>, Failure> {
    let migrations = named.or(args.database_url.is_some().then_some("priv/repo/migrations"));
    let root = match (find::project_root(&args.path), migrations) {
        (Ok(root), _) => root,
        (Err(FindError::NoProject { .. }), Some(migrations)) => return Ok(vec![without_project(args, migrations)?]),
        (Err(error), _) => return Err(Failure::unusable(error.to_string())),
    };
    let sources = read::project_sources(&root).into_iter().map(|(path, text)| (Arc::from(path), text));
    let project = load(sources.collect(), &args.repo);
    if let (Some(migrations), true) = (migrations, project.repos().is_empty()) {
        let (sources, target) = without_project(args, migrations)?;
        return Ok(vec![(Sources { root, ..sources }, target)]);
    }
    let chosen = choose(&project, &args.repo)?;
    let variables: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let environment = variables.get("MIX_ENV").cloned().unwrap_or_else(|| "dev".to_owned());
    let host = Host { environment, variables };
    let settings = project.settings_on(&host);
    let several = chosen.len() > 1;
    let url = args.database_url.as_ref().or(host.variables.get("DATABASE_URL").filter(|url| !url.is_empty()));
    let mut repos = Vec::new();
    for chosen in &chosen {
        let module = &chosen.repo.module;
        let app = chosen.repo.otp_app.as_deref().unwrap_or_default();
        let values = settings.get(app, &Value::module(module)).unwrap_or_else(Some).unwrap_or_else(Value::nil);
        let sqlite = chosen.repo.database == Database::Sqlite;
        let own = RepoSettings { values: &values, sqlite, root: &root };
        let target = match (args.database_url.is_some() && several, url) {
            (true, _) => Err(Failure::unusable(
                "--database-url names one database, but the project has several repos: say which with --repo",
            )),
            // A variable that is there for one of several repos says nothing about the others.
            (false, Some(url)) if !several => Target::from_url(url, &root).map_err(|error| unknown(module, &error)),
            _ => own.target().map_err(|error| unknown(module, &error)),
        };
        let target = target.and_then(|target| match target.is_sqlite() == sqlite {
            true => Ok(target),
            false => {
                let kind = if sqlite { "SQLite" } else { "PostgreSQL" };
                Err(Failure::unusable(format!("{module} is a repo of {kind}, but the database URL is not")))
            }
        });
        let folder = |name: &str, configured: Option<&str>| -> String {
            let default = || {
                let priv_folder = chosen.repo.priv_path.as_ref().ok().cloned().flatten();
                let last = name::last_part(module);
                format!("{}/{name}", priv_folder.unwrap_or_else(|| format!("priv/{}", name::underscore(last))))
            };
            let path = configured.map_or_else(default, str::to_owned);
            match chosen.app_folder.as_str() {
                "" => path,
                app => format!("{app}/{path}"),
            }
        };
        let migrations = match named {
            Some(path) => path.to_owned(),
            None => folder("migrations", chosen.repo.migrations_path.as_ref().ok().and_then(Option::as_deref)),
        };
        let tenant_path = chosen.repo.tenant_migrations_path.as_ref().ok().and_then(Option::as_deref);
        let sources = Sources {
            of_project: true,
            sqlite,
            migrations,
            tenant_migrations: folder("tenant_migrations", tenant_path),
            books: books(module, &values)?,
            config: config(module, &values, sqlite, &project)?,
            all_tenants: all_tenants(&project, module),
            module: module.clone(),
            root: root.clone(),
        };
        repos.push((sources, target));
    }
    Ok(repos)
}

/// The project; without its resources where the configuration lists the repos that are wanted.
fn load(files: Vec<(Arc<str>, Arc<str>)>, wanted: &[String]) -> Project {
    let project = Project::load_repos(files.iter().cloned());
    let enough = match wanted.is_empty() {
        true => project.repos().iter().any(|repo| repo.listed),
        false => choose(&project, wanted).is_ok(),
    };
    if enough { project } else { Project::load(files) }
}

/// In a container there are migrations, but no project.
fn without_project(args: &ConnectionArgs, migrations: &str) -> Result<Found, Failure> {
    let root = args.path.canonicalize().map_err(|error| Failure::unusable(error.to_string()))?;
    let variable = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
    let Some(url) = args.database_url.clone().or(variable) else {
        return Err(Failure::unusable(
            "there is no project here, so the database is needed: --database-url or DATABASE_URL",
        ));
    };
    let target = Target::from_url(&url, &root).map_err(|error| Failure::unusable(error.to_string()))?;
    let module = args.repo.first().cloned().unwrap_or_else(|| "Repo".to_owned());
    let config = Config { sqlite: target.is_sqlite(), repo: Some(module.clone()), ..Config::default() };
    let sources = Sources {
        root,
        of_project: false,
        sqlite: target.is_sqlite(),
        books: Books { repo: module.clone(), source: "schema_migrations".to_owned(), lock: LockStrategy::Table },
        module,
        config,
        migrations: migrations.to_owned(),
        tenant_migrations: migrations.to_owned(),
        all_tenants: None,
    };
    Ok((sources, Ok(target)))
}

fn unknown(module: &str, error: &TargetError) -> Failure {
    Failure::unusable(format!(
        "the database of {module} is not known: {error}\nGive it with --database-url or DATABASE_URL."
    ))
}

fn choose(project: &Project, wanted: &[String]) -> Result<Vec<ProjectRepo>, Failure> {
    let all = project.repos();
    let known = || all.iter().map(|repo| repo.repo.module.clone()).collect::<Vec<_>>().join(", ");
    if all.is_empty() {
        return Err(Failure::unusable("no module of this project uses AshPostgres.Repo or AshSqlite.Repo"));
    }
    if wanted.is_empty() {
        let listed: Vec<ProjectRepo> = all.iter().filter(|repo| repo.listed).cloned().collect();
        return Ok(if listed.is_empty() { all } else { listed });
    }
    let find = |name: &String| {
        let name = name.trim_start_matches("Elixir.");
        let found = all.iter().find(|repo| repo.repo.module == name);
        found
            .cloned()
            .ok_or_else(|| Failure::unusable(format!("{name} is not a repo of this project (known: {})", known())))
    };
    wanted.iter().flat_map(|names| names.split(',')).map(|name| find(&name.to_owned())).collect()
}

/// `migration_source`, `migration_lock` and what else concerns Ecto's own table.
fn books(module: &str, values: &Value) -> Result<Books, Failure> {
    let known = |key: &str| known(module, values, key);
    if let Some(other) = known("migration_repo")?.filter(|other| other.as_module() != Some(module)) {
        let other = other.as_module().unwrap_or("another repo");
        return Err(Failure::unusable(format!(
            "{module} keeps its books in {other} (migration_repo); run mix ecto.migrate"
        )));
    }
    let lock = match known("migration_lock")? {
        Some(value) if value.as_atom() == Some("pg_advisory_lock") => LockStrategy::Advisory,
        Some(value) if value.is_nil() || value.as_bool() == Some(false) => LockStrategy::None,
        _ => LockStrategy::Table,
    };
    let source = known("migration_source")?.and_then(|value| value.as_text().map(str::to_owned));
    Ok(Books { repo: module.to_owned(), source: source.unwrap_or_else(|| "schema_migrations".to_owned()), lock })
}

/// What the repo's configuration changes about the meaning of its migrations.
fn config(module: &str, values: &Value, sqlite: bool, project: &Project) -> Result<Config, Failure> {
    let term = |key: &str| -> Result<Option<Term>, Failure> {
        Ok(known(module, values, key)?.as_ref().and_then(Term::from_value))
    };
    let options = |key: &str| -> Result<Options, Failure> {
        Ok(Options(term(key)?.and_then(|term| term.as_keywords()).unwrap_or_default()))
    };
    let releases = ["oban", "error_tracker"].into_iter();
    Ok(Config {
        repo: Some(module.to_owned()),
        primary_key: term("migration_primary_key")?.unwrap_or_else(|| Config::default().primary_key),
        foreign_key: options("migration_foreign_key")?,
        timestamps: options("migration_timestamps")?,
        default_prefix: term("migration_default_prefix")?.and_then(|term| term.name().map(str::to_owned)),
        sqlite,
        releases: releases
            .filter_map(|name| Some((name.to_owned(), project.locked_version(name)?.to_owned())))
            .collect(),
        ..Config::default()
    })
}

/// A setting that must be known when it is there.
fn known(module: &str, values: &Value, key: &str) -> Result<Option<Value>, Failure> {
    match values.get(key) {
        Some(value) => match value.find_unknown() {
            Some(unknown) => Err(Failure::unusable(format!(
                "{}: the setting `{key}` of {module} is not known: {}",
                unknown.origin.file, unknown.reason
            ))),
            None => Ok(Some(value.clone())),
        },
        None => Ok(None),
    }
}

/// The tenants, if the repo lists them literally.
fn all_tenants(project: &Project, module: &str) -> Option<Vec<String>> {
    project.evaluate(|context| {
        if !defines(module, "all_tenants", 0, context) {
            return None;
        }
        let value = call_function(module, "all_tenants", Vec::new(), &Scope::default(), context);
        value.as_list()?.iter().map(|tenant| tenant.as_text().map(str::to_owned)).collect()
    })
}

/// Says which database, once per repo, when there are several.
pub fn announce(repos: &[Repo], repo: &Repo) {
    if repos.len() > 1 {
        output::note(&format!("{}: {}", repo.module, repo.target.name()));
    }
}
