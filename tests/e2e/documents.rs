//! Documents that misbehave, and files that are no projects of ours.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer};

fn warning(server: &mut TestServer) -> String {
    let log = server.notification("window/logMessage");
    assert_eq!(log["type"], 2);
    log["message"].as_str().unwrap().to_owned()
}

/// Sends a bad edit, and checks that the document is out of use until it comes whole.
fn check_lost(change: impl Fn(&mut TestServer), reason: &str) {
    let mut server = Builder::new().file("lib/a.ex", "disk").build();
    server.open("lib/a.ex", "defmodule A do\n  use Ash.Resource\nend");
    change(&mut server);
    let message = warning(&mut server);
    assert!(message.contains(reason), "{message}");
    let symbols = |server: &mut TestServer| server.request("textDocument/documentSymbol", server.document("lib/a.ex"));
    assert_eq!(symbols(&mut server), Value::Null);
    // The disk's text stands in for other files.
    while server.analysed_text("lib/a.ex").as_deref() != Some("disk") {}
    server.edit("lib/a.ex", 8, &[([0, 0, 0, 0], "x")]);
    assert!(warning(&mut server).contains("edit of a document that was dropped"));
    assert_eq!(symbols(&mut server), Value::Null);
    server.replace("lib/a.ex", 9, "defmodule B do\n  use Ash.Resource\nend");
    assert_eq!(symbols(&mut server)[0]["name"], "B");
    server.edit("lib/a.ex", 10, &[([0, 10, 0, 11], "C")]);
    assert_eq!(symbols(&mut server)[0]["name"], "C");
}

#[test]
fn a_stale_version_drops_the_document() {
    check_lost(|server| server.edit("lib/a.ex", 1, &[([0, 0, 0, 0], "x")]), "version 1");
}

#[test]
fn a_range_out_of_bounds_drops_the_document() {
    check_lost(|server| server.edit("lib/a.ex", 2, &[([99, 0, 99, 0], "x")]), "line 99");
}

#[test]
fn a_reversed_range_drops_the_document() {
    check_lost(|server| server.edit("lib/a.ex", 2, &[([0, 3, 0, 1], "x")]), "behind its end");
}

#[test]
fn edits_in_another_order_are_put_in_order() {
    let mut server = Builder::new().build();
    server.open("lib/a.ex", "");
    let words: Vec<String> = (2..62).map(|version| format!("{version} ")).collect();
    let mut start = 0;
    let mut edits: Vec<(i64, u64, &str)> = Vec::new();
    for (version, word) in (2..).zip(&words) {
        edits.push((version, start, word));
        start += word.len() as u64;
    }
    // As several tasks write them: now two, now three change places.
    edits.chunks_mut(5).for_each(|part| part.reverse());
    let mut asked = Vec::new();
    for (version, at, word) in edits {
        server.edit("lib/a.ex", version, &[([0, at, 0, at], word)]);
        asked.push(server.ask("textDocument/hover", server.place("lib/a.ex", 0, 0)));
    }
    assert_eq!(server.analysed_text("lib/a.ex").unwrap(), words.concat());
    for id in asked {
        let answer = server.answer_to(id);
        assert!(answer["result"].is_null() && answer["error"]["code"].as_i64().is_none_or(|code| code == -32801));
    }
}

#[test]
fn what_is_asked_meanwhile_means_the_text_with_what_is_missing() {
    let mut server = Builder::new().build();
    server.open("lib/a.ex", "defmodule A do\n  use Ash.Resource\nend");
    server.edit("lib/a.ex", 3, &[([0, 11, 0, 11], "C")]);
    let asked = server.ask("textDocument/documentSymbol", server.document("lib/a.ex"));
    server.edit("lib/a.ex", 2, &[([0, 11, 0, 11], "B")]);
    assert_eq!(server.answer_to(asked)["result"][0]["name"], "ACB");
}

#[test]
fn an_edit_that_never_comes_is_waited_for_a_moment_only() {
    let mut server = Builder::new().build();
    server.open("lib/a.ex", "ab");
    // Clients may leave numbers out.
    server.edit("lib/a.ex", 7, &[([0, 2, 0, 2], "c")]);
    assert_eq!(server.analysed_text("lib/a.ex").as_deref(), Some("abc"));
    server.edit("lib/a.ex", 12, &[([0, 3, 0, 3], "d")]);
    assert_eq!(server.analysed_text("lib/a.ex").as_deref(), Some("abcd"));
}

