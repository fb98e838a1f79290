//! Domains, repos, configuration and the shapes of projects.

use expect_test::{Expect, expect};

use super::fixture::{check, project};

#[track_caller]
fn check_repos(text: &str, expected: Expect) {
    let project = project(text);
    let mut out = String::new();
    for entry in project.repos() {
        let repo = &entry.repo;
        out.push_str(&format!(
            "{} {:?} listed:{} folder:{:?} app:{:?}\n  extensions {:?}\n  version {:?} prefix {:?} uuidv7 {:?} schemas {:?}\n  \
             paths {:?} {:?} {:?} {:?}\n",
            repo.module,
            repo.database,
            entry.listed,
            entry.app_folder,
            repo.otp_app.as_deref().ok(),
            repo.installed_extensions.as_ref().map_err(|unknown| &unknown.reason),
            repo.min_pg_version.as_ref().map_err(|unknown| &unknown.reason),
            repo.default_prefix.as_ref().map_err(|unknown| &unknown.reason),
            repo.builtin_uuidv7.as_ref().map_err(|unknown| &unknown.reason),
            repo.create_schemas.as_ref().map_err(|unknown| &unknown.reason),
            repo.migrations_path.as_ref().map_err(|unknown| &unknown.reason),
            repo.tenant_migrations_path.as_ref().map_err(|unknown| &unknown.reason),
            repo.snapshots_path.as_ref().map_err(|unknown| &unknown.reason),
            repo.priv_path.as_ref().map_err(|unknown| &unknown.reason),
        ));
    }
    expected.assert_eq(&out);
}

