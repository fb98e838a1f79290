//! A client for tests, and the session it talks to.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ashls::ide::Analyzer;
use ashls::ide::live::LiveAnalyzer;
use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, BufReader, DuplexStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::analyzer::{FakeAnalyzer, Probe};
use crate::wire;

/// Long enough for a busy machine; only failing tests wait for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a session begins.
pub struct Builder {
    folder: tempfile::TempDir,
    capabilities: Value,
    params: Value,
    open_folder: bool,
    real: bool,
}

/// A session.
pub struct TestServer {
    runtime: Option<Runtime>,
    to_server: Option<DuplexStream>,
    from_server: UnboundedReceiver<Value>,
    unhandled: VecDeque<Value>,
    status: Option<JoinHandle<i32>>,
    folder: tempfile::TempDir,
    next_id: i64,
    /// What `initialize` was answered with.
    pub initialized: Value,
    /// What the analyzer sees, and its brakes.
    pub probe: Probe,
}

impl Builder {
    /// A Mix project with nothing in it, opened as a workspace folder by a client that pulls diagnostics and can do
    /// nothing else.
    pub fn new() -> Builder {
        let builder = Builder {
            folder: tempfile::tempdir().unwrap(),
            capabilities: json!({"textDocument": {"diagnostic": {}}}),
            params: json!({"processId": null}),
            open_folder: true,
            real: false,
        };
        builder.file("mix.exs", "")
    }

    /// Writes a file of the project.
    pub fn file(self, path: &str, text: &str) -> Builder {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Serves with the analyzer of `ashls lsp`, for what takes a whole project.
    pub fn real(mut self) -> Builder {
        self.real = true;
        self
    }

    /// Adds client capabilities.
    pub fn capabilities(mut self, more: Value) -> Builder {
        merge(&mut self.capabilities, more);
        self
    }

    /// A client that can do nothing at all; diagnostics are pushed to it.
    pub fn plain(mut self) -> Builder {
        self.capabilities = json!({});
        self
    }

    /// Adds members to the parameters of `initialize`.
    pub fn params(mut self, more: Value) -> Builder {
        merge(&mut self.params, more);
        self
    }

    /// Opens no folder.
    pub fn without_folder(mut self) -> Builder {
        self.open_folder = false;
        self
    }

    /// Takes `mix.exs` away, so that the folder is no project.
    pub fn without_mix(self) -> Builder {
        std::fs::remove_file(self.folder.path().join("mix.exs")).unwrap();
        self
    }

    /// Opens this folder instead of the root.
    pub fn folder(self, path: &str) -> Builder {
        let folder = json!({"uri": uri(&self.root().join(path)), "name": path});
        self.params(json!({"workspaceFolders": [folder]}))
    }

    /// The folder that files are written to.
    pub fn root(&self) -> PathBuf {
        root(&self.folder)
    }

    /// Starts the session up to and with `initialized`.
    pub fn build(self) -> TestServer {
        let mut params = self.params.clone();
        params["capabilities"] = self.capabilities.clone();
        if self.open_folder && params["workspaceFolders"].is_null() {
            params["workspaceFolders"] = json!([{"uri": uri(&root(&self.folder)), "name": "project"}]);
        }
        let mut server = self.start();
        server.initialized = server.request("initialize", params);
        server.notify("initialized", json!({}));
        server
    }

    /// Starts the server and sends nothing.
    pub fn start(self) -> TestServer {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (to_server, input) = tokio::io::duplex(4096);
        let (output, from_server) = tokio::io::duplex(4096);
        let (analyzer, probe) = FakeAnalyzer::new();
        let analyzer: Box<dyn Analyzer> = match self.real {
            true => Box::new(LiveAnalyzer::with_texts(Arc::new(ashls::server::OnDisk))),
            false => Box::new(analyzer),
        };
        let status = runtime.spawn(ashls::server::serve(input, output, analyzer));
        let (sender, receiver) = unbounded_channel();
        runtime.spawn(async move {
            let mut input = BufReader::new(from_server);
            while let Some(message) = wire::read(&mut input).await {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        TestServer {
            runtime: Some(runtime),
            to_server: Some(to_server),
            from_server: receiver,
            unhandled: VecDeque::new(),
            status: Some(status),
            folder: self.folder,
            next_id: 0,
            initialized: Value::Null,
            probe,
        }
    }
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            more.into_iter().for_each(|(key, value)| merge(into.entry(key).or_insert(Value::Null), value));
        }
        (into, more) => *into = more,
    }
}

fn root(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().canonicalize().unwrap()
}

/// The URI of a path without special characters.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

impl TestServer {
    /// The absolute path of a file of the project.
    pub fn path(&self, path: &str) -> PathBuf {
        root(&self.folder).join(path)
    }

    pub fn uri(&self, path: &str) -> String {
        uri(&self.path(path))
    }

    /// Writes a file of the project.
    pub fn write(&self, path: &str, text: &str) {
        std::fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        std::fs::write(self.path(path), text).unwrap();
    }

    pub fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.path(path)).ok()
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let pipe = self.to_server.as_mut().expect("the input is open");
        let runtime = self.runtime.as_ref().unwrap();
        runtime.block_on(async { timeout(PATIENCE, pipe.write_all(bytes)).await }).expect("the server reads").unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        self.send_bytes(&wire::frame(message));
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and returns its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// The whole answer to a request.
    pub fn answer_to(&mut self, id: i64) -> Value {
        self.receive(|message| message["id"] == id && message.get("method").is_none(), &format!("the answer to {id}"))
    }

    /// Sends a request and returns its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let answer = self.answer_to(id);
        assert!(answer.get("error").is_none(), "{method} failed: {answer}");
        answer["result"].clone()
    }

