//! Requests about the language: completion, names, tokens. Thin conversions around the features in [`crate::ide`].

use tower_lsp::ls_types::*;

use crate::ide::completion::{Completion, CompletionKind};
use crate::ide::semantic_tokens::{self, TokenKind};
use crate::ide::{self, Located, Renamed};
use crate::syntax::Expr;

use super::convert::{self, Lines};
use super::paths;
use super::reply::Reply;
use super::requests::workspace_edit;
use super::waiting::Terms;
use super::workers::{Stop, request_failed};
use super::world::{Context, World};

/// The kinds of words, by [`token_type`].
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: vec![
            SemanticTokenType::NAMESPACE,
            SemanticTokenType::KEYWORD,
            SemanticTokenType::PROPERTY,
            SemanticTokenType::VARIABLE,
        ],
        token_modifiers: vec![SemanticTokenModifier::DECLARATION],
    }
}

fn token_type(kind: TokenKind) -> (u32, u32) {
    match kind {
        TokenKind::Section => (0, 0),
        TokenKind::Entity => (1, 0),
        TokenKind::Option => (2, 0),
        TokenKind::Declaration => (3, 1),
    }
}

impl World {
    pub fn completion(&mut self, params: CompletionParams, reply: Reply<Option<CompletionResponse>>) {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        self.on_document(&text_document.uri, reply, None, Terms::now(), move |context, path, _| {
            let Some(lines) = context.lines(&path) else { return Ok(None) };
            let Some(offset) = lines.offset(position) else { return Ok(None) };
            let found = context.analysis.completions(&path, offset);
            if found.is_empty() {
                return Ok(None);
            }
            let items = found.into_iter().map(|it| completion_item(it, context, &lines)).collect();
            Ok(Some(CompletionResponse::Array(items)))
        });
    }

    pub fn definition(&mut self, params: GotoDefinitionParams, reply: Reply<Option<GotoDefinitionResponse>>) {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.on_document(&text_document.uri, reply, None, Terms::now(), move |context, path, _| {
            let Some(offset) = context.lines(&path).and_then(|lines| lines.offset(position)) else { return Ok(None) };
            let found = context.analysis.definition(&path, offset);
            if found.is_empty() {
                return Ok(None);
            }
            Ok(Some(match context.client.definition_links {
                true => GotoDefinitionResponse::Link(found.iter().filter_map(|it| link_to(context, it)).collect()),
                false => GotoDefinitionResponse::Array(locations(context, &found)),
            }))
        });
    }

    pub fn implementation(&mut self, params: GotoDefinitionParams, reply: Reply<Option<GotoDefinitionResponse>>) {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_document(&text_document.uri, reply, None, terms, move |context, path, _| {
            let Some(offset) = context.lines(&path).and_then(|lines| lines.offset(position)) else { return Ok(None) };
            let found = context.analysis.implementation(&path, offset);
            if found.is_empty() {
                return Ok(None);
            }
            Ok(Some(match context.client.implementation_links {
                true => GotoDefinitionResponse::Link(found.iter().filter_map(|it| link_to(context, it)).collect()),
                false => GotoDefinitionResponse::Array(locations(context, &found)),
            }))
        });
    }

    pub fn references(&mut self, params: ReferenceParams, reply: Reply<Option<Vec<Location>>>) {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let declarations = params.context.include_declaration;
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_document(&text_document.uri, reply, None, terms, move |context, path, _| {
            let Some(offset) = context.lines(&path).and_then(|lines| lines.offset(position)) else { return Ok(None) };
            let found = context.analysis.references(&path, offset, declarations);
            Ok((!found.is_empty()).then(|| locations(context, &found)))
        });
    }

    pub fn document_links(&mut self, params: DocumentLinkParams, reply: Reply<Option<Vec<DocumentLink>>>) {
        let terms = Terms { ready: true, ..Terms::now() };
        let text_document = params.text_document.clone();
        self.on_document(&params.text_document.uri, reply, None, terms, move |context, path, _| {
            let Some(lines) = context.lines(&path) else { return Ok(None) };
            let migrations = context.settings.of(&path).link_migrations;
            let links = context.analysis.links(&path).into_iter();
            let links = links.filter(|link| migrations || link.target.is_some()).map(|link| {
                let range = lines.range(link.range);
                let text_document = text_document.clone();
                // Finding the target takes reading migrations: it waits until somebody follows the link.
                let place = link.target.is_none().then(|| TextDocumentPositionParams::new(text_document, range.end));
                DocumentLink {
                    range,
                    target: link.target.and_then(|target| paths::to_uri(&target)),
                    tooltip: Some(link.tooltip),
                    data: place.and_then(|place| serde_json::to_value(place).ok()),
                }
            });
            Ok(Some(links.collect()))
        });
    }

