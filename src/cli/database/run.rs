//! What `migrate` and `rollback` have in common.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::super::output::{self, FAINT, styled_result};
use super::super::{Failure, Outcome};
use super::ahead::Ahead;
use super::connection::{ConnectionArgs, PatienceArgs};
use super::repo::{Repo, announce, repos};
use super::{DATABASE, block_on, database_failure, files, missing, problem};
use crate::database::{
    Event, MigrationFile, Request, Target, TenantOutcome, Timeouts, migrate_on, migrate_tenants, sql_of, tenants_of,
};
use crate::migration::Config;
use crate::migration::order::{Extent, MigrationName, Way};

/// Arguments of both.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// Print the SQL instead of running it
    #[arg(long)]
    dry_run: bool,
    /// Print the SQL while it runs
    #[arg(long)]
    log_sql: bool,
    /// Folder of the migrations, for one repo or where there is no project
    #[arg(long, value_name = "FOLDER")]
    migrations_path: Option<String>,
    /// Work on this schema: its tables, its schema_migrations
    #[arg(long, value_name = "SCHEMA", conflicts_with_all = ["tenants", "tenant", "tenants_sql"])]
    prefix: Option<String>,
    /// Leave this version out (repeatable)
    #[arg(long, value_name = "VERSION")]
    skip: Vec<i64>,
    /// Only note this version as done, or as undone (repeatable)
    #[arg(long, value_name = "VERSION")]
    assume_run: Vec<i64>,
    #[command(flatten)]
    tenants: TenantArgs,
    #[command(flatten)]
    patience: PatienceArgs,
}

/// Which tenants, if any.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tenants")]
pub struct TenantArgs {
    /// The tenants' migrations on every tenant: on these, or on those that the repo's all_tenants lists literally
    #[arg(long, value_name = "A,B", num_args = 0..=1, default_missing_value = "", value_delimiter = ',')]
    tenants: Option<Vec<String>>,
    /// The same on this tenant (repeatable)
    #[arg(long, value_name = "NAME")]
    tenant: Vec<String>,
    /// The same on the tenants that a query names
    #[arg(long, value_name = "SELECT …")]
    tenants_sql: Option<String>,
    /// How many tenants at a time
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    jobs: usize,
}

/// How far `--to`, `--step` and `--all` go, or `default`.
#[derive(Debug, Args)]
pub struct ExtentArgs {
    /// Up to this version, or back to it, itself included
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["to_exclusive", "step", "all"])]
    to: Option<i64>,
    /// The same, itself not included
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["step", "all"])]
    to_exclusive: Option<i64>,
    /// This many files
    #[arg(short = 'n', long, value_name = "COUNT", conflicts_with = "all")]
    step: Option<usize>,
    /// All of them
    #[arg(long)]
    all: bool,
}

impl ExtentArgs {
    pub fn extent(&self, default: Extent) -> Extent {
        match (self.to, self.to_exclusive, self.step, self.all) {
            (Some(version), ..) => Extent::To(version),
            (_, Some(version), ..) => Extent::ToExclusive(version),
            (_, _, Some(count), _) => Extent::Step(count),
            (.., true) => Extent::All,
            _ => default,
        }
    }
}

