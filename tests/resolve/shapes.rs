//! Shapes of projects: environments, repos that decide for themselves, odd places of declarations.

use expect_test::{Expect, expect};

use super::fixture::{check, project};
use ashls::codegen::{Options, desired_tables};
use ashls::project::Source;

const LIBRARY: &str = r##"
    //- mix.exs
    defmodule MyApp.MixProject do
      use Mix.Project
      def project do
        [app: :my_app, elixirc_paths: elixirc_paths(Mix.env())]
      end
      defp elixirc_paths(:test), do: ["lib", "test/support"]
      defp elixirc_paths(_), do: ["lib"]
    end
    //- config/config.exs
    import Config
    if Mix.env() == :test do
      config :my_app, ash_domains: [MyApp.Blog], ecto_repos: [MyApp.Repo]
    end
    import_config "#{config_env()}.exs"
    //- config/dev.exs
    import Config
    //- config/test.exs
    import Config
    config :ash, default_belongs_to_type: :integer
    //- lib/repo.ex
    //- lib/blog.ex
    //- test/support/all.ex
    defmodule MyApp.Repo do
      use AshPostgres.Repo, otp_app: :my_app
    end
    defmodule MyApp.Blog do
      use Ash.Domain
      resources do
        resource MyApp.Post
      end
    end
    defmodule MyApp.Post do
      use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
      postgres do
        table "posts"
        repo MyApp.Repo
      end
      attributes do
        integer_primary_key :id
      end
      relationships do
        belongs_to :parent, MyApp.Post
      end
    end
    "##;

