//! One side of a comparison: a catalogue, from the live database, a shadow on which something was run, or a model.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;

use super::super::codegen::settle;
use super::super::questions::AnswerArgs;
use super::super::{Failure, output, project};
use super::repo::Sources;
use super::{block_on, database_failure, files, problem};
use crate::codegen::{FileChange, Options, Outcome, Timestamp};
use crate::database::{
    Applied, Beside, Books, LockStrategy, MigrationFile, Problem, Request, Retries, Session, Shadow, SqliteTarget,
    Target, Timeouts, inspect, inspect_within, migrate,
};
use crate::diff::Answers;
use crate::drift::{Catalogue, Comparison, Dialect, Gap, Model, Replay, compare, replay, statements_of};
use crate::migration::Config;
use crate::migration::order::{Extent, MigrationName, Way};
use crate::pending::Request as Generation;
use crate::syntax::parse_strictly;

/// How long a query of the catalogue may take.
const PATIENCE: Duration = Duration::from_secs(60);

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

/// Where what is no database is turned into a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In memory, without a server. SQLite's own is a file for a moment.
    Model,
    /// In a database of its own on the same server.
    Database,
    /// In schemas of its own in the same database, in a transaction that is undone.
    Schema,
}

/// One side: the public tables, or a tenant's schema. Ecto's own table is left out.
pub struct Found {
    pub catalogue: Catalogue,
    /// What is not known of it.
    pub gaps: Vec<Gap>,
}

impl Found {
    /// A live database's catalogue.
    pub fn live(catalogue: Catalogue) -> Found {
        Found { catalogue, gaps: Vec::new() }
    }

    /// The way from here to the other side. `place`: where what is no database was turned into a catalogue.
    pub fn compare(self, to: Found, live: (bool, bool), sqlite: bool, place: Where) -> Comparison {
        let dialect = if sqlite { Dialect::Sqlite } else { Dialect::Postgres };
        let mut comparison = compare(&self.catalogue, &to.catalogue, live.0, live.1, dialect);
        if place == Where::Model && !sqlite {
            comparison.allow_for_writing();
        }
        comparison.allow_for([self.gaps, to.gaps].concat());
        comparison
    }
}

/// A repo whose database is needed only where it is looked at.
pub struct Place<'a> {
    pub repo: &'a Sources,
    pub target: Result<&'a Target, &'a Failure>,
    pub tenant: Option<&'a str>,
}

impl Place<'_> {
    fn target(&self) -> Result<&Target, Failure> {
        self.target.map_err(|failure| Failure { message: failure.message.clone(), status: failure.status })
    }

    /// The catalogue of a side. `number` tells its shadow from others.
    pub fn find(&self, side: Side, place: Where, number: usize) -> Result<Found, Failure> {
        let (repo, tenant) = (self.repo, self.tenant);
        let timeouts = Timeouts { lock: None, statement: Some(PATIENCE) };
        let files = match side {
            Side::Database => None,
            Side::Migrations => Some(committed(repo)?),
            Side::Resources => Some(files_of(repo, &from_nothing(repo, "drift", &Timestamp::from_unix(0))?)?),
            Side::Snapshots => Some(files_of(repo, &stored(repo)?)?),
        };
        let mut found = match (files, place) {
            (None, _) => {
                let target = self.target()?;
                let found = block_on(inspect(target, timeouts))?;
                let catalogue = found.map_err(|error| database_failure(&target.name(), &error))?;
                Found { catalogue, gaps: Vec::new() }
            }
            (Some(files), Where::Model) if repo.sqlite => {
                // Never opened: only where it would be decides what the shadow is.
                let like = Target::Sqlite(SqliteTarget::new(repo.root.clone()));
                Found { catalogue: on_shadow(repo, &like, tenant, number, &files)?, gaps: Vec::new() }
            }
            (Some(files), Where::Model) => in_memory(repo, tenant, &files),
            (Some(files), Where::Database) => {
                Found { catalogue: on_shadow(repo, self.target()?, tenant, number, &files)?, gaps: Vec::new() }
            }
            (Some(files), Where::Schema) => {
                Found { catalogue: within(repo, self.target()?, tenant, number, &files)?, gaps: Vec::new() }
            }
        };
        found
            .catalogue
            .tables
            .retain(|name, _| name.table != repo.books.source && tenant.is_none_or(|tenant| name.schema == tenant));
        if tenant.is_some() {
            found.catalogue.others.clear();
        }
        Ok(found)
    }
}

