//! What LSP 3.18 has and tower-lsp's types have not: the capability `workspace.textDocumentContent`, of the client in
//! `initialize` and of the server in its answer. The messages pass through here as JSON.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Request, Response};
use tower_service::Service;

use super::content::SCHEME;

/// A service whose `initialize` knows of newer capabilities.
pub struct Newer<S> {
    inner: S,
    /// Whether the client asks for documents of our scheme.
    text_content: Arc<AtomicBool>,
}

impl<S> Newer<S> {
    pub fn new(inner: S, text_content: Arc<AtomicBool>) -> Newer<S> {
        Newer { inner, text_content }
    }
}

type Answering<E> = Pin<Box<dyn Future<Output = Result<Option<Response>, E>> + Send>>;

impl<S> Service<Request> for Newer<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = Answering<S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Answering<S::Error> {
        if request.method() != "initialize" {
            return Box::pin(self.inner.call(request));
        }
        let capability =
            request.params().and_then(|params| params.pointer("/capabilities/workspace/textDocumentContent"));
        let wanted = capability.is_some_and(Value::is_object);
        // Before the main loop sees the request.
        self.text_content.store(wanted, Ordering::Relaxed);
        let answer = self.inner.call(request);
        Box::pin(async move { Ok(answer.await?.map(|response| if wanted { offered(response) } else { response })) })
    }
}

fn offered(response: Response) -> Response {
    let (id, mut body) = response.into_parts();
    let workspace = body.as_mut().ok().and_then(|result| result.pointer_mut("/capabilities/workspace"));
    if let Some(Value::Object(workspace)) = workspace {
        workspace.insert("textDocumentContent".to_owned(), json!({ "schemes": [SCHEME] }));
    }
    Response::from_parts(id, body)
}
