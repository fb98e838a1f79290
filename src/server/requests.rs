//! What the client asks about texts: thin conversions around the features in [`crate::ide`].

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;
use tower_lsp::ls_types::*;

use crate::ide::code_actions::{Act, ActionKind, CodeAction as Action};
use crate::ide::code_lens::LensAction;
use crate::ide::symbols::{self, Symbol};
use crate::ide::{self, Cancellation, Cancelled, FileAnalysis, FixEdit, Scope};

use super::capabilities::SOURCE_ACTION;
use super::convert::{self, Lines};
use super::event::Request;
use super::protocol::{GENERATE, GenerateParams, PREVIEW, PreviewParams};
use super::reply::Reply;
use super::waiting::Terms;
use super::world::{Context, World};

/// Enough symbols for a picker; who needs more types another letter.
const MAX_SYMBOLS: usize = 512;

impl World {
    /// Handles a request.
    pub fn on_request(&mut self, request: Request) {
        match request {
            Request::Hover(params, reply) => self.hover(params, reply),
            Request::InlayHints(params, reply) => self.inlay_hints(params, reply),
            Request::CodeLenses(params, reply) => self.code_lenses(params, reply),
            Request::CodeActions(params, reply) => self.code_actions(*params, reply),
            Request::DocumentSymbols(params, reply) => self.document_symbols(params, reply),
            Request::WorkspaceSymbols(params, reply) => self.workspace_symbols(params, reply),
            Request::FoldingRanges(params, reply) => self.folding_ranges(params, reply),
            Request::Completion(params, reply) => self.completion(params, reply),
            Request::Definition(params, reply) => self.definition(params, reply),
            Request::Implementation(params, reply) => self.implementation(params, reply),
            Request::References(params, reply) => self.references(params, reply),
            Request::DocumentLinks(params, reply) => self.document_links(params, reply),
            Request::DocumentLink(link, reply) => self.document_link(*link, reply),
            Request::PrepareRename(params, reply) => self.prepare_rename(params, reply),
            Request::Rename(params, reply) => self.rename(params, reply),
            Request::SemanticTokens(params, reply) => self.semantic_tokens(params, reply),
            Request::SelectionRanges(params, reply) => self.selection_ranges(params, reply),
            Request::Diagnostics(params, reply) => self.pull_document(params, reply),
            Request::WorkspaceDiagnostics(params, reply) => self.pull_workspace(params, reply),
            Request::Command(params, reply) => self.command(params, reply),
            Request::Preview(params, reply) => self.preview(params, reply),
            Request::Pending(params, reply) => self.pending(params, reply),
            Request::Content(params, reply) => self.content(params, reply),
        }
    }

    fn hover(&mut self, params: HoverParams, reply: Reply<Option<Hover>>) {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.on_document(&text_document.uri, reply, None, Terms::now(), move |context, path, cancellation| {
            let Some(lines) = context.lines(&path) else { return Ok(None) };
            let Some(offset) = lines.offset(position) else { return Ok(None) };
            // What is pending is only known with the whole project; what an option means is always known.
            let analysis = match context.ready {
                true => context.analysis.file(&path, cancellation)?,
                false => FileAnalysis::default().into(),
            };
            let documentation = context.analysis.documentation(&path, offset);
            let provenance = context.ready.then(|| context.analysis.provenance(&path, offset)).flatten();
            let hover = ide::hover::hover(&analysis, provenance.as_ref().or(documentation.as_ref()), offset);
            Ok(hover.map(|hover| Hover {
                contents: HoverContents::Markup(convert::markup(hover.markdown, &context.client)),
                range: Some(lines.range(hover.range)),
            }))
        });
    }

    fn inlay_hints(&mut self, params: InlayHintParams, reply: Reply<Option<Vec<InlayHint>>>) {
        let uri = params.text_document.uri;
        self.on_document(&uri, reply, None, Terms::now(), move |context, path, cancellation| {
            let Some(lines) = context.lines(&path).filter(|_| context.ready && context.settings.of(&path).inlay_hints)
            else {
                return Ok(Some(Vec::new()));
            };
            let Some(range) = lines.bytes(params.range) else { return Ok(Some(Vec::new())) };
            let analysis = context.analysis.file(&path, cancellation)?;
            let settings = context.settings.of(&path);
            let config = ide::inlay_hints::Config { locks: settings.hint_locks, removals: settings.hint_removals };
            let hints = ide::inlay_hints::inlay_hints(&analysis, &lines.text, range, config);
            let hints = hints.into_iter().map(|hint| InlayHint {
                position: lines.position(hint.offset),
                label: InlayHintLabel::String(hint.label),
                kind: None,
                text_edits: None,
                tooltip: Some(InlayHintTooltip::MarkupContent(convert::markup(hint.tooltip, &context.client))),
                padding_left: Some(true),
                padding_right: None,
                data: None,
            });
            Ok(Some(hints.collect()))
        });
    }

