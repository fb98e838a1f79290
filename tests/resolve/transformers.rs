//! Transformers of the project's own extensions: options that they read, entities that they build, actions that they look at.

use expect_test::expect;

use super::fixture::check;

#[test]
fn options_of_sections_and_their_defaults() {
    check(
        r##"
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Domain
          resources do
            resource MyApp.Post
            resource MyApp.Tag
            resource MyApp.Other
          end
        end
        //- lib/searched.ex
        defmodule MyApp.Searched do
          @search %Spark.Dsl.Section{
            name: :search,
            schema: [
              column: [type: :atom],
              words?: [type: :boolean, default: true],
              more: [type: {:list, :atom}, default: []]
            ]
          }
          use Spark.Dsl.Extension, sections: [@search], transformers: [MyApp.Searched.AddColumns]
        end
        defmodule MyApp.Searched.AddColumns do
          use Spark.Dsl.Transformer
          alias Spark.Dsl.Transformer
          def transform(dsl) do
            name = Transformer.get_option(dsl, [:search], :column) || :name
            dsl = if Transformer.get_option(dsl, [:search], :words?), do: add(dsl, :words), else: dsl
            Enum.reduce_while(Transformer.get_option(dsl, [:search], :more), {:ok, add(dsl, :"searched_#{name}")}, fn
              :stop, acc -> {:halt, acc}
              column, {:ok, dsl} -> {:cont, {:ok, add(dsl, column)}}
            end)
          end
          defp add(dsl, name) do
            if Enum.find(Transformer.get_entities(dsl, [:attributes]), &(&1.name == name)) do
              dsl
            else
              attribute =
                Transformer.build_entity!(Ash.Resource.Dsl, [:attributes], :attribute, name: name, type: :string)
              Transformer.add_entity(dsl, [:attributes], attribute, type: :append)
            end
          end
        end
        defmodule MyApp.Counted do
          use Spark.Dsl.Extension, transformers: [MyApp.Counted.AddColumns]
        end
        defmodule MyApp.Counted.AddColumns do
          use Spark.Dsl.Transformer
          def transform(dsl) do
            name = Spark.Dsl.Transformer.get_option(dsl, [:json_api], :type)
            Ash.Resource.Builder.add_attribute(dsl, :"#{name}_count", :integer)
          end
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Searched]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          search do
            column :title
            more [:author, :words, :stop, :never]
          end
        end
        defmodule MyApp.Tag do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Searched]
          postgres do
            table "tags"
            repo MyApp.Repo
          end
          search do
            words? false
          end
        end
        defmodule MyApp.Other do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Counted]
          postgres do
            table "others"
            repo MyApp.Repo
          end
          json_api do
            type "other"
          end
        end
        "##,
        expect![[r#"
            posts
              words text
              searched_title text
              author text
            tags
              searched_name text
            others
              ? "attributes": the transformer MyApp.Counted.AddColumns may add or change columns: Spark.Dsl.Transformer.get_option/3 is not evaluated (lib/post.ex)
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
              ? "attributes": the transformer MyApp.Counted.Add may add or change columns: Enum.any?/2 is not evaluated here (lib/post.ex)
        "#]],
    );
}
