//! The way back from the main loop or a worker to the client that asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};

/// Where the answer of one request goes. Dropping it answers with an internal error.
#[derive(Debug)]
pub struct Reply<T> {
    sender: oneshot::Sender<Result<T>>,
    abandoned: Arc<AtomicBool>,
}

/// What a handler waits on. Dropping it, as a cancelled request does, marks the reply as abandoned.
#[derive(Debug)]
pub struct Answer<T> {
    receiver: oneshot::Receiver<Result<T>>,
    abandoned: Arc<AtomicBool>,
}

/// Both ends of one request.
pub fn channel<T>() -> (Reply<T>, Answer<T>) {
    let (sender, receiver) = oneshot::channel();
    let abandoned = Arc::new(AtomicBool::new(false));
    (Reply { sender, abandoned: abandoned.clone() }, Answer { receiver, abandoned })
}

impl<T> Reply<T> {
    /// Answers. Nobody may be waiting any more, which is no error.
    pub fn send(self, result: Result<T>) {
        let _ = self.sender.send(result);
    }

    /// Waits until nobody waits for the answer any more.
    pub async fn closed(&mut self) {
        self.sender.closed().await;
    }

    /// A check that work can make while it holds the reply elsewhere.
    pub fn abandoned(&self) -> impl Fn() -> bool + Send + Sync + 'static {
        let abandoned = self.abandoned.clone();
        move || abandoned.load(Ordering::Relaxed)
    }
}

impl<T> Answer<T> {
    /// Waits for the answer.
    ///
    /// # Errors
    /// What was answered, or an internal error when the work died.
    pub async fn wait(mut self) -> Result<T> {
        (&mut self.receiver).await.unwrap_or_else(|_| Err(Error::internal_error()))
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_the_answer_abandons_the_work() {
        let (reply, answer) = channel::<()>();
        let abandoned = reply.abandoned();
        assert!(!abandoned());
        drop(answer);
        assert!(abandoned());
    }

    #[tokio::test]
    async fn a_lost_reply_is_an_internal_error() {
        let (reply, answer) = channel::<()>();
        drop(reply);
        assert_eq!(answer.wait().await, Err(Error::internal_error()));
    }
}