#[test]
fn repos_and_their_configuration() {
    check_repos(
        r##"
        //- lib/repo.ex
        defmodule MyApp.Repo do
          use AshPostgres.Repo, otp_app: :my_app
          @extensions ["citext"]
          def installed_extensions, do: ["ash-functions", MyApp.Search] ++ @extensions
          def min_pg_version, do: Version.parse!("18.1.0")
          def default_prefix, do: "app"
          def create_schemas_in_migrations?, do: false
          def tenant_migrations_path, do: "priv/tenants"
        end
        defmodule MyApp.InitRepo do
          use AshPostgres.Repo, otp_app: :my_app
          def init(_, config), do: {:ok, Keyword.put(config, :url, "x")}
          def migrations_path, do: "never/used"
        end
        defmodule MyApp.SuperRepo do
          use AshPostgres.Repo, otp_app: :my_app
          def installed_extensions do
            ["citext"] ++ super()
          end
        end
        defmodule MyApp.EnvRepo do
          use AshPostgres.Repo, otp_app: :my_app
          def installed_extensions, do: String.split(System.get_env("EXTENSIONS"), ",")
        end
        //- config/config.exs
        import Config
        config :my_app, ecto_repos: [MyApp.Repo, MyApp.EnvRepo, MyApp.InitRepo, MyApp.SuperRepo]
        config :my_app, MyApp.Repo, priv: "priv/main", snapshots_path: "priv/old"
        import_config "#{config_env()}.exs"
        //- config/dev.exs
        import Config
        config :my_app, MyApp.Repo, snapshots_path: "priv/snapshots", migrations_path: "priv/m"
        if System.get_env("CI") do
          config :my_app, MyApp.EnvRepo, priv: "priv/ci"
        end
        "##,
        expect![[r#"
            MyApp.Repo Postgres listed:true folder:"" app:Some("my_app")
              extensions Ok([Name("ash-functions"), Module("MyApp.Search"), Name("citext")])
              version Ok(Some((18, 1, 0))) prefix Ok(Some("app")) uuidv7 Ok(true) schemas Ok(false)
              paths Ok(None) Ok(Some("priv/tenants")) Ok(Some("priv/snapshots")) Ok(Some("priv/main"))
            MyApp.EnvRepo Postgres listed:true folder:"" app:Some("my_app")
              extensions Err("System.get_env/1 is not evaluated here")
              version Ok(None) prefix Ok(Some("public")) uuidv7 Ok(false) schemas Ok(true)
              paths Ok(None) Ok(None) Err("System.get_env/1 is not evaluated here") Err("System.get_env/1 is not evaluated here")
            MyApp.InitRepo Postgres listed:true folder:"" app:Some("my_app")
              extensions Ok([])
              version Ok(None) prefix Ok(None) uuidv7 Ok(false) schemas Ok(true)
              paths Ok(None) Ok(None) Ok(None) Ok(None)
            MyApp.SuperRepo Postgres listed:true folder:"" app:Some("my_app")
              extensions Ok([Name("citext")])
              version Ok(None) prefix Ok(Some("public")) uuidv7 Ok(false) schemas Ok(true)
              paths Ok(None) Ok(None) Ok(None) Ok(None)
        "#]],
    );
}

#[test]
fn only_resources_of_configured_domains() {
    check(
        r#"
        //- config/config.exs
        import Config
        config :my_app, ash_domains: [MyApp.Blog, MyApp.Gone], ecto_repos: [MyApp.Repo]
        //- lib/all.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
          end
        end
        defmodule MyApp.Other do
          use Ash.Resource, domain: MyApp.Unlisted, data_layer: AshPostgres.DataLayer
          postgres do
            table "others"
            repo MyApp.Repo
          end
        end
        defmodule MyApp.Unlisted do
          use Ash.Domain
          resources do
            resource MyApp.Other
          end
        end
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Domain
          resources do
            resource MyApp.Post
            resource MyApp.Missing
            resource MyApp.Post
          end
        end
        "#,
        expect![[r#"
            posts
            Missing at config/config.exs: the domain MyApp.Gone is not part of the project
            Missing at lib/blog.ex: the resource MyApp.Missing is not part of the project, or its definition cannot be read
        "#]],
    );
}

#[test]
fn umbrellas() {
    let text = r#"
        //- mix.exs
        defmodule Umbrella.MixProject do
          use Mix.Project
          def project, do: [apps_path: "apps", version: "0.1.0"]
        end
        //- config/config.exs
        import Config
        for config <- "../apps/*/config/config.exs" |> Path.expand(__DIR__) |> Path.wildcard() do
          import_config config
        end
        config :core, ash_domains: [Core.Base], ecto_repos: [Core.Repo]
        //- apps/shop/mix.exs
        defmodule Shop.MixProject do
          use Mix.Project
          def project do
            [app: :shop, elixirc_paths: elixirc_paths(Mix.env())]
          end
          defp elixirc_paths(:test), do: ["lib", "test/support"]
          defp elixirc_paths(_), do: ["lib", "extra"]
        end
        //- apps/shop/config/config.exs
        import Config
        config :shop, ash_domains: [Shop.Sales], ecto_repos: [Shop.Repo]
        //- apps/shop/extra/sales.ex
        defmodule Shop.Sales do
          use Ash.Domain
          resources do
            resource Shop.Order
          end
        end
        //- apps/shop/test/support/order.ex
        defmodule Shop.Order do
        end
        //- apps/shop/lib/order.ex
        defmodule Shop.Order do
          use Ash.Resource, domain: Shop.Sales, data_layer: AshPostgres.DataLayer
          postgres do
            table "orders"
            repo Shop.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule Shop.Repo do
          use AshPostgres.Repo, otp_app: :shop
        end
        //- apps/core/mix.exs
        defmodule Core.MixProject do
          use Mix.Project
          def project, do: [app: :core]
        end
        //- apps/core/lib/core.ex
        defmodule Core.Base do
          use Ash.Domain
        end
        defmodule Core.Repo do
          use AshPostgres.Repo, otp_app: :core
        end
        "#;
    check(
        text,
        expect![[r#"
        orders in Shop.Repo
          id uuid! key = fragment("gen_random_uuid()")
    "#]],
    );
    check_repos(
        text,
        expect![[r#"
        Core.Repo Postgres listed:true folder:"apps/core" app:Some("core")
          extensions Ok([])
          version Ok(None) prefix Ok(Some("public")) uuidv7 Ok(false) schemas Ok(true)
          paths Ok(None) Ok(None) Ok(None) Ok(None)
        Shop.Repo Postgres listed:true folder:"apps/shop" app:Some("shop")
          extensions Ok([])
          version Ok(None) prefix Ok(Some("public")) uuidv7 Ok(false) schemas Ok(true)
          paths Ok(None) Ok(None) Ok(None) Ok(None)
    "#]],
    );
}

#[test]
fn registries_of_ash_2() {
    check(
        r#"
        //- config/config.exs
        import Config
        config :my_app, ash_apis: [MyApp.Blog], ecto_repos: [MyApp.Repo]
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Api
          resources do
            registry MyApp.Registry
          end
        end
        defmodule MyApp.Registry do
          use Ash.Registry
          entries do
            entry MyApp.Post
          end
        end
        defmodule MyApp.Post do
          use Ash.Resource, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
          relationships do
            belongs_to :parent, MyApp.Post do
              source_field :up
              define_field? true
              field_type :uuid
            end
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              up uuid -> public.posts.id posts_up_fkey
        "#]],
    );
}

#[test]
fn locked_versions() {
    let project = project(
        r#"
        //- mix.lock
        %{
          "ash": {:hex, :ash, "3.32.0", "abc", [:mix], [], "hexpm", "def"},
          "ash_postgres": {:hex, :ash_postgres, "2.12.0", "abc", [:mix], [{:ash, "~> 3.0", [hex: :ash]}], "hexpm", "def"},
          "local": {:git, "https://example.org/x.git", "abc", []},
        }
        "#,
    );
    assert_eq!(project.locked_version("ash_postgres"), Some("2.12.0"));
    assert_eq!(project.locked_version("ash"), Some("3.32.0"));
    assert_eq!(project.locked_version("local"), None);
}
