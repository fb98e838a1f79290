//! Completion, names and tokens, over a small project and the analyzer of `ashls lsp`.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer, span};

const MIX: &str = "defmodule Blog.MixProject do\n  use Mix.Project\n  def project, do: [app: :blog]\nend\n";
const CONFIG: &str = "import Config\nconfig :blog, ash_domains: [Blog], ecto_repos: [Blog.Repo]\n";
const DOMAIN: &str = "defmodule Blog do\n  use Ash.Domain\n  resources do\n    resource Blog.Post\n  end\nend\n";
pub const POST: &str = "defmodule Blog.Post do
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table \"posts\"
    repo Blog.Repo
  end
  attributes do
    uuid_primary_key :id
    attribute :title, :string
    attribute :body, :string
  end
  identities do
    identity :unique_title, [:title]
  end
end
";

pub fn opened(capabilities: Value) -> TestServer {
    opened_with(capabilities, json!({}))
}

/// The same with other parameters of `initialize`.
fn opened_with(capabilities: Value, params: Value) -> TestServer {
    let mut server = Builder::new()
        .real()
        .file("mix.exs", MIX)
        .file("config/config.exs", CONFIG)
        .file("lib/repo.ex", "defmodule Blog.Repo do\n  use AshPostgres.Repo, otp_app: :blog\nend\n")
        .file("lib/blog.ex", DOMAIN)
        .file("lib/post.ex", POST)
        .params(params)
        .capabilities(capabilities)
        .build();
    server.open("lib/post.ex", POST);
    server.settle();
    server
}

fn at(server: &mut TestServer, method: &str, line: u64, character: u64) -> Value {
    let params = server.place("lib/post.ex", line, character);
    server.request(method, params)
}

fn item(items: &Value, label: &str) -> Value {
    items.as_array().unwrap().iter().find(|it| it["label"] == label).unwrap_or(&Value::Null).clone()
}

#[test]
fn completion_with_and_without_snippets() {
    let typed = POST.replace("    attribute :body", "    attri\n    attribute :body");
    let snippets = json!({"textDocument": {"completion": {"completionItem": {"snippetSupport": true}}}});
    for (capabilities, text, format) in
        [(snippets, "attribute ${1::name}, ${2::string}", json!(2)), (json!({}), "attribute", Value::Null)]
    {
        let mut server = opened(capabilities);
        server.replace("lib/post.ex", 2, &typed);
        let items = at(&mut server, "textDocument/completion", 9, 9);
        let attribute = item(&items, "attribute");
        assert_eq!(attribute["textEdit"], json!({"range": span([9, 4, 9, 9]), "newText": text}));
        assert_eq!(attribute["insertTextFormat"], format);
        assert!(attribute["documentation"]["value"].is_string());
        assert_eq!(at(&mut server, "textDocument/completion", 1, 8), Value::Null);
    }
}

#[test]
fn completion_of_names() {
    let mut server = opened(json!({}));
    server.edit("lib/post.ex", 2, &[([12, 28, 12, 34], ":")]);
    let items = at(&mut server, "textDocument/completion", 12, 29);
    assert_eq!(item(&items, ":body")["textEdit"]["range"], span([12, 28, 12, 29]));
    assert_eq!(item(&items, ":body")["detail"], ":string");
}

#[test]
fn definition_and_references() {
    let mut server = opened(json!({}));
    let uri = server.uri("lib/post.ex");
    let title = json!({"uri": uri, "range": span([8, 15, 8, 20])});
    assert_eq!(at(&mut server, "textDocument/definition", 12, 30), json!([title]));
    assert_eq!(at(&mut server, "textDocument/definition", 8, 6), Value::Null);
    let mut params = server.place("lib/post.ex", 8, 16);
    params["context"] = json!({"includeDeclaration": false});
    let used = json!({"uri": uri, "range": span([12, 30, 12, 35])});
    assert_eq!(server.request("textDocument/references", params.clone()), json!([used]));
    params["context"]["includeDeclaration"] = json!(true);
    assert_eq!(server.request("textDocument/references", params), json!([title, used]));
    let mut server = opened(json!({"textDocument": {"definition": {"linkSupport": true}}}));
    let uri = server.uri("lib/repo.ex");
    let link =
        json!([{"targetUri": uri, "targetRange": span([0, 0, 2, 3]), "targetSelectionRange": span([0, 10, 0, 19])}]);
    assert_eq!(at(&mut server, "textDocument/definition", 4, 12), link);
}

const MIGRATION: &str = "defmodule Blog.Repo.Migrations.Start do
  use Ecto.Migration
  def up do
    create table(:posts, primary_key: false) do
      add :title, :text
    end
  end
  def down, do: drop(table(:posts))
