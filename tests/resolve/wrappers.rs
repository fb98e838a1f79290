//! What wrappers and extensions of projects compute before they declare anything.

use expect_test::expect;

use super::fixture::check;

#[test]
fn operators_as_functions_and_code_in_code() {
    check(
        r##"
        //- lib/resource.ex
        defmodule MyApp.Resource do
          defmacro __using__(opts) do
            {archived?, opts} = Keyword.pop(opts, :archived?, true)
            {more, opts} = Keyword.pop(opts, :extensions, [])
            extensions =
              [AshAdmin.Resource]
              |> add(archived?, AshArchival.Resource)
              |> Kernel.++(List.wrap(more))
              |> Enum.uniq()
            machine? = Enum.any?(List.wrap(more), &(Macro.expand(&1, __CALLER__) == AshStateMachine))
            opts = Keyword.put(opts, :extensions, extensions)

            quote do
              use Ash.Resource, unquote(opts)

              unquote(
                if machine? do
                  steps = for {name, to} <- [start: :running, stop: :idle] do
                    quote do
                      transition unquote(name), from: :any, to: unquote(to)
                    end
                  end

                  quote do
                    state_machine do
                      initial_states [:idle]
                      default_initial_state :idle
                      transitions do
                        unquote_splicing(steps)
                      end
                    end
                  end
                end
              )
            end
          end
          defp add(list, true, extension), do: [extension | list]
          defp add(list, false, _), do: list
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use MyApp.Resource,
            domain: MyApp.Blog,
            data_layer: AshPostgres.DataLayer,
            extensions: [AshStateMachine]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        "##,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              archived_at utc_datetime_usec
              state text! = "idle"
        "#]],
    );
}

#[test]
fn functions_that_a_macro_fills_in() {
    check(
        r##"
        //- lib/shape.ex
        defmodule MyApp.Shape.Use do
          @options [storage_type: [type: :atom], srid: [type: :integer, default: 4326]]
          defmacro __using__(opts \\ []) do
            quote bind_quoted: [opts: opts, schema: @options] do
              opts = Spark.Options.validate!(opts, schema)
              storage_type = opts[:storage_type] || :geometry
              use Ash.Type
              def storage_type, do: unquote(storage_type)
              def srid, do: unquote(opts[:srid])
              defmacro code(value), do: quote(do: unquote(value))
            end
          end
        end
        defmodule MyApp.Shape do
          defmacro __using__(opts \\ []) do
            quote bind_quoted: [opts: opts] do
              use MyApp.Shape.Use, opts
            end
          end
          use MyApp.Shape.Use
        end
        defmodule MyApp.Point do
          use MyApp.Shape, storage_type: :"geometry(Point,4326)"
        end
        defmodule MyApp.Stored do
          use Ash.Type
          for {name, stored} <- [storage_type: :inet] do
            def unquote(name)(_constraints), do: unquote(stored)
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
            attribute :area, MyApp.Shape
            attribute :place, MyApp.Point
            attribute :host, MyApp.Stored
            attribute :srid, :integer, default: MyApp.Point.srid()
          end
        end
        "##,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              area geometry
              place geometry(Point,4326)
              host inet
              srid bigint = 4326
        "#]],
    );
}

#[test]
fn a_transformer_that_changes_foreign_keys() {
    check(
        r##"
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Domain
          resources do
            resource MyApp.User
            resource MyApp.Post
          end
        end
        //- lib/loose.ex
        defmodule MyApp.Loose do
          use Spark.Dsl.Extension, transformers: [__MODULE__.Transformer]
          defmodule Transformer do
            use Spark.Dsl.Transformer
            alias Spark.Dsl.Transformer
            def transform(dsl) do
              {:ok,
               Enum.reduce(names(dsl), dsl, fn name, dsl ->
                 Transformer.replace_entity(
                   dsl,
                   [:postgres, :references],
                   Transformer.build_entity!(AshPostgres.DataLayer, [:postgres, :references], :reference,
                     relationship: name,
                     ignore?: true
                   ),
                   &(&1.relationship == name)
                 )
               end)}
            end
            defp names(dsl) do
              dsl
              |> Transformer.get_entities([:relationships])
              |> Enum.filter(&(&1.type == :belongs_to and &1.destination == MyApp.User))
              |> Enum.map(& &1.name)
            end
          end
        end
        //- lib/post.ex
        defmodule MyApp.User do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "users"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule MyApp.Post do
          use Ash.Resource,
            domain: MyApp.Blog,
            data_layer: AshPostgres.DataLayer,
            extensions: [AshPaperTrail.Resource, MyApp.Loose]
          postgres do
            table "posts"
            repo MyApp.Repo
            references do
              reference :author, on_delete: :delete
            end
          end
          paper_trail do
            belongs_to_actor :user, MyApp.User
            version_extensions extensions: [MyApp.Loose]
          end
          attributes do
            uuid_primary_key :id
          end
          relationships do
            belongs_to :author, MyApp.User
            belongs_to :editor, MyApp.User
          end
        end
        "##,
        expect![[r#"
            users
              id uuid! key = fragment("gen_random_uuid()")
            posts
              id uuid! key = fragment("gen_random_uuid()")
              author_id uuid
              editor_id uuid -> public.users.id posts_editor_id_fkey
        "#]],
    );
}
