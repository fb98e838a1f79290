//! Transformers of the project's own extensions that read options.

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
              ? "attributes": the transformer MyApp.Counted.AddColumns may add columns: Spark.Dsl.Transformer.get_option/3 is not evaluated (lib/post.ex)
        "#]],
    );
}