end
";

const PAGE: &str =
    "# AshBeds\n\n## beds\nWhere things grow.\n\n### Options\n| [`soil`](#s){: #s } | `atom` |  | What is in it. |\n";

fn with_dependencies(capabilities: Value) -> TestServer {
    let post = POST.replace("AshPostgres.DataLayer", "AshPostgres.DataLayer, extensions: [AshBeds]");
    let post = post.replace("  identities do", "  beds do\n    soil :clay\n  end\n  identities do");
    let mut server = Builder::new()
        .real()
        .file("mix.exs", MIX)
        .file("config/config.exs", CONFIG)
        .file("lib/repo.ex", "defmodule Blog.Repo do\n  use AshPostgres.Repo, otp_app: :blog\nend\n")
        .file("lib/blog.ex", DOMAIN)
        .file("lib/post.ex", &post)
        .file("priv/repo/migrations/20240101000000_start.exs", MIGRATION)
        .file("deps/ash_beds/documentation/dsls/DSL-AshBeds.md", PAGE)
        .capabilities(capabilities)
        .build();
    server.open("lib/post.ex", &post);
    server.settle();
    server
}

#[test]
fn a_column_leads_to_the_migration_that_made_it() {
    let mut server = with_dependencies(json!({}));
    let uri = server.uri("priv/repo/migrations/20240101000000_start.exs");
    let place = json!([{"uri": uri, "range": span([4, 6, 4, 23])}]);
    assert_eq!(at(&mut server, "textDocument/implementation", 8, 16), place);
    let mut server = with_dependencies(json!({"textDocument": {"implementation": {"linkSupport": true}}}));
    let uri = server.uri("priv/repo/migrations/20240101000000_start.exs");
    let range = span([4, 6, 4, 23]);
    let link = json!([{"targetUri": uri, "targetRange": range, "targetSelectionRange": range}]);
    assert_eq!(at(&mut server, "textDocument/implementation", 8, 16), link);
    assert_eq!(at(&mut server, "textDocument/implementation", 9, 16), Value::Null);
}

#[test]
fn the_pages_of_packages_are_shown() {
    let mut server = with_dependencies(json!({}));
    let hover = at(&mut server, "textDocument/hover", 12, 6);
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("What is in it."), "{text}");
}

#[test]
fn links_to_resources() {
    let mut server = opened(json!({}));
    server.open("lib/blog.ex", DOMAIN);
    let links = server.request("textDocument/documentLink", server.document("lib/blog.ex"));
    let post = json!({"range": span([3, 13, 3, 22]), "target": server.uri("lib/post.ex"), "tooltip": "Open Blog.Post"});
    assert_eq!(links, json!([post]));
}

#[test]
fn links_to_what_made_a_column() {
    let links = |params: Value| {
        let mut server = opened_with(json!({}), params);
        let all = |server: &mut TestServer| server.request("textDocument/documentLink", server.document("lib/post.ex"));
        assert_eq!(all(&mut server), json!([]), "nothing is in the database");
        let written = json!({"command": "ashls.generate", "arguments": [{"name": "start"}]});
        let written = server.request("workspace/executeCommand", written);
        assert_eq!(written["status"], "written");
        server.notification("window/showMessage");
        let links = all(&mut server);
        (server, links)
    };
    let tooltips = |links: &Value| -> Vec<String> {
        links.as_array().unwrap().iter().map(|link| link["tooltip"].as_str().unwrap().to_owned()).collect()
    };
    // Editors underline links: a line under every column is for those who want it.
    assert_eq!(tooltips(&links(json!({})).1), ["Open the newest snapshot"]);
    let options = json!({"documentLinks": {"migrations": true}});
    let code = json!({"clientInfo": {"name": "Visual Studio Code"}, "initializationOptions": options});
    let (mut server, found) = links(code);
    assert_eq!(
        tooltips(&found),
        [
            "Open the newest snapshot",
            "Open the migration that made id",
            "Open the migration that made title",
            "Open the migration that made body",
            "Open the migration that made posts_unique_title_index",
        ]
    );
    // The target comes when somebody wants to go there.
    for (link, line) in [(2, ":title, :text"), (4, "unique_index(:posts, [:title]")] {
        let link = &found[link];
        assert!(link["target"].is_null() && !link["data"].is_null(), "{link}");
        let target = server.request("documentLink/resolve", link.clone())["target"].as_str().unwrap().to_owned();
        let (uri, number) = target.split_once("#L").unwrap();
        assert!(uri.starts_with(&server.uri("priv/repo/migrations/")) && uri.ends_with("_start.exs"), "{target}");
        let text = std::fs::read_to_string(uri.strip_prefix("file://").unwrap()).unwrap();
        let found = text.lines().nth(number.parse::<usize>().unwrap() - 1).unwrap();
        assert!(found.contains(line), "{found}");
    }
    // Where nobody says what `#L12` means, a link leads to the file.
    let (mut server, found) = links(json!({"clientInfo": {"name": "Neovim"}, "initializationOptions": options}));
    let target = server.request("documentLink/resolve", found[2].clone())["target"].as_str().unwrap().to_owned();
    assert!(target.ends_with("_start.exs"), "{target}");
}

