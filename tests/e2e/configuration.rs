//! Settings and where they come from.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer, span};

const POST: &str = "defmodule Post do\n  use Ash.Resource\n  table \"posts\"\n  attributes do\n    \
                    attribute :title, :string\n  end\nend\n";

fn hints(server: &mut TestServer) -> usize {
    server.settle();
    let mut params = server.document("lib/post.ex");
    params["range"] = span([0, 0, 6, 0]);
    server.request("textDocument/inlayHint", params).as_array().unwrap().len()
}

fn told(server: &mut TestServer) -> String {
    let message = server.notification("window/showMessage");
    assert_eq!(message["type"], 2);
    message["message"].as_str().unwrap().to_owned()
}

const OFF: &str = "[inlay_hints]\nenable = false\n";

#[test]
fn the_file_holds_until_the_client_says_otherwise() {
    let mut server = Builder::new().file("ashls.toml", OFF).build();
    server.open("lib/post.ex", POST);
    assert_eq!(hints(&mut server), 0);
    let on = json!({"settings": {"ashls": {"inlayHints": {"enable": true}}}});
    server.notify("workspace/didChangeConfiguration", on);
    assert_eq!(hints(&mut server), 1);
}

#[test]
fn the_file_is_read_again_when_it_changes() {
    let mut server = Builder::new().build();
    server.open("lib/post.ex", POST);
    assert_eq!(hints(&mut server), 1);
    server.write("ashls.toml", OFF);
    while hints(&mut server) != 0 {}
    std::fs::remove_file(server.path("ashls.toml")).unwrap();
    while hints(&mut server) != 1 {}
}

#[test]
fn a_client_that_can_be_asked_is_asked_again() {
    let asked = json!({"workspace": {
        "configuration": true,
        "didChangeConfiguration": {"dynamicRegistration": true},
    }});
    let mut server = Builder::new().capabilities(asked).build();
    let registered = server.serve("client/registerCapability", Value::Null);
    assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeConfiguration");
    let params = server.serve("workspace/configuration", json!([null]));
    assert_eq!(params, json!({"items": [{"section": "ashls"}]}));
    server.open("lib/post.ex", POST);
    assert_eq!(hints(&mut server), 1);
    server.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    server.serve("workspace/configuration", json!([{"inlayHints": {"enable": false}}]));
    while hints(&mut server) != 0 {}
}

#[test]
fn errors_name_the_source_and_the_key() {
    let options = json!({"initializationOptions": {"diagnostics": {"delay": "soon"}}});
    let mut server = Builder::new().file("ashls.toml", "[code_lense]\nenable = 1").params(options).build();
    assert_eq!(
        told(&mut server),
        "the editor's settings: `diagnostics.delay` must be milliseconds from 0 to 10000, not \"soon\""
    );
    let problem = told(&mut server);
    let expected = "ashls.toml: `code_lense.enable` is not a setting of ashls; did you mean `code_lens.enable`?";
    assert!(problem.ends_with(expected), "{problem}");
    // Each is told once.
    server
        .notify("workspace/didChangeConfiguration", json!({"settings": {"ashls": {"diagnostics": {"delay": "soon"}}}}));
    server.settle();
}

#[test]
fn a_broken_file_is_told_with_its_line() {
    let mut server = Builder::new().file("ashls.toml", "a = [").build();
    let problem = told(&mut server);
    assert!(problem.contains("ashls.toml: TOML parse error at line 1"), "{problem}");
}

#[test]
fn a_change_of_settings_refreshes_what_is_shown() {
    let refreshes = json!({"workspace": {"inlayHint": {"refreshSupport": true}}});
    let mut server = Builder::new().capabilities(refreshes).build();
    server.serve("workspace/inlayHint/refresh", Value::Null);
    let off = json!({"settings": {"ashls": {"inlayHints": {"enable": false}}}});
    server.notify("workspace/didChangeConfiguration", off);
    server.serve("workspace/inlayHint/refresh", Value::Null);
}

#[test]
fn each_project_has_its_own_file() {
    let builder =
        Builder::new().without_mix().file("one/mix.exs", "").file("two/mix.exs", "").file("two/ashls.toml", OFF);
    let mut server = builder.build();
    let mut count = |path: &str| {
        server.open(path, POST);
        server.settle();
        let mut params = server.document(path);
        params["range"] = span([0, 0, 6, 0]);
        server.request("textDocument/inlayHint", params).as_array().unwrap().len()
    };
    assert_eq!((count("one/lib/post.ex"), count("two/lib/post.ex")), (1, 0));
}
