//! Editor features as plain functions on plain data in byte ranges: one feature per file.
//!
//! Knows what an editor draws (diagnostics, hints, lenses, symbols) and nothing of the protocol, of positions in lines
//! and columns, or of how the analysis was made. [`analysis`] is what the features read, [`analyzer`] is who makes it.

pub mod analysis;
pub mod analyzer;
pub mod bodies;
pub mod code_actions;
pub mod code_lens;
pub mod completion;
pub mod condition;
pub mod database;
pub mod diagnostics;
pub mod documentation;
#[cfg(test)]
mod fixture;
pub mod folding;
pub mod hover;
pub mod implementation;
pub mod inlay_hints;
pub mod lines;
pub mod links;
pub mod live;
pub mod names;
pub mod navigation;
pub mod provenance;
pub mod quick_fixes;
pub mod rename;
pub mod roles;
pub mod selection;
pub mod semantic_tokens;
pub mod symbols;
pub mod visit;

pub use analysis::{
    AnswerView, ColumnView, Effect, FileAnalysis, Fix, FixEdit, Issue, PendingChange, QuestionView, Related,
    ResourceView, Severity, Tag, Unresolved,
};
pub use analyzer::{
    Analysis, Analyzer, Cancellation, Cancelled, Documentation, FileChange, GenerateRequest, Generated, GeneratedFiles,
    Link, Located, Preview, PreviewCause, PreviewFormat, Renamed, Scope, TextSource,
};
