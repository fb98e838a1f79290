//! The state of a session. Only the main loop changes it; work on other threads gets a [`Context`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::ls_types::{Location, Uri};

use crate::ide::{Analysis, Analyzer};
use crate::text::Range;

use super::capabilities::ClientFeatures;
use super::configuration::{Configuration, SettingsByProject};
use super::content::Contents;
use super::convert::{self, Lines};
use super::databases::{Databases, Looking, Views};
use super::disk::Disk;
use super::documents::{Document, Documents};
use super::event::Event;
use super::feed::Feed;
use super::outbox::Outbox;
use super::preview::PreviewFolder;
use super::progress::Progress;
use super::publish::Diagnoses;
use super::pull::Pulled;
use super::waiting::Waiting;
use super::workers::Workers;

/// Everything the main loop knows.
pub struct World {
    pub events: UnboundedSender<Event>,
    pub outbox: Outbox,
    pub workers: Arc<Workers>,
    pub feed: Feed,
    /// Started with the session, when it is known who watches files.
    pub disk: Option<Disk>,
    pub client: ClientFeatures,
    pub documents: Documents,
    /// Workspace folders, and single files outside of them, with the roots of their projects. `None` while they are
    /// being read.
    pub folders: BTreeMap<PathBuf, Option<Vec<PathBuf>>>,
    pub configuration: Configuration,
    pub view: View,
    pub waiting: Vec<Waiting>,
    pub diagnoses: Diagnoses,
    pub progress: Option<Progress>,
    /// A command is writing files.
    pub generating: bool,
    /// Who can ask databases; `None`: nobody.
    pub databases: Option<Arc<dyn Databases>>,
    pub looking: Looking,
    /// A file was saved: what was renamed goes into the file of noted renames.
    pub record_renames: bool,
    /// The client is told to ask again when the next analysis is there.
    pub refresh: bool,
    pub shut_down: bool,
    /// Called when all projects have been read.
    pub when_read: fn(),
    /// Ends the server.
    pub parent_ended: Arc<Notify>,
    pub previews: Arc<PreviewFolder>,
    pub pulled: Pulled,
    /// Whether the client asks for documents of our scheme; known before `initialize` is handled.
    pub text_content: Arc<AtomicBool>,
    pub contents: Contents,
}

/// The newest analysis and how far it has come.
#[derive(Default)]
pub struct View {
    pub analysis: Option<Arc<dyn Analysis>>,
    /// The edit and the load it has seen.
    pub edit: u64,
    pub load: u64,
    /// The edit and the load that were asked for last.
    pub edits_sent: u64,
    pub loads_sent: u64,
    /// `edits_sent` for work on other threads that is not wanted any more after an edit.
    pub newest_edit: Arc<AtomicU64>,
}

/// What work on another thread sees: a frozen view of the session.
#[derive(Clone)]
pub struct Context {
    pub analysis: Arc<dyn Analysis>,
    /// Whether all projects have been read.
    pub ready: bool,
    pub client: ClientFeatures,
    pub settings: Arc<SettingsByProject>,
    /// What the databases say.
    pub views: Arc<Views>,
    /// Open files: what the client calls them, and the version that `analysis` has seen or an older one.
    pub open: Arc<BTreeMap<PathBuf, OpenFile>>,
    /// The roots of all projects.
    pub roots: Arc<[PathBuf]>,
}

/// An open file as work sees it.
#[derive(Debug, Clone)]
pub struct OpenFile {
    pub uri: Uri,
    pub version: i32,
    pub lost: bool,
    generation: u64,
    newest: Arc<AtomicU64>,
}

impl OpenFile {
    pub fn new(document: &Document) -> OpenFile {
        OpenFile {
            uri: document.uri.clone(),
            version: document.version,
            lost: document.is_lost(),
            generation: document.generation.load(Ordering::Relaxed),
            newest: document.generation.clone(),
        }
    }

    /// Whether the document has changed since.
    pub fn is_stale(&self) -> bool {
        self.newest.load(Ordering::Relaxed) != self.generation
    }
}

impl World {
    pub fn new(
        analyzer: Box<dyn Analyzer>,
        outbox: Outbox,
        events: UnboundedSender<Event>,
        parent_ended: Arc<Notify>,
        text_content: Arc<AtomicBool>,
    ) -> World {
        World {
            outbox,
            workers: Arc::new(Workers::start()),
            feed: Feed::start(analyzer, events.clone()),
            events,
            disk: None,
            client: ClientFeatures::default(),
            documents: Documents::default(),
            folders: BTreeMap::new(),
            configuration: Configuration::default(),
            view: View::default(),
            waiting: Vec::new(),
            diagnoses: Diagnoses::default(),
            progress: None,
            generating: false,
            databases: None,
            looking: Looking::default(),
            record_renames: false,
            refresh: false,
            shut_down: false,
            when_read: || {},
            parent_ended,
            previews: Arc::default(),
            pulled: Pulled::default(),
            text_content,
            contents: Contents::default(),
        }
    }

    /// Whether every project has been read and analysed.
    pub fn is_ready(&self) -> bool {
        self.folders.values().all(Option::is_some) && self.view.load == self.view.loads_sent
    }

    /// The frozen view of now; `None` before the first analysis.
    pub fn context(&self) -> Option<Context> {
        let open = self.documents.iter().filter_map(|document| Some((document.path.clone()?, OpenFile::new(document))));
        Some(Context {
            analysis: self.view.analysis.clone()?,
            ready: self.is_ready(),
            client: self.client,
            settings: self.configuration.settings.clone(),
            views: self.looking.views.clone(),
            open: Arc::new(open.collect()),
            roots: self.roots().into(),
        })
    }

    /// The roots of all projects.
    pub fn roots(&self) -> Vec<PathBuf> {
        self.folders.values().flatten().flatten().cloned().collect()
    }
}

impl Context {
    /// A file's text as it was analysed.
    pub fn lines(&self, path: &Path) -> Option<Lines> {
        Some(Lines::new(self.analysis.text(path)?, self.client.encoding))
    }

    /// What the client calls a file.
    pub fn uri(&self, path: &Path) -> Option<Uri> {
        self.open.get(path).map(|file| file.uri.clone()).or_else(|| super::paths::to_uri(path))
    }

    /// A place in any file.
    pub fn location(&self, path: &Path, range: Range) -> Option<Location> {
        convert::location(path, self.uri(path), range, &self.lines(path)?)
    }
}
