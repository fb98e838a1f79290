//! The server as a process on a real project: what an editor sees while somebody types, and what files and messages that
//! are not as they should be do to it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::stdio::{PATIENCE, Process};

const TICKET: &str = "lib/helpdesk/support/ticket.ex";

/// A server on a copy of the helpdesk, which pulls its diagnostics.
struct Session {
    process: Process,
    folder: tempfile::TempDir,
    next: i64,
    version: i64,
    /// What the server logged or showed.
    said: Vec<String>,
}

impl Session {
    /// `spoil` changes the project before the server sees it.
    fn on_helpdesk(spoil: impl FnOnce(&Path)) -> Session {
        let folder = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/projects/helpdesk"), folder.path());
        spoil(folder.path());
        let mut session = Session { process: Process::start(), folder, next: 0, version: 0, said: Vec::new() };
        let uri = session.uri("");
        session.request(
            "initialize",
            json!({
                "processId": null,
                "workspaceFolders": [{"uri": uri.trim_end_matches('/'), "name": "helpdesk"}],
                "capabilities": {
                    "general": {"positionEncodings": ["utf-8"]},
                    "textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["markdown"]}},
                },
            }),
        );
        session.notify("initialized", json!({}));
        session
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(path)
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.path(path).display())
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.process.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.process.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.process.messages.recv_timeout(PATIENCE).expect("an answer");
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.said.extend(message["params"]["message"].as_str().map(str::to_owned));
            if message.get("method").is_some() && message.get("id").is_some() {
                self.process.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
            }
        }
    }

    fn open(&mut self, path: &str) -> String {
        let text = std::fs::read_to_string(self.path(path)).unwrap();
        let item = json!({"uri": self.uri(path), "languageId": "elixir", "version": self.version, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
        text
    }

    /// Replaces the whole text of an open file.
    fn type_text(&mut self, path: &str, text: &str) {
        self.version += 1;
        let document = json!({"uri": self.uri(path), "version": self.version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
    }

    /// Line (from 1) and message of each finding; asks again while the project is being read or the text has changed.
    fn findings(&mut self, path: &str) -> Vec<String> {
        let document = json!({"textDocument": {"uri": self.uri(path)}});
        loop {
            let answer = self.request("textDocument/diagnostic", document.clone());
            if answer["error"]["code"] == -32802 {
                continue;
            }
            let items = answer["result"]["items"].as_array().unwrap_or_else(|| panic!("{answer}"));
            let line = |item: &Value| item["range"]["start"]["line"].as_i64().unwrap() + 1;
            return items.iter().map(|item| format!("{}: {}", line(item), item["message"].as_str().unwrap())).collect();
        }
    }

    #[track_caller]
    fn finds(&mut self, path: &str, expected: &str) {
        let findings = self.findings(path);
        assert!(findings.iter().any(|finding| finding.contains(expected)), "{expected:?} in {findings:#?}");
    }

    #[track_caller]
    fn says(&self, expected: &str) {
        assert!(self.said.iter().any(|said| said.contains(expected)), "{expected:?} in {:#?}", self.said);
    }

    /// The server still answers, and ends as it should.
    fn ends_well(mut self) {
        self.open(TICKET);
        self.finds(TICKET, "pending: add column first_response_at");
        assert_eq!(self.request("shutdown", Value::Null)["result"], Value::Null);
        self.notify("exit", Value::Null);
        assert!(self.process.child.wait().unwrap().success());
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// The generated files of a project, by path, with what cannot be the same twice taken out.
fn generated(root: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root.join("priv")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().display().to_string();
            files.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
fn what_is_typed_shows_and_is_written_as_the_command_line_would() {
    let mut session = Session::on_helpdesk(|_| {});
    let text = session.open(TICKET);
    session.finds(TICKET, "53: pending: add column first_response_at");
    let typed = text.replace("attribute :urgent, :boolean, allow_nil?: false", "attribute :weight, :decimal");
    session.type_text(TICKET, &typed);
    session.finds(TICKET, "52: pending: add column weight");
    let line = typed.lines().position(|line| line.contains(":weight")).unwrap();
    let position = json!({"line": line, "character": 16});
    let uri = session.uri(TICKET);
    let hover = session.request("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": position}));
    assert!(
        hover["result"]["contents"]["value"].as_str().unwrap().contains("ADD COLUMN \"weight\" decimal"),
        "{hover}"
    );

    std::fs::write(session.path(TICKET), &typed).unwrap();
    let copied = tempfile::tempdir().unwrap();
    copy(&session.path(""), copied.path());
    let arguments = json!([{"uri": uri, "name": "weigh_tickets", "answers": {}}]);
    let answer =
        session.request("workspace/executeCommand", json!({"command": "ashls.generate", "arguments": arguments}));
    let questions = answer["result"]["questions"].as_array().unwrap().clone();
    assert_eq!(answer["result"]["status"], "unanswered", "{answer}");
    let answers: serde_json::Map<String, Value> =
        questions.iter().map(|question| (question["id"].as_str().unwrap().to_owned(), json!("no"))).collect();
    let arguments = json!([{"uri": uri, "name": "weigh_tickets", "answers": answers}]);
    let answer =
        session.request("workspace/executeCommand", json!({"command": "ashls.generate", "arguments": arguments}));
    assert_eq!(answer["result"]["status"], "written", "{answer}");
    let written = generated(&session.path(""));
    let stamp = answer["result"]["files"].as_array().unwrap().iter().find_map(|file| {
        let name = file.as_str().unwrap().rsplit('/').next().unwrap();
        name.ends_with("weigh_tickets.exs").then(|| name[..14].to_owned())
    });
    let ran = Command::new(env!("CARGO_BIN_EXE_ashls"))
        .args(["codegen", "weigh_tickets", "--no", "--timestamp", &stamp.unwrap()])
        .arg(copied.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(written, generated(copied.path()));
    assert_eq!(session.findings(TICKET), Vec::<String>::new());
    session.type_text(TICKET, &typed.replace(":weight, :decimal", ":weight, :integer"));
    session.finds(TICKET, "52: pending: change column weight");
}

#[test]
fn files_that_cannot_be_read_leave_the_rest() {
    let snapshots = |root: &Path, table: &str| root.join("priv/resource_snapshots/repo").join(table);
    let mut session = Session::on_helpdesk(|root| {
        std::fs::write(root.join("lib/helpdesk/support/tag.ex"), b"defmodule Helpdesk.Support.Tag do\n # \xe9\nend\n")
            .unwrap();
        std::fs::write(root.join("lib/huge.ex"), "# padding\n".repeat(2 * 1024 * 1024)).unwrap();
        std::fs::write(snapshots(root, "comments").join("29990101000000.json"), "{\"attributes\": [").unwrap();
        let ahead = r#"{"version": 99, "attributes": "a list of another kind"}"#;
        std::fs::write(snapshots(root, "organizations").join("29990101000000.json"), ahead).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("..", root.join("lib/circle")).unwrap();
    });
    session.open("lib/helpdesk/support/comment.ex");
    session.finds("lib/helpdesk/support/comment.ex", "29990101000000.json");
    session.open("lib/helpdesk/accounts/organization.ex");
    session.finds("lib/helpdesk/accounts/organization.ex", "29990101000000.json");
    session.says("lib/helpdesk/support/tag.ex");
    session.says("huge.ex");
    session.ends_well();
}

#[test]
fn names_that_lead_out_of_the_project_write_nothing() {
    let mut session = Session::on_helpdesk(|root| {
        let path = root.join("lib/helpdesk/support/tag.ex");
        let text = std::fs::read_to_string(&path).unwrap().replace("table \"tags\"", "table \"../../../out\"");
        std::fs::write(path, text).unwrap();
    });
    session.open(TICKET);
    session.findings(TICKET);
    let uri = session.uri("lib/helpdesk/support/tag.ex");
    let before = generated(&session.path(""));
    let arguments = json!([{"uri": uri, "module": "Helpdesk.Support.Tag", "name": "x", "answers": {}}]);
    let answer =
        session.request("workspace/executeCommand", json!({"command": "ashls.generate", "arguments": arguments}));
    assert_ne!(answer["result"]["status"], "written", "{answer}");
    assert_eq!(generated(&session.path("")), before);
    assert!(!session.path("../out").exists() && !session.path("priv/out").exists());
    session.ends_well();
}

#[test]
fn messages_that_do_not_fit_are_refused_and_the_rest_is_served() {
    let mut session = Session::on_helpdesk(|_| {});
    let text = session.open(TICKET);
    session.findings(TICKET);
    let uri = session.uri(TICKET);
    let far = json!({"start": {"line": 9_999, "character": 0}, "end": {"line": 9_999, "character": 7}});
    for (version, range) in [(-5, json!(null)), (7, far)] {
        let mut change = json!({"text": "x"});
        if !range.is_null() {
            change["range"] = range;
        }
        let document = json!({"uri": uri, "version": version});
        session.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
    }
    let unknown = json!({"uri": session.uri("lib/nowhere.ex"), "version": 1});
    session.notify("textDocument/didChange", json!({"textDocument": unknown, "contentChanges": [{"text": "x"}]}));
    session.notify("textDocument/didClose", json!({"textDocument": {"uri": "untitled:Untitled-1"}}));
    let position = json!({"line": 9_999, "character": 9_999});
    let hover = session.request("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": position}));
    assert!(hover.get("error").is_none() || hover["error"]["code"].is_i64(), "{hover}");
    let nowhere = json!({"textDocument": {"uri": "untitled:Untitled-1"}});
    let answer = session.request("textDocument/codeLens", nowhere);
    assert!(answer.get("result").is_some() || answer["error"]["code"].is_i64(), "{answer}");
    session.version = 20;
    session.type_text(TICKET, &text);
    session.finds(TICKET, "53: pending: add column first_response_at");
    session.ends_well();
}
