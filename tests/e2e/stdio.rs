//! `ashls lsp` as a process: what only shows with real pipes and process ids.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::wire::frame;

pub const PATIENCE: Duration = Duration::from_secs(20);
/// Ends that the protocol wants at once.
const AT_ONCE: Duration = Duration::from_secs(1);

pub struct Process {
    pub child: Child,
    input: Option<ChildStdin>,
    pub messages: Receiver<Value>,
}

impl Process {
    /// Starts the server; nobody reads what it says.
    fn unread() -> Process {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ashls"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process { input: child.stdin.take(), child, messages: channel().1 }
    }

    pub fn start() -> Process {
        let mut process = Process::unread();
        let output = process.child.stdout.take().unwrap();
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        process.messages = messages;
        process
    }

    fn initialized(process_id: Option<u32>) -> Process {
        let mut process = Process::start();
        process.request(1, "initialize", json!({"processId": process_id, "capabilities": {}}));
        process.send(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
        process
    }

    pub fn send(&mut self, message: &Value) {
        self.send_bytes(&frame(message));
    }

    fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    fn request(&mut self, id: i64, method: &str, params: Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.messages.recv_timeout(PATIENCE).expect("an answer")
    }

    fn notify(&mut self, method: &str) {
        self.send(&json!({"jsonrpc": "2.0", "method": method}));
    }

    /// Waits for the end with standard input still open.
    fn status(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < PATIENCE, "the process does not end");
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(value) => length = value.parse().ok()?,
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

#[test]
fn exit_ends_the_process_at_once_though_the_input_stays_open() {
    let mut process = Process::initialized(None);
    assert_eq!(process.request(2, "shutdown", Value::Null)["result"], Value::Null);
    process.notify("exit");
    let start = Instant::now();
    assert_eq!(process.status(), Some(0));
    assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
}

#[test]
fn exit_without_shutdown_has_status_one() {
    let mut process = Process::initialized(None);
    process.notify("exit");
    assert_eq!(process.status(), Some(1));
}

#[test]
fn a_closed_input_ends_the_process() {
    let mut process = Process::initialized(None);
    process.input = None;
    assert_eq!(process.status(), Some(1));
}

#[test]
fn a_session_from_a_file_is_answered_to_its_end() {
    let mut process = Process::start();
    let mut session = Vec::new();
    for message in [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {}}}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "workspace/symbol", "params": {"query": "x"}}),
        json!({"jsonrpc": "2.0", "id": 3, "method": "shutdown"}),
        json!({"jsonrpc": "2.0", "method": "exit"}),
    ] {
        session.extend(frame(&message));
    }
    process.send_bytes(&session);
    process.input = None;
    assert_eq!(process.status(), Some(0));
    let mut answered: Vec<_> = process.messages.iter().filter_map(|message| message["id"].as_i64()).collect();
    answered.sort_unstable();
    assert_eq!(answered, [1, 2, 3]);
}

#[test]
fn garbage_does_not_end_the_process() {
    let mut process = Process::initialized(None);
    process.send_bytes(b"\x00\xff garbage\r\n\r\nContent-Length: nonsense\r\n\r\n");
    process.send_bytes(b"Content-Length: 3\r\n\r\n{,}");
    let error = process.messages.recv_timeout(PATIENCE).unwrap();
    assert_eq!((error["id"].clone(), error["error"]["code"].as_i64()), (Value::Null, Some(-32700)));
    assert_eq!(process.request(2, "shutdown", Value::Null)["id"], 2);
    process.notify("exit");
    assert_eq!(process.status(), Some(0));
}

#[test]
fn the_process_ends_with_its_parent() {
    // Any process will do for an editor: one that waits for its input.
    let mut editor = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut process = Process::initialized(Some(editor.id()));
    process.request(2, "workspace/symbol", json!({"query": "x"}));
    assert_eq!(process.child.try_wait().unwrap(), None);
    editor.kill().unwrap();
    assert_eq!(process.status(), Some(1));
    editor.wait().unwrap();
}

#[test]
fn a_parent_that_cannot_be_seen_is_not_waited_for() {
    let mut gone = Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    let mut process = Process::initialized(Some(gone.id()));
    assert_eq!(process.request(2, "shutdown", Value::Null)["id"], 2);
    process.notify("exit");
    assert_eq!(process.status(), Some(0));
}

#[test]
fn exit_does_not_wait_for_a_client_that_does_not_read() {
    let mut process = Process::unread();
    // The pipe to the client fills up with answers that nobody takes.
    process.send(
        &json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {}}}),
    );
    let unknown = "x".repeat(4_000);
    for id in 2..52 {
        process.send(&json!({"jsonrpc": "2.0", "id": id, "method": unknown}));
    }
    process.notify("exit");
    let start = Instant::now();
    assert_eq!(process.status(), Some(1));
    assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
}
