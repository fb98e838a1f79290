//! The language server: an adapter from the protocol to the features of [`crate::ide`].
//!
//! Knows the protocol, threads and time, and nothing of Ash: what is pending comes from an
//! [`Analyzer`].
//!
//! ```text
//! client ─▶ input ─▶ tower-lsp ─▶ backend ──event──▶ main loop ──▶ feed (the analyzer's thread)
//!    ▲                              ▲                 │  │  └─────▶ disk (reads, watches)
//!    │                              └──── reply ──────┼─ workers (requests, on frozen views)
//!    └───────────────────────────────── outbox ◀──────┘
//! ```
//!
//! The rules, and the tests in `tests/e2e` that hold them: a handler posts an event before anything else; the main
//! loop alone changes state, in order of arrival, and never waits; work on an old text is answered with
//! `ContentModified`; what goes to the client goes through the outbox, requests with a timeout and from tasks of their
//! own.

mod backend;
mod capabilities;
mod clock;
mod commands;
mod configuration;
mod content;
mod convert;
mod databases;
mod disk;
mod documents;
mod event;
mod feed;
mod input;
mod language;
mod lifecycle;
mod look;
mod main_loop;
mod newer;
mod outbox;
mod parent;
mod paths;
mod pending;
mod preview;
mod progress;
pub mod protocol;
mod publish;
mod pull;
mod renames;
mod reply;
mod requests;
mod settings;
mod stdio;
mod sync;
mod waiting;
mod watcher;
mod workers;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, mpsc, oneshot};
use tower_lsp::{LspService, Server};

pub use disk::OnDisk;

use crate::ide::Analyzer;

use backend::{Backend, Handshakes};
pub use databases::{Databases, Wanted};
use event::{Event, Lifecycle};
use input::End;
use newer::Newer;
use outbox::Outbox;
use world::World;

/// Handlers only wait, so that many of them cost nothing, and a cancellation behind them gets through.
const CONCURRENCY: usize = 256;
/// Bytes between our reader and tower-lsp's.
const PIPE: usize = 64 * 1024;
/// How long answers that are on their way may take after the end of the input.
const LAST_ANSWERS: Duration = Duration::from_secs(2);
/// The same after `exit`, which means at once: only what is written already gets out.
const LAST_BYTES: Duration = Duration::from_millis(200);

/// Serves one client on standard input and output, and returns the exit status: 0 after `shutdown`, else 1.
///
/// `when_read` is called each time all projects have been read. The caller should end the process with the status: a
/// thread that reads standard input cannot be ended.
pub fn run_stdio(analyzer: Box<dyn Analyzer>, databases: Arc<dyn Databases>, when_read: fn()) -> i32 {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("cannot start: {error}");
            return 1;
        }
    };
    // On the runtime's own threads, where a message passes from task to task without another thread having to wake up.
    let serving = runtime.spawn(async move {
        let (input, output) = stdio::open();
        serve_with(input, output, analyzer, Some(databases), when_read).await
    });
    let status = runtime.block_on(serving).unwrap_or_else(|error| {
        tracing::error!("the server failed: {error}");
        1
    });
    runtime.shutdown_background();
    status
}

/// Serves one client without any database, and returns the exit status. Needs a runtime with more than one thread.
pub async fn serve(
    input: impl AsyncRead + Unpin + Send + 'static,
    output: impl AsyncWrite,
    analyzer: Box<dyn Analyzer>,
) -> i32 {
    serve_with(input, output, analyzer, None, || {}).await
}

async fn serve_with(
    input: impl AsyncRead + Unpin + Send + 'static,
    output: impl AsyncWrite,
    analyzer: Box<dyn Analyzer>,
    databases: Option<Arc<dyn Databases>>,
    when_read: fn(),
) -> i32 {
    let (events, queue) = mpsc::unbounded_channel();
    let (handshakes, shutdown) = (Arc::new(Handshakes::default()), Arc::new(AtomicBool::new(false)));
    let parent_ended = Arc::new(Notify::new());
    let (sender, receiver) = oneshot::channel();
    let (service, socket) = LspService::build(|client| {
        // Building calls this once.
        let _ = sender.send(Outbox::start(client));
        Backend::new(events.clone(), handshakes.clone())
    })
    .custom_method("ashls/preview", Backend::preview)
    .custom_method("ashls/pending", Backend::pending)
    .custom_method("workspace/textDocumentContent", Backend::content)
    .custom_method(input::MALFORMED, Backend::malformed)
    .finish();
    let Ok(outbox) = receiver.await else { return 1 };
    let text_content = Arc::new(AtomicBool::new(false));
    let service = Newer::new(service, text_content.clone());
    let mut world = World::new(analyzer, outbox, events.clone(), parent_ended.clone(), text_content);
    world.databases = databases;
    world.when_read = when_read;
    let main_loop = tokio::spawn(main_loop::run(world, queue));

    let (pipe_in, pipe_out) = tokio::io::duplex(PIPE);
    let reader = tokio::spawn(input::pump(input, pipe_in, handshakes, shutdown.clone()));
    let serving = Server::new(pipe_out, output, socket).concurrency_level(CONCURRENCY).serve(service);
    tokio::pin!(serving);
    let ended = tokio::select! {
        () = &mut serving => None,
        end = reader => Some(end.unwrap_or(End::Closed)),
        () = parent_ended.notified() => Some(End::Exit),
    };
    let grace = match ended {
        None => Duration::ZERO,
        Some(End::Exit) => LAST_BYTES,
        Some(End::Closed) => LAST_ANSWERS,
    };
    if ended.is_some() {
        let _ = tokio::time::timeout(grace, &mut serving).await;
    }
    let _ = events.send(Event::Lifecycle(Lifecycle::Stop));
    let _ = tokio::time::timeout(LAST_BYTES, main_loop).await;
    i32::from(!shutdown.load(Ordering::Relaxed))
}