/// The files and how they are read, in the order in which they run: the public ones, then the tenant's.
fn parts<'a>(repo: &Sources, tenant: Option<&str>, files: &'a Files) -> Vec<(Vec<Replay<'a>>, Config)> {
    let part = |files: &'a [MigrationFile], prefix: Option<&str>| {
        let mut sorted: Vec<&MigrationFile> = files.iter().collect();
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        let config =
            Config { files: files::texts(&repo.root, files), prefix: prefix.map(str::to_owned), ..repo.config.clone() };
        (sorted.into_iter().map(MigrationFile::replay).collect(), config)
    };
    let public = part(&files.public, None);
    std::iter::once(public).chain(tenant.map(|tenant| part(&files.tenant, Some(tenant)))).collect()
}

/// What the files come to in the model.
fn in_memory(repo: &Sources, tenant: Option<&str>, files: &Files) -> Found {
    let mut model = Model::default();
    let parts = parts(repo, tenant, files);
    let gaps = parts.iter().flat_map(|(files, config)| replay(&mut model, files, config)).collect();
    Found { catalogue: model.catalogue(), gaps }
}

/// Runs the files in schemas of their own within the database, reads the catalogue, and undoes it.
fn within(
    repo: &Sources,
    target: &Target,
    tenant: Option<&str>,
    number: usize,
    files: &Files,
) -> Result<Catalogue, Failure> {
    let (all, name) = (files.public.iter().chain(&files.tenant).cloned().collect::<Vec<_>>(), target.name());
    let explain = |problem: Problem| problem::failure(&name, &all, &Applied::default(), &problem);
    let mut steps = Vec::new();
    for (files, config) in parts(repo, tenant, files) {
        let read = statements_of(&files, &config);
        let read = read.map_err(|(path, range, reason)| explain(Problem::Refused(vec![(path, range, reason)])))?;
        steps.extend(read.into_iter().map(|(path, statements)| Beside { path, statements }));
    }
    let schemas: Vec<String> = tenant.map(str::to_owned).into_iter().collect();
    block_on(inspect_within(target, &steps, &schemas, number, PATIENCE))?.map_err(explain)
}

fn committed(repo: &Sources) -> Result<Files, Failure> {
    Ok(Files {
        public: files::migrations(&repo.root, &repo.migrations)?,
        tenant: files::migrations(&repo.root, &repo.tenant_migrations)?,
    })
}

/// Whether the SQL that ash_postgres brings can be read; SQLite needs none.
fn has_library(repo: &Sources) -> bool {
    repo.root.join("deps/ash_postgres").is_dir() || repo.sqlite
}

/// What the generator would write if there were no snapshots. Fails when something is not known.
pub fn from_nothing(repo: &Sources, name: &str, first: &Timestamp) -> Result<Outcome, Failure> {
    let loaded = project::load_as(&repo.root, |mut files| {
        files.generated.clear();
        files
    })?;
    let options = Options { name: Some(name.to_owned()), skip_extensions: !has_library(repo), ..Options::default() };
    settle(&loaded, &options, &AnswerArgs::default(), first, true)
}

/// What the newest snapshots come to by themselves.
fn stored(repo: &Sources) -> Result<Outcome, Failure> {
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
fn files_of(repo: &Sources, outcome: &Outcome) -> Result<Files, Failure> {
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
fn on_shadow(
    repo: &Sources,
    like: &Target,
    tenant: Option<&str>,
    number: usize,
    files: &Files,
) -> Result<Catalogue, Failure> {
    let name = like.name();
    let shadow = block_on(Shadow::make(like, number))?.map_err(|error| {
        let mut failure = database_failure(&name, &error);
        failure.message.push_str(
            "\n  drift runs migrations on a database of their own on the same server. --shadow schema runs them in schemas of \
             their own in this one, and undoes it; --shadow none needs no server, and compares less exactly.",
        );
        failure
    })?;
    let result = fill(repo, tenant, &shadow, files);
    let removed = block_on(shadow.remove())?;
    if let Err(error) = removed {
        output::warning(&format!("the shadow database was not removed: {error}"));
    }
    result
}

fn fill(repo: &Sources, tenant: Option<&str>, shadow: &Shadow, files: &Files) -> Result<Catalogue, Failure> {
    let timeouts = Timeouts { lock: None, statement: None };
    let name = shadow.target.name();
    let books = Books { lock: LockStrategy::None, ..repo.books.clone() };
    let run = |files: &[MigrationFile], prefix: Option<&str>| -> Result<(), Failure> {
        let config =
            Config { files: files::texts(&repo.root, files), prefix: prefix.map(str::to_owned), ..repo.config.clone() };
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
