//! Looking at databases for the editor: the same comparison as `ashls drift`, without a shadow.

use std::path::Path;

use super::block_on;
use super::connection::ConnectionArgs;
use super::repo::{Repo, repos};
use super::side::{Found, Place, Side, Where};
use crate::database::{Glance, glance};
use crate::drift::{Catalogue, Difference, Kind};
use crate::ide::database::{DatabaseView, Rows};
use crate::server::{Databases, Wanted};

/// Asks real databases.
pub struct RealDatabases;

impl Databases for RealDatabases {
    fn look(&self, root: &Path, wanted: &Wanted) -> Result<DatabaseView, String> {
        let args = ConnectionArgs { path: root.to_owned(), repo: Vec::new(), database_url: wanted.url.clone() };
        let mut view = DatabaseView::default();
        for repo in repos(&args, None).map_err(|failure| one_line(&failure.message))? {
            of_repo(&repo, wanted, &mut view)?;
        }
        Ok(view)
    }
}

fn of_repo(repo: &Repo, wanted: &Wanted, view: &mut DatabaseView) -> Result<(), String> {
    let request = Glance { catalogue: wanted.drift, tables: wanted.tables.iter().cloned().collect() };
    let found =
        block_on(glance(&repo.target, &request, wanted.timeout)).map_err(|failure| one_line(&failure.message))?;
    let found = found.map_err(|error| format!("{}: {}", repo.target.name(), one_line(&error.to_string())))?;
    for (table, (count, more)) in found.rows {
        view.rows.insert(table, if more { Rows::AtLeast(count) } else { Rows::Exactly(count) });
    }
    let Some(catalogue) = found.catalogue else { return Ok(()) };
    for difference in differences(repo, catalogue)? {
        view.drift.entry(difference.table.to_string()).or_default().push(in_words(&difference));
    }
    Ok(())
}

/// From the database to what the snapshots say; only what is certain.
fn differences(repo: &Repo, live: Catalogue) -> Result<Vec<Difference>, String> {
    let place = Place { repo, target: Ok(&repo.target), tenant: None };
    let stored = place.find(Side::Snapshots, Where::Model, 9).map_err(|failure| one_line(&failure.message))?;
    let mut comparison = Found::live(live).compare(stored, (true, false), repo.sqlite, Where::Model);
    comparison.differences.retain(|difference| !difference.unsure);
    Ok(comparison.differences)
}

fn in_words(difference: &Difference) -> String {
    let Difference { table, kind, name, from, to, .. } = difference;
    let what = match kind {
        Kind::Table => return format!("the database has no table {table}: is a migration pending?"),
        Kind::Column => "column",
        Kind::Constraint => "constraint",
        Kind::Index => "index",
    };
    match (from, to) {
        (Some(from), None) => format!("the database has the {what} {name} ({from}), and the snapshots do not"),
        (None, Some(to)) => format!("the database has no {what} {name} ({to}): is a migration pending?"),
        (from, to) => {
            let (from, to) = (from.as_deref().unwrap_or_default(), to.as_deref().unwrap_or_default());
            format!("{what} {name} is `{from}` in the database, and `{to}` in the snapshots")
        }
    }
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
