//! What a rename means for the database: noted in `ashls.renames` when it is saved, confirmed, taken back.

use serde_json::{Value, json};

use crate::language::{POST, opened};
use crate::server::{TestServer, span};

const FILE: &str = "ashls.renames";
const LINE: &str = "rename posts.title:headline\n";

/// The posts are migrated, and nothing is pending.
fn migrated(capabilities: Value) -> TestServer {
    let mut server = opened(capabilities);
    generate(&mut server, json!({"name": "start"}));
    server
}

fn generate(server: &mut TestServer, params: Value) -> Value {
    let params = json!({"command": "ashls.generate", "arguments": [params]});
    let result = server.request("workspace/executeCommand", params);
    assert_eq!(result["status"], "written", "{result}");
    server.notification("window/showMessage");
    result
}

fn rename(server: &mut TestServer, name: &str) -> Value {
    let mut params = server.place("lib/post.ex", 8, 16);
    params["newName"] = json!(name);
    server.request("textDocument/rename", params)
}

fn renamed() -> String {
    POST.replace(":title", ":headline")
}

fn save(server: &mut TestServer, path: &str) {
    server.notify("textDocument/didSave", server.document(path));
}

/// Talks to the server until something holds.
fn until(server: &mut TestServer, holds: impl Fn(&TestServer) -> bool) {
    for _ in 0..20_000 {
        server.settle();
        if holds(server) {
            return;
        }
    }
    panic!("it never came to hold");
}

fn titles(server: &mut TestServer) -> Vec<String> {
    let pending = server.request("ashls/pending", json!({}));
    let changes = pending["resources"].as_array().unwrap().iter().flat_map(|it| it["changes"].as_array().unwrap());
    let mut titles: Vec<String> = changes.map(|it| it["title"].as_str().unwrap().to_owned()).collect();
    titles.extend((0..pending["questions"].as_u64().unwrap()).map(|_| "?".to_owned()));
    titles
}

const AS_A_RENAME: &str = "rename column title of posts to headline";

#[test]
fn a_rename_is_noted_when_it_is_saved_and_goes_with_the_migration() {
    let mut server = migrated(json!({}));
    rename(&mut server, "headline");
    assert_eq!(server.read(FILE), None, "the client may not apply it");
    save(&mut server, "lib/post.ex");
    server.settle();
    server.replace("lib/post.ex", 2, &renamed());
    assert!(titles(&mut server).contains(&AS_A_RENAME.to_owned()));
    assert_eq!(server.read(FILE), None, "the client may take it back");
    save(&mut server, "lib/post.ex");
    until(&mut server, |server| server.read(FILE).is_some());
    assert!(server.read(FILE).unwrap().ends_with(&format!("\n{LINE}")), "{:?}", server.read(FILE));
    generate(&mut server, json!({"name": "rename"}));
    assert_eq!(server.read(FILE), None);
    assert_eq!(titles(&mut server), Vec::<String>::new());
}

#[test]
fn a_later_session_knows_of_it() {
    let mut server = migrated(json!({}));
    server.write(FILE, &format!("# kept\n{LINE}nonsense\n"));
    let event = json!({"changes": [{"uri": server.uri(FILE), "type": 1}]});
    server.notify("workspace/didChangeWatchedFiles", event);
    server.replace("lib/post.ex", 2, &renamed());
    until(&mut server, |_| true);
    let mut seen = titles(&mut server);
    while seen.contains(&"?".to_owned()) {
        seen = titles(&mut server);
    }
    assert!(seen.contains(&AS_A_RENAME.to_owned()), "{seen:?}");
    let report = server.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let uri = server.uri(FILE);
    let own = report["items"].as_array().unwrap().iter().find(|it| it["uri"] == uri).expect("a finding");
    assert_eq!(own["items"][0]["range"], span([2, 0, 2, 8]));
    assert_eq!(own["items"][0]["code"], "renames-file");
    // What is written goes; what is not understood and what is said about it stay.
    generate(&mut server, json!({"name": "rename"}));
    assert_eq!(server.read(FILE).as_deref(), Some("# kept\nnonsense\n"));
}

#[test]
fn an_undone_rename_is_taken_out_again_and_means_nothing_else() {
    let mut server = migrated(json!({}));
    rename(&mut server, "headline");
    server.replace("lib/post.ex", 2, &renamed());
    save(&mut server, "lib/post.ex");
    until(&mut server, |server| server.read(FILE).is_some());
    server.replace("lib/post.ex", 3, POST);
    assert_eq!(titles(&mut server), Vec::<String>::new());
    save(&mut server, "lib/post.ex");
    until(&mut server, |server| server.read(FILE).is_none());
    // Another name is another question.
    server.replace("lib/post.ex", 4, &POST.replace(":title", ":subject"));
    assert!(titles(&mut server).contains(&"?".to_owned()));
}

