//! Order, concurrency and cancellation: what goes wrong with tower-lsp unless the server takes care.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::server::{Builder, TestServer, span};

const POST: &str = "defmodule Post do\n  use Ash.Resource\n  postgres do\n    table \"posts\"\n  end\n  attributes do\n    \
                    attribute :title, :string\n  end\nend\n";

fn cancelled(answer: &Value) -> bool {
    answer["error"]["code"] == -32800
}

#[test]
fn edits_and_requests_in_any_mix_keep_their_order() {
    let mut server = Builder::new().build();
    server.open("lib/post.ex", "");
    let mut expected = String::new();
    let mut asked = Vec::new();
    for version in 2..202 {
        let word = format!("{version} ");
        server.edit("lib/post.ex", version, &[([0, expected.len() as u64, 0, expected.len() as u64], &word)]);
        expected.push_str(&word);
        let place = server.place("lib/post.ex", 0, 0);
        asked.push(server.ask("textDocument/hover", place));
    }
    for id in asked {
        let answer = server.answer_to(id);
        // Each is answered, for the text it was asked about or not at all.
        assert!(answer["result"].is_null() && answer["error"]["code"].as_i64().is_none_or(|code| code == -32801));
    }
    assert_eq!(server.analysed_text("lib/post.ex").unwrap(), expected);
}

#[test]
fn documents_are_known_while_the_configuration_is_slow() {
    let mut server = Builder::new().capabilities(json!({"workspace": {"configuration": true}})).build();
    server.open("lib/post.ex", "old");
    server.edit("lib/post.ex", 2, &[([0, 0, 0, 3], POST)]);
    let symbols = server.request("textDocument/documentSymbol", server.document("lib/post.ex"));
    assert_eq!(symbols[0]["name"], "Post");
    // Only now the client gets round to its settings.
    server.serve("workspace/configuration", json!([{"inlayHints": {"enable": false}}]));
}

/// An edit of a text by character numbers, which mean the same in every encoding.
#[derive(Debug, Clone)]
struct Edit {
    from: prop::sample::Index,
    to: prop::sample::Index,
    text: String,
    whole: bool,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = prop::collection::vec(prop::sample::select(vec!["a", "ä", "𝄞", "\n", "\r\n", "\r", "do", " "]), 0..6);
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), text, prop::bool::weighted(0.05));
    let edit = edit.prop_map(|(from, to, text, whole)| Edit { from, to, text: text.concat(), whole });
    prop::collection::vec(edit, 1..8)
}

/// Line and column of a character boundary, counted without the code under test.
fn position(text: &str, offset: usize, encoding: &str) -> [u64; 2] {
    let before = &text[..offset];
    let mut line = 0;
    let mut start = 0;
    for (index, _) in before.match_indices(['\r', '\n']) {
        let pair = text[index..].starts_with("\r\n");
        if !pair || index + 2 <= offset {
            if !(before[..index].ends_with('\r') && text[index..].starts_with('\n')) {
                line += 1;
            }
            start = index + 1;
        }
    }
    let column = &before[start..];
    let column = match encoding {
        "utf-8" => column.len(),
        "utf-16" => column.encode_utf16().count(),
        _ => column.chars().count(),
    };
    [line, column as u64]
}

fn boundary(text: &str, index: prop::sample::Index) -> usize {
    // A position between `\r` and `\n` does not exist.
    let inside_pair = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
    let boundaries: Vec<_> = (0..=text.len()).filter(|at| text.is_char_boundary(*at) && !inside_pair(*at)).collect();
    *index.get(&boundaries)
}

