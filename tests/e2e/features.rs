//! What an editor shows, from request to answer.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer, span};

const POST: &str = "defmodule Post do\n  use Ash.Resource\n  table \"posts\"\n  attributes do\n    \
                    attribute :title, :string\n  end\nend\n";

fn opened(capabilities: Value) -> TestServer {
    let mut server =
        Builder::new().file("priv/resource_snapshots/posts.json", "body").capabilities(capabilities).build();
    server.open("lib/post.ex", POST);
    server.settle();
    server
}

fn with_range(server: &TestServer, range: [u64; 4]) -> Value {
    let mut params = server.document("lib/post.ex");
    params["range"] = span(range);
    params
}

#[test]
fn hover_in_markdown_and_in_plain_text() {
    let mut server = opened(json!({}));
    let hover = server.request("textDocument/hover", server.place("lib/post.ex", 4, 6));
    assert_eq!(hover["contents"]["kind"], "markdown");
    let expected = "**posts.title** · 1 pending change\n\nadd column title\n\n```sql\nALTER TABLE \"posts\" ADD COLUMN \
                    \"title\";\n```\n\nTakes ACCESS EXCLUSIVE: reads and writes wait, for a moment once it is its turn.\n\nNot in the newest \
                    snapshot yet.";
    assert_eq!(hover["contents"]["value"], expected);
    assert_eq!(hover["range"], span([4, 4, 4, 29]));
    let section = server.request("textDocument/hover", server.place("lib/post.ex", 3, 4));
    let section = section["contents"]["value"].as_str().unwrap();
    assert!(section.contains("DROP COLUMN") && section.ends_with("**attributes**\n\nThe columns."), "{section}");
    assert_eq!(server.request("textDocument/hover", server.place("lib/post.ex", 1, 4)), Value::Null);
    let mut server = opened(json!({"textDocument": {"hover": {"contentFormat": ["plaintext"]}}}));
    let hover = server.request("textDocument/hover", server.place("lib/post.ex", 4, 6));
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("posts.title · 1 pending change\n\nadd"));
}

#[test]
fn inlay_hints_at_the_ends_of_lines() {
    let mut server = opened(json!({}));
    let hints = server.request("textDocument/inlayHint", with_range(&server, [0, 0, 6, 0]));
    let hints = hints.as_array().unwrap();
    assert_eq!(hints[0]["position"], json!({"line": 3, "character": 15}));
    assert_eq!(hints[0]["label"], "▼ DROP COLUMN \"body\" · ACCESS EXCLUSIVE");
    assert_eq!(hints[1]["position"], json!({"line": 4, "character": 29}));
    assert_eq!(hints[1]["label"], "▲ ADD COLUMN \"title\" · ACCESS EXCLUSIVE");
    assert!(hints[1]["tooltip"]["value"].as_str().unwrap().contains("```sql"));
    assert_eq!(server.request("textDocument/inlayHint", with_range(&server, [0, 0, 1, 0])), json!([]));
}

#[test]
fn code_lenses_that_can_be_run() {
    let mut server = opened(json!({}));
    let lenses = server.request("textDocument/codeLens", server.document("lib/post.ex"));
    let titles: Vec<_> = lenses.as_array().unwrap().iter().map(|it| it["command"]["title"].clone()).collect();
    assert_eq!(titles, ["2 pending changes, 1 question", "preview", "generate"]);
    assert_eq!(lenses[0]["range"], span([0, 10, 0, 14]));
    let (preview, generate) = (&lenses[1]["command"], &lenses[2]["command"]);
    assert_eq!(preview["command"], "ashls.preview");
    assert_eq!(generate["command"], "ashls.generate");
    assert_eq!(generate["arguments"], json!([{"uri": server.uri("lib/post.ex"), "module": "Post"}]));
    let shown = server.request("workspace/executeCommand", preview.clone());
    assert_eq!(shown["text"], "ALTER TABLE \"posts\" ADD COLUMN \"title\"\nALTER TABLE \"posts\" DROP COLUMN \"body\"");
}

