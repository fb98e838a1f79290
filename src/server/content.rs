//! Previews as documents of the scheme `ashls`, for clients that ask for such (`workspace/textDocumentContent`).
//!
//! `ashls://preview/app/lib/app/post.ex/App.Post.sql` is what is pending for the resource `App.Post` in that file, as SQL;
//! `.exs` instead of `.sql` is the migration, and `pending` instead of a module the whole project. The client is told
//! to ask again for those that it asked for, when they come out differently.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::Uri;

use crate::ide::{Cancellation, PreviewFormat, Scope};

use super::event::{Event, Internal};
use super::paths;
use super::protocol::{ContentParams, ContentRefresh, ContentResult, Format};
use super::reply::Reply;
use super::waiting::Terms;
use super::workers::Stop;
use super::world::{Context, World};

/// The scheme of our documents.
pub const SCHEME: &str = "ashls";
const PREFIX: &str = "ashls://preview";
/// What stands in place of a module for a whole project.
const PROJECT: &str = "pending";
/// Documents that are kept up to date; nobody says when one is closed.
const MOST: usize = 32;

/// The documents that the client has asked for, and their texts as it has them.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    known: Arc<Mutex<BTreeMap<String, String>>>,
}

impl World {
    /// `workspace/textDocumentContent`.
    pub fn content(&mut self, params: ContentParams, reply: Reply<ContentResult>) {
        let terms = Terms { ready: true, ..Terms::now() };
        let contents = self.contents.clone();
        self.on_workspace(reply, terms, move |context, cancellation| {
            let text = text(context, params.uri.as_str(), cancellation)?;
            contents.note(params.uri.as_str(), &text);
            Ok(ContentResult { text })
        });
    }

    /// Tells the client which of its documents have changed.
    pub fn refresh_contents(&self) {
        if !self.client.text_content || self.contents.is_empty() {
            return;
        }
        let Some(context) = self.context() else { return };
        let (contents, events) = (self.contents.clone(), self.events.clone());
        self.workers.run(move || {
            for uri in contents.uris() {
                let Ok(text) = text(&context, &uri, &Cancellation::never()) else { continue };
                let Ok(parsed) = uri.parse() else { continue };
                if contents.note(&uri, &text) {
                    let _ = events.send(Event::Internal(Internal::ContentChanged(parsed)));
                }
            }
        });
    }

    /// Has the client ask again for a document.
    pub fn content_changed(&self, uri: Uri) {
        self.outbox.request::<ContentRefresh>(ContentParams { uri }, |_| {});
    }
}

/// What such a document is called.
pub fn uri(scope: &Scope, format: Format) -> Option<Uri> {
    let (path, name) = match scope {
        Scope::Project(path) => (path, PROJECT),
        Scope::Resource { path, module } => (path, module.as_str()),
    };
    let file = paths::to_uri(path)?;
    let path = file.as_str().strip_prefix("file://")?.trim_end_matches('/');
    let extension = match format {
        Format::Sql => "sql",
        Format::Ecto => "exs",
    };
    format!("{PREFIX}{path}/{name}.{extension}").parse().ok()
}

/// What a document is about.
fn read(uri: &str) -> Option<(Scope, PreviewFormat)> {
    let (path, name) = uri.strip_prefix(PREFIX)?.rsplit_once('/')?;
    let path = paths::to_path(&format!("file://{path}").parse().ok()?)?;
    let (name, format) = match name.rsplit_once('.')? {
        (name, "sql") => (name, PreviewFormat::Sql),
        (name, "exs") => (name, PreviewFormat::Ecto),
        _ => return None,
    };
    let scope = match name {
        PROJECT => Scope::Project(path),
        module => Scope::Resource { path, module: module.to_owned() },
    };
    Some((scope, format))
}

fn text(context: &Context, uri: &str, cancellation: &Cancellation) -> Result<String, Stop> {
    let (scope, format) = read(uri).ok_or_else(|| Error::invalid_params(format!("{uri}: not a document of ashls")))?;
    Ok(context.analysis.preview(&scope, format, cancellation)?.text)
}

impl Contents {
    fn known(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_empty(&self) -> bool {
        self.known().is_empty()
    }

    fn uris(&self) -> Vec<String> {
        self.known().keys().cloned().collect()
    }

    /// Takes the newest text. Returns whether it is another one than before.
    fn note(&self, uri: &str, text: &str) -> bool {
        let mut known = self.known();
        if known.len() >= MOST && !known.contains_key(uri) {
            known.pop_first();
        }
        known.insert(uri.to_owned(), text.to_owned()).is_none_or(|before| before != text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scope: Scope, format: Format, expected: &str) {
        let uri = uri(&scope, format).unwrap();
        assert_eq!(uri.as_str(), expected);
        let core = if format == Format::Sql { PreviewFormat::Sql } else { PreviewFormat::Ecto };
        assert_eq!(read(uri.as_str()), Some((scope, core)));
    }

    #[test]
    fn names_say_what_is_shown() {
        let resource = Scope::Resource { path: "/my app/lib/post.ex".into(), module: "App.Post".into() };
        check(resource, Format::Sql, "ashls://preview/my%20app/lib/post.ex/App.Post.sql");
        check(Scope::Project("/app".into()), Format::Ecto, "ashls://preview/app/pending.exs");
        for foreign in ["file:///a.sql", "ashls://other/a/B.sql", "ashls://preview/a/B.txt", "ashls://preview"] {
            assert_eq!(read(foreign), None, "{foreign}");
        }
    }
}