fn rename(server: &mut TestServer, line: u64, character: u64, name: &str) -> Value {
    let mut params = server.place("lib/post.ex", line, character);
    params["newName"] = json!(name);
    server.request("textDocument/rename", params)
}

#[test]
fn a_renamed_attribute_renames_its_column() {
    let mut server = opened(json!({"textDocument": {"rename": {"prepareSupport": true}}}));
    let written = json!({"command": "ashls.generate", "arguments": [{"name": "start"}]});
    assert_eq!(server.request("workspace/executeCommand", written)["status"], "written");
    server.notification("window/showMessage");
    assert_eq!(at(&mut server, "textDocument/prepareRename", 8, 16), span([8, 15, 8, 20]));
    assert_eq!(at(&mut server, "textDocument/prepareRename", 8, 6), Value::Null);
    let edit = rename(&mut server, 8, 16, "headline");
    let edits = json!([
        {"range": span([8, 15, 8, 20]), "newText": "headline"},
        {"range": span([12, 30, 12, 35]), "newText": "headline"},
    ]);
    assert_eq!(edit, json!({"changes": {server.uri("lib/post.ex"): edits}}));
    server.replace("lib/post.ex", 2, &POST.replace(":title", ":headline"));
    let pending = server.request("ashls/pending", json!({}));
    assert_eq!(pending["questions"], 0, "{pending}");
    let titles: Vec<_> =
        pending["resources"][0]["changes"].as_array().unwrap().iter().map(|it| it["title"].clone()).collect();
    assert!(titles.contains(&json!("rename column title of posts to headline")), "{titles:?}");
    // Back again: nothing is left.
    rename(&mut server, 8, 16, "title");
    server.replace("lib/post.ex", 3, POST);
    assert_eq!(server.request("ashls/pending", json!({}))["changes"], 0);
    // Written once, it is not meant for ever.
    rename(&mut server, 8, 16, "headline");
    server.replace("lib/post.ex", 4, &POST.replace(":title", ":headline"));
    let written = json!({"command": "ashls.generate", "arguments": [{"name": "rename"}]});
    assert_eq!(server.request("workspace/executeCommand", written)["status"], "written");
    server.notification("window/showMessage");
    server.replace("lib/post.ex", 5, POST);
    assert_eq!(server.request("ashls/pending", json!({}))["questions"], 1);
}

#[test]
fn what_cannot_be_renamed_is_said() {
    let mut server = opened(json!({}));
    let mut params = server.place("lib/post.ex", 8, 16);
    params["newName"] = json!("body");
    let error = server.refused("textDocument/rename", params);
    assert_eq!(error["message"], "Blog.Post has a field body already");
}

#[test]
fn tokens_and_selections() {
    let mut server = opened(json!({}));
    let tokens = server.request("textDocument/semanticTokens/full", server.document("lib/post.ex"));
    let data = tokens["data"].as_array().unwrap();
    // `postgres`, `table`, `repo`: line, column, length, kind, modifiers.
    assert_eq!(data[..15], json!([2, 2, 8, 0, 0, 1, 4, 5, 2, 0, 1, 4, 4, 2, 0]).as_array().unwrap()[..]);
    let mut params = server.document("lib/post.ex");
    params["positions"] = json!([{"line": 8, "character": 24}]);
    let ranges = server.request("textDocument/selectionRange", params.clone());
    assert_eq!(ranges[0]["range"], span([8, 22, 8, 29]));
    assert_eq!(ranges[0]["parent"]["range"], span([8, 4, 8, 29]));
    server.open("lib/other.ex", "defmodule Other do\n  def f, do: 1\nend\n");
    params["textDocument"] = server.document("lib/other.ex")["textDocument"].clone();
    params["positions"] = json!([{"line": 1, "character": 4}]);
    assert_eq!(server.request("textDocument/selectionRange", params), Value::Null);
    let tokens = server.request("textDocument/semanticTokens/full", server.document("lib/other.ex"));
    assert_eq!(tokens, Value::Null);
}
