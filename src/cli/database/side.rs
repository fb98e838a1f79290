//! One side of a comparison: a catalogue, from the live database or from a shadow on which something was run.

use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;

use super::super::codegen::settle;
use super::super::questions::AnswerArgs;
use super::super::{Failure, output, project};
use super::drift::PATIENCE;
use super::repo::Repo;
use super::{block_on, database_failure, files, problem};
use crate::codegen::{FileChange, Options, Outcome, Timestamp};
use crate::database::{
    Books, LockStrategy, MigrationFile, Request, Retries, Session, Shadow, Timeouts, inspect, migrate,
};
use crate::diff::Answers;
use crate::drift::Catalogue;
use crate::migration::Config;
use crate::migration::order::{Extent, MigrationName, Way};
use crate::pending::Request as Generation;
use crate::syntax::parse_strictly;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// What the resources say, generated from nothing
    Resources,
    /// What the newest snapshots say
    Snapshots,
    /// The committed migrations, run from the first to the last
    Migrations,
    /// The live database
    Database,
}

impl Side {
    pub fn name(self) -> &'static str {
        match self {
            Side::Resources => "resources",
            Side::Snapshots => "snapshots",
            Side::Migrations => "migrations",
            Side::Database => "database",
        }
    }
}

/// Files that run on a shadow: for the public schema, and for the tenant's.
struct Files {
    public: Vec<MigrationFile>,
    tenant: Vec<MigrationFile>,
}

/// The catalogue of a side: of the public tables, or of a tenant's schema. Ecto's own table is left out.
pub fn catalogue(repo: &Repo, side: Side, tenant: Option<&str>, number: usize) -> Result<Catalogue, Failure> {
    let timeouts = Timeouts { lock: None, statement: Some(PATIENCE) };
    let mut catalogue = match side {
        Side::Database => {
            let found = block_on(inspect(&repo.target, timeouts))?;
            found.map_err(|error| database_failure(&repo.target.name(), &error))?
        }
        Side::Migrations => on_shadow(repo, tenant, number, &committed(repo)?)?,
        Side::Resources => {
            let outcome = from_nothing(repo, "drift", &Timestamp::from_unix(0))?;
            on_shadow(repo, tenant, number, &files_of(repo, &outcome)?)?
        }
        Side::Snapshots => on_shadow(repo, tenant, number, &files_of(repo, &stored(repo)?)?)?,
    };
    catalogue
        .tables
        .retain(|name, _| name.table != repo.books.source && tenant.is_none_or(|tenant| name.schema == tenant));
    if tenant.is_some() {
        catalogue.others.clear();
    }
    Ok(catalogue)
}

fn committed(repo: &Repo) -> Result<Files, Failure> {
    Ok(Files {
        public: files::migrations(&repo.root, &repo.migrations)?,
        tenant: files::migrations(&repo.root, &repo.tenant_migrations)?,
    })
}

/// Whether the SQL that ash_postgres brings can be read; SQLite needs none.
fn has_library(repo: &Repo) -> bool {
    repo.root.join("deps/ash_postgres").is_dir() || repo.target.is_sqlite()
}

/// What the generator would write if there were no snapshots. Fails when something is not known.
pub fn from_nothing(repo: &Repo, name: &str, first: &Timestamp) -> Result<Outcome, Failure> {
    let loaded = project::load_as(&repo.root, |mut files| {
        files.generated.clear();
        files
    })?;
    let options = Options { name: Some(name.to_owned()), skip_extensions: !has_library(repo), ..Options::default() };
    settle(&loaded, &options, &AnswerArgs::default(), first, true)
}

/// What the newest snapshots come to by themselves.
fn stored(repo: &Repo) -> Result<Outcome, Failure> {
    let loaded = project::load(&repo.root)?;
    let options = Options { name: Some("drift".to_owned()), skip_extensions: !has_library(repo), ..Options::default() };
    let request = Generation {
        options: &options,
        answers: &Answers::default(),
        first_timestamp: &Timestamp::from_unix(0),
        resources: None,
    };
    let outcome = loaded.state.run_stored(request).map_err(Failure::unusable)?;
    match &outcome.failure {
        Some(failure) => Err(loaded.failure(failure)),
        None => Ok(outcome),
    }
}