    /// Sends a request and returns its error.
    pub fn refused(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let answer = self.answer_to(id);
        assert!(answer.get("result").is_none(), "{method} did not fail: {answer}");
        answer["error"].clone()
    }

    /// The next notification of this method.
    pub fn notification(&mut self, method: &str) -> Value {
        let wanted = |message: &Value| message["method"] == method && message.get("id").is_none();
        self.receive(wanted, method)["params"].clone()
    }

    /// The next request of this method from the server: its id and parameters.
    pub fn server_request(&mut self, method: &str) -> (Value, Value) {
        let message = self.receive(|message| message["method"] == method && message.get("id").is_some(), method);
        (message["id"].clone(), message["params"].clone())
    }

    /// Answers the next request of this method from the server; returns its parameters.
    pub fn serve(&mut self, method: &str, result: Value) -> Value {
        let (id, params) = self.server_request(method);
        self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
        params
    }

    /// Takes back what has come by now and was not looked at, as far as `method` goes.
    pub fn ignore(&mut self, method: &str) {
        while let Ok(message) = self.from_server.try_recv() {
            self.unhandled.push_back(message);
        }
        self.unhandled.retain(|message| message["method"] != method);
    }

    /// The next message of any kind.
    pub fn any(&mut self) -> Value {
        self.receive(|_| true, "anything")
    }

    fn receive(&mut self, wanted: impl Fn(&Value) -> bool, what: &str) -> Value {
        if let Some(index) = self.unhandled.iter().position(&wanted) {
            return self.unhandled.remove(index).unwrap();
        }
        loop {
            let receiver = &mut self.from_server;
            let next = self.runtime.as_ref().unwrap().block_on(async { timeout(PATIENCE, receiver.recv()).await });
            match next {
                Ok(Some(message)) if wanted(&message) => return message,
                Ok(Some(message)) => self.unhandled.push_back(message),
                Ok(None) => panic!("the server ended before {what}; it had said {:?}", self.unhandled),
                Err(_) => panic!("the server did not send {what}; it had said {:?}", self.unhandled),
            }
        }
    }

    /// Opens a document with this text as version 1.
    pub fn open(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let item = json!({"uri": uri, "languageId": "elixir", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Edits a document; each change is a range (line, character, line, character) and its new text.
    pub fn edit(&mut self, path: &str, version: i64, changes: &[([u64; 4], &str)]) {
        let changes = changes.iter().map(|(range, text)| json!({"range": span(*range), "text": text}));
        let changes: Vec<_> = changes.collect();
        self.change(path, version, json!(changes));
    }

    /// Replaces the whole text.
    pub fn replace(&mut self, path: &str, version: i64, text: &str) {
        self.change(path, version, json!([{"text": text}]));
    }

    pub fn change(&mut self, path: &str, version: i64, changes: Value) {
        let document = json!({"uri": self.uri(path), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    pub fn close(&mut self, path: &str) {
        let params = json!({"textDocument": {"uri": self.uri(path)}});
        self.notify("textDocument/didClose", params);
    }

    /// Parameters about a document.
    pub fn document(&self, path: &str) -> Value {
        json!({"textDocument": {"uri": self.uri(path)}})
    }

    /// Parameters about a place in a document.
    pub fn place(&self, path: &str, line: u64, character: u64) -> Value {
        let mut params = self.document(path);
        params["position"] = json!({"line": line, "character": character});
        params
    }

    /// Waits until the projects have been read and every text that was sent has been analysed.
    pub fn settle(&mut self) {
        self.request("workspace/symbol", json!({"query": "nothing has this name"}));
    }

    /// The text of a file as the analyzer has it, after everything that was sent.
    pub fn analysed_text(&mut self, path: &str) -> Option<String> {
        self.settle();
        self.probe.text(&self.path(path))
    }

    /// Closes the input without a word.
    pub fn hang_up(&mut self) {
        self.to_server = None;
    }

    /// Waits for the server's end and returns its status.
    pub fn status(&mut self) -> i32 {
        let status = self.status.take().expect("the server was not waited for before");
        self.runtime.as_ref().unwrap().block_on(async { timeout(PATIENCE, status).await }).expect("it ends").unwrap()
    }
}

/// A range as JSON.
pub fn span([line, character, end_line, end_character]: [u64; 4]) -> Value {
    json!({
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    })
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.end();
        }
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl TestServer {
    fn end(&mut self) {
        if self.status.is_some() && self.to_server.is_some() {
            self.probe.release();
            self.request("shutdown", Value::Null);
            self.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
            assert_eq!(self.status(), 0);
        }
        let rest = async {
            let mut rest = Vec::new();
            while let Ok(Some(message)) = timeout(PATIENCE, self.from_server.recv()).await {
                rest.push(message);
            }
            rest
        };
        let rest = self.runtime.as_ref().unwrap().block_on(rest);
        self.unhandled.extend(rest);
        assert!(self.unhandled.is_empty(), "nobody looked at {:#?}", self.unhandled);
    }
}