/// Runs migrations one way on every repo that is meant.
pub fn run(args: &RunArgs, way: Way, extent: Extent, strict_order: bool) -> Outcome {
    let mut early = args.connect_early()?;
    let repos = repos(&args.connection, args.migrations_path.as_deref())?;
    if repos.len() > 1 && args.migrations_path.is_some() {
        return Err(Failure::unusable("--migrations-path is for one repo: say which with --repo"));
    }
    for repo in &repos {
        announce(&repos, repo);
        let tenants = args.tenants.of(repo)?;
        let ahead = match early.take() {
            None if tenants.is_none() && !args.dry_run => Some(Ahead::start(&repo.target, args.patience.timeouts())?),
            early => early,
        };
        let folder = if tenants.is_some() && args.migrations_path.is_none() {
            &repo.tenant_migrations
        } else {
            &repo.migrations
        };
        let files = files::migrations(&repo.root, folder)?;
        if files.is_empty() {
            missing::explain(repo, folder, args.migrations_path.is_some())?;
        }
        let config =
            Config { files: files::texts(&repo.root, &files), prefix: args.prefix.clone(), ..repo.config.clone() };
        let request = Request {
            target: &repo.target,
            books: &repo.books,
            files: &files,
            config,
            way,
            extent,
            skip: args.skip.iter().copied().collect(),
            assume: args.assume_run.iter().copied().collect(),
            strict_order,
            timeouts: args.patience.timeouts(),
            patient_without_transaction: true,
            patience: args.patience.wait(),
            retries: args.patience.retries(),
        };
        check_versions(&request, &files)?;
        match tenants {
            Some(tenants) if args.dry_run => {
                for tenant in tenants {
                    output::result(&format!("-- tenant {tenant}"));
                    let config = Config { prefix: Some(tenant), ..request.config.clone() };
                    show(repo, &Request { config, ..request.clone() })?;
                }
            }
            Some(tenants) => on_tenants(repo, &request, &tenants, args.tenants.jobs)?,
            None => match ahead {
                Some(ahead) => on_session(repo, ahead, &request, args.log_sql)?,
                None => show(repo, &request)?,
            },
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl RunArgs {
    /// Connects before anything is read, where the command line says to what.
    fn connect_early(&self) -> Result<Option<Ahead>, Failure> {
        let url = self.connection.database_url.as_ref().filter(|_| !self.dry_run && !self.tenants.are_meant());
        // A wrong URL is told when it is known what it is for.
        let target = url.and_then(|url| Target::from_url(url, std::path::Path::new("")).ok());
        target.map(|target| Ahead::start(&target, self.patience.timeouts())).transpose()
    }
}

/// A mistyped version would be ignored silently.
fn check_versions(request: &Request, files: &[MigrationFile]) -> Result<(), Failure> {
    let known: BTreeSet<i64> = files.iter().map(|file| file.name.version).collect();
    let named = request.skip.iter().chain(request.assume.iter().filter(|_| request.way == Way::Up));
    match named.into_iter().find(|version| !known.contains(version)) {
        Some(version) => Err(Failure::unusable(format!("there is no migration with version {version}"))),
        None => Ok(()),
    }
}

/// The public schema, or one tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    tenant: Option<String>,
}

/// The public schema and these tenants; the tenants first, as their tables may refer to public ones.
pub fn scopes(tenants: &[String]) -> Vec<Scope> {
    let tenants = tenants.iter().map(|tenant| Scope { tenant: Some(tenant.clone()) });
    tenants.chain([Scope { tenant: None }]).collect()
}

impl Scope {
    pub fn folder<'a>(&self, repo: &'a Repo) -> &'a str {
        if self.tenant.is_some() { &repo.tenant_migrations } else { &repo.migrations }
    }

    /// For messages: which tenant.
    pub fn suffix(&self) -> String {
        self.tenant.as_ref().map(|tenant| format!(", tenant {tenant}")).unwrap_or_default()
    }

    /// A run without anything left out.
    pub fn request<'a>(
        &self,
        repo: &'a Repo,
        files: &'a [MigrationFile],
        way: Way,
        extent: Extent,
        patience: &PatienceArgs,
    ) -> Request<'a> {
        Request {
            target: &repo.target,
            books: &repo.books,
            files,
            config: Config {
                files: files::texts(&repo.root, files),
                prefix: self.tenant.clone(),
                ..repo.config.clone()
            },
            way,
            extent,
            skip: BTreeSet::new(),
            assume: BTreeSet::new(),
            strict_order: false,
            timeouts: patience.timeouts(),
            patient_without_transaction: true,
            patience: patience.wait(),
            retries: patience.retries(),
        }
    }
}

/// Runs on one schema and prints what happens.
pub fn on_one(repo: &Repo, request: &Request, log_sql: bool) -> Result<(), Failure> {
    on_session(repo, Ahead::start(request.target, request.timeouts)?, request, log_sql)
}

/// The same on a session that is being opened.
fn on_session(repo: &Repo, ahead: Ahead, request: &Request, log_sql: bool) -> Result<(), Failure> {
    let report = |event: Event| tell(event, log_sql);
    let (applied, result) = ahead.then(async |session| migrate_on(session, request, &report).await)?;
    result.map_err(|problem| problem::failure(&repo.target.name(), request.files, &applied, &problem))?;
    if applied.done.is_empty() {
        output::result(match request.way {
            Way::Up => "Nothing to migrate.",
            Way::Down => "Nothing to roll back.",
        });
    }
    Ok(())
}

fn tell(event: Event, log_sql: bool) {
    match event {
        Event::Started { name, way } => {
            let way = if way == Way::Up { "up  " } else { "down" };
            tracing::info!("{way} {}", name.path);
        }
        Event::Statement { sql } if log_sql => output::result(&format!("{};", sql.trim_end().trim_end_matches(';'))),
        Event::Statement { .. } => {}
        Event::Finished { name, took } => {
            let took = styled_result(FAINT, format!("{:.1} ms", took.as_secs_f64() * 1000.0));
            output::result(&format!("{} {} {took}", name.version, name.name));
        }
        Event::Assumed { name } => output::result(&format!("{} {} (noted, not run)", name.version, name.name)),
        Event::Retrying { path, attempt, of, reason } => {
            output::warning(&format!("{path}: {reason}; trying again ({attempt} of {of})"));
        }
        Event::Warning { message } => output::warning(message),
    }
}