#[test]
fn what_shall_not_be_noted_is_not() {
    let mut server = migrated(json!({}));
    let settings = json!({"settings": {"ashls": {"rename": {"record": false}}}});
    server.notify("workspace/didChangeConfiguration", settings);
    rename(&mut server, "headline");
    server.replace("lib/post.ex", 2, &renamed());
    save(&mut server, "lib/post.ex");
    assert!(titles(&mut server).contains(&AS_A_RENAME.to_owned()));
    assert_eq!(server.read(FILE), None);
}

#[test]
fn clients_that_ask_first_are_told_what_the_database_does() {
    let edits = json!({"workspace": {"workspaceEdit": {"documentChanges": true, "changeAnnotationSupport": {}}}});
    let mut server = opened(edits.clone());
    let new = rename(&mut server, "headline");
    assert_eq!(new["changeAnnotations"], Value::Null, "no database has the column: {new}");
    let mut server = migrated(edits);
    let edit = rename(&mut server, "headline");
    let annotation = &edit["changeAnnotations"]["ashls.database"];
    assert_eq!(annotation["label"], "The next migration: rename column posts.title to headline");
    assert_eq!(annotation["needsConfirmation"], true);
    let edits = edit["documentChanges"][0]["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 2);
    assert!(edits.iter().all(|it| it["annotationId"] == "ashls.database"), "{edit}");
    let mut server = migrated(json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}));
    let edit = rename(&mut server, "headline");
    assert_eq!(edit["documentChanges"][0]["edits"][0], json!({"range": span([8, 15, 8, 20]), "newText": "headline"}));
}

fn literals() -> Value {
    let kinds = json!({"codeActionKind": {"valueSet": []}});
    json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": kinds}}})
}

fn action(server: &mut TestServer, title: &str) -> Value {
    let mut params = server.document("lib/post.ex");
    params["range"] = span([8, 16, 8, 16]);
    params["context"] = json!({"diagnostics": []});
    let actions = server.request("textDocument/codeAction", params);
    let found = actions.as_array().unwrap().iter().find(|it| it["title"] == title);
    found.unwrap_or_else(|| panic!("{title} in {actions}")).clone()
}

#[test]
fn a_rename_has_its_alternatives() {
    let mut server = migrated(literals());
    rename(&mut server, "headline");
    server.replace("lib/post.ex", 2, &renamed());
    let keep = action(&mut server, "Keep the column: source: :title");
    let uri = server.uri("lib/post.ex");
    assert_eq!(keep["edit"]["changes"][&uri][0]["newText"], ", source: :title");
    let drop = action(&mut server, "Generate migration: drop title and add headline");
    let written = generate(&mut server, drop["command"]["arguments"][0].clone());
    let migration = written["files"][0].as_str().unwrap().trim_start_matches("file://").to_owned();
    let text = std::fs::read_to_string(migration).unwrap();
    assert!(text.contains("remove(:title)") && text.contains("add(:headline"), "{text}");
}

#[test]
fn development_migrations_leave_the_rename_for_the_named_one() {
    let mut server = migrated(literals());
    rename(&mut server, "headline");
    server.replace("lib/post.ex", 2, &renamed());
    save(&mut server, "lib/post.ex");
    until(&mut server, |server| server.read(FILE).is_some());
    let dev = action(&mut server, "Generate development migration for posts");
    assert_eq!(dev["command"]["arguments"][0]["dev"], true);
    let written = generate(&mut server, dev["command"]["arguments"][0].clone());
    for file in written["files"].as_array().unwrap() {
        let file = file.as_str().unwrap();
        assert!(file.ends_with("_dev.exs") || file.ends_with("_dev.json"), "{file}");
    }
    assert!(server.read(FILE).is_some());
    let written = generate(&mut server, json!({"name": "final"}));
    let migration = written["files"][0].as_str().unwrap().trim_start_matches("file://").to_owned();
    let text = std::fs::read_to_string(migration).unwrap();
    assert!(text.contains("rename(table(:posts), :title, to: :headline)"), "{text}");
    assert_eq!(server.read(FILE), None);
    let left = std::fs::read_dir(server.path("priv/repo/migrations")).unwrap();
    assert!(left.flatten().all(|entry| !entry.file_name().to_string_lossy().contains("_dev")));
}