fn check_random_edits(encoding: &'static str) {
    let server = Builder::new().capabilities(json!({"general": {"positionEncodings": [encoding]}})).build();
    assert_eq!(server.initialized["capabilities"]["positionEncoding"], encoding);
    let server = RefCell::new(server);
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let run = runner.run(&edits(), |edits| {
        let mut server = server.borrow_mut();
        let mut expected = String::from("start ä𝄞\r\nsecond\rthird");
        server.open("lib/a.ex", &expected);
        let mut changes = Vec::new();
        for edit in &edits {
            if edit.whole {
                changes.push(json!({"text": edit.text}));
                expected.clone_from(&edit.text);
                continue;
            }
            let (one, other) = (boundary(&expected, edit.from), boundary(&expected, edit.to));
            let (from, to) = (one.min(other), one.max(other));
            let ([line, column], [end_line, end_column]) =
                (position(&expected, from, encoding), position(&expected, to, encoding));
            changes.push(json!({"range": span([line, column, end_line, end_column]), "text": edit.text}));
            expected.replace_range(from..to, &edit.text);
        }
        server.change("lib/a.ex", 2, json!(changes));
        let analysed = server.analysed_text("lib/a.ex");
        prop_assert_eq!(analysed.as_ref(), Some(&expected), "after {:?}", changes);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{encoding}: {error}"));
}

#[test]
fn random_edits_in_utf8() {
    check_random_edits("utf-8");
}

#[test]
fn random_edits_in_utf16() {
    check_random_edits("utf-16");
}

#[test]
fn random_edits_in_utf32() {
    check_random_edits("utf-32");
}

#[test]
fn a_client_that_never_answers_stops_nothing() {
    let everything = json!({
        "workspace": {
            "configuration": true,
            "didChangeConfiguration": {"dynamicRegistration": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
            "diagnostics": {"refreshSupport": true},
            "inlayHint": {"refreshSupport": true},
            "codeLens": {"refreshSupport": true},
        },
        "window": {"workDoneProgress": true},
    });
    let mut server = Builder::new().file("lib/post.ex", POST).capabilities(everything).build();
    for method in [
        "client/registerCapability",
        "workspace/configuration",
        "window/workDoneProgress/create",
        "workspace/diagnostic/refresh",
        "workspace/inlayHint/refresh",
        "workspace/codeLens/refresh",
    ] {
        server.server_request(method);
    }
    server.open("lib/post.ex", POST);
    let hover = server.request("textDocument/hover", server.place("lib/post.ex", 6, 6));
    assert!(hover["contents"]["value"].as_str().unwrap().contains("add column title"));
    let diagnostics = server.request("textDocument/diagnostic", server.document("lib/post.ex"));
    assert_eq!(diagnostics["items"].as_array().unwrap().len(), 1);
}

#[test]
fn fifty_pending_requests_are_cancelled_at_once() {
    let mut server = Builder::new().build();
    server.open("lib/post.ex", &format!("# wait\n{POST}"));
    server.settle();
    let place = server.place("lib/post.ex", 7, 6);
    let asked: Vec<_> = (0..50).map(|_| server.ask("textDocument/hover", place.clone())).collect();
    server.probe.until_waiting(std::thread::available_parallelism().unwrap().get().clamp(2, 8));
    let start = Instant::now();
    for id in &asked {
        server.notify("$/cancelRequest", json!({"id": id}));
    }
    for id in &asked {
        let answer = server.answer_to(*id);
        assert!(cancelled(&answer), "{answer}");
    }
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    // The work itself stops too; what waits on is the look for changed findings, which is still wanted.
    server.probe.until_waiting(1);
    server.probe.release();
    assert!(server.request("textDocument/hover", place).is_object());
}

#[test]
fn requests_about_a_text_that_changes_are_answered_with_content_modified() {
    let mut server = Builder::new().build();
    let text = format!("# wait\n{POST}");
    server.open("lib/post.ex", &text);
    server.settle();
    let place = server.place("lib/post.ex", 7, 6);
    let hover = server.ask("textDocument/hover", place);
    let pull = server.ask("textDocument/diagnostic", server.document("lib/post.ex"));
    server.probe.until_waiting(2);
    server.edit("lib/post.ex", 2, &[([0, 0, 0, 6], "")]);
    assert_eq!(server.answer_to(hover)["error"]["code"], -32801);
    let pulled = server.answer_to(pull);
    assert_eq!(pulled["error"]["code"], -32802);
    assert_eq!(pulled["error"]["data"]["retriggerRequest"], true);
    let report = server.request("textDocument/diagnostic", server.document("lib/post.ex"));
    assert_eq!(report["kind"], "full");
}

#[test]
fn a_panic_costs_one_request() {
    let mut server = Builder::new().build();
    server.open("lib/post.ex", &format!("# panic\n{POST}"));
    let place = server.place("lib/post.ex", 7, 6);
    server.settle();
    let error = server.refused("textDocument/hover", place.clone());
    assert_eq!(
        (error["code"].as_i64(), error["message"].as_str()),
        (Some(-32603), Some("ashls has a bug: told to panic"))
    );
    server.edit("lib/post.ex", 2, &[([0, 0, 0, 7], "")]);
    assert!(server.request("textDocument/hover", place).is_object());
}

#[test]
fn a_panic_of_the_analyzer_costs_one_change() {
    let mut server = Builder::new().build();
    server.open("lib/post.ex", "# poison");
    let told = server.notification("window/showMessage");
    assert!(told["message"].as_str().unwrap().starts_with("ashls has a bug: the analysis failed"), "{told}");
    server.replace("lib/post.ex", 2, POST);
    let symbols = server.request("textDocument/documentSymbol", server.document("lib/post.ex"));
    assert_eq!(symbols[0]["name"], "Post");
}

/// What a session does when it has to show that it is alive.
fn alive(server: &mut TestServer) {
    server.settle();
}

#[test]
fn what_is_no_message_is_answered_and_skipped() {
    let mut server = Builder::new().build();
    for garbage in [
        &b"Content-Length: 5\r\n\r\n{bad}"[..],
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc",
        b"Content-Length: 34\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"\",\"id\":1}",
    ] {
        server.send_bytes(garbage);
        let answer = server.any();
        assert_eq!((answer["id"].clone(), answer["error"]["code"].as_i64()), (answer["id"].clone(), Some(-32700)));
        alive(&mut server);
    }
    server.send_bytes(b"\x00\x01 no header at all\r\n\r\nContent-Length: x\r\n\r\n");
    alive(&mut server);
    // Answers to questions that nobody asked, unknown methods, and members that nobody knows.
    server.send(&json!({"jsonrpc": "2.0", "id": 77, "result": null}));
    server.send(&json!({"jsonrpc": "2.0", "id": "x", "error": {"code": 1, "message": "m", "stack": "s"}}));
    server.notify("$/unknown", json!({}));
    server.notify("textDocument/didOpen", json!({"nonsense": true}));
    assert_eq!(server.refused("unknown/method", json!({}))["code"], -32601);
    assert_eq!(server.refused("textDocument/hover", json!({"nonsense": true}))["code"], -32602);
    alive(&mut server);
}

#[test]
fn a_client_may_send_before_it_is_answered() {
    let mut server = Builder::new().start();
    let params = json!({"processId": null, "capabilities": {"textDocument": {"diagnostic": {}}}});
    let initialize = server.ask("initialize", params);
    server.notify("initialized", json!({}));
    server.open("lib/post.ex", POST);
    let symbols = server.ask("textDocument/documentSymbol", server.document("lib/post.ex"));
    assert_eq!(server.answer_to(initialize)["result"]["serverInfo"]["name"], "ashls");
    assert_eq!(server.answer_to(symbols)["result"][0]["name"], "Post");
}