    /// `documentLink/resolve`.
    pub fn document_link(&mut self, link: DocumentLink, reply: Reply<DocumentLink>) {
        let place = link.data.clone().and_then(|data| serde_json::from_value::<TextDocumentPositionParams>(data).ok());
        let Some(TextDocumentPositionParams { text_document, position }) = place else {
            return reply.send(Ok(link));
        };
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_document(&text_document.uri, reply, link.clone(), terms, move |context, path, _| {
            let offset = context.lines(&path).and_then(|lines| lines.offset(position));
            let found = offset.and_then(|offset| context.analysis.link_target(&path, offset));
            Ok(DocumentLink { target: found.and_then(|place| line_of(context, &place)), ..link })
        });
    }

    pub fn prepare_rename(&mut self, params: TextDocumentPositionParams, reply: Reply<Option<PrepareRenameResponse>>) {
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_document(&params.text_document.uri, reply, None, terms, move |context, path, _| {
            let Some(lines) = context.lines(&path) else { return Ok(None) };
            let Some(offset) = lines.offset(params.position) else { return Ok(None) };
            let range = context.analysis.renamable(&path, offset);
            Ok(range.map(|range| PrepareRenameResponse::Range(lines.range(range))))
        });
    }

    pub fn rename(&mut self, params: RenameParams, reply: Reply<Option<WorkspaceEdit>>) {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_document(&text_document.uri, reply, None, terms, move |context, path, cancellation| {
            let Some(offset) = context.lines(&path).and_then(|lines| lines.offset(position)) else { return Ok(None) };
            match context.analysis.rename(&path, offset, &params.new_name, cancellation)? {
                Renamed::Edits { edits, effects } => {
                    let edit = workspace_edit(context, &edits);
                    Ok(edit.map(|edit| annotated(edit, &effects, context.client.change_annotations)))
                }
                Renamed::Refused(reason) => Err(Stop::Error(request_failed(reason))),
            }
        });
    }

    pub fn semantic_tokens(&mut self, params: SemanticTokensParams, reply: Reply<Option<SemanticTokensResult>>) {
        self.on_document(&params.text_document.uri, reply, None, Terms::now(), |context, path, cancellation| {
            let Some(lines) = context.lines(&path) else { return Ok(None) };
            let mut found = Vec::new();
            let lexicon = context.analysis.lexicon(&path);
            context.analysis.expressions(&path, cancellation, &mut |expressions| {
                found = semantic_tokens::semantic_tokens(&lexicon, expressions);
            })?;
            Ok((!found.is_empty()).then(|| {
                SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data: relative(&found, &lines) })
            }))
        });
    }

    pub fn selection_ranges(&mut self, params: SelectionRangeParams, reply: Reply<Option<Vec<SelectionRange>>>) {
        self.on_document(&params.text_document.uri, reply, None, Terms::now(), move |context, path, cancellation| {
            let Some(lines) = context.lines(&path) else { return Ok(None) };
            let mut found = Vec::new();
            context.analysis.expressions(&path, cancellation, &mut |expressions| {
                let positions = params.positions.iter();
                found = positions.map_while(|position| nested(expressions, *position, &lines)).collect::<Vec<_>>();
            })?;
            // One for each position, or none.
            Ok((found.len() == params.positions.len()).then_some(found))
        });
    }
}

