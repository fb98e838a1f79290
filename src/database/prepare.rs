//! What a run is going to do: which files, in which order, and what they mean. Nothing runs before all of it is known.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::migrate::{MigrationFile, Problem, Request};
use super::report::{Event, Reporter};
use super::session::Session;
use crate::migration::library::Installed;
use crate::migration::order::{Extent, MigrationName, Way, duplicate, pending, without_file};
use crate::migration::{Config, Migration, StepKind, read_expressions};
use crate::text::Range;

/// A file that is going to run.
#[derive(Debug)]
pub struct Chosen<'a> {
    pub file: &'a MigrationFile,
    /// What it does where no library has done anything yet. `None`: it is only noted.
    pub migration: Option<Migration>,
}

impl<'a> Request<'a> {
    /// The files to run, all of which can be read.
    pub(super) fn chosen(&self, versions: &BTreeSet<i64>, report: Reporter<'_>) -> Result<Vec<Chosen<'a>>, Problem> {
        let names: Vec<MigrationName> = self.files.iter().map(|file| file.name.clone()).collect();
        let mut chosen = pending(&names, versions, self.way, self.extent);
        chosen.retain(|name| !self.skip.contains(&name.version));
        if let Some(duplicate) = duplicate(&chosen) {
            return Err(Problem::Duplicate(duplicate));
        }
        let oldest = chosen.last().map(|name| name.version);
        let missing: Vec<i64> = without_file(&names, versions)
            .into_iter()
            .filter(|version| !self.skip.contains(version) && !self.assume.contains(version))
            .collect();
        match self.way {
            Way::Down => {
                // Ecto would go on to the next older one, which nobody asked for.
                let between = |version: &i64| oldest.is_none_or(|oldest| *version > oldest);
                let missing: Vec<i64> = missing.into_iter().filter(between).collect();
                if !missing.is_empty() && self.reaches_all(&missing) {
                    return Err(Problem::NoFile(missing));
                }
            }
            Way::Up => self.check_order(&chosen, versions, &missing, report)?,
        }
        let files: Vec<&MigrationFile> =
            chosen.iter().filter_map(|name| self.files.iter().find(|file| file.name == *name)).collect();
        self.all_read(&files)
    }

    /// Whether undoing would have to come to one of these versions.
    fn reaches_all(&self, missing: &[i64]) -> bool {
        match self.extent {
            Extent::To(target) => missing.iter().any(|version| *version >= target),
            Extent::ToExclusive(target) => missing.iter().any(|version| *version > target),
            Extent::Step(0) => false,
            Extent::Step(_) | Extent::All => true,
        }
    }

    fn check_order(
        &self,
        chosen: &[MigrationName],
        versions: &BTreeSet<i64>,
        missing: &[i64],
        report: Reporter<'_>,
    ) -> Result<(), Problem> {
        for version in missing {
            let message = format!("version {version} is applied, but there is no file for it");
            report(Event::Warning { message: &message });
        }
        let Some(latest) = versions.last() else { return Ok(()) };
        for name in chosen.iter().filter(|name| name.version < *latest) {
            if self.strict_order {
                return Err(Problem::OutOfOrder { version: name.version, latest: *latest });
            }
            let message = format!(
                "{} is older than {latest}, which ran already: a rollback would undo {latest} first",
                name.path
            );
            report(Event::Warning { message: &message });
        }
        Ok(())
    }

    /// Nothing may run while a later file is not understood.
    fn all_read(&self, files: &[&'a MigrationFile]) -> Result<Vec<Chosen<'a>>, Problem> {
        let read = files.par_iter().map(|file| match self.assume.contains(&file.name.version) {
            true => (*file, None),
            false => (*file, Some(file.read(&self.config))),
        });
        let (mut chosen, mut refused) = (Vec::new(), Vec::new());
        for (file, read) in read.collect::<Vec<_>>() {
            let places = match &read {
                None => Vec::new(),
                Some(Ok(migration)) => refusals(migration, self.way),
                Some(Err(place)) => vec![place.clone()],
            };
            refused.extend(places.into_iter().map(|(range, reason)| (file.name.path.clone(), range, reason)));
            chosen.push(Chosen { file, migration: read.and_then(Result::ok) });
        }
        if refused.is_empty() { Ok(chosen) } else { Err(Problem::Refused(refused)) }
    }

    /// What a file means now: libraries do what the installed version of their tables leaves to do.
    /// Where an earlier file of a run that is only shown would have changed them, that counts.
    pub(super) async fn as_of_now(
        &self,
        file: &MigrationFile,
        migration: Migration,
        session: &mut Session,
        left: &Installed,
    ) -> Result<Migration, Problem> {
        let leaves = if self.way == Way::Up { &migration.up_leaves } else { &migration.down_leaves };
        if leaves.is_empty() {
            return Ok(migration);
        }
        let mut config = self.config.clone();
        for installation in leaves.keys() {
            if let Some(version) = left.get(installation) {
                config.installed.insert(installation.clone(), *version);
                continue;
            }
            let found = session.texts(&installation.version_query(session.is_sqlite())).await?;
            let version = found.into_iter().flatten().next().and_then(|text| text.trim().parse().ok());
            config.installed.insert(installation.clone(), version.unwrap_or(0));
        }
        let read = file.read(&config);
        read.map_err(|(range, reason)| Problem::Refused(vec![(file.name.path.clone(), range, reason)]))
    }

    /// Tells what a person should know about a file.
    pub(super) fn tell_notes(&self, file: &MigrationFile, migration: &Migration, report: Reporter<'_>) {
        let notes = if self.way == Way::Up { &migration.up_notes } else { &migration.down_notes };
        for note in notes {
            report(Event::Warning { message: &format!("{}: {note}", file.name.path) });
        }
    }
}

impl MigrationFile {
    fn read(&self, config: &Config) -> Result<Migration, (Range, String)> {
        let tree = self.tree.as_ref().map_err(Clone::clone)?;
        read_expressions(tree, config).map_err(|error| (error.range, error.reason))
    }
}

fn refusals(migration: &Migration, way: Way) -> Vec<(Range, String)> {
    let steps = if way == Way::Up { &migration.up } else { &migration.down };
    let refused = steps.iter().filter_map(|step| match &step.kind {
        StepKind::Refused(reason) => Some((step.range, reason.clone())),
        _ => None,
    });
    refused.collect()
}
