//! The reader in front of tower-lsp's.
//!
//! tower-lsp ends the session at the first message it cannot read. This one takes the stream apart itself, passes on
//! what is a message, answers what is not, and finds the next message after garbage. It also sees the end of the
//! session as it arrives, so that `exit` ends the process even when the client neither closes its end of the pipe nor
//! reads from ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::time::timeout;

use super::backend::Handshakes;

/// Longer headers are garbage.
const MAX_HEADER: u64 = 4096;
/// Longer messages are not read: the announced length is garbage, or no text that anybody edits.
const MAX_MESSAGE: usize = 256 * 1024 * 1024;
/// How long a message waits for the answer to the handshake before it.
const HANDSHAKE: Duration = Duration::from_secs(2);
/// How long `exit` waits for the answer to a `shutdown` that came right before it.
const FAREWELL: Duration = Duration::from_millis(300);

/// How the input ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By `exit`.
    Exit,
    /// Without it.
    Closed,
}

/// Reads messages until the end and passes them on to `output`.
pub async fn pump(
    input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
    handshakes: Arc<Handshakes>,
    shutdown: Arc<AtomicBool>,
) -> End {
    let mut input = BufReader::new(input);
    let mut initialize_seen = false;
    while let Ok(Some(body)) = next_message(&mut input).await {
        let (body, method) = examine(body);
        match method.as_deref() {
            Some("shutdown") => shutdown.store(true, Ordering::Relaxed),
            Some("exit") if shutdown.load(Ordering::Relaxed) => {
                let _ = timeout(FAREWELL, handshakes.shut_down.notified()).await;
            }
            _ => {}
        }
        if send(&mut output, &body).await.is_err() {
            return End::Closed;
        }
        match method.as_deref() {
            Some("exit") => return End::Exit,
            // Messages that a client sends without waiting for the answer would be refused.
            Some("initialize") if !initialize_seen => {
                initialize_seen = true;
                let _ = timeout(HANDSHAKE, handshakes.initialized.notified()).await;
            }
            _ => {}
        }
    }
    End::Closed
}

async fn send(output: &mut (impl AsyncWrite + Unpin), body: &[u8]) -> std::io::Result<()> {
    output.write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await?;
    output.write_all(body).await?;
    output.flush().await
}

/// The body of the next message, skipping what does not belong to one; `None` at the end.
async fn next_message(input: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(MAX_HEADER).read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        match length {
            Some(length) if line.is_empty() => {
                let mut body = Vec::new();
                let read = input.take(length as u64).read_to_end(&mut body).await?;
                return Ok((read == length).then_some(body));
            }
            _ => {}
        }
        match content_length(line) {
            Some(announced) if announced <= MAX_MESSAGE => length = Some(announced),
            Some(announced) => tracing::warn!("skipped a message of {announced} bytes"),
            // `Content-Type` and what may come to be known.
            None if length.is_some() || line.is_empty() || is_header(line) => {}
            None => tracing::warn!("skipped input that is no message: {:.80}", line),
        }
    }
}

fn is_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'))
}

/// The announced length, also behind garbage on the same line.
fn content_length(line: &str) -> Option<usize> {
    let lower = line.to_ascii_lowercase();
    let at = lower.rfind("content-length:")?;
    line[at + "content-length:".len()..].trim().parse().ok()
}

/// The outline of a message. Unlike tower-lsp's types it does not mind members it does not know.
#[derive(Deserialize)]
struct Outline {
    jsonrpc: Option<String>,
    method: Option<String>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
    result: Option<serde::de::IgnoredAny>,
    error: Option<ErrorOutline>,
}

