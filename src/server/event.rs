//! Everything that can wake the main loop. A closed list: there is no other way to change the state.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tower_lsp::ls_types::*;

use crate::ide::{Analysis, FileChange, Generated};

use super::databases::Views;
use super::look::Diagnosed;
use super::protocol::{
    ContentParams, ContentResult, GenerateParams, PendingParams, PendingResult, PreviewParams, PreviewResult,
};
use super::reply::Reply;

/// One thing that happened.
#[derive(Debug)]
pub enum Event {
    Lifecycle(Lifecycle),
    Document(DocumentEvent),
    Request(Request),
    Internal(Internal),
}

/// The session itself.
#[derive(Debug)]
pub enum Lifecycle {
    Initialize(Box<InitializeParams>, Reply<InitializeResult>),
    Initialized,
    Shutdown(Reply<()>),
    FoldersChanged(DidChangeWorkspaceFoldersParams),
    ConfigurationChanged(DidChangeConfigurationParams),
    /// The connection has ended.
    Stop,
}

/// Texts in the editor, and files on the disk as the client reports them.
#[derive(Debug)]
pub enum DocumentEvent {
    Opened(DidOpenTextDocumentParams),
    Changed(DidChangeTextDocumentParams),
    Saved,
    Closed(DidCloseTextDocumentParams),
    Watched(DidChangeWatchedFilesParams),
}

/// What a client asks.
#[derive(Debug)]
pub enum Request {
    Hover(HoverParams, Reply<Option<Hover>>),
    InlayHints(InlayHintParams, Reply<Option<Vec<InlayHint>>>),
    CodeLenses(CodeLensParams, Reply<Option<Vec<CodeLens>>>),
    CodeActions(Box<CodeActionParams>, Reply<Option<CodeActionResponse>>),
    DocumentSymbols(DocumentSymbolParams, Reply<Option<DocumentSymbolResponse>>),
    WorkspaceSymbols(WorkspaceSymbolParams, Reply<Option<WorkspaceSymbolResponse>>),
    FoldingRanges(FoldingRangeParams, Reply<Option<Vec<FoldingRange>>>),
    Completion(CompletionParams, Reply<Option<CompletionResponse>>),
    Definition(GotoDefinitionParams, Reply<Option<GotoDefinitionResponse>>),
    Implementation(GotoDefinitionParams, Reply<Option<GotoDefinitionResponse>>),
    References(ReferenceParams, Reply<Option<Vec<Location>>>),
    DocumentLinks(DocumentLinkParams, Reply<Option<Vec<DocumentLink>>>),
    DocumentLink(Box<DocumentLink>, Reply<DocumentLink>),
    PrepareRename(TextDocumentPositionParams, Reply<Option<PrepareRenameResponse>>),
    Rename(RenameParams, Reply<Option<WorkspaceEdit>>),
    SemanticTokens(SemanticTokensParams, Reply<Option<SemanticTokensResult>>),
    SelectionRanges(SelectionRangeParams, Reply<Option<Vec<SelectionRange>>>),
    Diagnostics(DocumentDiagnosticParams, Reply<DocumentDiagnosticReportResult>),
    WorkspaceDiagnostics(WorkspaceDiagnosticParams, Reply<WorkspaceDiagnosticReportResult>),
    Command(ExecuteCommandParams, Reply<Option<Value>>),
    Preview(PreviewParams, Reply<Option<PreviewResult>>),
    Pending(PendingParams, Reply<Option<PendingResult>>),
    Content(ContentParams, Reply<ContentResult>),
}

/// Results of our own work.
#[derive(Debug)]
pub enum Internal {
    /// The disk has been read.
    Disk(DiskEvent),
    /// Files under a watched folder have changed.
    FilesTouched(Vec<PathBuf>),
    /// The analyzer has taken changes.
    Analyzed(Analyzed),
    /// The client has sent its settings; `None` when it did not answer.
    Configuration(Option<Value>),
    /// Edits before one that has come have been waited for long enough, if this version is still the known one.
    StopWaiting(Uri, i32),
    /// It is time to look for changed findings.
    DiagnoseDue,
    /// The findings have been compared with those that were shown before, or an edit came in between.
    Diagnosed(Option<Diagnosed>),
    /// A command asks for the files to write, with the answers it has got meanwhile.
    Generate(GenerateParams, Reply<Generated>),
    /// A document of ours has another text than the client has.
    ContentChanged(Uri),
    /// It is time to look at the databases again.
    DatabasesDue,
    /// What the databases say, and what went wrong.
    DatabasesSeen(Views, Vec<String>),
    /// The file of noted renames has been written, or removed.
    RenamesRecorded(FileChange),
    /// A command has ended. It has written these files.
    GenerateEnded(Vec<FileChange>),
}

/// What came from the disk.
#[derive(Debug)]
pub enum DiskEvent {
    /// The projects of a workspace folder, or of a file outside of all folders, have been read.
    Loaded { folder: PathBuf, roots: Vec<PathBuf>, files: Vec<FileChange> },
    /// Single files have been read again.
    Read { files: Vec<FileChange> },
}

/// The analyzer's state after some changes.
pub struct Analyzed {
    /// The last edit it has seen, as [`super::feed::Feed::edit`] numbered it.
    pub edit: u64,
    /// The last load it has seen completely.
    pub load: u64,
    /// Files taken of those that are being loaded, and all of them.
    pub progress: (usize, usize),
    /// A view of the state; `None` for a mere report of progress.
    pub analysis: Option<Arc<dyn Analysis>>,
    /// The analyzer has panicked and may be out of date.
    pub panicked: bool,
}

impl std::fmt::Debug for Analyzed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Analyzed").field("edit", &self.edit).field("load", &self.load).finish_non_exhaustive()
    }
}