#[test]
fn a_library_with_resources_for_its_tests() {
    assert_eq!(project(LIBRARY).mix_env().0, "test");
    check(
        LIBRARY,
        expect![[r#"
        posts
          id bigint! key generated
          parent_id bigint -> public.posts.id posts_parent_id_fkey
    "#]],
    );
}

#[test]
fn the_development_environment_counts_when_it_has_domains() {
    let text = LIBRARY.replace(
        "config/dev.exs\n    import Config\n",
        "config/dev.exs\n    import Config\n    config :my_app, ash_domains: [MyApp.Blog]\n",
    );
    // They are compiled in the tests only, as long as no file of the library itself has one.
    let mut project = project(&text);
    assert_eq!(project.mix_env().0, "test");
    assert_eq!(project.desired().count(), 1);
    let domain = "defmodule MyApp.Blog do\n  use Ash.Domain\nend\n";
    project.set_file("lib/blog.ex".into(), Some(Source::Text(domain.into())));
    project.refresh();
    assert_eq!(project.mix_env().0, "dev");
    assert_eq!(project.desired().count(), 0);
}

const PLACED: &str = r##"
    //- lib/post.ex
    defmodule MyApp.Post do
      use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
      postgres do
        table "posts"
        repo MyApp.Repo
      end
      attributes do
        uuid_primary_key :id
      end
    end
    "##;

/// Checks the folders of the tables, and what is noted.
#[track_caller]
fn check_folders(text: &str, expected: Expect) {
    let project = project(text);
    let tables = desired_tables(&project, &Default::default(), &Options::default());
    let mut out: Vec<String> = tables.into_iter().map(|table| table.folder).collect();
    out.extend(project.issues().iter().map(|issue| issue.message.clone()));
    expected.assert_eq(&out.join("\n"));
}

#[test]
fn a_repo_says_in_init_where_its_files_lie() {
    let repo = r##"
    //- lib/repo.ex
    defmodule MyApp.Repo do
      use AshPostgres.Repo, otp_app: :my_app
      def init(type, config) do
        {:ok, config} = super(type, config)
        if use_builtin_uuidv7_function?() do
          {:ok, MyApp.Paths.put(config, "snapshots_18")}
        else
          {:ok, MyApp.Paths.put(config, "snapshots")}
        end
      end
      def min_pg_version do
        case System.get_env("PG_VERSION") do
          nil -> %Version{major: 16, minor: 0, patch: 0}
          version -> Version.parse!(version)
        end
      end
    end
    defmodule MyApp.Paths do
      @root "test_priv"
      def put(config, folder), do: Keyword.put(config, :snapshots_path, Path.join(@root, folder))
    end
    "##;
    check_folders(
        &format!("{PLACED}{repo}"),
        expect![[r#"
        test_priv/snapshots/repo/posts
        MyApp.Repo depends on PG_VERSION, which is taken as not set"#]],
    );
}

#[test]
fn where_a_database_lies_does_not_matter() {
    let config = r##"
    //- config/config.exs
    import Config
    config :my_app, ash_domains: [MyApp.Blog], ecto_repos: [MyApp.Repo]
    settings = [snapshots_path: "own"]
    settings = if System.get_env("DATABASE_URL"), do: Keyword.put(settings, :url, System.get_env("DATABASE_URL")), else: settings
    config :my_app, MyApp.Repo, settings
    "##;
    check_folders(&format!("{PLACED}{config}"), expect!["own/repo/posts"]);
}

#[test]
fn an_alias_says_where_snapshots_lie() {
    let mix = r##"
    //- mix.exs
    defmodule MyApp.MixProject do
      use Mix.Project
      def project, do: [app: :my_app, aliases: aliases()]
      defp aliases do
        [
          setup: &setup/1,
          "db.generate": ["compile", "ash.codegen --snapshot-path dev/snapshots --migration-path=dev/migrations"]
        ]
      end
    end
    "##;
    check_folders(&format!("{PLACED}{mix}"), expect!["dev/snapshots/repo/posts"]);
}

#[test]
fn a_table_of_two_resources_is_one_snapshot() {
    let text = r##"
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
            attribute :title, :string, allow_nil?: false
          end
        end
        defmodule MyApp.Draft do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
            attribute :title, :string
            attribute :note, :string
          end
        end
        "##;
    let tables = desired_tables(&project(text), &Default::default(), &Options::default());
    assert_eq!(tables.len(), 1);
    assert_eq!(tables[0].resources, ["MyApp.Post", "MyApp.Draft"]);
    let columns = tables[0].snapshot.attributes.iter().map(|column| (column.source.as_str(), column.allow_nil));
    assert_eq!(columns.collect::<Vec<_>>(), [("id", false), ("title", true), ("note", true)]);
}

#[test]
fn sections_inside_of_sections() {
    check(
        r##"
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          attributes do
            uuid_primary_key :id
            relationships do
              belongs_to :parent, MyApp.Post
            end
          end
          calculations do
            calculate :one, :integer, expr(1)
            postgres do
              table "posts"
              repo MyApp.Repo
              references do
                reference :parent, on_delete: :delete
              end
            end
            identities do
              identity :parent, [:parent_id]
            end
          end
        end
        "##,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              parent_id uuid -> public.posts.id posts_parent_id_fkey delete:delete
              identity parent posts_parent_index [Column("parent_id")]
        "#]],
    );
}

#[test]
fn options_in_the_place_of_arguments() {
    check(
        r##"
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
            check_constraints do
              check_constraint :size, name: "positive", check: "size > 0"
            end
          end
          attributes do
            attribute :id, type: :string, primary_key?: true, allow_nil?: false
            attribute :size, type: :integer
          end
        end
        "##,
        expect![[r#"
            posts
              id text! key
              size bigint
              check positive ["size"] size > 0
        "#]],
    );
}

#[test]
fn variables_of_a_file() {
    check(
        r##"
        //- lib/post.ex
        kinds = [draft: "Draft", live: "Live"]
        defmodule MyApp.Kind do
          use Ash.Type.Enum, values: Enum.map(kinds, fn {kind, _} -> kind end)
        end
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
            attribute :kind, MyApp.Kind, default: :draft
          end
        end
        "##,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              kind text = "draft"
        "#]],
    );
}

#[test]
fn an_application_whose_name_is_not_evaluated() {
    let mix = r##"
    //- mix.exs
    defmodule MyApp.MixProject do
      use Mix.Project
      def project, do: Elsewhere.project(app: :my_app)
    end
    "##;
    check_folders(&format!("{PLACED}{mix}"), expect!["priv/resource_snapshots/repo/posts"]);
}

#[test]
fn source_folders_that_depend_on_a_variable() {
    let mix = r##"
    //- mix.exs
    defmodule MyApp.MixProject do
      use Mix.Project
      def project, do: [app: :my_app, elixirc_paths: paths(System.get_env("WITH_EXTRAS"))]
      defp paths(nil), do: ["lib", "more"]
      defp paths(_), do: ["lib", "more", "extras"]
    end
    //- more/tag.ex
    defmodule MyApp.Tag do
      use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
      postgres do
        table "tags"
        repo MyApp.Repo
      end
    end
    //- lib/blog.ex
    defmodule MyApp.Blog do
      use Ash.Domain
      resources do
        resource MyApp.Post
        resource MyApp.Tag
      end
    end
    "##;
    check_folders(
        &format!("{PLACED}{mix}"),
        expect![[r#"
        priv/resource_snapshots/repo/posts
        priv/resource_snapshots/repo/tags"#]],
    );
}

#[test]
fn code_whose_layout_lies_is_no_broken_code() {
    check(
        r##"
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
        postgres do
            table "posts"
          repo MyApp.Repo
            end
            attributes do
          uuid_primary_key :id
            attribute :title, :string do
          allow_nil? false
        end end

          actions do
            create :make do
              change fn changeset, _context ->
              if changeset.valid? do
              changeset
              else
                changeset
            end
          end
            end
        end
        end
        "##,
        expect![[r#"
            posts creates
              id uuid! key = fragment("gen_random_uuid()")
              title text!
        "#]],
    );
}
