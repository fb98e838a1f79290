//! Rolling back exactly the migrations that are about to be deleted.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::super::{Failure, Outcome, output};
use super::connection::{ConnectionArgs, PatienceArgs};
use super::repo::{Repo, repos};
use super::run::{Scope, on_one, scopes};
use super::{block_on, database_failure, files};
use crate::database::{MigrationFile, Request, status};
use crate::migration::order::{Extent, Way};

/// Which databases.
#[derive(Debug, Args)]
#[command(next_help_heading = "Database")]
pub struct UndoArgs {
    /// Only this repo, such as MyApp.Repo (repeatable)
    #[arg(short, long, value_name = "MODULE")]
    repo: Vec<String>,
    /// The database, instead of DATABASE_URL and the repo's configuration
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Do not roll back: the migrations never ran, or the database is not of interest
    #[arg(long, conflicts_with = "migrate")]
    no_rollback: bool,
    /// Tenants whose migrations are rolled back and run, too
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    tenants: Vec<String>,
    #[command(flatten)]
    patience: PatienceArgs,
}

/// What is to be rolled back where.
pub struct Undo<'a> {
    args: &'a UndoArgs,
    parts: Vec<Part>,
}

/// One repo, or one tenant of it.
struct Part {
    repo: Repo,
    scope: Scope,
    files: Vec<MigrationFile>,
    /// The oldest version to undo; `None` when nothing ran.
    oldest: Option<i64>,
}

impl<'a> Undo<'a> {
    /// Finds which of the files ran. Fails when a file that stays would have to be undone.
    pub fn plan(args: &'a UndoArgs, path: &Path, going: &BTreeSet<String>) -> Result<Undo<'a>, Failure> {
        let mut parts = Vec::new();
        if args.no_rollback {
            return Ok(Undo { args, parts });
        }
        let connection = || ConnectionArgs {
            path: path.to_owned(),
            repo: args.repo.clone(),
            database_url: args.database_url.clone(),
        };
        for scope in scopes(&args.tenants) {
            for repo in repos(&connection(), None).map_err(or_no_rollback)? {
                let files = files::migrations(&repo.root, scope.folder(&repo))?;
                let mut part = Part { repo, scope: scope.clone(), files, oldest: None };
                part.oldest = part.oldest_to_undo(args, going)?;
                parts.push(part);
            }
        }
        if args.tenants.is_empty() {
            let tenants = going.iter().find(|path| path.contains("/tenant_migrations/"));
            if let Some(path) = tenants {
                output::warning(&format!(
                    "{path} goes away; tenants on which it ran keep what it did (name them: --tenants a,b)"
                ));
            }
        }
        Ok(Undo { args, parts })
    }

    /// Prints what would be rolled back.
    pub fn show(&self) {
        for part in &self.parts {
            if let Some(oldest) = part.oldest {
                output::result(&format!("roll back {} to {oldest}{}", part.repo.target.name(), part.scope.suffix()));
            }
        }
    }

    /// Rolls back.
    pub fn run(&self) -> Result<(), Failure> {
        for part in &self.parts {
            if let Some(oldest) = part.oldest {
                on_one(&part.repo, &part.request(self.args, Way::Down, Extent::To(oldest)), false)?;
            }
        }
        Ok(())
    }

    /// Runs what is pending now.
    pub fn migrate(&self) -> Outcome {
        // The public schema first.
        for part in self.parts.iter().rev() {
            let files = files::migrations(&part.repo.root, part.scope.folder(&part.repo))?;
            let request = Request { files: &files, ..part.request(self.args, Way::Up, Extent::All) };
            on_one(&part.repo, &request, false)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Part {
    fn request(&self, args: &UndoArgs, way: Way, extent: Extent) -> Request<'_> {
        self.scope.request(&self.repo, &self.files, way, extent, &args.patience)
    }

    fn oldest_to_undo(&self, args: &UndoArgs, going: &BTreeSet<String>) -> Result<Option<i64>, Failure> {
        if !self.files.iter().any(|file| going.contains(&file.name.path)) {
            return Ok(None);
        }
        let found = match block_on(status(&self.request(args, Way::Down, Extent::All)))? {
            Ok(found) => found,
            // No database, or no file: nothing ran.
            Err(error) if error.is("3D000") || error.is("14") => return Ok(None),
            Err(error) => return Err(or_no_rollback(database_failure(&self.repo.target.name(), &error))),
        };
        let applied = found.into_iter().filter(|status| status.applied);
        let mut after: Vec<String> = Vec::new();
        let mut oldest = None;
        for status in applied {
            let path = status.file.map(|(_, path)| path);
            match path.as_ref().is_some_and(|path| going.contains(path)) {
                true => oldest = oldest.or(Some(status.version)),
                false if oldest.is_some() => after.push(path.unwrap_or_else(|| status.version.to_string())),
                false => {}
            }
        }
        match after.as_slice() {
            [] => Ok(oldest),
            after => Err(Failure::unusable(format!(
                "nothing was done: these migrations stay, but ran after one that goes away, and would have to be undone:\n  {}",
                after.join("\n  ")
            ))),
        }
    }
}

/// The failure, with the way around the database.
fn or_no_rollback(mut failure: Failure) -> Failure {
    failure
        .message
        .push_str("\nNothing was done. Where the migrations never ran, --no-rollback leaves the database out.");
    failure
}
