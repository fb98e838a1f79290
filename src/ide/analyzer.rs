//! The backend of the editor features: who is told about files and can be asked what is pending.
//!
//! An [`Analyzer`] is told about every file and lives on a thread of its own; an [`Analysis`] is a frozen view of it
//! that any number of threads ask at once. Neither reads a disk or a clock: files come in as [`FileChange`]s, the
//! time as part of [`GenerateRequest`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::dsl::Lexicon;
use crate::syntax::Expr;
use crate::text::Range;

use super::analysis::{FileAnalysis, FixEdit, QuestionView};
use super::completion::Completion;

/// The state that grows with every change of a file.
pub trait Analyzer: Send + 'static {
    /// Takes changes, in order. While a project is being read the files come in portions of a few hundred, and
    /// keystrokes come in between: the cost must be that of the given files and of what depends on them.
    fn apply(&mut self, changes: Vec<FileChange>);

    /// The state after the last `apply`. Must be cheap: parts are shared, what is not asked for is not computed.
    fn snapshot(&mut self) -> Arc<dyn Analysis>;
}

/// Gives the text of a file that was only listed: what is seldom asked for is not kept in memory.
pub trait TextSource: Send + Sync {
    /// The text of the file at an absolute path; `None` when it cannot be read.
    fn text(&self, path: &Path) -> Option<Arc<str>>;
}

/// What became of a file. Paths are absolute.
#[derive(Debug, Clone, PartialEq)]
pub enum FileChange {
    /// The file has this text now, on disk or (`open`) in the editor, whose text counts.
    Text { path: PathBuf, text: Arc<str>, open: bool },
    /// The file is there, and its text is not needed yet: an old snapshot, a migration, the page of a package.
    Listed { path: PathBuf },
    /// The file cannot be used: no permission, not UTF-8, too large. Holds the reason in plain words.
    Unreadable { path: PathBuf, reason: String },
    /// The file is gone, or the folder with all that was in it.
    Remove { path: PathBuf },
}

/// A frozen view of all files.
///
/// Work that can take longer than a millisecond asks its [`Cancellation`] between units of work. What was computed is
/// kept for the next snapshot as far as it still holds, so that a keystroke costs one file and its dependants.
pub trait Analysis: Send + Sync {
    /// The text that the ranges of this view refer to; `None` when the file is not known.
    fn text(&self, path: &Path) -> Option<Arc<str>>;

    /// Gives the top-level expressions of the file to `read`, without copying them; none for a file that is not known.
    ///
    /// # Errors
    /// [`Cancelled`] only.
    fn expressions(
        &self,
        path: &Path,
        cancellation: &Cancellation,
        read: &mut dyn FnMut(&[Expr]),
    ) -> Result<(), Cancelled>;

    /// What is known about the file; empty for one without Ash modules.
    ///
    /// # Errors
    /// [`Cancelled`] only.
    fn file(&self, path: &Path, cancellation: &Cancellation) -> Result<Arc<FileAnalysis>, Cancelled>;

    /// Every file with an Ash module in it, or with a finding, sorted.
    fn files(&self) -> Vec<PathBuf>;

    /// The documentation of the section, entity or option whose name touches `offset`. From the vocabulary, so it
    /// holds before the project has been read.
    fn documentation(&self, path: &Path, offset: usize) -> Option<Documentation>;

    /// What can be written at `offset`.
    fn completions(&self, path: &Path, offset: usize) -> Vec<Completion>;

    /// Where the name at `offset` is declared.
    fn definition(&self, path: &Path, offset: usize) -> Vec<Located>;

    /// What stands for the declaration at `offset` elsewhere: the steps of migrations that made its table, column or
    /// index, the oldest first; the users of a wrapper.
    fn implementation(&self, _path: &Path, _offset: usize) -> Vec<Located> {
        Vec::new()
    }

    /// Where the declarations come from that the name at `offset` brings, or that it leads to, when that is not where one
    /// would look.
    fn provenance(&self, _path: &Path, _offset: usize) -> Option<Documentation> {
        None
    }

    /// The words of the DSLs in the project of a file.
    fn lexicon(&self, _path: &Path) -> Arc<Lexicon> {
        Lexicon::built_in().clone()
    }

    /// Where the name at `offset` is used, and with `declarations` where it is declared.
    fn references(&self, path: &Path, offset: usize, declarations: bool) -> Vec<Located>;

    /// What leads to other files.
    fn links(&self, path: &Path) -> Vec<Link>;

    /// Where the declaration at `offset` was made in the database: the step of a migration, or the newest snapshot when
    /// no migration is known to have made it.
    fn link_target(&self, _path: &Path, _offset: usize) -> Option<Located> {
        None
    }

    /// The bytes of the name at `offset`, when it can be renamed.
    fn renamable(&self, path: &Path, offset: usize) -> Option<Range>;