/// Prints the statements of what is pending.
fn show(repo: &Repo, request: &Request) -> Result<(), Failure> {
    let found = block_on(sql_of(request, &|event| tell(event, false)))?;
    let applied = crate::database::Applied::default();
    let found = found.map_err(|problem| problem::failure(&repo.target.name(), request.files, &applied, &problem))?;
    for (MigrationName { path, .. }, statements) in found {
        output::result(&format!("-- {path}"));
        for statement in statements {
            match statement.sql {
                Ok(sql) => output::result(&format!("{};", sql.trim_end().trim_end_matches(';'))),
                Err(error) => output::result(&format!("-- raises: {}", error.message().replace('\n', "\n-- "))),
            }
        }
    }
    Ok(())
}

fn on_tenants(repo: &Repo, request: &Request, tenants: &[String], jobs: usize) -> Result<(), Failure> {
    let bar = match std::io::stderr().is_terminal() {
        true => ProgressBar::new(tenants.len() as u64),
        false => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} tenants, {eta} left") {
        bar.set_style(style);
    }
    let ticking = bar.clone();
    let finished = Arc::new(move |_: &TenantOutcome| ticking.inc(1));
    let outcomes = block_on(migrate_tenants(request, tenants, jobs, finished))?;
    bar.finish_and_clear();
    let (mut changed, mut failed) = (0, Vec::new());
    for outcome in &outcomes {
        let files = outcome.applied.done.len();
        changed += usize::from(files > 0);
        match &outcome.problem {
            Some(problem) => failed.push((outcome, problem)),
            None if files > 0 => {
                output::result(&format!("{}: {files} {}", outcome.tenant, if files == 1 { "file" } else { "files" }));
            }
            None => {}
        }
    }
    let unchanged =
        outcomes.len() - changed - failed.iter().filter(|(outcome, _)| outcome.applied.done.is_empty()).count();
    output::result(&format!(
        "{} tenants: {changed} changed, {unchanged} already done, {} failed",
        outcomes.len(),
        failed.len()
    ));
    let Some((outcome, problem)) = failed.first() else { return Ok(()) };
    let name = repo.target.name();
    let first = problem::failure(&name, request.files, &outcome.applied, problem);
    let mut message = format!("tenant {}: {}", outcome.tenant, first.message);
    for (outcome, problem) in &failed[1..] {
        let other = problem::failure(&name, request.files, &outcome.applied, problem);
        let line = other.message.lines().next().unwrap_or_default().to_owned();
        message.push_str(&format!("\ntenant {}: {line}", outcome.tenant));
    }
    message.push_str("\nThe other tenants are done; the next run goes on with these.");
    let status = if failed.iter().any(|(_, problem)| is_database(problem)) { DATABASE } else { first.status };
    Err(Failure { message, status })
}

fn is_database(problem: &crate::database::Problem) -> bool {
    matches!(problem, crate::database::Problem::Database(_) | crate::database::Problem::Failed(_))
}

impl TenantArgs {
    /// Whether the command is about tenants.
    fn are_meant(&self) -> bool {
        !self.tenant.is_empty() || self.tenants_sql.is_some() || self.tenants.is_some()
    }

    /// The tenants that are meant; `None` when the command is not about tenants.
    pub fn of(&self, repo: &Repo) -> Result<Option<Vec<String>>, Failure> {
        let mut tenants: Vec<String> = self.tenant.clone();
        if let Some(query) = &self.tenants_sql {
            let found = block_on(tenants_of(&repo.target, query, Timeouts::default()))?;
            tenants.extend(found.map_err(|error| database_failure("--tenants-sql", &error))?);
        }
        if let Some(named) = &self.tenants {
            let named: Vec<String> = named.iter().filter(|name| !name.is_empty()).cloned().collect();
            if let Some(path) = named.iter().find(|name| name.contains('/') || *name == ".") {
                return Err(Failure::unusable(format!(
                    "--tenants takes names, and `{path}` looks like a path: write the path before it, or --tenants=a,b"
                )));
            }
            match (named.is_empty(), &repo.all_tenants) {
                (false, _) => tenants.extend(named),
                (true, Some(all)) => tenants.extend(all.iter().cloned()),
                (true, None) => {
                    return Err(Failure::unusable(format!(
                        "all_tenants of {} asks the database or the application: name the tenants with --tenants a,b or \
                         --tenants-sql \"SELECT …\"",
                        repo.module
                    )));
                }
            }
        }
        if !self.are_meant() {
            return Ok(None);
        }
        if repo.target.is_sqlite() {
            return Err(Failure::unusable("tenants are schemas, and SQLite has none"));
        }
        let mut seen = BTreeSet::new();
        tenants.retain(|tenant| seen.insert(tenant.clone()));
        Ok(Some(tenants))
    }
}