    fn code_lenses(&mut self, params: CodeLensParams, reply: Reply<Option<Vec<CodeLens>>>) {
        let uri = params.text_document.uri;
        self.on_document(&uri, reply, None, Terms::now(), |context, path, cancellation| {
            let Some(lines) = context.lines(&path).filter(|_| context.ready && context.settings.of(&path).code_lens)
            else {
                return Ok(Some(Vec::new()));
            };
            let analysis = context.analysis.file(&path, cancellation)?;
            let settings = context.settings.of(&path);
            let config = ide::code_lens::Config { preview: settings.lens_preview, generate: settings.lens_generate };
            let lenses = ide::code_lens::code_lenses(&analysis, config).into_iter().map(|lens| CodeLens {
                range: lines.range(lens.range),
                command: Some(match (lens.action, lens.module) {
                    (LensAction::Preview, module) => preview_command(context, &path, module, lens.title),
                    (LensAction::Generate, module) => {
                        let path = path.clone();
                        let scope = match module {
                            Some(module) => Scope::Resource { path, module },
                            None => Scope::Project(path),
                        };
                        generate_command(context, &scope, Vec::new(), false, lens.title)
                    }
                }),
                data: None,
            });
            Ok(Some(lenses.collect()))
        });
    }

    fn code_actions(&mut self, params: CodeActionParams, reply: Reply<Option<CodeActionResponse>>) {
        let uri = params.text_document.uri.clone();
        self.on_document(&uri, reply, None, Terms::now(), move |context, path, cancellation| {
            let Some(lines) = context.lines(&path).filter(|_| context.ready) else { return Ok(None) };
            let Some(selection) = lines.bytes(params.range) else { return Ok(None) };
            let analysis = context.analysis.file(&path, cancellation)?;
            let found = ide::code_actions::code_actions(&analysis, &path, &lines.text, selection);
            let wanted = found.into_iter().filter(|action| is_wanted(action, params.context.only.as_deref()));
            let actions: Vec<_> =
                wanted.filter_map(|action| code_action(context, action, &lines, &params.context)).collect();
            Ok(Some(actions))
        });
    }

    fn document_symbols(&mut self, params: DocumentSymbolParams, reply: Reply<Option<DocumentSymbolResponse>>) {
        let uri = params.text_document.uri.clone();
        self.on_document(&uri, reply, None, Terms::now(), move |context, path, cancellation| {
            let Some(lines) = context.lines(&path) else { return Ok(None) };
            let found = symbols_of(context, &path, cancellation)?;
            if context.client.symbol_tree {
                let tree = found.iter().map(|symbol| convert::document_symbol(symbol, &lines)).collect();
                return Ok(Some(DocumentSymbolResponse::Nested(tree)));
            }
            let mut list = Vec::new();
            found.iter().for_each(|symbol| flatten(symbol, None, &params.text_document.uri, &lines, &mut list));
            Ok(Some(DocumentSymbolResponse::Flat(list)))
        });
    }

    fn workspace_symbols(&mut self, params: WorkspaceSymbolParams, reply: Reply<Option<WorkspaceSymbolResponse>>) {
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_workspace(reply, terms, move |context, cancellation| {
            let mut list = Vec::new();
            for path in context.analysis.files() {
                cancellation.check()?;
                let found = symbols_of(context, &path, cancellation)?;
                let matching = symbols::matching(&found, &params.query);
                if matching.is_empty() || list.len() >= MAX_SYMBOLS {
                    continue;
                }
                let Some(lines) = context.lines(&path) else { continue };
                list.extend(matching.into_iter().filter_map(|(symbol, container)| {
                    let location = convert::location(&path, context.uri(&path), symbol.name_range, &lines)?;
                    Some(convert::symbol_information(symbol, container, location))
                }));
            }
            list.truncate(MAX_SYMBOLS);
            Ok(Some(WorkspaceSymbolResponse::Flat(list)))
        });
    }

    fn folding_ranges(&mut self, params: FoldingRangeParams, reply: Reply<Option<Vec<FoldingRange>>>) {
        let uri = params.text_document.uri;
        self.on_document(&uri, reply, None, Terms::now(), |context, path, cancellation| {
            let Some(lines) = context.lines(&path) else { return Ok(None) };
            let mut folds = None;
            context.analysis.expressions(&path, cancellation, &mut |expressions| {
                folds = ide::folding::folding_ranges(expressions, &lines.text);
            })?;
            let convert = |range| convert::folding_range(range, &lines, &context.client);
            Ok(folds.map(|folds| folds.into_iter().map(convert).collect()))
        });
    }
}

