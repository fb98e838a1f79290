//! The tables of a polymorphic resource follow the relationships of other resources, edit by edit.

use ashls::project::{Project, Recomputed};

use super::fixture::project;
use super::incremental::edit;

const PROJECT: &str = r#"
//- lib/comment.ex
defmodule MyApp.Comment do
  use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
  postgres do
    repo MyApp.Repo
    polymorphic? true
  end
  attributes do
    uuid_primary_key :id
    attribute :subject_id, :uuid
  end
end
//- lib/post.ex
defmodule MyApp.Post do
  use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table "posts"
    repo MyApp.Repo
  end
  attributes do
    uuid_primary_key :id
    attribute :title, :string
  end
  relationships do
    has_many :comments, MyApp.Comment,
      relationship_context: %{data_layer: %{table: "post_comments"}},
      destination_attribute: :subject_id
  end
end
//- lib/blog.ex
defmodule MyApp.Blog do
  use Ash.Domain
  resources do
    resource MyApp.Comment
    resource MyApp.Post
  end
end
"#;

fn tables(project: &Project) -> Vec<String> {
    project.desired().map(|desired| desired.snapshot.table.clone()).collect()
}

#[test]
fn another_table_in_the_context() {
    let mut files = PROJECT.to_owned();
    let mut project = project(&files);
    assert_eq!(tables(&project), ["post_comments", "posts"]);
    let recomputed = edit(&mut project, &mut files, "lib/post.ex", "\"post_comments\"", "\"remarks\"");
    assert_eq!(recomputed, Recomputed { domains: 0, repos: 0, resources: 1, snapshots: 2 });
    assert_eq!(tables(&project), ["remarks", "posts"]);
    edit(
        &mut project,
        &mut files,
        "lib/post.ex",
        "has_many :comments",
        "has_many :notes, MyApp.Tag\n    has_many :comments",
    );
    edit(&mut project, &mut files, "lib/post.ex", "table: \"remarks\"", "other: 1");
    assert_eq!(tables(&project), ["posts"]);
    edit(&mut project, &mut files, "lib/post.ex", "other: 1", "table: \"again\"");
    assert_eq!(tables(&project), ["again", "posts"]);
}

#[test]
fn an_edit_beside_the_relationships() {
    let mut files = PROJECT.to_owned();
    let mut project = project(&files);
    let recomputed = edit(&mut project, &mut files, "lib/post.ex", ":title, :string", ":title, :integer");
    assert_eq!((recomputed.resources, tables(&project).len()), (1, 2));
}

#[test]
fn a_resource_goes_and_comes_back() {
    let mut files = PROJECT.to_owned();
    let mut project = project(&files);
    edit(&mut project, &mut files, "lib/blog.ex", "    resource MyApp.Post\n", "");
    assert_eq!(tables(&project), Vec::<String>::new());
    edit(&mut project, &mut files, "lib/comment.ex", "defmodule MyApp.Comment", "defmodule MyApp.Remark");
    assert!(project.issues().iter().any(|issue| issue.message.contains("MyApp.Comment is not part of the project")));
    edit(&mut project, &mut files, "lib/comment.ex", "defmodule MyApp.Remark", "defmodule MyApp.Comment");
    edit(&mut project, &mut files, "lib/blog.ex", "MyApp.Comment\n", "MyApp.Comment\n    resource MyApp.Post\n");
    assert_eq!(tables(&project), ["post_comments", "posts"]);
    assert!(project.issues().is_empty());
}

#[test]
fn domains_that_no_configuration_lists() {
    let more = r#"
//- lib/a.ex
defmodule MyApp.A do
  use Ash.Domain
  # about resources and more
  resources do
    allow_unregistered? true
  end
end
//- lib/b.ex
defmodule MyApp.B do
  use Ash.Domain
  resources(do: [])
end
//- lib/c.ex
defmodule MyApp.C do
  use Ash.Domain

  def resources, do: "no resources of its own"
end
//- lib/d.ex
defmodule MyApp.D do
  resources do
  end
end
"#;
    let project = project(&format!("{PROJECT}{more}"));
    assert_eq!(project.unconfigured_domains(), ["MyApp.A", "MyApp.B"]);
}
