//! Findings that the client asks for: of one document, and of the whole workspace.
//!
//! A result's id is a hash of its findings, so that "nothing has changed" holds across edits that change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tower_lsp::ls_types::*;

use crate::ide::{Cancellation, Cancelled, FileAnalysis};

use super::configuration::SettingsByProject;
use super::databases::Views;
use super::look::{items, items_of};
use super::paths;
use super::reply::Reply;
use super::waiting::Terms;
use super::workers::server_cancelled;
use super::world::{Context, World};

/// Ids that were computed before: clients ask for the whole workspace every other second.
#[derive(Debug, Clone, Default)]
pub struct Pulled(Arc<Mutex<BTreeMap<PathBuf, Known>>>);

#[derive(Debug, Clone)]
struct Known {
    analysis: Arc<FileAnalysis>,
    text: Arc<str>,
    settings: Arc<SettingsByProject>,
    views: Arc<Views>,
    id: String,
}

/// Findings are about the whole project, so they wait until it is known, and for the newest text.
fn terms() -> Terms {
    Terms { ready: true, when_stale: server_cancelled() }
}

impl World {
    /// `textDocument/diagnostic`.
    pub fn pull_document(&mut self, params: DocumentDiagnosticParams, reply: Reply<DocumentDiagnosticReportResult>) {
        let previous = params.previous_result_id;
        let absent = document_report(Vec::new(), None);
        self.on_document(&params.text_document.uri, reply, absent, terms(), |context, path, cancellation| {
            Ok(document_report(items_of(context, &path, cancellation)?, previous))
        });
    }

    /// `workspace/diagnostic`.
    pub fn pull_workspace(&mut self, params: WorkspaceDiagnosticParams, reply: Reply<WorkspaceDiagnosticReportResult>) {
        let pulled = self.pulled.clone();
        self.on_workspace(reply, terms(), move |context, cancellation| {
            let items = workspace_reports(context, params.previous_result_ids, &pulled, cancellation)?;
            Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
        });
    }
}

fn document_report(items: Vec<Diagnostic>, previous: Option<String>) -> DocumentDiagnosticReportResult {
    let id = result_id(&items);
    let report = match previous == Some(id.clone()) {
        true => DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
        }),
        false => DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
        }),
    };
    DocumentDiagnosticReportResult::Report(report)
}

fn workspace_reports(
    context: &Context,
    previous: Vec<PreviousResultId>,
    pulled: &Pulled,
    cancellation: &Cancellation,
) -> Result<Vec<WorkspaceDocumentDiagnosticReport>, Cancelled> {
    let mut before: BTreeMap<PathBuf, PreviousResultId> =
        previous.into_iter().filter_map(|it| Some((paths::to_path(&it.uri)?, it))).collect();
    let mut files: BTreeSet<PathBuf> = context.analysis.files().into_iter().collect();
    files.extend(context.open.iter().filter(|(_, file)| !file.lost).map(|(path, _)| path.clone()));
    let mut reports = Vec::new();
    for path in files {
        cancellation.check()?;
        let Some(text) = context.analysis.text(&path) else { continue };
        let analysis = context.analysis.file(&path, cancellation)?;
        let old = before.remove(&path);
        let id = pulled.id(context, &path, &analysis, &text);
        let version = context.open.get(&path).map(|file| i64::from(file.version));
        let uri = old.as_ref().map(|old| old.uri.clone()).or_else(|| context.uri(&path));
        let Some(uri) = uri else { continue };
        if old.as_ref().is_some_and(|old| old.value == id) {
            reports.push(WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            }));
            continue;
        }
        let items = items(context, &path, &analysis, &text);
        // What the client has never heard of and has no findings need not be mentioned.
        if !items.is_empty() || old.is_some() {
            reports.push(full(uri, version, Some(id), items));
        }
    }
    // Files that have gone, or are not looked at any more, have no findings.
    reports.extend(before.into_values().map(|old| full(old.uri, None, None, Vec::new())));
    Ok(reports)
}

fn full(
    uri: Uri,
    version: Option<i64>,
    result_id: Option<String>,
    items: Vec<Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
    })
}

impl Pulled {
    fn id(&self, context: &Context, path: &Path, analysis: &Arc<FileAnalysis>, text: &Arc<str>) -> String {
        let settings = &context.settings;
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        let same = known.filter(|known| {
            Arc::ptr_eq(&known.analysis, analysis)
                && Arc::ptr_eq(&known.text, text)
                && Arc::ptr_eq(&known.settings, settings)
                && Arc::ptr_eq(&known.views, &context.views)
        });
        if let Some(known) = same {
            return known.id;
        }
        let id = result_id(&items(context, path, analysis, text));
        let known = Known {
            analysis: analysis.clone(),
            text: text.clone(),
            settings: settings.clone(),
            views: context.views.clone(),
            id: id.clone(),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), known);
        id
    }
}

fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = rustc_hash::FxHasher::default();
    // Diagnostics are plain data with string keys, which always can be written.
    hasher.write(&serde_json::to_vec(items).unwrap_or_default());
    format!("{:016x}", hasher.finish())
}