fn completion_item(completion: Completion, context: &Context, lines: &Lines) -> CompletionItem {
    let snippet = completion.snippet.filter(|_| context.client.snippets);
    let format = snippet.as_ref().map(|_| InsertTextFormat::SNIPPET);
    let edit = TextEdit { range: lines.range(completion.range), new_text: snippet.unwrap_or(completion.text) };
    let tags = completion.deprecated && context.client.deprecated_tag;
    CompletionItem {
        kind: Some(match completion.kind {
            CompletionKind::Section => CompletionItemKind::MODULE,
            CompletionKind::Entity => CompletionItemKind::KEYWORD,
            CompletionKind::Option => CompletionItemKind::PROPERTY,
            CompletionKind::Value => CompletionItemKind::ENUM_MEMBER,
            CompletionKind::Attribute => CompletionItemKind::FIELD,
            CompletionKind::Relationship => CompletionItemKind::INTERFACE,
            CompletionKind::Identity => CompletionItemKind::CONSTANT,
            CompletionKind::Module => CompletionItemKind::CLASS,
            CompletionKind::Type => CompletionItemKind::TYPE_PARAMETER,
        }),
        detail: completion.detail,
        documentation: completion
            .documentation
            .map(|text| Documentation::MarkupContent(convert::markup(text, &context.client))),
        tags: tags.then(|| vec![CompletionItemTag::DEPRECATED]),
        sort_text: Some(format!("{}{}", completion.rank, completion.label)),
        filter_text: Some(completion.label.clone()),
        insert_text_format: format,
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        label: completion.label,
        ..CompletionItem::default()
    }
}

fn nested(expressions: &[Expr], position: Position, lines: &Lines) -> Option<SelectionRange> {
    let ranges = ide::selection::selection_ranges(expressions, lines.offset(position)?);
    ranges
        .into_iter()
        .rev()
        .fold(None, |parent, range| Some(SelectionRange { range: lines.range(range), parent: parent.map(Box::new) }))
}

fn locations(context: &Context, places: &[Located]) -> Vec<Location> {
    places.iter().filter_map(|place| context.location(&place.path, place.name_range)).collect()
}

/// The URI of a place, with its line for the clients that know what `#L12` means.
fn line_of(context: &Context, place: &Located) -> Option<Uri> {
    let uri = paths::to_uri(&place.path)?;
    if !context.client.line_fragments {
        return Some(uri);
    }
    let line = context.lines(&place.path).map(|lines| lines.range(place.range).start.line + 1);
    line.and_then(|line| format!("{}#L{line}", uri.as_str()).parse().ok()).or(Some(uri))
}

fn link_to(context: &Context, place: &Located) -> Option<LocationLink> {
    let lines = context.lines(&place.path)?;
    Some(LocationLink {
        origin_selection_range: None,
        target_uri: context.uri(&place.path)?,
        target_range: lines.range(place.range.cover(place.name_range)),
        target_selection_range: lines.range(place.name_range),
    })
}

/// The name of the annotation of edits that have the database changed.
const DATABASE: &str = "ashls.database";

/// Has the client ask before it applies edits that make the next migration rename something.
fn annotated(edit: WorkspaceEdit, effects: &[String], understood: bool) -> WorkspaceEdit {
    let Some(DocumentChanges::Edits(documents)) = edit.document_changes.clone().filter(|_| understood) else {
        return edit;
    };
    if effects.is_empty() {
        return edit;
    }
    let annotate = |edit| match edit {
        OneOf::Left(text_edit) => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: DATABASE.to_owned() }),
        annotated => annotated,
    };
    // One annotation for all: the declaration without the uses of its name, or the other way round, would be broken.
    let documents = documents
        .into_iter()
        .map(|document| TextDocumentEdit { edits: document.edits.into_iter().map(annotate).collect(), ..document });
    let annotation = ChangeAnnotation {
        label: format!("The next migration: {}", effects.join(", ")),
        needs_confirmation: Some(true),
        description: Some(
            "To keep a column, use the quick fix \"Keep the column\" on its attribute afterwards.".to_owned(),
        ),
    };
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(documents.collect())),
        change_annotations: Some([(DATABASE.to_owned(), annotation)].into()),
        ..edit
    }
}

/// Tokens as the protocol has them: each by its distance from the one before.
fn relative(tokens: &[semantic_tokens::Token], lines: &Lines) -> Vec<SemanticToken> {
    let mut before = Position::new(0, 0);
    let mut data = Vec::new();
    for token in tokens {
        let range = lines.range(token.range);
        // Words of the DSL stand on one line.
        if range.start.line != range.end.line {
            continue;
        }
        let delta_line = range.start.line - before.line;
        let (token_type, token_modifiers_bitset) = token_type(token.kind);
        data.push(SemanticToken {
            delta_line,
            delta_start: range.start.character - if delta_line == 0 { before.character } else { 0 },
            length: range.end.character - range.start.character,
            token_type,
            token_modifiers_bitset,
        });
        before = range.start;
    }
    data
}
