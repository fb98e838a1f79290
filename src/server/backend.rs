//! The adapter to tower-lsp: every handler posts one event and, for a request, waits for the answer.
//!
//! tower-lsp runs handlers concurrently on one task, in the order of arrival only up to their first await. So posting
//! is the first thing a handler does, nothing else happens here, and no handler ever awaits the client.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::*;

use super::event::{DocumentEvent, Event, Lifecycle, Request};
use super::protocol::{ContentParams, ContentResult, PendingParams, PendingResult, PreviewParams, PreviewResult};
use super::reply::{self, Reply};

/// Forwards messages to the main loop.
#[derive(Debug)]
pub struct Backend {
    events: UnboundedSender<Event>,
    handshakes: Arc<Handshakes>,
}

/// Tells the reader of the input that an answer after which the next message may follow is on its way.
#[derive(Debug, Default)]
pub struct Handshakes {
    pub initialized: Notify,
    pub shut_down: Notify,
}

impl Backend {
    pub fn new(events: UnboundedSender<Event>, handshakes: Arc<Handshakes>) -> Backend {
        Backend { events, handshakes }
    }

    fn post(&self, event: Event) {
        // The loop has ended when the connection has; nobody is left to tell.
        let _ = self.events.send(event);
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Event) -> Result<T> {
        let (reply, answer) = reply::channel();
        self.post(request(reply));
        answer.wait().await
    }

    async fn request<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T> {
        self.ask(|reply| Event::Request(request(reply))).await
    }

    /// `ashls/preview`.
    pub async fn preview(&self, params: PreviewParams) -> Result<Option<PreviewResult>> {
        self.request(|reply| Request::Preview(params, reply)).await
    }

    /// `ashls/pending`.
    pub async fn pending(&self, params: PendingParams) -> Result<Option<PendingResult>> {
        self.request(|reply| Request::Pending(params, reply)).await
    }

    /// `workspace/textDocumentContent`.
    pub async fn content(&self, params: ContentParams) -> Result<ContentResult> {
        self.request(|reply| Request::Content(params, reply)).await
    }

    /// Stands for a message that could not be read; see [`super::input`].
    pub async fn malformed(&self, reason: Vec<String>) -> Result<()> {
        let message = reason.concat();
        Err(Error { code: ErrorCode::ParseError, message: message.into(), data: None })
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let result = self.ask(|reply| Event::Lifecycle(Lifecycle::Initialize(Box::new(params), reply))).await;
        self.handshakes.initialized.notify_one();
        result
    }

    async fn initialized(&self, _: InitializedParams) {
        self.post(Event::Lifecycle(Lifecycle::Initialized));
    }

    async fn shutdown(&self) -> Result<()> {
        let result = self.ask(|reply| Event::Lifecycle(Lifecycle::Shutdown(reply))).await;
        self.handshakes.shut_down.notify_one();
        result
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.post(Event::Document(DocumentEvent::Opened(params)));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.post(Event::Document(DocumentEvent::Changed(params)));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.post(Event::Document(DocumentEvent::Closed(params)));
    }

    async fn did_save(&self, _: DidSaveTextDocumentParams) {
        self.post(Event::Document(DocumentEvent::Saved));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.post(Event::Document(DocumentEvent::Watched(params)));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.post(Event::Lifecycle(Lifecycle::FoldersChanged(params)));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.post(Event::Lifecycle(Lifecycle::ConfigurationChanged(params)));
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.request(|reply| Request::Hover(params, reply)).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.request(|reply| Request::InlayHints(params, reply)).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.request(|reply| Request::CodeLenses(params, reply)).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.request(|reply| Request::CodeActions(Box::new(params), reply)).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.request(|reply| Request::DocumentSymbols(params, reply)).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        self.request(|reply| Request::WorkspaceSymbols(params, reply)).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.request(|reply| Request::FoldingRanges(params, reply)).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.request(|reply| Request::Completion(params, reply)).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.request(|reply| Request::Definition(params, reply)).await
    }

    async fn goto_implementation(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.request(|reply| Request::Implementation(params, reply)).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.request(|reply| Request::References(params, reply)).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.request(|reply| Request::DocumentLinks(params, reply)).await
    }

    async fn document_link_resolve(&self, link: DocumentLink) -> Result<DocumentLink> {
        self.request(|reply| Request::DocumentLink(Box::new(link), reply)).await
    }

    async fn prepare_rename(&self, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        self.request(|reply| Request::PrepareRename(params, reply)).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        self.request(|reply| Request::Rename(params, reply)).await
    }

    async fn semantic_tokens_full(&self, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        self.request(|reply| Request::SemanticTokens(params, reply)).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        self.request(|reply| Request::SelectionRanges(params, reply)).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.request(|reply| Request::Diagnostics(params, reply)).await
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        self.request(|reply| Request::WorkspaceDiagnostics(params, reply)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        self.request(|reply| Request::Command(params, reply)).await
    }
}
