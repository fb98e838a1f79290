//! Libraries that migrate their own tables by version: what each version does, as Ecto text of our own, and which version
//! a release brings. Must not know a database: which version is installed is told.

use std::collections::BTreeMap;

/// A library whose migrations are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Library {
    Oban,
    ErrorTracker,
}

/// The tables of a library in one schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Installation {
    pub library: Library,
    pub prefix: String,
}

/// Which versions are installed; absent is none.
pub type Installed = BTreeMap<Installation, u32>;

/// Oban's releases that brought a new version of the tables (`@current_version` of `Oban.Migrations.Postgres`, compared
/// with every tag of its repository up to 2.23.1).
const OBAN: &[((u32, u32), u32)] = &[((2, 11), 11), ((2, 17), 12), ((2, 20), 13), ((2, 21), 14)];

/// The same of `ErrorTracker.Migration.Postgres`.
const ERROR_TRACKER: &[((u32, u32), u32)] = &[((0, 1), 1), ((0, 2), 2), ((0, 3), 3), ((0, 5), 4), ((0, 6), 5)];

impl Library {
    /// The library that the module `name` migrates.
    pub fn of_module(name: &str) -> Option<Library> {
        match name {
            "Oban.Migration" | "Oban.Migrations" => Some(Library::Oban),
            "ErrorTracker.Migration" => Some(Library::ErrorTracker),
            _ => None,
        }
    }

    /// Its package, as `mix.lock` names it.
    pub fn package(self) -> &'static str {
        match self {
            Library::Oban => "oban",
            Library::ErrorTracker => "error_tracker",
        }
    }

    /// Whether Oban's column of tags is still made of `varchar(255)`, as before 2.18.1.
    pub fn has_short_tags(self, release: Option<&str>) -> bool {
        let numbers = |release: &str| -> Vec<u32> {
            release.split(['.', '-']).map_while(|part| part.parse().ok()).take(3).collect()
        };
        self == Library::Oban && release.is_some_and(|release| numbers(release) < vec![2, 18, 1])
    }

    /// The Ecto text of its versions; `None` when it has none for this database.
    pub fn text(self, sqlite: bool) -> Option<&'static str> {
        match (self, sqlite) {
            (Library::Oban, false) => Some(include_str!("library/oban.exs")),
            (Library::Oban, true) => Some(include_str!("library/oban_sqlite.exs")),
            (Library::ErrorTracker, false) => Some(include_str!("library/error_tracker.exs")),
            (Library::ErrorTracker, true) => None,
        }
    }

    /// The newest version that is known.
    pub fn newest(self, sqlite: bool) -> u32 {
        match (self, sqlite) {
            (Library::Oban, true) => 1,
            (Library::Oban, false) => OBAN[OBAN.len() - 1].1,
            (Library::ErrorTracker, _) => ERROR_TRACKER[ERROR_TRACKER.len() - 1].1,
        }
    }

    /// The version that a release (`2.20.1`) migrates to by itself; the newest one where the release is not given, `None`
    /// when it is older than what is known.
    pub fn version_of(self, release: Option<&str>, sqlite: bool) -> Option<u32> {
        let Some(release) = release.filter(|_| !sqlite) else { return Some(self.newest(sqlite)) };
        let mut numbers = release.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
        let release = (numbers.next()?, numbers.next()?);
        let known = if self == Library::Oban { OBAN } else { ERROR_TRACKER };
        known.iter().rev().find(|(since, _)| *since <= release).map(|(_, version)| *version)
    }
}

impl Installation {
    /// A query that gives the installed version as text in one row; no row, `NULL` or no number is none.
    pub fn version_query(&self, sqlite: bool) -> String {
        let prefix = self.prefix.replace('\'', "''");
        match (self.library, sqlite) {
            (Library::Oban, false) => format!(
                "SELECT pg_catalog.obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c \
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE c.relname = 'oban_jobs' AND n.nspname = '{prefix}'"
            ),
            (Library::Oban, true) => {
                "SELECT '1' FROM sqlite_master WHERE type = 'table' AND name = 'oban_jobs'".to_owned()
            }
            // A query of a table that is not there fails before it runs, unless it is text to the statement.
            (Library::ErrorTracker, _) => format!(
                "SELECT (xpath('/row/value/text()', query_to_xml(format('SELECT value FROM %I.error_tracker_meta WHERE \
                 key = ''migration_version''', n.nspname), false, true, '')))[1]::text FROM pg_catalog.pg_class c \
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE c.relname = 'error_tracker_meta' AND n.nspname = '{prefix}'"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_bring_versions() {
        let version = |release| Library::Oban.version_of(release, false);
        assert_eq!(version(Some("2.20.1")), Some(13));
        assert_eq!(version(Some("2.19.4")), Some(12));
        assert_eq!(version(Some("2.30.0")), Some(14));
        assert_eq!(version(Some("2.3.0")), None);
        assert_eq!(version(None), Some(14));
    }
}
