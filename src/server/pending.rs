//! What is pending in all files, as a list: for trees, status lines and quickfix lists.

use tower_lsp::jsonrpc::Error;

use crate::ide::lines::first_line;
use crate::ide::{Cancellation, Cancelled, Effect, PendingChange, ResourceView};

use super::convert::Lines;
use super::paths;
use super::protocol::{PendingItem, PendingParams, PendingQuestion, PendingResource, PendingResult};
use super::reply::Reply;
use super::waiting::Terms;
use super::world::{Context, World};

impl World {
    /// `ashls/pending`.
    pub fn pending(&mut self, params: PendingParams, reply: Reply<Option<PendingResult>>) {
        let folder = match &params.uri {
            Some(uri) => match paths::to_path(uri) {
                Some(path) => Some(path),
                None => return reply.send(Err(Error::invalid_params(format!("{}: not a file", uri.as_str())))),
            },
            None => None,
        };
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_workspace(reply, terms, move |context, cancellation| {
            // The innermost project of the file; everything below a folder that holds projects.
            let root = folder.map(|folder| {
                let roots = context.roots.iter().filter(|root| folder.starts_with(root));
                roots.max_by_key(|root| root.components().count()).cloned().unwrap_or(folder)
            });
            let mut result = PendingResult::default();
            for path in context.analysis.files() {
                if root.as_ref().is_none_or(|root| path.starts_with(root)) {
                    result.resources.extend(of_file(context, &path, cancellation)?);
                }
            }
            result.changes = result.resources.iter().map(|resource| resource.changes.len()).sum();
            result.questions = result.resources.iter().map(|resource| resource.questions.len()).sum();
            Ok(Some(result))
        });
    }
}

fn of_file(
    context: &Context,
    path: &std::path::Path,
    cancellation: &Cancellation,
) -> Result<Vec<PendingResource>, Cancelled> {
    let analysis = context.analysis.file(path, cancellation)?;
    if !analysis.resources.iter().any(ResourceView::is_pending) {
        return Ok(Vec::new());
    }
    let Some(lines) = context.lines(path) else { return Ok(Vec::new()) };
    let pending = analysis.resources.iter().filter(|resource| resource.is_pending());
    let found = pending.filter_map(|resource| {
        Some(PendingResource {
            module: resource.module.clone(),
            table: resource.table.clone(),
            location: context.location(path, resource.name_range)?,
            changes: resource.changes.iter().map(|change| item(change, &lines)).collect(),
            questions: resource
                .questions
                .iter()
                .map(|question| PendingQuestion {
                    text: question.text.clone(),
                    range: lines.range(first_line(&lines.text, question.range)),
                })
                .collect(),
        })
    });
    Ok(found.collect())
}

fn item(change: &PendingChange, lines: &Lines) -> PendingItem {
    PendingItem {
        title: change.title.clone(),
        code: change.code.clone(),
        range: lines.range(first_line(&lines.text, change.range)),
        sql: change.sql.clone(),
        lock: change.lock.clone(),
        danger: match &change.effect {
            Effect::Safe => None,
            Effect::Destructive(reason) | Effect::Impossible(reason) => Some(reason.clone()),
        },
    }
}
