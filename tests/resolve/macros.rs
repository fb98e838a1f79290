//! Wrappers, fragments and other code around declarations.

use expect_test::expect;

use super::fixture::{check, check_post};

#[test]
fn a_wrapper_of_a_wrapper_with_bound_options() {
    check(
        r##"
        //- lib/base.ex
        defmodule MyApp.Base do
          defmacro __using__(opts) do
            quote bind_quoted: [opts: opts] do
              use Ash.Resource, Keyword.put_new(opts, :data_layer, AshPostgres.DataLayer) |> Keyword.delete(:table)

              table = opts[:table] || Macro.underscore(List.last(Module.split(__MODULE__))) <> "s"

              postgres do
                table table
                repo MyApp.Repo
              end
            end
          end
        end
        defmodule MyApp.Resource do
          defmacro __using__(opts) do
            timestamps = Keyword.get(opts, :timestamps, true)

            quote do
              use MyApp.Base, domain: unquote(opts[:domain]), table: unquote(opts[:table])
              import MyApp.Fields

              attributes do
                uuid_primary_key :id
                unquote(if timestamps, do: quote(do: timestamps()))
              end
            end
          end
        end
        defmodule MyApp.Fields do
          defmacro money(name, opts \\ []) do
            quote do
              attribute :"#{unquote(name)}_amount", :decimal, unquote(opts)
              attribute :"#{unquote(name)}_currency", :string, unquote(opts)
            end
          end
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use MyApp.Resource, domain: MyApp.Blog

          attributes do
            money :price, allow_nil?: false
          end
        end
        defmodule MyApp.Tag do
          use MyApp.Resource, domain: MyApp.Blog, table: "labels", timestamps: false
        end
        "##,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              inserted_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              updated_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              price_amount decimal!
              price_currency text!
            labels
              id uuid! key = fragment("gen_random_uuid()")
        "#]],
    );
}

#[test]
fn fragments() {
    check(
        r#"
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, fragments: [MyApp.Post.Fields, __MODULE__.Links]
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule MyApp.Post.Fields do
          use Spark.Dsl.Fragment, of: Ash.Resource, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            attribute :title, :string
          end
        end
        defmodule MyApp.Post.Links do
          use Spark.Dsl.Fragment, of: Ash.Resource, extensions: [AshArchival.Resource]
          relationships do
            belongs_to :parent, MyApp.Post
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              title text
              parent_id uuid -> public.posts.id posts_parent_id_fkey
              archived_at utc_datetime_usec
        "#]],
    );
}

#[test]
fn names_and_aliases() {
    check(
        r#"
        //- lib/all.ex
        defmodule MyApp do
          alias MyApp.{Blog, Repo, Things.Box}

          defmodule Post do
            alias AshPostgres.DataLayer, as: Layer
            use Ash.Resource, domain: Blog, data_layer: Layer
            @table "posts"

            defmodule Kind do
              use Ash.Type.Enum, values: [:a]
              def storage_type(_), do: :integer
            end

            postgres do
              table @table
              repo Repo
            end
            attributes do
              uuid_primary_key :id
              attribute :kind, Kind
            end
            relationships do
              belongs_to :box, Box
            end
          end

          defmodule Things.Box do
            use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
            postgres do
              table "boxes"
              repo Repo
            end
            attributes do
              uuid_primary_key :id
            end
          end
        end
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Domain
          alias MyApp.Things
          resources do
            resource MyApp.Post
            resource Things.Box do
              define :list_boxes, action: :read
            end
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              kind integer
              box_id uuid -> public.boxes.id posts_box_id_fkey
            boxes
              id uuid! key = fragment("gen_random_uuid()")
        "#]],
    );
}

#[test]
fn conditions_on_what_is_known() {
    check_post(
        r#"
        attributes do
          uuid_primary_key :id
          if Application.compile_env(:my_app, :audited, false) do
            attribute :audited_by, :string
          else
            attribute :plain, :string
          end
          case Mix.env() do
            :prod -> attribute :prod, :string
            _ -> attribute :dev, :string
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              plain text
              dev text
        "#]],
    );
}
