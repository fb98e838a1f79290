//! Measures the server as an editor meets it, over standard input and output:
//! `cargo run --release --example bench_server -- PROGRAM PROJECT FILE`.
//!
//! Says how long the project takes to be read, what memory the server keeps, how long it takes from a keystroke in FILE
//! (with an attribute in it) to the answers for diagnostics and hints, and to the preview of the resource, and from a
//! request to its answer for hover, completion, definition, the references to the repo (a name that is in every resource
//! file) and the list of what is pending.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const KEYSTROKES: usize = 1_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, project, file] = &arguments[..] else {
        eprintln!("usage: bench_server PROGRAM PROJECT FILE");
        return ExitCode::from(2);
    };
    match measure(program, Path::new(project), Path::new(file)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(program: &str, project: &Path, file: &Path) -> std::io::Result<()> {
    let (root, file) = (project.canonicalize()?, file.canonicalize()?);
    let mut client = Client::start(program)?;
    let begin = Instant::now();
    client.request(
        "initialize",
        json!({
            "processId": std::process::id(),
            "workspaceFolders": [{"uri": uri(&root), "name": "bench"}],
            "capabilities": {
                "window": {"workDoneProgress": true},
                "textDocument": {"diagnostic": {}, "inlayHint": {}, "hover": {"contentFormat": ["markdown"]}},
            },
        }),
    )?;
    client.notify("initialized", json!({}))?;
    while !client.indexed {
        client.message()?;
    }
    println!("cold index:  {}", milliseconds(begin.elapsed()));
    let text = std::fs::read_to_string(&file)?;
    let document = json!({"uri": uri(&file)});
    let item = json!({"uri": uri(&file), "languageId": "elixir", "version": 0, "text": text});
    client.notify("textDocument/didOpen", json!({"textDocument": item}))?;
    let whole = json!({
        "start": {"line": 0, "character": 0},
        "end": {"line": text.lines().count(), "character": 0},
    });
    client.request("textDocument/diagnostic", json!({"textDocument": document}))?;
    println!("memory:      {}", client.memory()?);

    let line = text.lines().position(|line| line.trim_start().starts_with("attribute :"));
    let line = line.ok_or_else(|| std::io::Error::other("no attribute in the file"))?;
    let column = text.lines().nth(line).unwrap_or_default().len();
    let mut typist = Typist { uri: uri(&file), line, column, keystrokes: 0 };
    let mut times = Vec::new();
    for _ in 0..KEYSTROKES {
        let begin = Instant::now();
        typist.press(&mut client)?;
        client.request("textDocument/diagnostic", json!({"textDocument": document}))?;
        client.request("textDocument/inlayHint", json!({"textDocument": document, "range": whole}))?;
        times.push(begin.elapsed());
    }
    println!("keystroke:   {}", distribution(&mut times));
    let mut times = Vec::new();
    for _ in 0..KEYSTROKES / 5 {
        let begin = Instant::now();
        typist.press(&mut client)?;
        let position = json!({"line": line, "character": column.min(6)});
        client.request("ashls/preview", json!({"uri": uri(&file), "position": position}))?;
        times.push(begin.elapsed());
    }
    println!("... preview: {}", distribution(&mut times));
    let mut times = Vec::new();
    for _ in 0..KEYSTROKES {
        let begin = Instant::now();
        let position = json!({"line": line, "character": column.min(6)});
        client.request("textDocument/hover", json!({"textDocument": document, "position": position}))?;
        times.push(begin.elapsed());
    }
    println!("hover:       {}", distribution(&mut times));
    let position = json!({"line": line, "character": column.min(6)});
    for (name, method) in [
        ("completion:  ", "textDocument/completion"),
        ("definition:  ", "textDocument/definition"),
        ("pending:     ", "ashls/pending"),
    ] {
        let mut times = Vec::new();
        for _ in 0..KEYSTROKES / 5 {
            let begin = Instant::now();
            let params = match method {
                "ashls/pending" => json!({}),
                _ => json!({"textDocument": document, "position": position}),
            };
            client.request(method, params)?;
            times.push(begin.elapsed());
        }
        println!("{name}{}", distribution(&mut times));
    }
    let repo = text.lines().enumerate().find(|(_, line)| line.trim_start().starts_with("repo "));
    if let Some((line, code)) = repo {
        let position = json!({"line": line, "character": code.trim_end().len() - 1});
        let params = json!({
            "textDocument": document,
            "position": position,
            "context": {"includeDeclaration": true},
        });
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..20 {
            let begin = Instant::now();
            let answer = client.request("textDocument/references", params.clone())?;
            times.push(begin.elapsed());
            found = answer["result"].as_array().map_or(0, Vec::len);
        }
        println!("references:  {} ({found} places)", distribution(&mut times));
    }
    println!("memory then: {}", client.memory()?);
    client.request("shutdown", Value::Null)?;
    client.notify("exit", Value::Null)?;
    client.server.wait()?;
    Ok(())
}

/// Types a letter behind an attribute and takes it away again.
struct Typist {
    uri: String,
    line: usize,
    column: usize,
    keystrokes: usize,
}

impl Typist {
    fn press(&mut self, client: &mut Client) -> std::io::Result<()> {
        let there = self.keystrokes % 2 == 1;
        self.keystrokes += 1;
        let range = json!({
            "start": {"line": self.line, "character": self.column},
            "end": {"line": self.line, "character": self.column + usize::from(there)},
        });
        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": {"uri": self.uri, "version": self.keystrokes},
                "contentChanges": [{"range": range, "text": if there { "" } else { "x" }}],
            }),
        )
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

fn distribution(times: &mut [Duration]) -> String {
    times.sort();
    let at = |part: f64| milliseconds(times[((times.len() - 1) as f64 * part) as usize]);
    format!("median {}, p99 {}, slowest {}", at(0.5), at(0.99), at(1.0))
}

/// A server and the stream of its messages.
struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: u64,
    /// Whether a progress has come to its end.
    indexed: bool,
}

impl Client {
    fn start(program: &str) -> std::io::Result<Client> {
        let mut server = Command::new(program).arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (input, output) = server.stdin.take().zip(server.stdout.take()).ok_or(std::io::ErrorKind::BrokenPipe)?;
        Ok(Client { server, input, output: BufReader::new(output), next: 0, indexed: false })
    }

    fn send(&mut self, message: &Value) -> std::io::Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        self.input.flush()
    }

    fn notify(&mut self, method: &str, params: Value) -> std::io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    fn request(&mut self, method: &str, params: Value) -> std::io::Result<Value> {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
        loop {
            let message = self.message()?;
            if message["id"] == id && message.get("method").is_none() {
                return Ok(message);
            }
        }
    }

    /// The next message. Requests of the server are granted.
    fn message(&mut self) -> std::io::Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().map_err(std::io::Error::other)?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        let message: Value = serde_json::from_slice(&body)?;
        self.indexed |= message["method"] == "$/progress" && message["params"]["value"]["kind"] == "end";
        if message.get("method").is_some()
            && let Some(id) = message.get("id")
        {
            self.send(&json!({"jsonrpc": "2.0", "id": id, "result": null}))?;
        }
        Ok(message)
    }

    /// Resident memory (Linux).
    fn memory(&self) -> std::io::Result<String> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id()))?;
        let value = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            line.trim_end_matches("kB").trim_matches([':', ' ', '\t']).parse::<u64>().ok()
        };
        let megabytes = |key| value(key).map_or("?".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1_000));
        Ok(format!("{} resident, {} at most", megabytes("VmRSS"), megabytes("VmHWM")))
    }
}
