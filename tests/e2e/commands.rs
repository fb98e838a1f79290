//! Writing migrations, and looking at them before.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer, span};

const POST: &str = "defmodule Post do\n  use Ash.Resource\n  table \"posts\"\n  attributes do\n    \
                    attribute :title, :string\n  end\nend\n";

fn server(more: Value) -> TestServer {
    let mut server = Builder::new().file("lib/post.ex", POST).capabilities(more).build();
    server.settle();
    server
}

fn generate(server: &mut TestServer, params: Value) -> Value {
    server.request("workspace/executeCommand", json!({"command": "ashls.generate", "arguments": [params]}))
}

fn refused(server: &mut TestServer, params: Value) -> Value {
    server.refused("workspace/executeCommand", json!({"command": "ashls.generate", "arguments": [params]}))
}

/// The one migration there is: its name without the stamp, and its text.
fn migration(server: &TestServer) -> Option<(String, String)> {
    let entry = std::fs::read_dir(server.path("priv/repo/migrations")).ok()?.next()?.unwrap();
    let name = entry.file_name().into_string().unwrap();
    assert!(name[..14].bytes().all(|byte| byte.is_ascii_digit()), "{name}");
    Some((name[14..].to_owned(), std::fs::read_to_string(entry.path()).unwrap()))
}

