//! Where a name is used, over all files: looking for one name finds what reading every file whole finds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use ashls::ide::names::{self, Files, Name, Occurrence};
use ashls::ide::navigation::occurrences;
use ashls::project::{Project, Source};

/// A project that can be edited.
struct Edited {
    project: Project,
    texts: BTreeMap<String, Arc<str>>,
}

impl Files for Edited {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.texts.get(path).cloned()
    }

    fn paths(&self) -> Vec<String> {
        self.texts.keys().filter(|path| path.ends_with(".ex")).cloned().collect()
    }
}

impl Edited {
    fn new(texts: BTreeMap<String, String>) -> Edited {
        let texts: BTreeMap<String, Arc<str>> = texts.into_iter().map(|(path, text)| (path, text.into())).collect();
        let project = Project::load(texts.iter().map(|(path, text)| (path.as_str().into(), text.clone())));
        Edited { project, texts }
    }

    fn replace(&mut self, path: &str, from: &str, to: &str) {
        let text: Arc<str> = self.texts[path].replacen(from, to, 1).into();
        assert_ne!(text, self.texts[path], "{path} has no {from:?}");
        self.project.set_file(path.into(), Some(Source::Text(text.clone())));
        self.project.refresh();
        self.texts.insert(path.to_owned(), text);
    }

    /// Compares both ways for every name that is anywhere, and says how many places there are.
    #[track_caller]
    fn check(&self) -> usize {
        let all: Vec<(&String, Occurrence)> = self
            .texts
            .iter()
            .filter(|(path, _)| path.ends_with(".ex"))
            .flat_map(|(path, text)| names::names(&self.project, path, text).into_iter().map(move |it| (path, it)))
            .collect();
        let different: BTreeSet<&Name> = all.iter().map(|(_, it)| &it.name).collect();
        for name in different {
            let expected: Vec<_> = all.iter().filter(|(_, it)| it.name == *name).collect();
            let found = occurrences(&self.project, self, name);
            let found: Vec<_> = found.iter().map(|(path, it)| (path, it.clone())).collect();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{name:?}");
        }
        all.len()
    }
}

fn folder(name: &str) -> Edited {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/projects").join(name);
    let mut texts = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension().and_then(|it| it.to_str()) {
                None if path.is_dir() => folders.push(path),
                Some("ex" | "exs" | "lock") => {
                    let relative = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                    texts.insert(relative, std::fs::read_to_string(path).unwrap());
                }
                _ => {}
            }
        }
    }
    Edited::new(texts)
}

#[test]
fn in_the_example_projects() {
    assert!(folder("fieldnotes").check() > 30);
    let mut helpdesk = folder("helpdesk");
    assert!(helpdesk.check() > 200);
    let ticket = "lib/helpdesk/support/ticket.ex";
    helpdesk.replace(ticket, "attribute :", "attribute :brand_new, :string\n    attribute :");
    helpdesk.check();
    // Broken code is read whole.
    helpdesk.replace(ticket, "attributes do", "attributes do\n    attribute :half, (");
    helpdesk.check();
    helpdesk.replace(ticket, "attribute :half, (", "attribute :half, :string do\n      allow_nil? ");
    helpdesk.check();
}

/// Everything that lets a name appear where its word is not, or lets layout lie.
const HARD: [(&str, &str); 8] = [
    ("mix.exs", "defmodule Blog.MixProject do\n  use Mix.Project\n  def project, do: [app: :blog]\nend\n"),
    ("config/config.exs", "import Config\nconfig :blog, ash_domains: [Blog], ecto_repos: [Blog.Repo]\n"),
    ("lib/repo.ex", "defmodule Blog.Repo do\n  use AshPostgres.Repo, otp_app: :blog\nend\n"),
    (
        "lib/blog.ex",
        "defmodule Blog do
  use Ash.Domain
  alias Blog.Post, as: Article
  alias Blog.People.Author
  resources do
    resource Article do
      define :publish, action: :publish
    end
    resource Author
    resource Blog.Tag
  end
end
",
    ),
    (
        "lib/base.ex",
        "defmodule Blog.Base do
  defmacro __using__(opts) do
    quote do
      use Ash.Resource, [data_layer: AshPostgres.DataLayer] ++ unquote(opts)
      postgres do
        repo Blog.Repo
      end
      attributes do
        uuid_primary_key :id
        attribute :title, :string
      end
    end
  end
end
",
    ),
    (
        "lib/post.ex",
        "defmodule Blog.Post do
  @moduledoc \"\"\"
  resources do
    everything with a title
  end
  \"\"\"
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
  alias Blog.People

  postgres do
    table \"posts\"
    repo Blog.Repo
    references do
      reference :author, on_delete: :delete
    end
  end

  attributes do
    uuid_primary_key :id
    attribute :title, :string do
      public? true
      constraints min_length: 1
    end
  end

  relationships do
    belongs_to :author, People.Author do
      allow_nil? false
      attribute_public? true
    end

    many_to_many :tags, Blog.Tag do
      through __MODULE__.Join
      source_attribute_on_join_resource :post_id
      destination_attribute_on_join_resource :tag_id
    end
  end

  actions do
    defaults [:read]

    update :publish do
      accept [:title]

      change fn changeset, _ ->
        if changeset do
          __MODULE__
        end
      end
    end

    update :other do
      argument :x, :string
      validate present(:title)
    end
  end

  calculations do
    calculate :loud, :string, expr(title <> author.name)
  end

  defmodule Join do
    use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer

    postgres do
      table \"joins\"
      repo Blog.Repo
    end

    relationships do
      belongs_to :post, Blog.Post, primary_key?: true, allow_nil?: false
      belongs_to :tag, Blog.Tag, primary_key?: true, allow_nil?: false
    end
  end
end
",
    ),
    (
        "lib/author.ex",
        "defmodule Blog.People.Author do
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer, fragments: [Blog.People.Names]
  postgres do
    table \"authors\"
    repo Blog.Repo
  end
  attributes do
    uuid_primary_key :id
  end
  relationships do
    has_many :posts, Blog.Post, destination_attribute: :author_id
  end
  aggregates do
    max :last_title, [:posts, :tags], :title do
      filter expr(not is_nil(title))
    end
  end
end

defmodule Blog.People.Names do
  use Spark.Dsl.Fragment, of: Ash.Resource
  attributes do
    attribute :name, :string do
      public? true
    end
  end
  identities do
    identity :name, [:name] do
      message \"name is taken\"
    end
  end
end
",
    ),
    (
        "lib/tag.ex",
        "defmodule Blog.Tag do
  use Blog.Base, domain: Blog

  postgres do
    table \"tags\"
  end

  attributes do
  attribute :badly_laid_out, :string do
    public? true
   end
    attribute :other, :string
  end

  relationships do
    many_to_many :posts, Blog.Post, through: Blog.Post.Join
  end
end
",
    ),
];

#[test]
fn where_words_and_layout_mislead() {
    let mut hard = Edited::new(HARD.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    assert!(hard.check() > 50);
    hard.replace("lib/post.ex", "attribute :title, :string do", "attribute :headline, :string do");
    hard.check();
    hard.replace("lib/author.ex", "defmodule Blog.People.Names", "defmodule Blog.People.Other");
    hard.check();
    hard.replace("lib/post.ex", "  alias Blog.People\n", "  alias Blog.People, as: Folk\n");
    hard.check();
    hard.replace("lib/blog.ex", "resource Article do", "resource Article d");
    hard.check();
}
