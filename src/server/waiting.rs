//! Requests that came before the analysis they need.

use std::path::PathBuf;

use tower_lsp::jsonrpc::Error;

use super::reply::Reply;
use super::workers::{Stop, content_modified};
use super::world::{Context, OpenFile, World};
use crate::ide::Cancellation;

/// One request that waits.
pub struct Waiting {
    needs: Needs,
    /// It came while an edit before one that has come was missing: it means the text with that edit.
    held: bool,
    /// The document it is about, as it was.
    document: Option<OpenFile>,
    when_stale: Error,
    start: Start,
}

/// Begins the work, or answers with an error instead.
type Start = Box<dyn FnOnce(&World, Result<Context, Error>) + Send>;

/// What the analysis must have seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// The edit, by its number.
    edit: u64,
    /// Whether every project must have been read.
    ready: bool,
}

/// How a request is worked on.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Wait until all projects have been read, rather than answer from what is known.
    pub ready: bool,
    pub when_stale: Error,
}

impl Terms {
    /// Answer as soon as the text has been seen, and with `ContentModified` when it changes.
    pub fn now() -> Terms {
        Terms { ready: false, when_stale: content_modified() }
    }
}

impl World {
    /// Works on a request about all projects.
    pub fn on_workspace<T: Send + 'static>(
        &mut self,
        reply: Reply<T>,
        terms: Terms,
        work: impl FnOnce(&Context, &Cancellation) -> Result<T, Stop> + Send + 'static,
    ) {
        self.wait(None, reply, terms, work);
    }

    /// Works on a request about one document; `absent` is the answer when it is not open, dropped, or no file.
    pub fn on_document<T: Send + 'static>(
        &mut self,
        uri: &tower_lsp::ls_types::Uri,
        reply: Reply<T>,
        absent: T,
        terms: Terms,
        work: impl FnOnce(&Context, PathBuf, &Cancellation) -> Result<T, Stop> + Send + 'static,
    ) {
        let document = self.documents.get(uri).filter(|document| !document.is_lost());
        let Some((path, open)) = document.and_then(|it| Some((it.path.clone()?, OpenFile::new(it)))) else {
            return reply.send(Ok(absent));
        };
        self.wait(Some(open), reply, terms, move |context, cancellation| work(context, path, cancellation));
    }

    fn wait<T: Send + 'static>(
        &mut self,
        document: Option<OpenFile>,
        reply: Reply<T>,
        terms: Terms,
        work: impl FnOnce(&Context, &Cancellation) -> Result<T, Stop> + Send + 'static,
    ) {
        let when_stale = terms.when_stale.clone();
        let open = document.clone();
        let start: Start = Box::new(move |world, context| match context {
            Ok(context) => {
                let stale = move || open.as_ref().is_some_and(OpenFile::is_stale);
                world.workers.answer(reply, stale, when_stale, move |cancellation| work(&context, cancellation));
            }
            Err(error) => reply.send(Err(error)),
        });
        let needs = Needs { edit: self.view.edits_sent, ready: terms.ready };
        self.waiting.push(Waiting { needs, held: false, document, when_stale: terms.when_stale, start });
        self.serve_waiting();
    }

    /// Begins the work that has what it needs, and answers what has become out of date.
    pub fn serve_waiting(&mut self) {
        let ready = self.is_ready();
        for mut waiting in std::mem::take(&mut self.waiting) {
            let is_missing = match &waiting.document {
                Some(document) => self.documents.waits(&document.uri),
                None => self.documents.iter().any(|document| self.documents.waits(&document.uri)),
            };
            if waiting.held && !is_missing {
                waiting.needs.edit = self.view.edits_sent;
            }
            waiting.held = is_missing;
            if waiting.document.as_ref().is_some_and(OpenFile::is_stale) {
                (waiting.start)(self, Err(waiting.when_stale));
            } else if is_missing || self.view.edit < waiting.needs.edit || (waiting.needs.ready && !ready) {
                self.waiting.push(waiting);
            } else if let Some(context) = self.context() {
                (waiting.start)(self, Ok(context));
            } else {
                self.waiting.push(waiting);
            }
        }
    }
}
