//! Diagnostics that are pushed to clients which do not ask for them.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer};

const POST: &str = "defmodule Post do\n  use Ash.Resource\n  table \"posts\"\n  attributes do\n    \
                    attribute :title, :string\n  end\nend\n";

fn published(server: &mut TestServer) -> (String, Value, Vec<String>) {
    let params = server.notification("textDocument/publishDiagnostics");
    let messages = params["diagnostics"].as_array().unwrap().iter();
    let messages = messages.map(|it| it["message"].as_str().unwrap().split(" (").next().unwrap().to_owned()).collect();
    let name = params["uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    (name, params["version"].clone(), messages)
}

fn told(name: &str, version: Value, messages: &[&str]) -> (String, Value, Vec<String>) {
    (name.to_owned(), version, messages.iter().map(|it| (*it).to_owned()).collect())
}

fn versions() -> Value {
    json!({"textDocument": {"publishDiagnostics": {"versionSupport": true}}})
}

#[test]
fn findings_come_with_their_version_and_only_when_they_change() {
    let mut server = Builder::new().plain().capabilities(versions()).build();
    server.open("lib/post.ex", POST);
    assert_eq!(published(&mut server), told("post.ex", json!(1), &["pending: add column title"]));
    // A note at the end changes nothing; the next edit does.
    server.edit("lib/post.ex", 2, &[([6, 3, 6, 3], " # note")]);
    server.settle();
    server.edit("lib/post.ex", 3, &[([4, 15, 4, 20], "name")]);
    assert_eq!(published(&mut server), told("post.ex", json!(3), &["pending: add column name"]));
    server.edit("lib/post.ex", 4, &[([4, 0, 5, 0], "")]);
    assert_eq!(published(&mut server), told("post.ex", json!(4), &[]));
}

#[test]
fn a_client_without_versions_gets_none() {
    let mut server = Builder::new().plain().build();
    server.open("lib/post.ex", POST);
    assert_eq!(published(&mut server), told("post.ex", Value::Null, &["pending: add column title"]));
}

#[test]
fn files_that_are_not_open_are_told_about_too() {
    let mut server = Builder::new().plain().file("lib/post.ex", POST).build();
    assert_eq!(published(&mut server), told("post.ex", Value::Null, &["pending: add column title"]));
    std::fs::remove_file(server.path("lib/post.ex")).unwrap();
    // Our own watcher sees it, since this client has none.
    assert_eq!(published(&mut server), told("post.ex", Value::Null, &[]));
}

#[test]
fn a_burst_of_edits_ends_with_the_findings_of_the_last() {
    let mut server = Builder::new().plain().capabilities(versions()).build();
    server.open("lib/post.ex", POST);
    let mut version = 1;
    for name in ["t", "ti", "tit", "titl", "titles"] {
        version += 1;
        server.replace("lib/post.ex", version, &POST.replace(":title", &format!(":{name}")));
    }
    let last = told("post.ex", json!(version), &["pending: add column titles"]);
    let mut told = published(&mut server);
    while told != last {
        told = published(&mut server);
    }
}

#[test]
fn a_lost_document_has_no_findings() {
    let mut server = Builder::new().plain().build();
    server.open("lib/post.ex", POST);
    published(&mut server);
    server.edit("lib/post.ex", 1, &[([0, 0, 0, 0], "x")]);
    server.notification("window/logMessage");
    assert_eq!(published(&mut server), told("post.ex", Value::Null, &[]));
}

#[test]
fn a_file_whose_analysis_panics_does_not_silence_the_others() {
    let mut server =
        Builder::new().plain().file("lib/bad.ex", "# panic\nuse Ash.Resource").file("lib/post.ex", POST).build();
    assert_eq!(published(&mut server), told("post.ex", Value::Null, &["pending: add column title"]));
}

#[test]
fn switched_off_they_are_taken_back() {
    let mut server = Builder::new().plain().file("lib/post.ex", POST).build();
    published(&mut server);
    let off = json!({"settings": {"ashls": {"diagnostics": {"enable": false}}}});
    server.notify("workspace/didChangeConfiguration", off);
    assert_eq!(published(&mut server), told("post.ex", Value::Null, &[]));
}

#[test]
fn a_change_that_shows_in_another_open_file_refreshes_it() {
    let refreshes = json!({"workspace": {"inlayHint": {"refreshSupport": true}, "codeLens": {"refreshSupport": true}}});
    let mut server = Builder::new().plain().capabilities(refreshes).build();
    let refreshed = |server: &mut TestServer| {
        server.serve("workspace/inlayHint/refresh", Value::Null);
        server.serve("workspace/codeLens/refresh", Value::Null);
    };
    // Once everything has been read.
    refreshed(&mut server);
    let like = server.path("lib/other.ex").display().to_string();
    server.open("lib/other.ex", "one");
    server.settle();
    server.open("lib/post.ex", &format!("# like {like}\n"));
    assert_eq!(published(&mut server), told("post.ex", Value::Null, &["the other file begins with one"]));
    server.replace("lib/other.ex", 2, "two");
    assert_eq!(published(&mut server), told("post.ex", Value::Null, &["the other file begins with two"]));
    refreshed(&mut server);
}
