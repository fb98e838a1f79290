//! What is known about one source file, as far as an editor shows it.
//!
//! Plain data in byte ranges of the text that [`super::Analysis::text`] returns for the file. It says what is pending,
//! never how that was found out.

use std::path::PathBuf;

use crate::text::Range;

/// Everything the features draw in one file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileAnalysis {
    /// The Ash resources whose modules stand in this file, in the order of the text.
    pub resources: Vec<ResourceView>,
    /// What declarations of this file, in a fragment or wrapper, change in the tables of other files' resources.
    pub brought: Vec<PendingChange>,
    /// The modules that these stand in.
    pub bringing: Vec<BringingModule>,
    /// Findings that belong to no resource: in a domain, a repo, a fragment.
    pub issues: Vec<Issue>,
}

/// A fragment or wrapper that makes something pending in tables of other files' resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BringingModule {
    /// The module's name after `defmodule`.
    pub name_range: Range,
    pub changes: usize,
    pub tables: usize,
}

/// One resource module.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourceView {
    /// From `defmodule` to its `end`.
    pub range: Range,
    /// The module's name after `defmodule`.
    pub name_range: Range,
    /// `MyApp.Blog.Post`, without `Elixir.`.
    pub module: String,
    /// The table, with its schema when it has one (`posts`, `billing.invoices`); `None` while it is not known.
    pub table: Option<String>,
    /// Declarations that make columns, indexes and check constraints, in the order of the text.
    pub columns: Vec<ColumnView>,
    /// What the generator would change, in the order in which it would write it.
    pub changes: Vec<PendingChange>,
    /// What the generator would ask before it writes.
    pub questions: Vec<QuestionView>,
    /// What could not be read from the source.
    pub unresolved: Vec<Unresolved>,
    /// Invalid DSL.
    pub issues: Vec<Issue>,
}

/// A declaration that makes a column, or an index or a check constraint.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColumnView {
    /// The whole declaration: `attribute :title, :string do … end`.
    pub range: Range,
    /// Its name (`:title`).
    pub name_range: Range,
    /// The name in the database.
    pub column: String,
    /// Not a column.
    pub is_object: bool,
    /// As the newest snapshot has it, as one line of SQL (`title text NOT NULL`); `None`: not there yet.
    pub current: Option<String>,
}

/// One change that the generator would write.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingChange {
    /// The declaration that caused it; for something that is gone, the header line of its section, or the module's
    /// header when the section is gone too.
    pub range: Range,
    /// Stable identifier of the kind of change, kebab case (`add-column`, `drop-index`).
    pub code: String,
    /// One line in plain words: "add column title to posts".
    pub title: String,
    /// The statements, without semicolons at their ends.
    pub sql: Vec<String>,
    /// The same as the lines of the migration that the generator would write.
    pub ecto: String,
    /// The lock it takes while it runs (`ACCESS EXCLUSIVE`), with the table when that is another one.
    pub lock: Option<String>,
    /// What it means for data.
    pub effect: Effect,
    /// Dangers of this change.
    pub findings: Vec<Issue>,
    /// Why it may not be a change at all.
    pub doubts: Vec<String>,
    /// Places that explain it: the line of the snapshot, the destination attribute.
    pub related: Vec<Related>,
    /// For a rename that was noted: the question that it answers, with the other answers and repairs.
    pub settled: Option<QuestionView>,
}

/// What a pending change means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It adds or changes without loss.
    Safe,
    /// It removes data. Holds what is lost, in plain words.
    Destructive(String),
    /// The database cannot do it. Holds why and what to do instead.
    Impossible(String),
}

/// Something that the generator would ask.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionView {
    /// Identifies the question as long as the declarations it is about stay; goes back in
    /// [`super::GenerateRequest::answers`].
    pub id: String,
    /// Where it is shown: the declaration it is about.
    pub range: Range,
    /// The question, in the generator's words.
    pub text: String,
    /// The answers there are, the most likely one first.
    pub answers: Vec<AnswerView>,
    /// Changes of the source that make the question go away.
    pub fixes: Vec<Fix>,
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerView {
    /// What goes back in [`super::GenerateRequest::answers`].
    pub id: String,
    /// What it does, as the title of an action: "rename column title to headline".
    pub title: String,
    /// Whether it is a rename, which deserves an action of its own.
    pub rename: bool,
}

/// A fact that could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unresolved {
    pub range: Range,
    /// What is not known: "the type of price".
    pub what: String,
    /// Why, and what would help.
    pub reason: String,
    pub fixes: Vec<Fix>,
}

/// A finding at one place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Issue {
    pub range: Range,
    /// Stable identifier, kebab case (`unknown-option`).
    pub code: String,
    pub severity: Severity,
    pub message: String,
    pub related: Vec<Related>,
    pub fixes: Vec<Fix>,
    pub tags: Vec<Tag>,
}

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Severity {
    #[default]
    Error,
    Warning,
    Information,
    Hint,
}

/// How an editor may draw a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// Has no effect: drawn faded.
    Unnecessary,
    /// Drawn struck through.
    Deprecated,
}

/// Another place that explains a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    pub path: PathBuf,
    pub range: Range,
    pub message: String,
}

/// A change of the source that removes a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    pub title: String,
    /// Edits that do not overlap.
    pub edits: Vec<FixEdit>,
    /// Whether it is surely what was meant.
    pub preferred: bool,
}

/// Replaces `range` of the file by `text`.
#[derive(Debug, Clone, PartialEq)]
pub struct FixEdit {
    pub path: PathBuf,
    pub range: Range,
    pub text: String,
}

impl ResourceView {
    /// Whether anything would be written, or asked before writing.
    pub fn is_pending(&self) -> bool {
        !self.changes.is_empty() || !self.questions.is_empty()
    }
}