#[test]
fn what_does_not_fit_without_the_missing_edit_drops_the_document() {
    check_lost(|server| server.edit("lib/a.ex", 3, &[([9, 0, 9, 0], "x")]), "line 9");
}

#[test]
fn reopening_brings_a_document_back() {
    let mut server = Builder::new().build();
    server.open("lib/a.ex", "one");
    server.edit("lib/a.ex", 1, &[]);
    warning(&mut server);
    server.open("lib/a.ex", "two");
    assert_eq!(server.analysed_text("lib/a.ex").as_deref(), Some("two"));
}

#[test]
fn documents_that_are_not_open_are_ignored() {
    let mut server = Builder::new().build();
    server.edit("lib/a.ex", 2, &[([0, 0, 0, 0], "x")]);
    assert!(warning(&mut server).contains("edit of a document that is not open"));
    server.close("lib/a.ex");
    assert!(warning(&mut server).contains("close of a document that is not open"));
    for (method, expected) in [
        ("textDocument/hover", json!(null)),
        ("textDocument/inlayHint", json!(null)),
        ("textDocument/codeLens", json!(null)),
        ("textDocument/codeAction", json!(null)),
        ("textDocument/documentSymbol", json!(null)),
        ("textDocument/foldingRange", json!(null)),
    ] {
        let mut params = server.place("lib/a.ex", 0, 0);
        params["range"] = crate::server::span([0, 0, 9, 9]);
        params["context"] = json!({"diagnostics": []});
        assert_eq!(server.request(method, params), expected, "{method}");
    }
    let report = server.request("textDocument/diagnostic", server.document("lib/a.ex"));
    assert_eq!(report["items"], json!([]));
}

#[test]
fn places_out_of_bounds_have_nothing() {
    let mut server = Builder::new().build();
    server.open("lib/a.ex", "defmodule A do\n  use Ash.Resource\nend");
    assert_eq!(server.request("textDocument/hover", server.place("lib/a.ex", 99, 0)), Value::Null);
    let mut params = server.document("lib/a.ex");
    params["range"] = crate::server::span([0, 0, 99, 0]);
    assert_eq!(server.request("textDocument/inlayHint", params), json!([]));
}

#[test]
fn documents_that_are_no_files_are_left_alone() {
    let mut server = Builder::new().build();
    let document = json!({"uri": "untitled:one", "languageId": "elixir", "version": 1, "text": "use Ash.Resource"});
    server.notify("textDocument/didOpen", json!({"textDocument": document}));
    let params = json!({"textDocument": {"uri": "untitled:one"}, "position": {"line": 0, "character": 0}});
    assert_eq!(server.request("textDocument/hover", params), Value::Null);
    server.notify("textDocument/didClose", json!({"textDocument": {"uri": "untitled:one"}}));
    server.settle();
}

#[test]
fn a_closed_document_goes_back_to_the_disk() {
    let mut server = Builder::new().file("lib/a.ex", "disk").build();
    server.open("lib/a.ex", "editor");
    assert_eq!(server.analysed_text("lib/a.ex").as_deref(), Some("editor"));
    server.close("lib/a.ex");
    while server.analysed_text("lib/a.ex").as_deref() != Some("disk") {}
    server.open("lib/new.ex", "never saved");
    server.close("lib/new.ex");
    while server.analysed_text("lib/new.ex").is_some() {}
}

#[test]
fn the_same_file_under_two_names_is_one_document() {
    let mut server = Builder::new().build();
    server.open("lib/ab.ex", "one");
    let escaped = server.uri("lib/ab.ex").replace("ab.ex", "%61b.ex");
    let dotted = server.uri("lib/ab.ex").replace("/lib/", "/lib/../lib/./");
    for (version, uri) in [(2, escaped), (3, dotted)] {
        let document = json!({"uri": uri, "version": version});
        let changes = json!([{"range": crate::server::span([0, 0, 0, 0]), "text": "+"}]);
        server.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }
    assert_eq!(server.analysed_text("lib/ab.ex").as_deref(), Some("++one"));
}
