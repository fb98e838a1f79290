//! How a session begins and ends.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{Builder, TestServer};

const EXIT: &str = "exit";

fn exit(server: &mut TestServer) {
    server.send(&json!({"jsonrpc": "2.0", "method": EXIT}));
}

/// Waits for the end, which must come at once, and returns the status.
fn ends_at_once(server: &mut TestServer) -> i32 {
    let start = Instant::now();
    let status = server.status();
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    status
}

#[test]
fn exit_after_shutdown_is_success_though_the_input_stays_open() {
    let mut server = Builder::new().build();
    assert_eq!(server.request("shutdown", Value::Null), Value::Null);
    exit(&mut server);
    assert_eq!(ends_at_once(&mut server), 0);
}

#[test]
fn exit_right_behind_shutdown_still_answers_it() {
    let mut server = Builder::new().build();
    let shutdown = server.ask("shutdown", Value::Null);
    exit(&mut server);
    assert!(server.answer_to(shutdown).get("error").is_none());
    assert_eq!(ends_at_once(&mut server), 0);
}

#[test]
fn exit_without_shutdown_is_failure() {
    let mut server = Builder::new().build();
    exit(&mut server);
    assert_eq!(ends_at_once(&mut server), 1);
}

#[test]
fn exit_before_initialize_is_failure() {
    let mut server = Builder::new().start();
    exit(&mut server);
    assert_eq!(ends_at_once(&mut server), 1);
}

#[test]
fn a_closed_input_ends_the_server() {
    let mut server = Builder::new().build();
    server.hang_up();
    assert_eq!(ends_at_once(&mut server), 1);
    let mut server = Builder::new().build();
    server.request("shutdown", Value::Null);
    server.hang_up();
    assert_eq!(ends_at_once(&mut server), 0);
}

#[test]
fn exit_does_not_wait_for_work() {
    let mut server = Builder::new().build();
    server.open("lib/a.ex", "# wait");
    server.settle();
    let pull = server.ask("textDocument/diagnostic", server.document("lib/a.ex"));
    server.probe.until_waiting(1);
    exit(&mut server);
    assert_eq!(ends_at_once(&mut server), 1);
    server.probe.release();
    assert_eq!(server.answer_to(pull)["error"]["code"], -32800);
}

#[test]
fn nothing_works_before_initialize() {
    let mut server = Builder::new().start();
    server.open("lib/a.ex", "lost");
    let error = server.refused("textDocument/hover", server.place("lib/a.ex", 0, 0));
    assert_eq!(error["code"], -32002);
    server.request("initialize", json!({"processId": null, "capabilities": {}}));
    server.notify("initialized", json!({}));
    assert_eq!(server.analysed_text("lib/a.ex"), None);
}

#[test]
fn initialize_works_once() {
    let mut server = Builder::new().build();
    let error = server.refused("initialize", json!({"processId": null, "capabilities": {}}));
    assert_eq!(error["code"], -32600);
    server.settle();
}

#[test]
fn nothing_works_after_shutdown() {
    let mut server = Builder::new().build();
    server.request("shutdown", Value::Null);
    let error = server.refused("textDocument/hover", server.place("lib/a.ex", 0, 0));
    assert_eq!(error["code"], -32600);
    exit(&mut server);
    assert_eq!(server.status(), 0);
}

#[test]
fn capabilities_without_any_of_the_client() {
    let server = Builder::new().plain().build();
    let capabilities = &server.initialized["capabilities"];
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    assert_eq!(capabilities["textDocumentSync"], json!({"openClose": true, "change": 2, "save": true}));
    assert_eq!(capabilities["diagnosticProvider"], Value::Null);
    assert_eq!(capabilities["executeCommandProvider"]["commands"], json!(["ashls.generate", "ashls.preview"]));
    assert_eq!(capabilities["workspace"]["workspaceFolders"]["supported"], true);
    // Other servers do these for general Elixir.
    for foreign in ["documentFormattingProvider", "signatureHelpProvider"] {
        assert_eq!(capabilities[foreign], Value::Null, "{foreign}");
    }
}

#[test]
fn capabilities_for_a_client_that_pulls() {
    let server = Builder::new().build();
    let provider = &server.initialized["capabilities"]["diagnosticProvider"];
    assert_eq!(*provider, json!({"identifier": "ashls", "interFileDependencies": true, "workspaceDiagnostics": true}));
}

#[test]
fn a_client_with_an_old_root_is_served() {
    for key in ["rootUri", "rootPath"] {
        let mut builder = Builder::new().file("lib/a.ex", "text").without_folder();
        let root = builder.root();
        let value = if key == "rootUri" { crate::server::uri(&root) } else { root.display().to_string() };
        builder = builder.params(json!({key: value}));
        let mut server = builder.build();
        assert_eq!(server.analysed_text("lib/a.ex").as_deref(), Some("text"), "{key}");
    }
}
