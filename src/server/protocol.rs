//! What this server adds to the protocol: commands, their arguments, and the request `ashls/preview`.
//! `docs/protocol.md` describes them for clients.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::Uri;

/// Writes migration and snapshot.
pub const GENERATE: &str = "ashls.generate";
/// Returns what is pending as text, and shows it where the client can show documents.
pub const PREVIEW: &str = "ashls.preview";

/// The one argument of [`GENERATE`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenerateParams {
    /// A file of the project; may be left out when the workspace has one folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<Uri>,
    /// Only this resource, which stands in `uri`; the whole project without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The migration's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Answers by question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
}

/// What [`GENERATE`] returns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateResult {
    pub status: GenerateStatus,
    /// The files that were written, migrations first.
    pub files: Vec<Uri>,
    /// Questions that were not answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<QuestionResult>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GenerateStatus {
    Written,
    /// Nothing is pending.
    Nothing,
    /// Questions were left open; nothing was written.
    Unanswered,
}

/// A question that was left open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionResult {
    pub id: String,
    pub text: String,
    pub answers: Vec<AnswerResult>,
}

/// An answer that can be given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerResult {
    pub id: String,
    pub title: String,
}

/// The argument of [`PREVIEW`] and the parameters of `ashls/preview`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreviewParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<Uri>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// `sql` or `ecto`; the setting `preview.format` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
}

/// How pending changes are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Sql,
    Ecto,
}

/// What is pending, as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviewResult {
    pub title: String,
    /// `sql` or `elixir`.
    pub language_id: String,
    pub text: String,
}