#[derive(Deserialize)]
struct ErrorOutline {
    code: i64,
    message: String,
    data: Option<Value>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// What is passed on for `body`, and the method it calls. What tower-lsp could not read is replaced: an answer by one
/// it can, everything else by a request that is answered with an error.
fn examine(body: Vec<u8>) -> (Vec<u8>, Option<String>) {
    let outline: Outline = match serde_json::from_slice(&body) {
        Ok(outline) => outline,
        Err(error) => return (malformed(&Value::Null, &format!("not a message: {error}")), None),
    };
    let id = match &outline.id {
        None => None,
        Some(id) if id.is_string() || id.is_i64() => Some(id.clone()),
        Some(_) => return (malformed(&Value::Null, "the id must be a string or an integer"), None),
    };
    if outline.jsonrpc.as_deref() != Some("2.0") {
        return (malformed(&id.unwrap_or_default(), "`jsonrpc` must be \"2.0\""), None);
    }
    match (outline.method, id, outline.error) {
        (Some(method), _, _) if !method.is_empty() => (body, Some(method)),
        (_, Some(id), Some(error)) => {
            let ErrorOutline { code, message, data } = error;
            let mut rebuilt = json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}});
            if let Some(data) = data {
                rebuilt["error"]["data"] = data;
            }
            (rebuilt.to_string().into_bytes(), None)
        }
        (_, Some(_), None) if outline.result.is_some() => (body, None),
        // An answer without a result: some clients leave `null` out.
        (None, Some(id), None) => (json!({"jsonrpc": "2.0", "id": id, "result": null}).to_string().into_bytes(), None),
        (_, id, _) => (malformed(&id.unwrap_or_default(), "neither a request nor an answer"), None),
    }
}

/// The method that answers malformed messages.
pub const MALFORMED: &str = "ashls/malformed";

fn malformed(id: &Value, reason: &str) -> Vec<u8> {
    tracing::warn!("malformed message: {reason}");
    json!({"jsonrpc": "2.0", "id": id, "method": MALFORMED, "params": [reason]}).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn messages(input: &[u8]) -> Vec<String> {
        let mut input = BufReader::new(input);
        let mut found = Vec::new();
        while let Ok(Some(body)) = next_message(&mut input).await {
            found.push(String::from_utf8(body).unwrap());
        }
        found
    }

    #[tokio::test]
    async fn finds_messages_between_garbage() {
        let input = b"Content-Length: 2\r\n\r\n{}garbage\r\n\r\n\xff\xfeContent-length:3\nContent-Type: x\n\n[1]\
            Content-Length: 99999999999\r\n\r\nContent-Length: x\r\n\r\nContent-Length: 1\r\n\r\n1Content-Length: 9\r\n\r\n{";
        assert_eq!(messages(input).await, ["{}", "[1]", "1"]);
    }

    #[tokio::test]
    async fn endless_lines_do_not_fill_the_memory() {
        let mut input = vec![b'x'; 3 * MAX_HEADER as usize];
        input.extend(b"\nContent-Length: 1\r\n\r\n7");
        assert_eq!(messages(&input).await, ["7"]);
    }

    fn check(body: &str, expected: &str) {
        assert_eq!(String::from_utf8(examine(body.into()).0).unwrap(), expected, "{body}");
    }

    #[test]
    fn what_is_no_message_becomes_a_request_that_fails() {
        for (body, id) in [
            ("{", "null"),
            ("[]", "null"),
            ("{}", "null"),
            (r#"{"jsonrpc":"1.0","id":7,"method":"x"}"#, "7"),
            (r#"{"jsonrpc":"2.0","id":{},"method":"x"}"#, "null"),
            (r#"{"jsonrpc":"2.0"}"#, "null"),
        ] {
            let (body, method) = examine(body.into());
            let value: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!((value["method"].as_str(), value["id"].to_string().as_str()), (Some(MALFORMED), id));
            assert_eq!(method, None);
        }
    }

    #[test]
    fn answers_pass_in_every_form() {
        check(r#"{"jsonrpc":"2.0","id":1,"result":null}"#, r#"{"jsonrpc":"2.0","id":1,"result":null}"#);
        check(r#"{"jsonrpc":"2.0","id":1}"#, r#"{"jsonrpc":"2.0","id":1,"result":null}"#);
        check(
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"m","stack":"s"}}"#,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"m"}}"#,
        );
    }
}
