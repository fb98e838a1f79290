//! Attributes in all their forms.

use expect_test::expect;

use super::fixture::{check, check_post};

#[test]
fn every_entity() {
    check_post(
        r#"
        attributes do
          uuid_primary_key :id
          uuid_v7_primary_key :v7, writable?: true
          integer_primary_key :number
          attribute :title, :string, allow_nil?: false
          attribute :body, :string do
            allow_nil? false
            source :text_body
          end
          create_timestamp :made_at
          update_timestamp :changed_at, type: :utc_datetime
          timestamps allow_nil?: true
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              v7 uuid! key = fragment("uuid_generate_v7()")
              number bigint! key generated
              title text!
              text_body text!
              made_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              changed_at utc_datetime! = fragment("(now() AT TIME ZONE 'utc')")
              inserted_at utc_datetime_usec = fragment("(now() AT TIME ZONE 'utc')")
              updated_at utc_datetime_usec = fragment("(now() AT TIME ZONE 'utc')")
        "#]],
    );
}

#[test]
fn options_in_any_style() {
    check_post(
        r#"
        @opts [allow_nil?: false]
        attributes do
          attribute(:a, :string, [allow_nil?: false])
          attribute :b, :string, @opts
          attribute :c, :string, @opts ++ [primary_key?: true]
          attribute :d do
            type :integer
            default(1)
          end
          attribute name: :e, type: :string
          for name <- ~w(f g)a, do: attribute(name, :boolean, default: name == :f)
        end
        "#,
        expect![[r#"
            posts
              a text!
              b text!
              c text! key
              d bigint = 1
              f boolean = true
              g boolean = false
              ? "attributes": expected a name (lib/post.ex)
        "#]],
    );
}

#[test]
fn several_blocks_and_ignored_attributes() {
    check_post(
        r#"
        attributes do
          uuid_primary_key :id
        end
        attributes do
          attribute :a, :string
          attribute :b, :string
        end
        postgres do
          migration_ignore_attributes [:a]
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              b text
        "#]],
    );
}

#[test]
fn migration_types_and_defaults() {
    check_post(
        r#"
        attributes do
          attribute :a, :string, default: "x"
          attribute :b, :string
          attribute :c, {:array, :string}
          attribute :d, :decimal
          attribute :e, :string
        end
        postgres do
          migration_types a: {:varchar, 80}, c: {:array, {:varchar, 3}}, d: {:decimal, 10}, e: :"character(2)"
          migration_defaults a: "fragment(\"x()\")", b: "\"y\""
        end
        "#,
        expect![[r#"
            posts
              a varchar(80) = fragment("x()")
              b text = "y"
              c [varchar](3)
              d decimal(10)
              e character(2)
        "#]],
    );
}

#[test]
fn the_repo_overrides_types() {
    check(
        r#"
        //- lib/repo.ex
        defmodule MyApp.Repo do
          use AshPostgres.Repo, otp_app: :my_app
          def min_pg_version, do: %Version{major: 18, minor: 0, patch: 0}
          def override_migration_type(:utc_datetime_usec), do: :timestamptz
          def override_migration_type({:array, type}), do: {:array, override_migration_type(type)}
          def override_migration_type(type), do: type
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_v7_primary_key :id
            attribute :at, :utc_datetime_usec
            attribute :name, :string
          end
        end
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Domain
          resources do
            resource MyApp.Post
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("uuidv7()")
              at timestamptz
              name text
        "#]],
    );
}
