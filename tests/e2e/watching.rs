//! Files that change on the disk: told by the client, or seen by our own watcher.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer};

fn watching_client() -> Builder {
    Builder::new()
        .capabilities(json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}}))
        .file("lib/a.ex", "old")
}

fn registered(server: &mut TestServer) -> Vec<String> {
    let params = server.serve("client/registerCapability", Value::Null);
    let watchers = params["registrations"][0]["registerOptions"]["watchers"].as_array().unwrap();
    watchers.iter().map(|watcher| watcher["globPattern"].as_str().unwrap().to_owned()).collect()
}

fn tell(server: &mut TestServer, path: &str, kind: u64) {
    let change = json!({"uri": server.uri(path), "type": kind});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
}

fn until(server: &mut TestServer, path: &str, text: Option<&str>) {
    while server.analysed_text(path).as_deref() != text {}
}

#[test]
fn a_client_that_watches_is_asked_to() {
    let mut server = watching_client().build();
    let globs = registered(&mut server);
    assert_eq!(
        globs,
        [
            "**/{lib,config,priv}/**",
            "**/mix.exs",
            "**/mix.lock",
            "**/.formatter.exs",
            "**/ashls.toml",
            "**/ashls.renames"
        ]
    );
    server.write("lib/a.ex", "new");
    tell(&mut server, "lib/a.ex", 2);
    until(&mut server, "lib/a.ex", Some("new"));
    std::fs::remove_file(server.path("lib/a.ex")).unwrap();
    tell(&mut server, "lib/a.ex", 3);
    until(&mut server, "lib/a.ex", None);
}

#[test]
fn an_open_document_hides_the_disk() {
    let mut server = watching_client().build();
    registered(&mut server);
    server.open("lib/a.ex", "editor");
    server.write("lib/a.ex", "disk");
    server.write("lib/b.ex", "other");
    tell(&mut server, "lib/a.ex", 2);
    tell(&mut server, "lib/b.ex", 1);
    until(&mut server, "lib/b.ex", Some("other"));
    assert_eq!(server.analysed_text("lib/a.ex").as_deref(), Some("editor"));
}

#[test]
fn what_is_told_about_foreign_files_is_ignored() {
    let mut server = watching_client().build();
    registered(&mut server);
    for path in ["deps/x/lib/x.ex", "lib/notes.txt", "_build/a.ex"] {
        server.write(path, "foreign");
        tell(&mut server, path, 1);
    }
    let change = json!({"uri": "untitled:x", "type": 1});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    server.write("lib/b.ex", "last");
    tell(&mut server, "lib/b.ex", 1);
    until(&mut server, "lib/b.ex", Some("last"));
    assert_eq!(server.analysed_text("deps/x/lib/x.ex"), None);
    assert_eq!(server.analysed_text("lib/notes.txt"), None);
}

#[test]
fn our_own_watcher_sees_files_come_change_and_go() {
    let mut server = Builder::new().file("lib/deep/a.ex", "old").file("mix.lock", "%{}").build();
    until(&mut server, "lib/deep/a.ex", Some("old"));
    server.write("lib/deep/a.ex", "new");
    until(&mut server, "lib/deep/a.ex", Some("new"));
    server.write("lib/other/b.ex", "b");
    until(&mut server, "lib/other/b.ex", Some("b"));
    server.write("mix.lock", "%{\"ash\": 1}");
    until(&mut server, "mix.lock", Some("%{\"ash\": 1}"));
    std::fs::remove_dir_all(server.path("lib/deep")).unwrap();
    until(&mut server, "lib/deep/a.ex", None);
}

#[test]
fn our_own_watcher_sees_folders_that_were_not_there() {
    let mut server = Builder::new().file("lib/a.ex", "a").build();
    until(&mut server, "lib/a.ex", Some("a"));
    // `mix ash.codegen` makes `priv` with all that is in it.
    server.write("priv/resource_snapshots/repo/posts/20260101000000.json", "{}");
    until(&mut server, "priv/resource_snapshots/repo/posts/20260101000000.json", Some("{}"));
    server.write("priv/resource_snapshots/repo/posts/20260102000000.json", "{2}");
    until(&mut server, "priv/resource_snapshots/repo/posts/20260102000000.json", Some("{2}"));
}

#[test]
fn our_own_watcher_sees_the_applications_of_an_umbrella() {
    let mut server = Builder::new().file("apps/one/mix.exs", "").file("apps/one/lib/a.ex", "old").build();
    until(&mut server, "apps/one/lib/a.ex", Some("old"));
    server.write("apps/one/lib/a.ex", "new");
    until(&mut server, "apps/one/lib/a.ex", Some("new"));
}
