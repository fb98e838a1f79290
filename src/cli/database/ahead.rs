//! Connecting while the project and its migrations are read.

use std::thread::JoinHandle;

use tokio::runtime::{Builder, Runtime};

use super::super::Failure;
use crate::database::{DatabaseError, Session, Target, Timeouts};

/// A session that is being opened. Its runtime has no threads of its own: whoever waits does the work, and an answer of
/// the server wakes only one thread.
pub struct Ahead {
    target: Target,
    timeouts: Timeouts,
    /// Not begun for a SQLite file, which opening it may change.
    opening: Option<JoinHandle<(Runtime, Result<Session, DatabaseError>)>>,
}

impl Ahead {
    /// Begins to connect.
    pub fn start(target: &Target, timeouts: Timeouts) -> Result<Ahead, Failure> {
        let opening = match target.is_sqlite() {
            true => None,
            false => {
                let (runtime, target) = (runtime()?, target.clone());
                Some(std::thread::spawn(move || {
                    let session = runtime.block_on(Session::open(&target, timeouts));
                    (runtime, session)
                }))
            }
        };
        Ok(Ahead { target: target.clone(), timeouts, opening })
    }

    /// Waits for the session, or why there is none, and does something with it.
    pub fn then<T>(self, work: impl AsyncFnOnce(Result<Session, DatabaseError>) -> T) -> Result<T, Failure> {
        match self.opening.map(JoinHandle::join) {
            Some(Ok((runtime, session))) => Ok(runtime.block_on(work(session))),
            // Not begun, or the thread panicked, and will do so again where it is seen.
            _ => Ok(runtime()?.block_on(async { work(Session::open(&self.target, self.timeouts).await).await })),
        }
    }
}

fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::unusable(format!("the runtime does not start: {error}")))
}
