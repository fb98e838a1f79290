//! What reading a resource reports beside the resource: places, facts that are not known, and errors.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::elixir::eval::{Origin, Unknown};

/// A fact of a snapshot that could not be read; the snapshot holds a placeholder there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// `attributes.price.type`, `identities.name.where`; a shorter path covers everything below it: `attributes` means
    /// that columns may be missing. An empty path covers the whole snapshot.
    pub path: String,
    pub reason: String,
    pub origin: Origin,
    /// What is known below the path may be changed, too: code that is not evaluated had it in its hands.
    pub changes: bool,
}

/// Something the generator or the DSL refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The generator's own words where it has some.
    pub message: String,
    pub origin: Origin,
    pub kind: IssueKind,
}

/// What an issue stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IssueKind {
    /// The project would not compile.
    Invalid,
    /// The project would not compile: an option or entity that no release has. What checks files says so, too.
    NoSuchName,
    /// The project would not compile, as what checks files says: here it only stops the generators.
    Mistake,
    /// A verifier of the DSL complains. Spark prints that and goes on.
    Warning,
    /// The generator raises.
    Generation,
    /// The file is no valid Elixir there: declarations around the place may be missing.
    Broken,
    /// A resource, domain or repo is named that the project does not define in readable form.
    Missing,
}

impl IssueKind {
    /// Whether the generators do not run, or fail.
    pub fn stops(self) -> bool {
        matches!(self, IssueKind::Invalid | IssueKind::NoSuchName | IssueKind::Mistake | IssueKind::Generation)
    }
}

/// Where the facts of a snapshot are declared, by path (`attributes.title`, `attributes.title.type`, `table`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    places: BTreeMap<String, Origin>,
}

impl SourceMap {
    pub fn insert(&mut self, path: impl Into<String>, origin: Origin) {
        self.places.insert(path.into(), origin);
    }

    /// The place of `path`, or of the closest path above it that has one.
    pub fn find(&self, path: &str) -> Option<&Origin> {
        let mut path = path;
        loop {
            if let Some(origin) = self.places.get(path) {
                return Some(origin);
            }
            path = &path[..path.rfind('.')?];
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.places.iter().map(|(path, origin)| (path.as_str(), origin))
    }
}

/// A value, or why it is not known.
pub type Fact<T> = Result<T, Arc<Unknown>>;

/// Collects what is reported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    pub unresolved: Vec<Unresolved>,
    pub issues: Vec<Issue>,
    pub origins: SourceMap,
}

impl Findings {
    /// Notes that the fact at `path` is not known.
    pub fn unknown(&mut self, path: impl Into<String>, unknown: &Unknown) {
        self.not_known(path.into(), unknown, false);
    }

    /// Notes that the transformers of an extension are not known: they may add columns, and change those that are
    /// declared.
    pub fn unknown_transformers(&mut self, unknown: &Unknown) {
        self.not_known("attributes".to_owned(), unknown, true);
    }

    fn not_known(&mut self, path: String, unknown: &Unknown, changes: bool) {
        let entry = Unresolved { path, reason: unknown.reason.clone(), origin: unknown.origin.place(), changes };
        if !self.unresolved.contains(&entry) {
            self.unresolved.push(entry);
        }
    }

    /// The known value, or `placeholder` after noting that it is not known.
    pub fn settle<T>(&mut self, path: impl Into<String>, fact: Fact<T>, placeholder: T) -> T {
        match fact {
            Ok(value) => value,
            Err(unknown) => {
                self.unknown(path, &unknown);
                placeholder
            }
        }
    }

    /// Notes that the generator raises over the fact at `path`: what it would write is not known then.
    pub fn refused(&mut self, path: impl Into<String>, origin: &Origin, message: impl Into<String>) {
        let reason = "the generator refuses it".to_owned();
        self.unknown(path, &Unknown { origin: origin.clone(), reason });
        self.issue(IssueKind::Generation, origin, message);
    }

    pub fn issue(&mut self, kind: IssueKind, origin: &Origin, message: impl Into<String>) {
        let issue = Issue { message: message.into(), origin: origin.place(), kind };
        if !self.issues.contains(&issue) {
            self.issues.push(issue);
        }
    }
}