/// The migrations of an outcome, as files of the repo.
fn files_of(repo: &Repo, outcome: &Outcome) -> Result<Files, Failure> {
    let mut files = Files { public: Vec::new(), tenant: Vec::new() };
    if !has_library(repo) {
        // Extensions and ash_postgres' functions are taken from the migrations that installed them.
        let committed = files::migrations(&repo.root, &repo.migrations)?;
        files.public.extend(committed.into_iter().filter(|file| installs_extensions(&file.text)));
    }
    let newest = files.public.iter().map(|file| file.name.version).max().unwrap_or(0);
    for change in &outcome.changes {
        let FileChange::Write { path, text } = change else { continue };
        let Some(mut name) = MigrationName::parse(path) else { continue };
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        name.version += newest;
        let tree = parse_strictly(text).map(Arc::new);
        let tree = tree.map_err(|range| (range, "this is not well-formed Elixir".to_owned()));
        let file = MigrationFile { name, text: text.as_str().into(), tree };
        if folder == Path::new(&repo.tenant_migrations) {
            files.tenant.push(file);
        } else if folder == Path::new(&repo.migrations) {
            files.public.push(file);
        }
    }
    Ok(files)
}

/// Runs the files on a database of their own, reads its catalogue, and removes it.
fn on_shadow(repo: &Repo, tenant: Option<&str>, number: usize, files: &Files) -> Result<Catalogue, Failure> {
    let name = repo.target.name();
    let shadow = block_on(Shadow::make(&repo.target, number))?.map_err(|error| {
        let mut failure = database_failure(&name, &error);
        failure.message.push_str("\n  drift runs migrations on a database of their own on the same server.");
        failure
    })?;
    let result = fill(repo, tenant, &shadow, files);
    let removed = block_on(shadow.remove())?;
    if let Err(error) = removed {
        output::warning(&format!("the shadow database was not removed: {error}"));
    }
    result
}

fn fill(repo: &Repo, tenant: Option<&str>, shadow: &Shadow, files: &Files) -> Result<Catalogue, Failure> {
    let timeouts = Timeouts { lock: None, statement: None };
    let name = shadow.target.name();
    let books = Books { lock: LockStrategy::None, ..repo.books.clone() };
    let run = |files: &[MigrationFile], prefix: Option<&str>| -> Result<(), Failure> {
        let config = Config {
            files: files::sql_files(&repo.root, files),
            prefix: prefix.map(str::to_owned),
            ..repo.config.clone()
        };
        let request = Request {
            target: &shadow.target,
            books: &books,
            files,
            config,
            way: Way::Up,
            extent: Extent::All,
            skip: Default::default(),
            assume: Default::default(),
            strict_order: false,
            timeouts,
            patient_without_transaction: true,
            patience: PATIENCE,
            retries: Retries { count: 0, pause: PATIENCE },
        };
        let (applied, result) = block_on(migrate(&request, &|_| {}))?;
        result.map_err(|problem| problem::failure(&name, files, &applied, &problem))
    };
    run(&files.public, None)?;
    if let Some(tenant) = tenant {
        let make = async {
            let mut session = Session::open(&shadow.target, timeouts).await?;
            session.execute(&format!("CREATE SCHEMA \"{}\"", tenant.replace('"', "\"\""))).await?;
            session.close().await;
            Ok(())
        };
        block_on(make)?.map_err(|error| database_failure(&name, &error))?;
        run(&files.tenant, Some(tenant))?;
    }
    block_on(inspect(&shadow.target, timeouts))?.map_err(|error| database_failure(&name, &error))
}

/// Whether a migration only installs extensions or ash_postgres' functions.
fn installs_extensions(text: &str) -> bool {
    let installs =
        ["CREATE EXTENSION", "FUNCTION ash_", "FUNCTION uuid_generate_v7", "FUNCTION timestamp_from_uuid_v7"];
    let changes = ["create table", "create_if_not_exists table", "alter table", "drop table", "rename table"];
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    has(&installs) && !has(&changes)
}
