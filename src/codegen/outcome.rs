//! What a run comes to.

use std::fmt;

use crate::diff::postgres::Raised;
use crate::diff::{Exchange, Operation, Question};
use crate::plan::{Phase, PlannedMigration, Review};
use crate::snapshot::Snapshot;
use crate::snapshot::json::{Dialect, ReadError, Stored};

/// The result of a run, as far as it got.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Files that the generators make, in their order: with `--check` and `--dry-run` too.
    pub files: Vec<GeneratedFile>,
    /// What to do to the project's files, in order. Empty unless everything is to be written.
    pub changes: Vec<FileChange>,
    /// What the generators print, in order; questions come before.
    pub messages: Vec<Message>,
    /// Questions that were asked, with their answers.
    pub exchanges: Vec<Exchange>,
    /// Questions without an answer. The rest of the outcome takes them as answered with no.
    pub open: Vec<Question>,
    /// The changes of each repo, of its tenants first.
    pub repos: Vec<RepoChanges>,
    /// Facts that the sources do not say, taken from the newest snapshots.
    pub assumed: Vec<Fact>,
    /// Facts that neither the sources nor the snapshots say.
    pub unresolved: Vec<Fact>,
    /// Resources, modules and callbacks of repos that are not known.
    pub unknown: Vec<String>,
    /// Snapshot files that cannot be read. Their tables are left out.
    pub unreadable: Vec<ReadError>,
    /// Extension migrations that `--skip-extensions` left out, because their SQL is not known.
    pub left_out: Vec<String>,
    /// Extensions that are not installed yet, in the order of the repos.
    pub extensions: Vec<ExtensionChanges>,
    /// Why the run did not succeed.
    pub failure: Option<Failure>,
    /// No question is open, no file is broken, and nothing is unknown beyond what may be assumed.
    pub certain: bool,
}

impl Outcome {
    /// Whether `changes` may be applied, or nothing is pending: no failure, no open question, no broken file, and
    /// nothing unknown that was not allowed to be assumed.
    pub fn is_complete(&self) -> bool {
        self.failure.is_none() && self.certain
    }
}

/// A fact of a declared table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The table's `cause`.
    pub cause: usize,
    pub table: String,
    /// `attributes.price.type`, see [`crate::resource::Unresolved`].
    pub path: String,
}

/// A file that a generator makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Relative to the root.
    pub path: String,
    pub text: String,
}

/// One change of the project's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// Creates the file or replaces it.
    Write {
        path: String,
        text: String,
    },
    Rename {
        from: String,
        to: String,
    },
    Delete {
        path: String,
    },
}

/// A line (or more) for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Goes to standard error.
    pub error: bool,
    pub text: String,
}

/// What changes in the database of one repo, or in its tenants' schemas.
#[derive(Debug, Clone, PartialEq)]
pub struct RepoChanges {
    pub repo: String,
    pub dialect: Dialect,
    pub tenant: bool,
    pub tables: Vec<TableChanges>,
    /// All operations, those of `tables` first, then renames and drops of tables. Steps of the plan point here.
    pub operations: Vec<Operation>,
    /// The migrations, also with `--snapshots-only`.
    pub migrations: Vec<PlannedMigration>,
    pub review: Review,
}

/// A changed table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableChanges {
    /// What the next snapshot file says.
    pub snapshot: Snapshot,
    pub existing: Option<Stored>,
    /// `cause` of each resource of the table.
    pub causes: Vec<usize>,
    /// How many of the repo's operations are this table's; the tables' operations follow each other.
    pub operations: usize,
}

/// What is to be installed or upgraded in one repo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionChanges {
    pub repo: String,
    pub dialect: Dialect,
    /// As `extensions.json` lists them (`citext`, `words_v2`); empty when they are not known.
    pub names: Vec<String>,
    /// Path of the migration among [`Outcome::files`], or why `--skip-extensions` left it out.
    pub migration: Result<String, String>,
}

impl RepoChanges {
    /// The blocks of all migrations, in their order.
    pub fn phases(&self) -> impl Iterator<Item = &Phase> {
        self.migrations.iter().flat_map(|migration| &migration.phases)
    }
}

/// Why a run did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The project does not compile: what is wrong, with the file.
    Invalid(Vec<String>),
    /// The generator raises.
    Raised(Raised),
    /// `--check` found that files would be made.
    Pending { files: usize },
    /// `--check` found migrations that were made with `--dev`.
    DevMigrationsLeft,
    /// Something that the text needs is not known.
    Unknown(String),
}

impl Failure {
    pub(super) fn raised(exception: &'static str, message: impl Into<String>) -> Failure {
        Failure::Raised(Raised { exception, message: message.into() })
    }
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::Raised(raised)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Invalid(problems) => formatter.write_str(&problems.join("\n")),
            Failure::Raised(raised) => raised.fmt(formatter),
            Failure::Pending { files } => {
                writeln!(formatter, "Pending Code Generation Detected for {files} files")
            }
            Failure::DevMigrationsLeft => formatter.write_str("** (exit) shutdown: 1"),
            Failure::Unknown(text) => formatter.write_str(text),
        }
    }
}
