//! The one place where state changes: takes events in the order in which they came.
//!
//! Never waits for the client, the disk or an analysis; those answer with events.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use super::event::{Event, Internal, Lifecycle};
use super::world::World;

/// Longer steps are logged: everything else waits for them.
const SLOW: Duration = Duration::from_millis(50);

/// Runs until the connection ends.
pub async fn run(mut world: World, mut events: UnboundedReceiver<Event>) {
    while let Some(event) = events.recv().await {
        if matches!(event, Event::Lifecycle(Lifecycle::Stop)) {
            return;
        }
        let start = Instant::now();
        let description = name(&event);
        if catch_unwind(AssertUnwindSafe(|| world.handle(event))).is_err() {
            tracing::error!("the main loop panicked on {description}");
        }
        let took = start.elapsed();
        if took > SLOW {
            tracing::warn!("{description} took {took:?}");
        }
    }
}

impl World {
    fn handle(&mut self, event: Event) {
        match event {
            Event::Lifecycle(event) => self.on_lifecycle(event),
            Event::Document(event) => self.on_document_event(event),
            Event::Request(request) => self.on_request(request),
            Event::Internal(event) => self.on_internal(event),
        }
    }

    fn on_internal(&mut self, event: Internal) {
        match event {
            Internal::Disk(event) => self.on_disk(event),
            Internal::FilesTouched(paths) => self.files_touched(paths),
            Internal::Analyzed(analyzed) => self.on_analyzed(analyzed),
            Internal::Configuration(settings) => self.configured(settings),
            Internal::StopWaiting(uri, version) => self.stop_waiting(&uri, version),
            Internal::DiagnoseDue => self.diagnose_due(),
            Internal::Diagnosed(diagnosed) => self.on_diagnosed(diagnosed),
            Internal::Generate(params, reply) => self.generate(params, reply),
            Internal::ContentChanged(uri) => self.content_changed(uri),
            Internal::DatabasesDue => self.databases_due(),
            Internal::DatabasesSeen(views, problems) => self.databases_seen(views, problems),
            Internal::RenamesRecorded(change) => self.renames_recorded(change),
            Internal::GenerateEnded(written) => self.generate_ended(written),
        }
    }
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Lifecycle(_) => "an event of the session",
        Event::Document(_) => "a change of a document",
        Event::Request(_) => "a request",
        Event::Internal(Internal::Analyzed(_)) => "a new analysis",
        Event::Internal(Internal::Disk(_)) => "files from the disk",
        Event::Internal(_) => "an internal event",
    }
}
