//! An edit recomputes what depends on it, and nothing else.

use ashls::project::{Project, Recomputed, Source};

use super::fixture::{project, show};

const PROJECT: &str = r#"
//- lib/base.ex
defmodule MyApp.Resource do
  defmacro __using__(opts) do
    quote do
      use Ash.Resource, [data_layer: AshPostgres.DataLayer] ++ unquote(opts)
      attributes do
        uuid_primary_key :id
      end
    end
  end
end
//- lib/status.ex
defmodule MyApp.Status do
  use Ash.Type.Enum, values: [:a]
end
//- lib/post.ex
defmodule MyApp.Post do
  use MyApp.Resource, domain: MyApp.Blog
  postgres do
    table "posts"
    repo MyApp.Repo
  end
  attributes do
    attribute :status, MyApp.Status
  end
  relationships do
    belongs_to :author, MyApp.Author
  end
end
//- lib/author.ex
defmodule MyApp.Author do
  use MyApp.Resource, domain: MyApp.Blog
  postgres do
    table "authors"
    repo MyApp.Repo
  end
end
//- lib/tag.ex
defmodule MyApp.Tag do
  use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table "tags"
    repo MyApp.Repo
  end
  attributes do
    attribute :name, :string
  end
end
//- lib/blog.ex
defmodule MyApp.Blog do
  use Ash.Domain
  resources do
    resource MyApp.Post
    resource MyApp.Author
    resource MyApp.Tag
  end
end
"#;

/// Replaces `from` by `to` in a file, and checks that the result is that of a fresh project.
#[track_caller]
pub fn edit(project: &mut Project, files: &mut String, path: &str, from: &str, to: &str) -> Recomputed {
    let head = format!("//- {path}\n");
    let start = files.find(&head).expect("the file") + head.len();
    let end = files[start..].find("//- ").map_or(files.len(), |end| start + end);
    let text = files[start..end].replacen(from, to, 1);
    assert_ne!(text, files[start..end]);
    files.replace_range(start..end, &text);
    project.set_file(path.into(), Some(Source::Text(text.into())));
    let recomputed = project.refresh();
    assert_eq!(show(project), show(&super::fixture::project(files)));
    recomputed
}

#[track_caller]
fn check(path: &str, from: &str, to: &str, domains: usize, repos: usize, resources: usize, snapshots: usize) {
    let mut files = PROJECT.to_owned();
    let mut project = project(&files);
    let recomputed = edit(&mut project, &mut files, path, from, to);
    assert_eq!(recomputed, Recomputed { domains, repos, resources, snapshots });
}

#[test]
fn an_attribute() {
    check("lib/tag.ex", ":string", ":integer", 0, 0, 1, 1);
}

#[test]
fn white_space_in_a_destination() {
    check("lib/author.ex", "  postgres", "\n  postgres", 0, 0, 1, 1);
}

#[test]
fn the_table_of_a_destination() {
    check("lib/author.ex", "\"authors\"", "\"writers\"", 0, 0, 1, 2);
}

#[test]
fn a_type() {
    check("lib/status.ex", "[:a]", "[:a, :b]", 0, 0, 1, 1);
}

#[test]
fn a_wrapper() {
    check("lib/base.ex", "uuid_primary_key", "integer_primary_key", 0, 0, 2, 2);
}

#[test]
fn a_domain() {
    check("lib/blog.ex", "    resource MyApp.Tag\n", "", 1, 0, 0, 0);
}

#[test]
fn a_new_module_that_was_missing() {
    let mut project = project(&PROJECT.replace("//- lib/author.ex", "//- lib/author.txt"));
    assert!(show(&project).contains("MyApp.Author is not part of the project"));
    let text = PROJECT.split("//- lib/author.ex\n").nth(1).unwrap().split("//- ").next().unwrap();
    project.set_file("lib/author.ex".into(), Some(Source::Text(text.into())));
    let recomputed = project.refresh();
    assert_eq!(recomputed, Recomputed { domains: 0, repos: 0, resources: 1, snapshots: 2 });
    assert_eq!(show(&project), show(&super::fixture::project(PROJECT)));
}

#[test]
fn nothing_changed() {
    let mut project = project(PROJECT);
    assert_eq!(project.refresh(), Recomputed::default());
}

#[test]
fn a_setting() {
    let mut project = project(PROJECT);
    let config = "import Config\nconfig :my_app, ash_domains: [MyApp.Blog], ecto_repos: [MyApp.Repo]\nconfig :ash, \
                  default_belongs_to_type: :integer\n";
    project.set_file("config/config.exs".into(), Some(Source::Text(config.into())));
    let recomputed = project.refresh();
    assert_eq!(recomputed, Recomputed { domains: 0, repos: 0, resources: 1, snapshots: 1 });
}
