//! Pending changes as text: for editors that open it themselves, and as a file for those that can only show files.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::ShowDocument;
use tower_lsp::ls_types::{Position, ShowDocumentParams, Uri};

use crate::ide::{self, Cancellation, PreviewFormat, Scope};

use super::content;
use super::convert::Lines;
use super::paths;
use super::protocol::{CauseResult, Format, PreviewParams, PreviewResult};
use super::reply::{self, Reply};
use super::waiting::Terms;
use super::workers::{Stop, request_failed};
use super::world::{Context, World};

impl World {
    /// `ashls/preview`.
    pub fn preview(&mut self, params: PreviewParams, reply: Reply<Option<PreviewResult>>) {
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_workspace(reply, terms, move |context, cancellation| {
            let place = Place { uri: params.uri.as_ref(), module: params.module, position: params.position };
            let scope = scope(context, place, cancellation)?;
            let (Scope::Project(path) | Scope::Resource { path, .. }) = &scope;
            let format = params.format.unwrap_or(context.settings.of(path).preview);
            let preview = context.analysis.preview(&scope, core_format(format), cancellation)?;
            let uri = context.client.text_content.then(|| content::uri(&scope, format)).flatten();
            let module = match scope {
                Scope::Resource { module, .. } => Some(module),
                Scope::Project(_) => None,
            };
            Ok(Some(PreviewResult { uri, module, ..result(context, preview, format) }))
        });
    }

    /// `ashls.preview`: returns the text, and shows it to clients that can show a file.
    pub fn preview_command(&mut self, params: PreviewParams, reply: Reply<Option<Value>>) {
        let (inner, answer) = reply::channel();
        self.preview(params, inner);
        let (outbox, previews) = (self.outbox.clone(), self.previews.clone());
        let show = self.client.show_document;
        tokio::spawn(async move {
            let preview = match answer.wait().await {
                Ok(preview) => preview,
                Err(error) => return reply.send(Err(error)),
            };
            let document = |preview: &PreviewResult| preview.uri.clone().or_else(|| previews.write(preview));
            if let Some(uri) = preview.as_ref().filter(|_| show).and_then(document) {
                let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: None };
                outbox.request::<ShowDocument>(params, |_| {});
            }
            reply.send(serde_json::to_value(preview).map(Some).map_err(|_| Error::internal_error()));
        });
    }
}

/// How a command says what it is about.
pub struct Place<'a> {
    pub uri: Option<&'a Uri>,
    pub module: Option<String>,
    pub position: Option<Position>,
}

/// What a command is about.
///
/// # Errors
/// When it names no file where it must, or a place where no resource is.
pub fn scope(context: &Context, place: Place, cancellation: &Cancellation) -> Result<Scope, Stop> {
    let module = place.module;
    let path = match place.uri {
        Some(uri) => {
            paths::to_path(uri).ok_or_else(|| Error::invalid_params(format!("{}: not a file", uri.as_str())))?
        }
        None => match &*context.roots {
            [root] if module.is_none() && place.position.is_none() => root.clone(),
            [] => return Err(request_failed("no Mix project is open").into()),
            _ => return Err(Error::invalid_params("`uri` is needed to tell which project or file is meant").into()),
        },
    };
    let module = match (module, place.position) {
        (None, Some(position)) => Some(module_at(context, &path, position, cancellation)?),
        (module, _) => module,
    };
    Ok(match module {
        Some(module) => Scope::Resource { path, module },
        None => Scope::Project(path),
    })
}

/// The innermost resource at a place.
fn module_at(context: &Context, path: &Path, position: Position, cancellation: &Cancellation) -> Result<String, Stop> {
    let analysis = context.analysis.file(path, cancellation)?;
    let offset = context.lines(path).and_then(|lines| lines.offset(position));
    let around = analysis.resources.iter().filter(|it| offset.is_some_and(|offset| it.range.touches(offset)));
    let innermost = around.min_by_key(|resource| resource.range.end - resource.range.start);
    let module = innermost.map(|resource| resource.module.clone());
    module.ok_or_else(|| request_failed("there is no Ash resource here").into())
}

fn core_format(format: Format) -> PreviewFormat {
    match format {
        Format::Sql => PreviewFormat::Sql,
        Format::Ecto => PreviewFormat::Ecto,
    }
}

fn result(context: &Context, preview: ide::Preview, format: Format) -> PreviewResult {
    let language_id = match format {
        Format::Sql => "sql",
        Format::Ecto => "elixir",
    };
    let lines = Lines::new(preview.text.as_str().into(), context.client.encoding);
    let causes = preview.causes.iter().filter_map(|cause| {
        let location = context.location(&cause.path, cause.declaration)?;
        Some(CauseResult { range: lines.range(cause.part), location })
    });
    let causes = causes.collect();
    let language_id = language_id.to_owned();
    PreviewResult { title: preview.title, uri: None, module: None, language_id, text: preview.text, causes }
}

/// A folder of our own for files that are only looked at. Made at the first use, removed with the session.
#[derive(Debug, Default)]
pub struct PreviewFolder {
    folder: Mutex<Option<PathBuf>>,
}

impl PreviewFolder {
    fn write(&self, preview: &PreviewResult) -> Option<Uri> {
        let mut folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        if folder.is_none() {
            *folder = private_folder();
        }
        let extension = if preview.language_id == "sql" { "sql" } else { "exs" };
        let name: String =
            preview.title.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
        let path = folder.as_ref()?.join(format!("{name:.80}.{extension}"));
        let written = std::fs::write(&path, &preview.text);
        written.inspect_err(|error| tracing::warn!("{}: {error}", path.display())).ok()?;
        paths::to_uri(&path)
    }
}

/// A new folder that nobody else can have made, so that nobody else can have put links into it.
fn private_folder() -> Option<PathBuf> {
    let base = std::env::temp_dir();
    let made = (0..100).find_map(|attempt: u32| {
        let folder = base.join(format!("ashls-preview-{}-{attempt}", std::process::id()));
        make_private(&folder).ok().map(|()| folder)
    });
    if made.is_none() {
        tracing::warn!("{}: no folder for previews could be made", base.display());
    }
    made
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

impl Drop for PreviewFolder {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.get_mut().unwrap_or_else(PoisonError::into_inner) {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// The first argument of a command.
///
/// # Errors
/// When there are several, or it is not of the right form.
pub fn only_argument<T: serde::de::DeserializeOwned + Default>(arguments: Vec<Value>) -> Result<T, Error> {
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next()) {
        (None, _) => Ok(T::default()),
        (Some(argument), None) => {
            serde_json::from_value(argument).map_err(|error| Error::invalid_params(error.to_string()))
        }
        (Some(_), Some(_)) => Err(Error::invalid_params("one argument is expected")),
    }
}
