//! What is wrong, and where.

use crate::text::Range;

/// A mistake and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct DslIssue {
    pub range: Range,
    pub code: IssueCode,
    pub message: String,
    /// What to put in place of `range`, when there is one obvious repair.
    pub replacement: Option<String>,
    /// Whether the project surely does not compile: the release in use is known.
    pub stops: bool,
}

impl DslIssue {
    /// One without an obvious repair, of which nobody has said that it stops anything.
    pub(super) fn new(range: Range, code: IssueCode, message: impl Into<String>) -> DslIssue {
        DslIssue { range, code, message: message.into(), replacement: None, stops: false }
    }

    /// With what to put in its place.
    pub(super) fn repaired(self, replacement: impl Into<Option<String>>) -> DslIssue {
        DslIssue { replacement: replacement.into(), ..self }
    }
}

/// The kinds of mistakes; their names are the diagnostics' codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IssueCode {
    UnknownOption,
    UnknownEntity,
    WrongType,
    MissingOption,
    DuplicateName,
    Deprecated,
    NoEffect,
    FillIn,
    WrongForm,
}

impl IssueCode {
    /// The stable code shown to the user.
    pub const fn as_str(self) -> &'static str {
        match self {
            IssueCode::UnknownOption => "unknown-option",
            IssueCode::UnknownEntity => "unknown-entity",
            IssueCode::WrongType => "wrong-type",
            IssueCode::MissingOption => "missing-option",
            IssueCode::DuplicateName => "duplicate-name",
            IssueCode::Deprecated => "deprecated",
            IssueCode::NoEffect => "no-effect",
            IssueCode::FillIn => "fill-in",
            IssueCode::WrongForm => "wrong-form",
        }
    }

    /// Whether the project compiles all the same.
    pub fn is_warning(self) -> bool {
        matches!(self, IssueCode::Deprecated | IssueCode::NoEffect)
    }

    /// Whether the generators do not run because of it. Names that do not exist are judged apart, with what macros and
    /// extensions bring in mind.
    pub(super) fn may_stop(self) -> bool {
        matches!(
            self,
            IssueCode::WrongType | IssueCode::MissingOption | IssueCode::DuplicateName | IssueCode::WrongForm
        )
    }
}