    /// The edits that rename what is at `offset`. That its column or table is meant to be renamed too is noted in the
    /// analyzer: once the source has the new name, the generator is told so when it asks.
    ///
    /// # Errors
    /// [`Cancelled`] only.
    fn rename(&self, path: &Path, offset: usize, new: &str, cancellation: &Cancellation) -> Result<Renamed, Cancelled>;

    /// What the file of noted renames (`ashls.renames`) of each project is to say from now on, by the project's root, where
    /// it says something else; `None`: it goes. For the caller to write, who asks when a file has been saved.
    fn record_renames(&self) -> Vec<(PathBuf, Option<String>)>;

    /// The files that the generator would write.
    ///
    /// # Errors
    /// [`Cancelled`] only.
    fn generate(&self, request: &GenerateRequest, cancellation: &Cancellation) -> Result<Generated, Cancelled>;

    /// The pending changes of a scope as one text.
    ///
    /// # Errors
    /// [`Cancelled`] only.
    fn preview(&self, scope: &Scope, format: PreviewFormat, cancellation: &Cancellation) -> Result<Preview, Cancelled>;
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    pub path: PathBuf,
    /// The whole declaration or use.
    pub range: Range,
    /// The name in it.
    pub name_range: Range,
}

/// A part of a text that leads to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub range: Range,
    /// `None`: to be asked for with [`Analysis::link_target`] at the end of the range.
    pub target: Option<PathBuf>,
    /// What a click does, in plain words.
    pub tooltip: String,
}

/// What a wish to rename came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Renamed {
    /// Edits, sorted by file, and what they have the next migration do ("rename column posts.title to headline").
    Edits { edits: Vec<FixEdit>, effects: Vec<String> },
    /// It cannot be done. Holds why, in plain words.
    Refused(String),
}

/// What a command works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The project that this file or folder lies in.
    Project(PathBuf),
    /// One resource of the file, by its module name.
    Resource { path: PathBuf, module: String },
}

/// A wish to write a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateRequest {
    pub scope: Scope,
    /// The migration's name; `None` leaves it to the generator's own rule.
    pub name: Option<String>,
    /// A development migration, which the next named one replaces.
    pub dev: bool,
    /// Question and answer, by their ids. Ids that are unknown by now are ignored.
    pub answers: Vec<(String, String)>,
    /// UTC time as `YYYYMMDDHHMMSS`, the first stamp to use.
    pub timestamp: String,
}

/// What a wish to write came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Generated {
    /// There is nothing to write.
    Nothing,
    /// These questions come first.
    Questions(Vec<QuestionView>),
    /// It must not be written. Holds why and what to do, in plain words.
    Refused(String),
    /// These files, to be written all or none.
    Files(GeneratedFiles),
}

/// Files of one project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GeneratedFiles {
    /// The project's root, absolute.
    pub root: PathBuf,
    /// New contents by path relative to the root, with `/` separators: migrations before snapshots.
    pub write: Vec<(String, String)>,
    /// Renames, before anything else.
    pub rename: Vec<(String, String)>,
    /// Files that go away.
    pub delete: Vec<String>,
    /// The file of `write` to open afterwards.
    pub open: Option<String>,
}

/// How pending changes are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PreviewFormat {
    #[default]
    Sql,
    Ecto,
}

/// Pending changes as one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// "Pending SQL of posts".
    pub title: String,
    pub text: String,
    /// Which part of the text comes from which declaration, in the order of the text.
    pub causes: Vec<PreviewCause>,
}

/// Where a part of a preview comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewCause {
    /// The statements in the preview's text, with the comment lines above them.
    pub part: Range,
    /// The file with the declaration, and the declaration in the text that [`Analysis::text`] returns for it.
    pub path: PathBuf,
    pub declaration: Range,
}

/// Documentation of a name in the DSL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documentation {
    /// The name that is documented.
    pub range: Range,
    /// `attributes.attribute.allow_nil?`
    pub title: String,
    /// Markdown.
    pub text: String,
}

/// The work was given up because nobody waits for it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

/// Tells work that nobody waits for it any more.
#[derive(Clone)]
pub struct Cancellation(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Cancellation {
    /// Work that is always wanted.
    pub fn never() -> Cancellation {
        Cancellation(None)
    }

    /// Work that is unwanted as soon as `check` says so.
    pub fn new(check: impl Fn() -> bool + Send + Sync + 'static) -> Cancellation {
        Cancellation(Some(Arc::new(check)))
    }

    /// Whether nobody waits any more.
    pub fn is_cancelled(&self) -> bool {
        self.0.as_ref().is_some_and(|check| check())
    }

    /// For `?` between units of work.
    ///
    /// # Errors
    /// [`Cancelled`] when nobody waits any more.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}
