//! Previews as documents of our own scheme, for clients of LSP 3.18.

use serde_json::{Value, json};

use crate::language::{POST, opened};
use crate::server::{Builder, TestServer};

fn documents() -> Value {
    json!({"workspace": {"textDocumentContent": {"dynamicRegistration": true}}, "window": {"showDocument": {"support": true}}})
}

fn content(server: &mut TestServer, uri: &str) -> String {
    let content = server.request("workspace/textDocumentContent", json!({"uri": uri}));
    content["text"].as_str().unwrap().to_owned()
}

#[test]
fn offered_to_clients_that_have_it_and_to_no_others() {
    let server = Builder::new().capabilities(documents()).build();
    let workspace = &server.initialized["capabilities"]["workspace"];
    assert_eq!(workspace["textDocumentContent"], json!({"schemes": ["ashls"]}));
    assert_eq!(workspace["workspaceFolders"]["supported"], true);
    let server = Builder::new().build();
    assert_eq!(server.initialized["capabilities"]["workspace"]["textDocumentContent"], Value::Null);
}

#[test]
fn a_preview_is_a_document_that_keeps_up_with_the_source() {
    let mut server = opened(documents());
    let params = json!({"uri": server.uri("lib/post.ex"), "module": "Blog.Post"});
    let command = json!({"command": "ashls.preview", "arguments": [params]});
    let preview = server.request("workspace/executeCommand", command);
    let uri = preview["uri"].as_str().unwrap().to_owned();
    assert_eq!(uri, format!("ashls://preview{}/Blog.Post.sql", server.path("lib/post.ex").display()));
    assert_eq!(server.serve("window/showDocument", json!({"success": true}))["uri"], uri.as_str());
    let before = content(&mut server, &uri);
    assert_eq!(Some(before.as_str()), preview["text"].as_str());
    // Something that changes nothing in it is followed by something that does.
    server.replace("lib/post.ex", 2, &POST.replace(":body, :string", ":body, :string "));
    server.settle();
    server.replace("lib/post.ex", 3, &POST.replace(":body", ":content"));
    assert_eq!(server.serve("workspace/textDocumentContent/refresh", Value::Null), json!({"uri": uri}));
    let after = content(&mut server, &uri);
    assert_eq!(after, before.replace("\"body\"", "\"content\""));
    let migration = content(&mut server, &uri.replace("Blog.Post.sql", "Blog.Post.exs"));
    assert!(migration.contains("add :content, :text"), "{migration}");
    let project = format!("ashls://preview{}/pending.sql", server.path("mix.exs").display());
    assert!(content(&mut server, &project).contains("CREATE TABLE \"posts\""));
}

#[test]
fn other_documents_are_not_ours() {
    let mut server = opened(documents());
    for foreign in ["ashls://elsewhere/a.sql", "file:///a.sql"] {
        let error = server.refused("workspace/textDocumentContent", json!({"uri": foreign}));
        assert_eq!(error["message"], format!("{foreign}: not a document of ashls"));
    }
}
