use std::sync::Arc;

use expect_test::{Expect, expect};

use super::*;

const POST: &str = "defmodule Blog.Post do
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
  alias Blog.People.Author

  postgres do
    table \"posts\"
    repo Blog.Repo
    identity_index_names unique_title: \"u\"

    references do
      reference :author
    end

    custom_indexes do
      index [:title, :author_id]
    end
  end

  attributes do
    uuid_primary_key :id
    attribute :title, :string
  end

  relationships do
    belongs_to :author, Author
  end

  identities do
    identity :unique_title, [:title]
  end

  actions do
    defaults [:read, create: [:title]]
    update :publish do
      validate present([:title, :nothing])
      change set_attribute(:title, \"x\")
    end
  end

  calculations do
    calculate :loud, :string, expr(title <> author.name)
  end
end
";
const AUTHOR: &str = "defmodule Blog.People.Author do
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table \"authors\"
    repo Blog.Repo
  end
  attributes do
    uuid_primary_key :id
    attribute :name, :string
  end
  relationships do
    has_many :posts, Blog.Post, destination_attribute: :author_id
  end
  aggregates do
    count :post_count, :posts
    max :last_title, :posts, :title
  end
end
";

pub(crate) struct Texts(Vec<(Arc<str>, Arc<str>)>);

impl Files for Texts {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.0.iter().find(|(known, _)| **known == *path).map(|(_, text)| text.clone())
    }

    fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.0.iter().map(|(path, _)| path.to_string()).collect();
        paths.sort();
        paths
    }
}

/// A project of two resources, with `$0` taken out, and the place of `$0`.
pub(crate) fn project(post: &str, author: &str) -> (Project, Texts, &'static str, usize) {
    let (path, offset) = match (post.find("$0"), author.find("$0")) {
        (Some(offset), _) => ("lib/post.ex", offset),
        (_, Some(offset)) => ("lib/author.ex", offset),
        _ => ("lib/post.ex", 0),
    };
    let files: Vec<(Arc<str>, Arc<str>)> = [
        ("mix.exs", "defmodule Blog.MixProject do\n  use Mix.Project\n  def project, do: [app: :blog]\nend\n"),
        ("config/config.exs", "import Config\nconfig :blog, ash_domains: [Blog], ecto_repos: [Blog.Repo]\n"),
        ("lib/repo.ex", "defmodule Blog.Repo do\n  use AshPostgres.Repo, otp_app: :blog\nend\n"),
        (
            "lib/blog.ex",
            "defmodule Blog do\n  use Ash.Domain\n  resources do\n    resource Blog.Post\n    resource Blog.People.Author\n  end\nend\n",
        ),
        ("lib/post.ex", &post.replace("$0", "")),
        ("lib/author.ex", &author.replace("$0", "")),
    ]
    .map(|(path, text)| (path.into(), text.into()))
    .to_vec();
    let project = Project::load(files.clone());
    (project, Texts(files), path, offset)
}

fn draw(texts: &Texts, places: &[Place]) -> String {
    let line = |place: &Place| {
        let text = texts.text(&place.path).unwrap();
        let number = text[..place.name_range.start].matches('\n').count() + 1;
        format!("{}:{number} {}\n", place.path, place.name_range.slice(&text))
    };
    places.iter().map(line).collect()
}

fn check(marked: &str, expected_definition: Expect, expected_references: Expect) {
    let at = marked.replace("$0", "");
    let (post, author) = (POST.replacen(&at, marked, 1), AUTHOR.replacen(&at, marked, 1));
    let author = if post.contains("$0") { AUTHOR } else { &author };
    let (project, texts, path, offset) = project(&post, author);
    expected_definition.assert_eq(&draw(&texts, &definition(&project, &texts, path, offset)));
    expected_references.assert_eq(&draw(&texts, &references(&project, &texts, path, offset, true)));
}

#[test]
fn attributes_in_identities_indexes_and_expressions() {
    check(
        "[:ti$0tle]",
        expect![[r#"
            lib/post.ex:21 title
        "#]],
        expect![[r#"
            lib/author.ex:16 title
            lib/post.ex:15 title
            lib/post.ex:21 title
            lib/post.ex:29 title
            lib/post.ex:33 title
            lib/post.ex:35 title
            lib/post.ex:36 title
            lib/post.ex:41 title
        "#]],
    );
}

#[test]
fn attributes_that_a_relationship_adds_lead_to_it() {
    check(
        ":author$0_id]",
        expect![[r#"
            lib/post.ex:25 author
        "#]],
        expect![[r#"
            lib/author.ex:12 author_id
            lib/post.ex:15 author_id
        "#]],
    );
}

#[test]
fn relationships_modules_and_identities() {
    check(
        "reference :au$0thor",
        expect![[r#"
            lib/post.ex:25 author
        "#]],
        expect![[r#"
            lib/post.ex:11 author
            lib/post.ex:25 author
            lib/post.ex:41 author
        "#]],
    );
    check(
        ":author, Aut$0hor",
        expect![[r#"
            lib/author.ex:1 Blog.People.Author
        "#]],
        expect![[r#"
            lib/author.ex:1 Blog.People.Author
            lib/blog.ex:5 Blog.People.Author
            lib/post.ex:3 Blog.People.Author
            lib/post.ex:25 Author
        "#]],
    );
    check(
        "names unique$0_title",
        expect![[r#"
            lib/post.ex:29 unique_title
        "#]],
        expect![[r#"
            lib/post.ex:8 unique_title
            lib/post.ex:29 unique_title
        "#]],
    );
}

#[test]
fn names_in_other_resources() {
    check(
        "author.na$0me",
        expect![[r#"
            lib/author.ex:9 name
        "#]],
        expect![[r#"
            lib/author.ex:9 name
            lib/post.ex:41 name
        "#]],
    );
    check(
        ":post_count, :po$0sts",
        expect![[r#"
            lib/author.ex:12 posts
        "#]],
        expect![[r#"
            lib/author.ex:12 posts
            lib/author.ex:15 posts
            lib/author.ex:16 posts
        "#]],
    );
}

#[test]
fn the_field_of_an_aggregate_is_that_of_its_destination() {
    check(
        ":posts, :tit$0le",
        expect![[r#"
            lib/post.ex:21 title
        "#]],
        expect![[r#"
            lib/author.ex:16 title
            lib/post.ex:15 title
            lib/post.ex:21 title
            lib/post.ex:29 title
            lib/post.ex:33 title
            lib/post.ex:35 title
            lib/post.ex:36 title
            lib/post.ex:41 title
        "#]],
    );
}

#[test]
fn a_domain_names_attributes_of_its_resources() {
    let (project, texts, ..) = project(POST, AUTHOR);
    let texts = Texts(
        texts
            .0
            .into_iter()
            .map(|(path, text)| match &*path {
                "lib/blog.ex" => (
                    path,
                    "defmodule Blog do\n  use Ash.Domain\n  resources do\n    resource Blog.Post do\n      define :by_title, action: :read, get_by: [:title]\n    end\n  end\nend\n".into(),
                ),
                _ => (path, text),
            })
            .collect(),
    );
    let offset = texts.text("lib/blog.ex").unwrap().find(":title]").unwrap() + 2;
    let found = draw(&texts, &definition(&project, &texts, "lib/blog.ex", offset));
    assert_eq!(found, "lib/post.ex:21 title\n");
}

#[test]
fn other_words_lead_nowhere() {
    check("uuid_primary$0_key", expect![""], expect![""]);
}
