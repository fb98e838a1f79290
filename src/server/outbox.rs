//! Everything that goes to the client without having been asked for.
//!
//! Notifications go through one task, in order. Requests are spawned with a timeout: nothing in the server ever waits
//! for the client, so a client that never answers cannot stop it.

use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::ls_types::notification::{LogMessage, Notification, Progress, PublishDiagnostics, ShowMessage};
use tower_lsp::ls_types::request::Request;
use tower_lsp::ls_types::*;

use super::protocol::{PendingChanged, PendingChangedParams};

/// How long a client may take to answer by itself.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// How long a person may take to answer.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// The way to the client. Clones share it.
#[derive(Debug, Clone)]
pub struct Outbox {
    client: Client,
    queue: UnboundedSender<Outgoing>,
}

#[derive(Debug)]
enum Outgoing {
    Log(LogMessageParams),
    Show(ShowMessageParams),
    Publish(PublishDiagnosticsParams),
    Progress(ProgressParams),
    PendingChanged,
}

impl Outbox {
    /// Starts the task, inside a tokio runtime.
    pub fn start(client: Client) -> Outbox {
        let (queue, outgoing) = unbounded_channel();
        tokio::spawn(deliver(client.clone(), outgoing));
        Outbox { client, queue }
    }

    /// Writes into the client's log, and into ours.
    pub fn log(&self, typ: MessageType, message: impl Into<String>) {
        let message = message.into();
        tracing::info!("{message}");
        self.queue(Outgoing::Log(LogMessageParams { typ, message }));
    }

    /// Shows a message to the user.
    pub fn show(&self, typ: MessageType, message: impl Into<String>) {
        let message = message.into();
        tracing::info!("{message}");
        self.queue(Outgoing::Show(ShowMessageParams { typ, message }));
    }

    pub fn publish(&self, params: PublishDiagnosticsParams) {
        self.queue(Outgoing::Publish(params));
    }

    /// Tells that what is pending may have changed.
    pub fn pending_changed(&self) {
        self.queue(Outgoing::PendingChanged);
    }

    pub fn progress(&self, token: ProgressToken, value: WorkDoneProgress) {
        self.queue(Outgoing::Progress(ProgressParams { token, value: ProgressParamsValue::WorkDone(value) }));
    }

    /// Asks the client from a task of its own; `then` gets the answer, or `None` when it was an error or did not come
    /// in time.
    pub fn request<R>(&self, params: R::Params, then: impl FnOnce(Option<R::Result>) + Send + 'static)
    where
        R: Request + 'static,
        R::Params: Send + 'static,
        R::Result: Send + 'static,
    {
        let outbox = self.clone();
        tokio::spawn(async move { then(outbox.ask::<R>(params, TIMEOUT).await) });
    }

    /// Asks the client. Only for tasks of their own: never for the main loop or a handler.
    pub async fn ask<R>(&self, params: R::Params, timeout: Duration) -> Option<R::Result>
    where
        R: Request,
    {
        match tokio::time::timeout(timeout, self.client.send_request::<R>(params)).await {
            Ok(Ok(result)) => Some(result),
            Ok(Err(error)) => {
                tracing::warn!("the client refused {}: {error}", R::METHOD);
                None
            }
            Err(_) => {
                tracing::warn!("the client did not answer {} within {timeout:?}", R::METHOD);
                None
            }
        }
    }

    fn queue(&self, outgoing: Outgoing) {
        // The task ends with the runtime; what is said after that reaches nobody.
        let _ = self.queue.send(outgoing);
    }
}

async fn deliver(client: Client, mut outgoing: UnboundedReceiver<Outgoing>) {
    while let Some(message) = outgoing.recv().await {
        match message {
            Outgoing::Log(params) => notify::<LogMessage>(&client, params).await,
            Outgoing::Show(params) => notify::<ShowMessage>(&client, params).await,
            Outgoing::Publish(params) => notify::<PublishDiagnostics>(&client, params).await,
            Outgoing::Progress(params) => notify::<Progress>(&client, params).await,
            Outgoing::PendingChanged => notify::<PendingChanged>(&client, PendingChangedParams {}).await,
        }
    }
}

async fn notify<N: Notification>(client: &Client, params: N::Params) {
    client.send_notification::<N>(params).await;
}
