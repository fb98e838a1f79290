//! What this server adds to the protocol: commands, their arguments, the requests `ashls/preview` and `ashls/pending`,
//! and the notification `ashls/pendingChanged`.
//! `docs/protocol.md` describes them for clients.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::request::Request;
use tower_lsp::ls_types::{Location, Position, Range, Uri};

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
    /// The same, by a place in `uri`; `module` wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The migration's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A development migration, which the next named one replaces.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dev: bool,
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
    /// The resource at this place of `uri`; `module` wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
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
    /// The same as a document, for clients that ask for the text of documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<Uri>,
    /// The resource that it is about; none for a whole project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// `sql` or `elixir`.
    pub language_id: String,
    pub text: String,
    /// Which part of the text comes from which declaration, in the order of the text.
    pub causes: Vec<CauseResult>,
}

/// Where a part of a preview comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CauseResult {
    /// In the preview's text.
    pub range: Range,
    /// The declaration.
    pub location: Location,
}

/// The parameters of `ashls/pending`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PendingParams {
    /// A file or folder of the project; all projects without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<Uri>,
}

/// Everything that is pending, by resource.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PendingResult {
    /// Changes of all resources.
    pub changes: usize,
    /// Questions of all resources.
    pub questions: usize,
    /// Resources with something pending, sorted by file and place.
    pub resources: Vec<PendingResource>,
}

/// What is pending on one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PendingResource {
    pub module: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The module's name in its file.
    pub location: Location,
    pub changes: Vec<PendingItem>,
    pub questions: Vec<PendingQuestion>,
}

/// One change that the generator would write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PendingItem {
    /// One line in plain words.
    pub title: String,
    /// The kind of change (`add-column`).
    pub code: String,
    /// The first line of the declaration that caused it.
    pub range: Range,
    pub sql: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// What is lost, or why the database cannot do it, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub danger: Option<String>,
}

/// Something that the generator would ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PendingQuestion {
    pub text: String,
    pub range: Range,
}

/// Nothing more to say, in the form of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingChangedParams {}

/// Tells a client that wants it that what is pending may have changed.
#[derive(Debug)]
pub enum PendingChanged {}

impl Notification for PendingChanged {
    type Params = PendingChangedParams;
    const METHOD: &'static str = "ashls/pendingChanged";
}

/// The parameters of `workspace/textDocumentContent` and of the request to ask again. Of LSP 3.18.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContentParams {
    pub uri: Uri,
}

/// The text of a document. Of LSP 3.18.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContentResult {
    pub text: String,
}

/// Has the client ask again for the text of a document. Of LSP 3.18.
#[derive(Debug)]
pub enum ContentRefresh {}

impl Request for ContentRefresh {
    type Params = ContentParams;
    type Result = ();
    const METHOD: &'static str = "workspace/textDocumentContent/refresh";
}