#[test]
fn symbols_as_a_tree_and_as_a_list() {
    let mut server = opened(json!({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}}));
    let tree = server.request("textDocument/documentSymbol", server.document("lib/post.ex"));
    assert_eq!(tree[0]["name"], "Post");
    let section = &tree[0]["children"][0];
    assert_eq!(
        (section["name"].as_str(), section["selectionRange"].clone()),
        (Some("attributes"), span([3, 2, 3, 12]))
    );
    let attribute = &section["children"][0];
    assert_eq!((attribute["name"].as_str(), attribute["detail"].as_str()), (Some("title"), Some("attribute :string")));
    assert_eq!((attribute["kind"].as_i64(), attribute["range"].clone()), (Some(8), span([4, 4, 4, 29])));
    let mut server = opened(json!({}));
    let list = server.request("textDocument/documentSymbol", server.document("lib/post.ex"));
    let names: Vec<_> = list.as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["Post", "attributes", "title"]);
    assert_eq!(list[2]["containerName"], "attributes");
}

#[test]
fn workspace_symbols_of_open_and_closed_files() {
    let mut server = Builder::new().file("lib/comment.ex", &POST.replace("Post", "Comment")).build();
    server.open("lib/post.ex", POST);
    let find = |server: &mut TestServer, query: &str| {
        let found = server.request("workspace/symbol", json!({"query": query}));
        let found = found.as_array().unwrap().iter();
        found.map(|it| format!("{} in {}", it["name"].as_str().unwrap(), it["containerName"])).collect::<Vec<_>>()
    };
    assert_eq!(find(&mut server, "ttl"), ["title in \"Comment\"", "title in \"Post\""]);
    assert_eq!(find(&mut server, "pst"), ["Post in null"]);
}

#[test]
fn folds_of_ash_modules_only() {
    let mut server = opened(json!({"textDocument": {"foldingRange": {"lineFoldingOnly": true}}}));
    let folds = server.request("textDocument/foldingRange", server.document("lib/post.ex"));
    assert_eq!(folds, json!([{"startLine": 0, "endLine": 5}, {"startLine": 3, "endLine": 4}]));
    server.open("lib/other.ex", "defmodule Other do\n  def f do\n    1\n  end\nend");
    assert_eq!(server.request("textDocument/foldingRange", server.document("lib/other.ex")), Value::Null);
    let mut server = opened(json!({}));
    let folds = server.request("textDocument/foldingRange", server.document("lib/post.ex"));
    assert_eq!(folds[1], json!({"startLine": 3, "startCharacter": 15, "endLine": 4, "endCharacter": 29}));
}

