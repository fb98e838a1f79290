//! What the client can do, and what we offer it.

use tower_lsp::ls_types::*;

use crate::text::Encoding;

use super::protocol::{GENERATE, PREVIEW};

/// What matters of a client's capabilities. Everything is optional; the default is a client that can do nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClientFeatures {
    pub encoding: Encoding,
    /// The client asks for diagnostics; we never push them to it then.
    pub pull_diagnostics: bool,
    pub diagnostics_refresh: bool,
    pub hint_refresh: bool,
    pub lens_refresh: bool,
    /// Answers `workspace/configuration`.
    pub configuration: bool,
    pub configuration_registration: bool,
    /// Watches files when asked to; we watch them ourselves otherwise.
    pub watches_files: bool,
    pub progress: bool,
    pub show_document: bool,
    pub related_information: bool,
    pub code_description: bool,
    pub diagnostic_tags: bool,
    pub diagnostic_versions: bool,
    pub markdown_hover: bool,
    pub symbol_tree: bool,
    pub action_literals: bool,
    pub preferred_actions: bool,
    pub document_changes: bool,
    /// Shows what edits do beyond the text, and asks before it applies them.
    pub change_annotations: bool,
    pub lines_only_folding: bool,
    pub snippets: bool,
    pub deprecated_tag: bool,
    /// Draws the range of a whole definition beside its name.
    pub definition_links: bool,
    pub implementation_links: bool,
    /// Asks what is renamed before it renames.
    pub prepare_rename: bool,
    /// Asks for documents of the scheme `ashls` (LSP 3.18, so not among the capabilities that are read here).
    pub text_content: bool,
    /// Knows what `#L12` at the end of a link to a file means, which the protocol does not say. Others take it for a part
    /// of the file's name (`gx` of Neovim 0.12, which does not resolve links either).
    pub line_fragments: bool,
    /// Wants to be told when what is pending may have changed: `experimental.ashls.pendingChanged`.
    pub pending_changed: bool,
}

/// Whether a client of this name is VS Code, or built on it.
pub fn knows_line_fragments(client: &str) -> bool {
    let names = ["Visual Studio Code", "VSCodium", "Code - OSS", "code-server", "Cursor", "Windsurf", "Positron"];
    names.iter().any(|name| client.starts_with(name))
}

/// Reads a client's capabilities.
pub fn client_features(capabilities: &ClientCapabilities) -> ClientFeatures {
    let text = capabilities.text_document.clone().unwrap_or_default();
    let workspace = capabilities.workspace.clone().unwrap_or_default();
    let window = capabilities.window.clone().unwrap_or_default();
    let edits = workspace.workspace_edit.unwrap_or_default();
    let pull = text.diagnostic.is_some();
    // A client may describe findings for pushing, for pulling, or for both.
    let pushed = text.publish_diagnostics.unwrap_or_default();
    let pulled = text.diagnostic.unwrap_or_default();
    let item = text.completion.and_then(|it| it.completion_item);
    let either = |push: Option<bool>, pulled: Option<bool>| push == Some(true) || (pull && pulled == Some(true));
    ClientFeatures {
        encoding: encoding(capabilities),
        pull_diagnostics: pull,
        diagnostics_refresh: workspace.diagnostics.and_then(|it| it.refresh_support) == Some(true),
        hint_refresh: workspace.inlay_hint.and_then(|it| it.refresh_support) == Some(true),
        lens_refresh: workspace.code_lens.and_then(|it| it.refresh_support) == Some(true),
        configuration: workspace.configuration == Some(true),
        configuration_registration: workspace.did_change_configuration.and_then(|it| it.dynamic_registration)
            == Some(true),
        watches_files: workspace.did_change_watched_files.and_then(|it| it.dynamic_registration) == Some(true),
        progress: window.work_done_progress == Some(true),
        show_document: window.show_document.is_some_and(|it| it.support),
        related_information: either(pushed.related_information, pulled.related_information),
        code_description: either(pushed.code_description_support, pulled.code_description_support),
        diagnostic_tags: pushed.tag_support.is_some() || pulled.tag_support.is_some(),
        diagnostic_versions: pushed.version_support == Some(true),
        markdown_hover: text
            .hover
            .and_then(|it| it.content_format)
            .is_none_or(|formats| formats.contains(&MarkupKind::Markdown)),
        symbol_tree: text.document_symbol.and_then(|it| it.hierarchical_document_symbol_support) == Some(true),
        action_literals: text.code_action.as_ref().is_some_and(|it| it.code_action_literal_support.is_some()),
        preferred_actions: text.code_action.and_then(|it| it.is_preferred_support) == Some(true),
        document_changes: edits.document_changes == Some(true),
        change_annotations: edits.change_annotation_support.is_some(),
        lines_only_folding: text.folding_range.and_then(|it| it.line_folding_only) == Some(true),
        snippets: item.as_ref().and_then(|it| it.snippet_support) == Some(true),
        deprecated_tag: item.is_some_and(|it| {
            it.tag_support.is_some_and(|tags| tags.value_set.contains(&CompletionItemTag::DEPRECATED))
        }),
        implementation_links: text.implementation.and_then(|it| it.link_support) == Some(true),
        definition_links: text.definition.and_then(|it| it.link_support) == Some(true),
        prepare_rename: text.rename.and_then(|it| it.prepare_support) == Some(true),
        text_content: false,
        line_fragments: false,
        pending_changed: capabilities
            .experimental
            .as_ref()
            .and_then(|it| it.pointer("/ashls/pendingChanged"))
            .is_some_and(|wanted| wanted == true),
    }
}

