//! Workspace folders, and projects outside of them.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer};

fn folder(server: &TestServer, path: &str) -> Value {
    json!({"uri": server.uri(path), "name": path})
}

fn change(server: &mut TestServer, added: &[&str], removed: &[&str]) {
    let list = |paths: &[&str]| paths.iter().map(|path| folder(server, path)).collect::<Vec<_>>();
    let event = json!({"added": list(added), "removed": list(removed)});
    server.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
}

fn two_projects() -> Builder {
    Builder::new()
        .without_mix()
        .file("one/mix.exs", "")
        .file("one/lib/a.ex", "a")
        .file("two/mix.exs", "")
        .file("two/lib/b.ex", "b")
        .file("two/lib/open.ex", "disk")
}

#[test]
fn folders_come_and_go() {
    let mut server = two_projects().folder("one").build();
    assert_eq!(server.analysed_text("one/lib/a.ex").as_deref(), Some("a"));
    assert_eq!(server.analysed_text("two/lib/b.ex"), None);
    change(&mut server, &["two"], &[]);
    assert_eq!(server.analysed_text("two/lib/b.ex").as_deref(), Some("b"));
    server.open("two/lib/open.ex", "editor");
    change(&mut server, &[], &["two"]);
    assert_eq!(server.analysed_text("two/lib/b.ex"), None);
    assert_eq!(server.analysed_text("two/lib/open.ex").as_deref(), Some("editor"));
    assert_eq!(server.analysed_text("one/lib/a.ex").as_deref(), Some("a"));
}

#[test]
fn a_folder_above_several_projects_has_them_all() {
    let mut server = two_projects().build();
    assert_eq!(server.analysed_text("one/lib/a.ex").as_deref(), Some("a"));
    assert_eq!(server.analysed_text("two/lib/b.ex").as_deref(), Some("b"));
}

#[test]
fn a_folder_inside_a_project_has_the_whole_project() {
    let mut server = two_projects().folder("one/lib").build();
    assert_eq!(server.analysed_text("one/mix.exs").as_deref(), Some(""));
}

#[test]
fn a_file_outside_of_all_folders_brings_its_project() {
    let mut server = two_projects().without_folder().build();
    server.open("two/lib/open.ex", "editor");
    assert_eq!(server.analysed_text("two/lib/b.ex").as_deref(), Some("b"));
    assert_eq!(server.analysed_text("two/lib/open.ex").as_deref(), Some("editor"));
}

#[test]
fn a_folder_that_does_not_exist_is_no_hindrance() {
    let mut server = Builder::new().folder("nowhere").build();
    server.open("lib/a.ex", "defmodule A do\n  use Ash.Resource\nend");
    assert_eq!(server.request("textDocument/documentSymbol", server.document("lib/a.ex"))[0]["name"], "A");
}

#[test]
fn reading_shows_progress_to_clients_that_know_it() {
    let mut server =
        Builder::new().file("lib/a.ex", "a").capabilities(json!({"window": {"workDoneProgress": true}})).build();
    let token = server.serve("window/workDoneProgress/create", Value::Null)["token"].clone();
    let mut kinds = Vec::new();
    while kinds.last() != Some(&json!("end")) {
        let progress = server.notification("$/progress");
        assert_eq!(progress["token"], token);
        kinds.push(progress["value"]["kind"].clone());
    }
    assert_eq!((kinds.first(), kinds.get(1)), (Some(&json!("begin")), Some(&json!("report"))));
}

#[test]
fn a_client_that_refuses_the_progress_gets_none() {
    let mut server = Builder::new().capabilities(json!({"window": {"workDoneProgress": true}})).build();
    let (id, _) = server.server_request("window/workDoneProgress/create");
    server.send(&json!({"jsonrpc": "2.0", "id": id, "error": {"code": -1, "message": "no"}}));
    server.settle();
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_read_do_not_hinder_the_others() {
    let builder = Builder::new().file("lib/good.ex", "good");
    std::fs::write(builder.root().join("lib/bad.ex"), b"\xff\xfe").unwrap();
    std::os::unix::fs::symlink("loop.ex", builder.root().join("lib/loop.ex")).unwrap();
    let mut server = builder.build();
    assert_eq!(server.analysed_text("lib/good.ex").as_deref(), Some("good"));
    assert_eq!(server.analysed_text("lib/bad.ex"), None);
    let mut told = vec![server.notification("window/logMessage"), server.notification("window/logMessage")];
    told.sort_by_key(|message| message["message"].as_str().unwrap().len());
    assert!(told.iter().any(|it| it["message"].as_str().unwrap().contains("lib/bad.ex: is not UTF-8")), "{told:?}");
    assert!(told.iter().all(|it| it["type"] == 2));
}

#[test]
fn a_document_that_is_too_large_is_left_out_until_it_is_smaller() {
    let mut server = Builder::new().build();
    let small = "defmodule A do\n  use Ash.Resource\nend\n";
    server.open("lib/a.ex", &format!("{small}#{}", "x".repeat(8 * 1024 * 1024)));
    let symbols = |server: &mut TestServer| server.request("textDocument/documentSymbol", server.document("lib/a.ex"));
    assert_eq!(symbols(&mut server), Value::Null);
    let log = server.notification("window/logMessage")["message"].as_str().unwrap().to_owned();
    assert!(log.ends_with("lib/a.ex: texts over 8 MB are not read"), "{log}");
    server.edit("lib/a.ex", 2, &[([3, 0, 4, 0], "")]);
    assert_eq!(symbols(&mut server)[0]["name"], "A");
}