#[test]
fn writes_migration_and_snapshot() {
    let mut server = server(json!({}));
    let result = generate(&mut server, json!({"name": "add_title"}));
    assert_eq!(result["status"], "written");
    assert_eq!(migration(&server), Some(("_add_title.exs".into(), "add :title".into())));
    assert_eq!(server.read("priv/resource_snapshots/posts.json").as_deref(), Some("title"));
    assert_eq!(result["files"][1], server.uri("priv/resource_snapshots/posts.json"));
    let message = server.notification("window/showMessage")["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("ashls wrote priv/repo/migrations/"), "{message}");
    // What was written is known at once.
    assert_eq!(generate(&mut server, json!({})), json!({"status": "nothing", "files": []}));
}

#[test]
fn writes_what_the_editor_shows_rather_than_the_disk() {
    let mut server = server(json!({}));
    server.open("lib/post.ex", &POST.replace(":title", ":headline"));
    let resource = json!({"uri": server.uri("lib/post.ex"), "module": "Post"});
    generate(&mut server, resource);
    assert_eq!(migration(&server).unwrap().1, "add :headline");
    server.notification("window/showMessage");
}

#[test]
fn opens_the_migration_when_the_client_can_and_wants() {
    let show = json!({"window": {"showDocument": {"support": true}}});
    let mut server = server(show.clone());
    let result = generate(&mut server, json!({}));
    let shown = server.serve("window/showDocument", json!({"success": true}));
    assert_eq!(shown["uri"], result["files"][0]);
    server.notification("window/showMessage");
    let off = json!({"initializationOptions": {"generate": {"open": false}}});
    let mut server = Builder::new().file("lib/post.ex", POST).capabilities(show).params(off).build();
    generate(&mut server, json!({}));
    server.notification("window/showMessage");
}

fn with_question(text: &str) -> TestServer {
    let mut server =
        Builder::new().file("lib/post.ex", text).file("priv/resource_snapshots/posts.json", "body").build();
    server.settle();
    server
}

#[test]
fn answers_that_come_along_are_taken() {
    let mut server = with_question(POST);
    generate(&mut server, json!({"answers": {"rename body": "yes", "of yesterday": "no"}}));
    let text = migration(&server).unwrap().1;
    assert!(text.ends_with("# rename body: yes"), "{text}");
    server.notification("window/showMessage");
}

#[test]
fn questions_are_asked_in_a_dialog() {
    let mut server = with_question(POST);
    let command = json!({"command": "ashls.generate", "arguments": []});
    let id = server.ask("workspace/executeCommand", command);
    let dialog = server.serve("window/showMessageRequest", json!({"title": "remove body and add title"}));
    assert_eq!(dialog["message"], "Are you renaming body to title?");
    assert_eq!(dialog["actions"], json!([{"title": "rename body to title"}, {"title": "remove body and add title"}]));
    assert_eq!(server.answer_to(id)["result"]["status"], "written");
    assert!(migration(&server).unwrap().1.ends_with("# rename body: no"));
    server.notification("window/showMessage");
}

#[test]
fn a_question_without_an_answer_writes_nothing() {
    let mut server = with_question(POST);
    let id = server.ask("workspace/executeCommand", json!({"command": "ashls.generate"}));
    server.serve("window/showMessageRequest", Value::Null);
    let result = server.answer_to(id)["result"].clone();
    assert_eq!(
        (result["status"].as_str(), result["questions"][0]["id"].as_str()),
        (Some("unanswered"), Some("rename body"))
    );
    assert_eq!(result["questions"][0]["answers"][0], json!({"id": "yes", "title": "rename body to title"}));
    assert_eq!(migration(&server), None);
}

#[test]
fn one_command_at_a_time() {
    let mut server = with_question(POST);
    let id = server.ask("workspace/executeCommand", json!({"command": "ashls.generate"}));
    let (dialog, _) = server.server_request("window/showMessageRequest");
    let error = refused(&mut server, json!({}));
    assert_eq!(
        (error["code"].as_i64(), error["message"].as_str()),
        (Some(-32803), Some("a migration is being written already"))
    );
    server.send(&json!({"jsonrpc": "2.0", "id": dialog, "result": null}));
    assert_eq!(server.answer_to(id)["result"]["status"], "unanswered");
    generate(&mut server, json!({"answers": {"rename body": "no"}}));
    server.notification("window/showMessage");
}

#[test]
fn a_cancelled_command_writes_nothing_and_makes_room() {
    let mut server = with_question(POST);
    let id = server.ask("workspace/executeCommand", json!({"command": "ashls.generate"}));
    let (dialog, _) = server.server_request("window/showMessageRequest");
    server.notify("$/cancelRequest", json!({"id": id}));
    assert_eq!(server.answer_to(id)["error"]["code"], -32800);
    server.send(&json!({"jsonrpc": "2.0", "id": dialog, "result": {"title": "rename body to title"}}));
    // The next one finds the way free, if not at once.
    let mut next = json!({"message": "a migration is being written already"});
    while next["message"] == "a migration is being written already" {
        let command = json!({"command": "ashls.generate", "arguments": [{"answers": {"rename body": "no"}}]});
        let id = server.ask("workspace/executeCommand", command);
        let answer = server.answer_to(id);
        next = answer.get("error").cloned().unwrap_or_default();
    }
    assert_eq!(next, Value::Null);
    assert!(migration(&server).unwrap().1.ends_with("# rename body: no"));
    server.notification("window/showMessage");
}

#[test]
fn what_is_not_known_is_refused() {
    let mut server = Builder::new().file("lib/post.ex", &format!("# refuse\n{POST}")).build();
    let error = refused(&mut server, json!({}));
    assert_eq!(
        (error["code"].as_i64(), error["message"].as_str()),
        (Some(-32803), Some("the type of price is not known"))
    );
}

#[test]
fn a_disk_that_refuses_leaves_nothing_half_written() {
    let mut server = server(json!({}));
    // A file where the folder of the snapshots has to be.
    server.write("priv/resource_snapshots", "in the way");
    let error = refused(&mut server, json!({}));
    assert_eq!(error["code"], -32803);
    assert!(error["message"].as_str().unwrap().contains("no file was changed"), "{error}");
    assert_eq!(migration(&server), None);
}

#[test]
fn names_cannot_lead_out_of_the_project() {
    let mut server = server(json!({}));
    server.open("lib/post.ex", &POST.replace("\"posts\"", "\"../../../evil\""));
    let error = refused(&mut server, json!({}));
    assert!(error["message"].as_str().unwrap().contains("outside the project"), "{error}");
    assert_eq!(migration(&server), None);
}

#[test]
fn wrong_commands_and_arguments_are_told() {
    let mut server = server(json!({}));
    let command = |server: &mut TestServer, command: &str, arguments: Value| {
        let error = server.refused("workspace/executeCommand", json!({"command": command, "arguments": arguments}));
        assert_eq!(error["code"], -32602);
        error["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(command(&mut server, "ashls.fly", json!([])), "ashls.fly: not a command of ashls");
    assert!(command(&mut server, "ashls.generate", json!([{"modul": "x"}])).contains("unknown field `modul`"));
    assert!(command(&mut server, "ashls.generate", json!([{}, {}])).contains("one argument"));
    assert_eq!(command(&mut server, "ashls.preview", json!([{"uri": "untitled:x"}])), "untitled:x: not a file");
    assert!(command(&mut server, "ashls.generate", json!([{"module": "Post"}])).contains("`uri` is needed"));
}

#[test]
fn preview_in_both_languages() {
    let mut server = server(json!({}));
    let uri = server.uri("lib/post.ex");
    let sql = server.request("ashls/preview", json!({"uri": uri, "module": "Post"}));
    let causes = json!([{"range": span([0, 0, 0, 5]), "location": {"uri": uri, "range": span([4, 4, 4, 29])}}]);
    assert_eq!(
        sql,
        json!({
            "title": "Pending",
            "module": "Post",
            "languageId": "sql",
            "text": "ALTER TABLE \"posts\" ADD COLUMN \"title\"",
            "causes": causes,
        })
    );
    let ecto = server.request("ashls/preview", json!({"uri": uri, "module": "Post", "format": "ecto"}));
    let here = server.request("ashls/preview", json!({"uri": uri, "position": {"line": 4, "character": 0}}));
    assert_eq!(here, sql);
    let nowhere = server.refused("ashls/preview", json!({"uri": uri, "position": {"line": 7, "character": 0}}));
    assert_eq!(nowhere["message"], "there is no Ash resource here");
    assert_eq!((ecto["languageId"].as_str(), ecto["text"].as_str()), (Some("elixir"), Some("add :title")));
}

#[test]
fn pending_changes_as_a_list() {
    let mut server = server(json!({}));
    server.write("lib/other.ex", "defmodule Other do\n  use Ash.Resource\nend\n");
    let uri = server.uri("lib/post.ex");
    let expected = json!({
        "changes": 1,
        "questions": 0,
        "resources": [{
            "module": "Post",
            "table": "posts",
            "location": {"uri": uri, "range": span([0, 10, 0, 14])},
            "changes": [{
                "title": "add column title",
                "code": "add-column",
                "range": span([4, 4, 4, 29]),
                "sql": ["ALTER TABLE \"posts\" ADD COLUMN \"title\""],
                "lock": "ACCESS EXCLUSIVE",
            }],
            "questions": [],
        }],
    });
    assert_eq!(server.request("ashls/pending", json!({})), expected);
    assert_eq!(server.request("ashls/pending", json!({"uri": uri})), expected);
    let elsewhere = server.request("ashls/pending", json!({"uri": "file:///elsewhere"}));
    assert_eq!(elsewhere, json!({"changes": 0, "questions": 0, "resources": []}));
    assert!(server.refused("ashls/pending", json!({"uri": "untitled:x"}))["message"].is_string());
}

#[test]
fn changes_of_what_is_pending_are_told_to_clients_that_want_it() {
    let mut server = server(json!({"experimental": {"ashls": {"pendingChanged": true}}}));
    assert_eq!(server.notification("ashls/pendingChanged"), json!({}));
    server.open("lib/post.ex", &POST.replace(":title", ":headline"));
    // There may be one for each look; the one after the edit is among them.
    loop {
        server.notification("ashls/pendingChanged");
        let pending = server.request("ashls/pending", json!({}));
        if pending["resources"][0]["changes"][0]["title"] == "add column headline" {
            break;
        }
    }
    server.ignore("ashls/pendingChanged");
}

#[test]
fn preview_is_opened_by_clients_that_show_documents() {
    let mut server = server(json!({"window": {"showDocument": {"support": true}}}));
    let params =
        json!({"command": "ashls.preview", "arguments": [{"uri": server.uri("lib/post.ex"), "module": "Post"}]});
    server.request("workspace/executeCommand", params);
    let shown = server.serve("window/showDocument", json!({"success": true}))["uri"].as_str().unwrap().to_owned();
    let path = shown.strip_prefix("file://").unwrap().to_owned();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "ALTER TABLE \"posts\" ADD COLUMN \"title\"");
    server.request("shutdown", Value::Null);
    server.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    server.status();
    assert!(!std::path::Path::new(&path).exists(), "it goes with the session");
}