/// UTF-8 when it is offered, since it needs no counting; else the first of the client's that we know.
fn encoding(capabilities: &ClientCapabilities) -> Encoding {
    let offered = capabilities.general.as_ref().and_then(|it| it.position_encodings.as_deref()).unwrap_or_default();
    if offered.contains(&PositionEncodingKind::UTF8) {
        return Encoding::Utf8;
    }
    let known = offered.iter().find_map(|kind| match kind.as_str() {
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    });
    known.unwrap_or_default()
}

/// What we offer such a client.
pub fn server_capabilities(client: &ClientFeatures) -> ServerCapabilities {
    let encoding = match client.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    };
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::Supported(true)),
        ..TextDocumentSyncOptions::default()
    };
    let diagnostics = client.pull_diagnostics.then(|| {
        DiagnosticServerCapabilities::Options(DiagnosticOptions {
            identifier: Some("ashls".to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: true,
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })
    });
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::new(SOURCE_ACTION)]),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        code_action_provider: Some(match client.action_literals {
            true => CodeActionProviderCapability::Options(actions),
            false => CodeActionProviderCapability::Simple(true),
        }),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![":".to_owned(), "\"".to_owned()]),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
        references_provider: Some(OneOf::Left(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        rename_provider: Some(match client.prepare_rename {
            true => OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            false => OneOf::Left(true),
        }),
        semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(
            SemanticTokensOptions {
                legend: super::language::legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            },
        )),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        diagnostic_provider: diagnostics,
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![GENERATE.to_owned(), PREVIEW.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}

/// The kind of actions that are about a whole file.
pub const SOURCE_ACTION: &str = "source.ashls";

/// What a client that watches files for us shall watch.
pub fn watch_registration() -> Registration {
    let globs = [
        "**/{lib,config,priv}/**",
        "**/mix.exs",
        "**/mix.lock",
        "**/.formatter.exs",
        "**/ashls.toml",
        "**/ashls.renames",
    ];
    let watchers: Vec<_> = globs
        .iter()
        .map(|glob| FileSystemWatcher { glob_pattern: GlobPattern::String((*glob).to_owned()), kind: None })
        .collect();
    Registration {
        id: "ashls-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(serde_json::json!({ "watchers": watchers })),
    }
}

/// Asks a client to tell when its settings change.
pub fn configuration_registration() -> Registration {
    Registration {
        id: "ashls-configuration".to_owned(),
        method: "workspace/didChangeConfiguration".to_owned(),
        register_options: Some(serde_json::json!({ "section": "ashls" })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check_encoding(offered: serde_json::Value, expected: Encoding) {
        let capabilities = serde_json::from_value(json!({"general": {"positionEncodings": offered}})).unwrap();
        assert_eq!(client_features(&capabilities).encoding, expected);
    }

    #[test]
    fn utf8_is_preferred_and_utf16_the_default() {
        check_encoding(json!(["utf-16", "utf-8"]), Encoding::Utf8);
        check_encoding(json!(["utf-32", "utf-16"]), Encoding::Utf32);
        check_encoding(json!(["utf-16"]), Encoding::Utf16);
        check_encoding(json!(["ebcdic"]), Encoding::Utf16);
        check_encoding(json!(null), Encoding::Utf16);
    }

    #[test]
    fn only_clients_that_pull_are_offered_it() {
        for (capabilities, pull) in [(json!({}), false), (json!({"textDocument": {"diagnostic": {}}}), true)] {
            let features = client_features(&serde_json::from_value(capabilities).unwrap());
            assert_eq!(server_capabilities(&features).diagnostic_provider.is_some(), pull);
        }
    }
}
