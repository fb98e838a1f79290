//! Work-done progress of reading projects, for clients that show it.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::ls_types::request::WorkDoneProgressCreate;
use tower_lsp::ls_types::*;

use super::outbox::{Outbox, TIMEOUT};

/// One progress bar. Dropping it ends it.
#[derive(Debug)]
pub struct Progress {
    reports: UnboundedSender<(usize, usize)>,
}

impl Progress {
    /// Asks the client for a progress bar and shows it as soon as the client agrees. Must only be used with clients that
    /// have `window.workDoneProgress`.
    pub fn begin(outbox: Outbox, token: &str, title: &str) -> Progress {
        let (reports, updates) = unbounded_channel();
        tokio::spawn(show(outbox, ProgressToken::String(token.to_owned()), title.to_owned(), updates));
        Progress { reports }
    }

    /// Reports `done` of `total` files.
    pub fn report(&self, done: usize, total: usize) {
        let _ = self.reports.send((done, total));
    }
}

async fn show(outbox: Outbox, token: ProgressToken, title: String, mut updates: UnboundedReceiver<(usize, usize)>) {
    let params = WorkDoneProgressCreateParams { token: token.clone() };
    if outbox.ask::<WorkDoneProgressCreate>(params, TIMEOUT).await.is_none() {
        return;
    }
    let begin = WorkDoneProgressBegin { title, cancellable: Some(false), message: None, percentage: Some(0) };
    outbox.progress(token.clone(), WorkDoneProgress::Begin(begin));
    while let Some((done, total)) = updates.recv().await {
        let report = WorkDoneProgressReport {
            cancellable: Some(false),
            message: Some(format!("{done} of {total} files")),
            percentage: Some(u32::try_from(done * 100 / total.max(1)).unwrap_or(100).min(100)),
        };
        outbox.progress(token.clone(), WorkDoneProgress::Report(report));
    }
    outbox.progress(token, WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
}