fn symbols_of(context: &Context, path: &Path, cancellation: &Cancellation) -> Result<Vec<Symbol>, Cancelled> {
    let mut found = Vec::new();
    context.analysis.expressions(path, cancellation, &mut |expressions| found = symbols::symbols(expressions))?;
    Ok(found)
}

fn flatten(symbol: &Symbol, container: Option<&str>, uri: &Uri, lines: &Lines, list: &mut Vec<SymbolInformation>) {
    let location = Location { uri: uri.clone(), range: lines.range(symbol.range) };
    list.push(convert::symbol_information(symbol, container.map(str::to_owned), location));
    symbol.children.iter().for_each(|child| flatten(child, Some(&symbol.name), uri, lines, list));
}

fn is_wanted(action: &Action, only: Option<&[CodeActionKind]>) -> bool {
    let kind = kind(action.kind);
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let wanted = wanted.as_str();
            wanted.is_empty() || kind.as_str() == wanted || kind.as_str().starts_with(&format!("{wanted}."))
        })
    })
}

fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::Source => CodeActionKind::new(SOURCE_ACTION),
    }
}

fn code_action(
    context: &Context,
    action: Action,
    lines: &Lines,
    asked: &CodeActionContext,
) -> Option<CodeActionOrCommand> {
    let command = match &action.act {
        Act::Generate { scope, answers, dev } => {
            Some(generate_command(context, scope, answers.clone(), *dev, action.title.clone()))
        }
        Act::Edit(_) => None,
    };
    if !context.client.action_literals {
        return command.map(CodeActionOrCommand::Command);
    }
    let edit = match &action.act {
        Act::Edit(edits) => Some(workspace_edit(context, edits)?),
        Act::Generate { .. } => None,
    };
    let about = action.finding.map(|(range, code)| {
        let range = lines.range(range);
        let code = Some(NumberOrString::String(code));
        let same =
            |it: &&Diagnostic| it.source.as_deref() == Some(convert::SOURCE) && it.range == range && it.code == code;
        asked.diagnostics.iter().filter(same).cloned().collect::<Vec<_>>()
    });
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title: action.title,
        kind: Some(kind(action.kind)),
        diagnostics: about.filter(|about| !about.is_empty()),
        edit,
        command,
        is_preferred: (context.client.preferred_actions && action.preferred).then_some(true),
        disabled: None,
        data: None,
    }))
}

pub fn workspace_edit(context: &Context, edits: &[FixEdit]) -> Option<WorkspaceEdit> {
    let mut files: Vec<(&Path, Vec<TextEdit>)> = Vec::new();
    for edit in edits {
        let range = context.lines(&edit.path)?.range(edit.range);
        let edit_there = TextEdit { range, new_text: edit.text.clone() };
        match files.iter_mut().find(|(path, _)| *path == edit.path) {
            Some((_, there)) => there.push(edit_there),
            None => files.push((&edit.path, vec![edit_there])),
        }
    }
    if !context.client.document_changes {
        let changes = files.into_iter().map(|(path, edits)| Some((context.uri(path)?, edits)));
        let changes = changes.collect::<Option<HashMap<_, _>>>()?;
        return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let changes = files.into_iter().map(|(path, edits)| {
        let version = context.open.get(path).map(|file| file.version);
        let text_document = OptionalVersionedTextDocumentIdentifier { uri: context.uri(path)?, version };
        Some(TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() })
    });
    let changes = DocumentChanges::Edits(changes.collect::<Option<Vec<_>>>()?);
    Some(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
}

fn generate_command(
    context: &Context,
    scope: &Scope,
    answers: Vec<(String, String)>,
    dev: bool,
    title: String,
) -> Command {
    let (path, module) = match scope {
        Scope::Project(path) => (path, None),
        Scope::Resource { path, module } => (path, Some(module.clone())),
    };
    let answers = answers.into_iter().collect();
    let params = GenerateParams { uri: context.uri(path), module, position: None, name: None, dev, answers };
    Command { title, command: GENERATE.to_owned(), arguments: Some(vec![argument(params)]) }
}

fn preview_command(context: &Context, path: &Path, module: Option<String>, title: String) -> Command {
    let params = PreviewParams { uri: context.uri(path), module, ..PreviewParams::default() };
    Command { title, command: PREVIEW.to_owned(), arguments: Some(vec![argument(params)]) }
}

fn argument(params: impl serde::Serialize) -> Value {
    // Plain data with string keys always can be written.
    serde_json::to_value(params).unwrap_or_default()
}
