//! Diagnostics that the client asks for.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer};

const POST: &str = "defmodule Post do\n  use Ash.Resource\n  table \"posts\"\n  attributes do\n    \
                    attribute :title, :string\n    attribute :price, Money\n  end\nend\n";

fn pull(server: &mut TestServer, path: &str, previous: &Value) -> Value {
    let mut params = server.document(path);
    params["previousResultId"] = previous.clone();
    server.request("textDocument/diagnostic", params)
}

fn pull_all(server: &mut TestServer, previous: Value) -> Vec<Value> {
    let result = server.request("workspace/diagnostic", json!({"previousResultIds": previous}));
    result["items"].as_array().unwrap().clone()
}

fn messages(report: &Value) -> Vec<String> {
    let items = report["items"].as_array().unwrap();
    items.iter().map(|item| item["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_document_with_all_kinds() {
    let mut server = Builder::new().file("priv/resource_snapshots/posts.json", "title body price").build();
    server.open("lib/post.ex", &POST.replace(":string", ":string, nope: 1"));
    let report = pull(&mut server, "lib/post.ex", &Value::Null);
    let drawn: Vec<_> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {} {}", it["severity"], it["code"], it["range"]["start"]["line"], it["message"]))
        .collect();
    assert_eq!(
        drawn,
        [
            "2 \"remove-column\" 3 \"pending: remove column body: body is lost (takes ACCESS EXCLUSIVE)\"",
            "1 \"unknown-option\" 4 \"there is no option nope\"",
            "4 \"unresolved\" 5 \"unresolved: the type of price: Money is unknown\"",
        ]
    );
    assert!(report["items"].as_array().unwrap().iter().all(|it| it["source"] == "ashls"));
    // This client has not said that it knows them.
    assert_eq!(report["items"][1]["relatedInformation"], Value::Null);
    assert_eq!(report["items"][1]["tags"], Value::Null);
}

#[test]
fn extras_for_clients_that_know_them() {
    let known = json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}}}});
    let mut server = Builder::new().capabilities(known).build();
    server.open("lib/post.ex", &POST.replace(":string", ":string, nope: 1"));
    let report = pull(&mut server, "lib/post.ex", &Value::Null);
    let issue = report["items"].as_array().unwrap().iter().find(|it| it["code"] == "unknown-option").unwrap().clone();
    assert_eq!(issue["tags"], json!([1]));
    assert_eq!(issue["relatedInformation"][0]["location"]["uri"], server.uri("lib/post.ex"));
    assert_eq!(issue["relatedInformation"][0]["location"]["range"]["start"], json!({"line": 3, "character": 2}));
}

#[test]
fn nothing_has_changed_across_edits_that_change_nothing() {
    let mut server = Builder::new().build();
    server.open("lib/post.ex", POST);
    let first = pull(&mut server, "lib/post.ex", &Value::Null);
    assert_eq!(first["kind"], "full");
    server.edit("lib/post.ex", 2, &[([7, 3, 7, 3], " # note")]);
    let second = pull(&mut server, "lib/post.ex", &first["resultId"]);
    assert_eq!(second, json!({"kind": "unchanged", "resultId": first["resultId"]}));
    server.edit("lib/post.ex", 3, &[([4, 15, 4, 20], "name")]);
    let third = pull(&mut server, "lib/post.ex", &first["resultId"]);
    assert_eq!(
        (third["kind"].as_str(), messages(&third)[0].as_str()),
        (Some("full"), "pending: add column name (takes ACCESS EXCLUSIVE)")
    );
}

#[test]
fn the_workspace_with_files_that_are_not_open() {
    let mut server = Builder::new()
        .file("lib/post.ex", POST)
        .file("lib/clean.ex", "defmodule Clean do\n  use Ash.Domain\nend")
        .build();
    let reports = pull_all(&mut server, json!([]));
    assert_eq!(reports.len(), 1, "files without findings are not mentioned: {reports:?}");
    let (uri, id) = (reports[0]["uri"].clone(), reports[0]["resultId"].clone());
    assert_eq!((uri.as_str(), reports[0]["version"].clone()), (Some(server.uri("lib/post.ex").as_str()), Value::Null));
    assert_eq!(messages(&reports[0]).len(), 3);
    let known = json!([{"uri": uri, "value": id}, {"uri": server.uri("lib/gone.ex"), "value": "1"}]);
    let reports = pull_all(&mut server, known.clone());
    assert_eq!(reports[0], json!({"kind": "unchanged", "uri": uri, "version": null, "resultId": id}));
    // What is gone has no findings any more.
    assert_eq!((reports[1]["kind"].as_str(), &reports[1]["items"]), (Some("full"), &json!([])));
    server.open("lib/post.ex", "defmodule Post do\n  use Ash.Resource\nend");
    let reports = pull_all(&mut server, known);
    assert_eq!((reports[0]["version"].clone(), &reports[0]["items"]), (json!(1), &json!([])));
}

#[test]
fn a_client_that_pulls_is_never_pushed_to() {
    let mut server = Builder::new().file("lib/post.ex", POST).build();
    server.open("lib/post.ex", POST);
    pull(&mut server, "lib/post.ex", &Value::Null);
    server.edit("lib/post.ex", 2, &[([4, 15, 4, 20], "name")]);
    pull(&mut server, "lib/post.ex", &Value::Null);
    // A push would be left over at the end, which fails the test.
}

#[test]
fn the_client_is_told_to_ask_again_when_files_change_under_it() {
    let refreshes = json!({"workspace": {"diagnostics": {"refreshSupport": true}}});
    let mut server = Builder::new().file("lib/post.ex", POST).capabilities(refreshes).build();
    // Once everything has been read.
    server.serve("workspace/diagnostic/refresh", Value::Null);
    server.write("priv/resource_snapshots/posts.json", "title price");
    let change = json!({"uri": server.uri("priv/resource_snapshots/posts.json"), "type": 1});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    server.serve("workspace/diagnostic/refresh", Value::Null);
    let reports = pull_all(&mut server, json!([]));
    assert_eq!(messages(&reports[0]), ["unresolved: the type of price: Money is unknown"]);
    server.ignore("workspace/diagnostic/refresh");
}

#[test]
fn diagnostics_wait_for_the_project() {
    // Without the snapshot, which comes last, `title` would seem to be new.
    let mut builder = Builder::new().file("priv/resource_snapshots/posts.json", "title price");
    for number in 0..600 {
        builder = builder.file(&format!("lib/filler/{number}.ex"), "");
    }
    let mut server = builder.build();
    server.open("lib/post.ex", POST);
    let report = pull(&mut server, "lib/post.ex", &Value::Null);
    assert_eq!(messages(&report), ["unresolved: the type of price: Money is unknown"]);
}
