//! What a wrapper of a wrapper makes pending, as an editor shows it in the file of each.

use serde_json::{Value, json};

use crate::server::{Builder, TestServer};

const CONFIG: &str = "import Config\nconfig :blog, ash_domains: [Blog], ecto_repos: [Blog.Repo]\n";
const BASE: &str = "defmodule Blog.Base do
  defmacro __using__(opts) do
    quote do
      use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
      postgres do
        table unquote(opts[:table])
        repo Blog.Repo
      end
      attributes do
        uuid_primary_key :id
        timestamps()
      end
    end
  end
end
";
const WRAPPER: &str = "defmodule Blog.Resource do
  defmacro __using__(opts) do
    quote do
      use Blog.Base, unquote(opts)
      identities do
        identity :once, [:inserted_at]
      end
    end
  end
end
";

fn opened() -> TestServer {
    let user =
        |name: &str, table: &str| format!("defmodule Blog.{name} do\n  use Blog.Resource, table: \"{table}\"\nend\n");
    let domain = "defmodule Blog do\n  use Ash.Domain\n  resources do\n    resource Blog.Post\n    resource Blog.Tag\n  end\nend\n";
    let mix = "defmodule Blog.MixProject do\n  use Mix.Project\n  def project, do: [app: :blog]\nend\n";
    let mut server = Builder::new()
        .real()
        .file("mix.exs", mix)
        .file("config/config.exs", CONFIG)
        .file("lib/repo.ex", "defmodule Blog.Repo do\n  use AshPostgres.Repo, otp_app: :blog\nend\n")
        .file("lib/blog.ex", domain)
        .file("lib/base.ex", BASE)
        .file("lib/resource.ex", WRAPPER)
        .file("lib/post.ex", &user("Post", "posts"))
        .file("lib/tag.ex", &user("Tag", "tags"))
        .build();
    server.open("lib/base.ex", BASE);
    server.open("lib/resource.ex", WRAPPER);
    server.settle();
    server
}

/// The lines that have a hint, with its label.
fn hints(server: &mut TestServer, file: &str, text: &str) -> Vec<(u64, String)> {
    let mut params = server.document(file);
    let last = text.lines().count();
    params["range"] = json!({"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}});
    let hints = server.request("textDocument/inlayHint", params);
    let hints = hints.as_array().unwrap().iter();
    hints.map(|it| (it["position"]["line"].as_u64().unwrap(), it["label"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn each_declaration_is_hinted_where_it_is_written() {
    let mut server = opened();
    let base = hints(&mut server, "lib/base.ex", BASE);
    assert_eq!(base.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [5, 9, 10], "{base:?}");
    let wrapper = hints(&mut server, "lib/resource.ex", WRAPPER);
    let index = "▲ CREATE UNIQUE INDEX \"posts_once_index\" ON \"posts\" (\"inserted_at\") (+1)";
    assert_eq!(wrapper, [(5, index.to_owned())]);

    // Typed in the inner wrapper, it is there at once.
    let edited = BASE.replace("timestamps()", "timestamps()\n        attribute :kind, :string");
    let change = json!([{"text": edited}]);
    server.change("lib/base.ex", 2, change);
    server.settle();
    assert_eq!(hints(&mut server, "lib/base.ex", &edited).last().unwrap().0, 11);
    let hover = server.place("lib/base.ex", 11, 20);
    let hover = server.request("textDocument/hover", hover)["contents"]["value"].as_str().unwrap().to_owned();
    assert!(hover.contains("add column kind text to posts") && hover.contains("to tags"), "{hover}");
}

#[test]
fn the_lens_of_a_wrapper_opens_the_preview_of_the_project() {
    let mut server = opened();
    let lenses = server.request("textDocument/codeLens", server.document("lib/resource.ex"));
    let lenses = lenses.as_array().unwrap();
    let [lens] = &lenses[..] else { panic!("{lenses:?}") };
    assert_eq!(lens["command"]["title"], "2 pending changes in 2 tables");
    let shown: Value = server.request("workspace/executeCommand", lens["command"].clone());
    let text = shown["text"].as_str().unwrap();
    assert!(text.contains("CREATE TABLE \"posts\"") && text.contains("CREATE TABLE \"tags\""), "{text}");
}
