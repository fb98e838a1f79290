//! One look at all files that the client shows: what has changed since the last.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::{Diagnostic, Uri};

use crate::ide::database::DatabaseView;
use crate::ide::{Cancellation, Cancelled, FileAnalysis, diagnostics};

use super::configuration::SettingsByProject;
use super::convert;
use super::databases::Views;
use super::world::Context;

/// The findings of all files as the client has them.
pub type Showing = BTreeMap<PathBuf, Arc<Shown>>;

/// The findings of one file as the client has them.
#[derive(Debug)]
pub struct Shown {
    pub uri: Uri,
    /// The version of the open document they are about.
    pub version: Option<i32>,
    pub items: Vec<Diagnostic>,
    /// What they were made of, to see without work that nothing has changed. `None` when the file is gone.
    pub made_of: Option<MadeOf>,
}

/// What findings are made of. Equal pointers mean equal findings.
#[derive(Debug)]
pub struct MadeOf {
    analysis: Arc<FileAnalysis>,
    text: Arc<str>,
    settings: Arc<SettingsByProject>,
    views: Arc<Views>,
}

/// The outcome of one look.
#[derive(Debug)]
pub struct Diagnosed {
    pub shown: Showing,
    /// Files with other findings than before.
    pub changed: BTreeSet<PathBuf>,
    /// An open file shows something else though its text is the same.
    pub elsewhere: bool,
}

/// Looks at all files, or only at the open ones for a client that pulls, which is shown nothing.
///
/// # Errors
/// [`Cancelled`] only.
pub fn look(context: &Context, before: &Showing, cancellation: &Cancellation) -> Result<Diagnosed, Cancelled> {
    let mut paths: BTreeSet<PathBuf> = context.open.keys().cloned().collect();
    if !context.client.pull_diagnostics {
        paths.extend(context.analysis.files());
        paths.extend(before.keys().cloned());
    }
    let mut diagnosed = Diagnosed { shown: Showing::new(), changed: BTreeSet::new(), elsewhere: false };
    for path in paths {
        let old = before.get(&path);
        // A file that cannot be analysed must not take the others with it.
        let new = match catch_unwind(AssertUnwindSafe(|| shown(context, &path, old, cancellation))) {
            Ok(new) => new?,
            Err(_) => {
                tracing::error!("{}: the analysis panicked", path.display());
                old.cloned()
            }
        };
        let Some(new) = new else { continue };
        let nothing = Vec::new();
        if new.items != *old.map_or(&nothing, |old| &old.items) {
            diagnosed.changed.insert(path.clone());
        }
        diagnosed.elsewhere |= old.is_some_and(|old| shows_more_than_typed(old, &new));
        diagnosed.shown.insert(path, new);
    }
    Ok(diagnosed)
}

/// Whether the same text is seen differently now.
fn shows_more_than_typed(old: &Shown, new: &Shown) -> bool {
    let (Some(old), Some(made_of)) = (&old.made_of, &new.made_of) else { return false };
    let same_analysis = Arc::ptr_eq(&old.analysis, &made_of.analysis) || old.analysis == made_of.analysis;
    new.version.is_some() && old.text == made_of.text && !same_analysis
}

fn shown(
    context: &Context,
    path: &Path,
    old: Option<&Arc<Shown>>,
    cancellation: &Cancellation,
) -> Result<Option<Arc<Shown>>, Cancelled> {
    let open = context.open.get(path);
    let version = open.map(|file| file.version);
    let text = context.analysis.text(path).filter(|_| !open.is_some_and(|file| file.lost));
    let made_of = match text {
        Some(text) => {
            let analysis = context.analysis.file(path, cancellation)?;
            Some(MadeOf { analysis, text, settings: context.settings.clone(), views: context.views.clone() })
        }
        None => None,
    };
    let same = |old: &&Arc<Shown>| match (&old.made_of, &made_of) {
        (Some(old_made_of), Some(made_of)) => old.version == version && old_made_of.is(made_of),
        _ => false,
    };
    if let Some(old) = old.filter(same) {
        return Ok(Some(old.clone()));
    }
    let Some(uri) = context.uri(path) else { return Ok(None) };
    let items = match &made_of {
        Some(made_of) if !context.client.pull_diagnostics => items(context, path, &made_of.analysis, &made_of.text),
        _ => Vec::new(),
    };
    Ok(Some(Arc::new(Shown { uri, version, items, made_of })))
}

impl MadeOf {
    fn is(&self, other: &MadeOf) -> bool {
        Arc::ptr_eq(&self.analysis, &other.analysis)
            && Arc::ptr_eq(&self.text, &other.text)
            && Arc::ptr_eq(&self.settings, &other.settings)
            && Arc::ptr_eq(&self.views, &other.views)
    }
}

/// The findings of a file for this client.
pub fn items(context: &Context, path: &Path, analysis: &FileAnalysis, text: &Arc<str>) -> Vec<Diagnostic> {
    let settings = context.settings.of(path);
    if !settings.diagnostics {
        return Vec::new();
    }
    let config = diagnostics::Config { pending: settings.pending, unresolved: settings.unresolved };
    let found = match view_of(context, path) {
        Some(view) => {
            let mut found = diagnostics::diagnostics(&view.sharpen(analysis), text, config);
            found.extend(view.findings(analysis));
            found
        }
        None => diagnostics::diagnostics(analysis, text, config),
    };
    if found.is_empty() {
        return Vec::new();
    }
    let lines = convert::Lines::new(text.clone(), context.client.encoding);
    let location = |other: &Path, range| match other == path {
        true => convert::location(path, context.uri(path), range, &lines),
        false => context.location(other, range),
    };
    found.into_iter().map(|it| convert::diagnostic(it, &lines, &context.client, &location)).collect()
}

/// What the database of the file's project says; the innermost project counts.
fn view_of<'a>(context: &'a Context, path: &Path) -> Option<&'a DatabaseView> {
    path.ancestors().find_map(|folder| context.views.get(folder))
}

/// The findings of a file whose analysis is not at hand.
///
/// # Errors
/// [`Cancelled`] only.
pub fn items_of(context: &Context, path: &Path, cancellation: &Cancellation) -> Result<Vec<Diagnostic>, Cancelled> {
    let Some(text) = context.analysis.text(path) else { return Ok(Vec::new()) };
    let analysis = context.analysis.file(path, cancellation)?;
    Ok(items(context, path, &analysis, &text))
}