fn actions(server: &mut TestServer, range: [u64; 4], context: Value) -> Vec<Value> {
    let mut params = with_range(server, range);
    params["context"] = json!({"diagnostics": []});
    for (key, value) in context.as_object().unwrap() {
        params["context"][key] = value.clone();
    }
    server.request("textDocument/codeAction", params).as_array().unwrap().clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

fn literals() -> Value {
    json!({"textDocument": {"codeAction": {
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
        "isPreferredSupport": true,
    }}})
}

#[test]
fn actions_write_and_answer() {
    let mut server = opened(literals());
    let report = server.request("textDocument/diagnostic", server.document("lib/post.ex"));
    let found = actions(&mut server, [4, 6, 4, 6], json!({"diagnostics": report["items"]}));
    assert_eq!(
        titles(&found),
        [
            "Generate migration: rename body to title",
            "Generate migration: remove body and add title",
            "Generate migration for posts",
            "Generate migration for the whole project",
            "Generate development migration for posts",
            "Generate development migration for the whole project",
        ]
    );
    assert_eq!(found[0]["kind"], "quickfix");
    assert_eq!(found[0]["diagnostics"][0]["code"], "question");
    assert_eq!(found[0]["command"]["arguments"][0]["answers"], json!({"rename body": "yes"}));
    assert_eq!(found[2]["diagnostics"][0]["code"], "add-column");
    assert_eq!(found[3]["command"]["arguments"], json!([{"uri": server.uri("lib/post.ex")}]));
    assert_eq!(found[5]["command"]["arguments"], json!([{"uri": server.uri("lib/post.ex"), "dev": true}]));
}

#[test]
fn actions_by_kind_and_place() {
    let mut server = opened(literals());
    assert_eq!(actions(&mut server, [4, 6, 4, 6], json!({"only": ["refactor"]})), Vec::<Value>::new());
    assert_eq!(actions(&mut server, [1, 0, 1, 0], json!({"only": ["quickfix"]})), Vec::<Value>::new());
    let found = actions(&mut server, [1, 0, 1, 0], json!({"only": ["source"]}));
    assert_eq!(found[0]["kind"], "source.ashls");
    assert_eq!(found.len(), 4);
}

#[test]
fn actions_edit_with_and_without_versions() {
    let text = POST.replace(":string", ":string, nope: 1");
    let mut server = opened(literals());
    server.replace("lib/post.ex", 2, &text);
    let found = actions(&mut server, [4, 32, 4, 32], json!({}));
    assert_eq!((found[0]["title"].as_str(), found[0]["isPreferred"].as_bool()), (Some("Remove nope"), Some(true)));
    let edit = json!([{"range": span([4, 29, 4, 38]), "newText": ""}]);
    assert_eq!(found[0]["edit"], json!({"changes": {server.uri("lib/post.ex"): edit}}));
    let mut capabilities = literals();
    capabilities["workspace"] = json!({"workspaceEdit": {"documentChanges": true}});
    let mut server = opened(capabilities);
    server.replace("lib/post.ex", 2, &text);
    let found = actions(&mut server, [4, 32, 4, 32], json!({}));
    let document = json!({"uri": server.uri("lib/post.ex"), "version": 2});
    assert_eq!(found[0]["edit"], json!({"documentChanges": [{"textDocument": document, "edits": edit}]}));
}

#[test]
fn clients_without_action_literals_get_commands() {
    let mut server = opened(json!({}));
    let found = actions(&mut server, [4, 6, 4, 6], json!({}));
    assert_eq!(found[0]["command"], "ashls.generate");
    assert_eq!(titles(&found)[0], "Generate migration: rename body to title");
}

#[test]
fn silent_in_files_without_resources() {
    let mut server = opened(literals());
    server.open("lib/other.ex", "defmodule Other do\n  def attributes do\n    1\n  end\nend");
    let mut params = server.place("lib/other.ex", 1, 7);
    params["range"] = span([0, 0, 4, 0]);
    params["context"] = json!({"diagnostics": []});
    for (method, expected) in [
        ("textDocument/inlayHint", json!([])),
        ("textDocument/codeLens", json!([])),
        ("textDocument/codeAction", json!([])),
        ("textDocument/documentSymbol", json!([])),
    ] {
        assert_eq!(server.request(method, params.clone()), expected, "{method}");
    }
    let report = server.request("textDocument/diagnostic", server.document("lib/other.ex"));
    assert_eq!(report["items"], json!([]));
}

#[test]
fn what_is_not_wanted_is_not_shown() {
    let off = json!({"initializationOptions": {"inlayHints": {"enable": false}, "codeLens": {"enable": false}}});
    let mut server = Builder::new().params(off).build();
    server.open("lib/post.ex", POST);
    server.settle();
    assert_eq!(server.request("textDocument/inlayHint", with_range(&server, [0, 0, 6, 0])), json!([]));
    assert_eq!(server.request("textDocument/codeLens", server.document("lib/post.ex")), json!([]));
}

#[test]
fn single_files_without_a_project_still_have_an_outline() {
    let mut server = Builder::new().without_folder().build();
    std::fs::remove_file(server.path("mix.exs")).unwrap();
    server.open("post.ex", POST);
    let symbols = server.request("textDocument/documentSymbol", server.document("post.ex"));
    assert_eq!(symbols[0]["name"], "Post");
}
