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

#[test]
fn entities_that_are_built_first() {
    check(
        r##"
        //- lib/platform.ex
        defmodule MyApp.Platform do
          @platform %Spark.Dsl.Section{
            name: :platform,
            schema: [tenant?: [type: :boolean, default: true]]
          }
          use Spark.Dsl.Extension, sections: [@platform], transformers: [MyApp.Platform.Add]
        end
        defmodule MyApp.Platform.Add do
          use Spark.Dsl.Transformer
          alias Ash.Resource.Builder
          alias Spark.Dsl.Transformer
          def before?(_), do: true
          def transform(dsl) do
            dsl =
              dsl
              |> add(fn -> Builder.build_create_timestamp(:created_on, public?: true) end)
              |> add(fn -> Builder.build_attribute(:version, :integer, allow_nil?: false, default: 1) end)
              |> add(fn -> Builder.build_attribute(:title, :integer, []) end)
              |> tenancy(Transformer.get_option(dsl, [:platform], :tenant?))
            {:ok, calculated(dsl)}
          end
          defp tenancy(dsl, false), do: dsl
          defp tenancy(dsl, true) do
            dsl
            |> add(fn -> Builder.build_attribute(:org_id, :uuid, allow_nil?: false) end)
            |> Transformer.set_option([:multitenancy], :strategy, :attribute)
            |> Transformer.set_option([:multitenancy], :attribute, :org_id)
          end
          defp add(dsl, builder) do
            case builder.() do
              {:ok, entity} ->
                if Enum.any?(Transformer.get_entities(dsl, [:attributes]), &(&1.name == entity.name)) do
                  dsl
                else
                  Transformer.add_entity(dsl, [:attributes], entity)
                end
              {:error, error} -> raise inspect(error)
            end
          end
          defp calculated(dsl) do
            case Builder.build_calculation(:code, :integer, MyApp.Code, public?: true) do
              {:ok, entity} ->
                if Enum.any?(Transformer.get_entities(dsl, [:calculations]), &(&1.name == :code)) do
                  dsl
                else
                  Transformer.add_entity(dsl, [:calculations], entity)
                end
            end
          end
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Platform]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
            attribute :title, :string
          end
        end
        defmodule MyApp.Tag do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Platform]
          postgres do
            table "tags"
            repo MyApp.Repo
          end
          platform do
            tenant? false
          end
          attributes do
            uuid_primary_key :id
          end
        end
        "##,
        expect![[r#"
            posts by org_id
              org_id uuid!
              version bigint! = 1
              created_on utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              id uuid! key = fragment("gen_random_uuid()")
              title text
            tags
              title bigint
              version bigint! = 1
              created_on utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              id uuid! key = fragment("gen_random_uuid()")
        "#]],
    );
}

#[test]
fn a_transformer_that_looks_at_actions() {
    check(
        r##"
        //- lib/rendered.ex
        defmodule MyApp.Rendered do
          @rendered %Spark.Dsl.Section{
            name: :rendered,
            schema: [
              into: [type: :atom, default: :html],
              kept?: [type: :boolean, default: true],
              from: [type: :atom]
            ]
          }
          use Spark.Dsl.Extension, sections: [@rendered], transformers: [MyApp.Rendered.Add]
        end
        defmodule MyApp.Rendered.Info do
          use Spark.InfoGenerator, extension: MyApp.Rendered, sections: [:rendered]
        end
        defmodule MyApp.Rendered.Add do
          use Spark.Dsl.Transformer
          alias Spark.Dsl.Transformer
          alias MyApp.Rendered.Info
          def transform(dsl) do
            [key] = Ash.Resource.Info.primary_key(dsl)
            type = Ash.Resource.Info.attribute(dsl, key).type
            {:ok, from} = Info.rendered_from(dsl)
            try do
              dsl = dsl |> allow_nil(from) |> extend(type)
              if Info.rendered_kept?(dsl), do: {:ok, dsl}, else: :ok
            rescue
              error -> {:error, inspect(error)}
            end
          end
          defp extend(dsl, type) do
            {:ok, dsl} = Ash.Resource.Builder.add_new_attribute(dsl, Info.rendered_into!(dsl), :string)
            {:ok, dsl} = Ash.Resource.Builder.add_new_attribute(dsl, :parent_id, type)
            {:ok, dsl} = Ash.Resource.Builder.add_new_relationship(dsl, :belongs_to, :parent, MyApp.Post)
            dsl
          end
          defp allow_nil(dsl, name) do
            dsl
            |> Transformer.get_entities([:actions])
            |> Enum.filter(&(&1.type == :create))
            |> Enum.reduce(dsl, fn action, dsl ->
              Transformer.replace_entity(
                dsl,
                [:actions],
                %{action | allow_nil_input: (action.allow_nil_input || []) ++ [name]},
                &(&1.name == action.name)
              )
            end)
          end
        end
        //- lib/counted.ex
        defmodule MyApp.Counted do
          use Spark.Dsl.Extension, transformers: [MyApp.Counted.Add]
        end
        defmodule MyApp.Counted.Add do
          use Spark.Dsl.Transformer
          def transform(dsl) do
            if Enum.any?(Spark.Dsl.Transformer.get_entities(dsl, [:actions]), & &1.primary?) do
              Ash.Resource.Builder.add_attribute(dsl, :count, :integer)
            else
              {:ok, dsl}
            end
          end
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Rendered]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          rendered do
            from :text
          end
          attributes do
            uuid_v7_primary_key :id
            attribute :text, :string
          end
          actions do
            defaults [:read, create: :*]
            create :import
          end
        end
        defmodule MyApp.Tag do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Counted]
          postgres do
            table "tags"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
          actions do
            read :all
          end
        end
        "##,
        expect![[r#"
            posts creates
              id uuid! key = fragment("uuid_generate_v7()")
              text text
              html text
              parent_id uuid -> public.posts.id posts_parent_id_fkey
            tags
              id uuid! key = fragment("gen_random_uuid()")
              ? "attributes": the transformer MyApp.Counted.Add may add columns: Enum.any?/2 is not evaluated here (lib/post.ex)
        "#]],
    );
}
