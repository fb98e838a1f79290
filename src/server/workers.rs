//! The threads on which requests are answered.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::ide::{Cancellation, Cancelled};

use super::reply::Reply;

/// A few threads of their own, so that slow requests take neither the runtime's threads nor all of the machine.
pub struct Workers {
    pool: Option<rayon::ThreadPool>,
}

/// Why work ended without a result.
#[derive(Debug)]
pub enum Stop {
    /// Nobody waits any more, or the text has changed.
    Cancelled,
    Error(Error),
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Stop {
        Stop::Cancelled
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Error(error)
    }
}

impl Workers {
    pub fn start() -> Workers {
        let threads = std::thread::available_parallelism().map_or(2, |count| count.get().clamp(2, 8));
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|number| format!("worker-{number}"))
            .build()
            .inspect_err(|error| tracing::error!("cannot start workers, requests run one after another: {error}"));
        Workers { pool: pool.ok() }
    }

    /// Runs work that answers a request. `stale` says that the work is out of date, which is answered with
    /// `when_stale`; a panic is answered with an internal error.
    pub fn answer<T: Send + 'static>(
        &self,
        reply: Reply<T>,
        stale: impl Fn() -> bool + Send + Sync + 'static,
        when_stale: Error,
        work: impl FnOnce(&Cancellation) -> std::result::Result<T, Stop> + Send + 'static,
    ) {
        let abandoned = reply.abandoned();
        let cancellation = Cancellation::new(move || abandoned() || stale());
        self.run(move || {
            let mut result: Result<T> = Err(when_stale.clone());
            if !cancellation.is_cancelled() {
                let worked = catch_unwind(AssertUnwindSafe(|| work(&cancellation)));
                result = match worked {
                    // A result that came too late is as wrong as one that was given up.
                    Ok(_) if cancellation.is_cancelled() => Err(when_stale),
                    Ok(Ok(result)) => Ok(result),
                    Ok(Err(Stop::Cancelled)) => Err(when_stale),
                    Ok(Err(Stop::Error(error))) => Err(error),
                    Err(panic) => Err(internal(panic.as_ref())),
                };
            }
            reply.send(result);
        });
    }

    /// Runs any work. A panic in it is logged.
    pub fn run(&self, work: impl FnOnce() + Send + 'static) {
        let guarded = move || {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
                tracing::error!("{}", internal(panic.as_ref()).message);
            }
        };
        match &self.pool {
            Some(pool) => pool.spawn(guarded),
            None => guarded(),
        }
    }
}

fn internal(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let message = format!("ashls has a bug: {}", text.unwrap_or("a worker panicked"));
    Error { code: ErrorCode::InternalError, message: message.into(), data: None }
}

/// The text has changed since the question.
pub fn content_modified() -> Error {
    Error::new(ErrorCode::ContentModified)
}

/// The text has changed since the question, which shall be asked again.
pub fn server_cancelled() -> Error {
    let message = "the text has changed, ask again".into();
    let data = Some(serde_json::json!({"retriggerRequest": true}));
    Error { code: ErrorCode::ServerError(-32802), message, data }
}

/// The request was understood and could not be done.
pub fn request_failed(message: impl Into<String>) -> Error {
    Error { code: ErrorCode::ServerError(-32803), message: message.into().into(), data: None }
}
