//! Types and their columns.

use expect_test::expect;

use super::fixture::check_post;

#[test]
fn built_in_types() {
    check_post(
        r#"
        attributes do
          attribute :a, :string
          attribute :b, :ci_string
          attribute :c, :integer
          attribute :d, :float
          attribute :e, :decimal, constraints: [precision: 10, scale: 2]
          attribute :f, :decimal, constraints: [precision: :arbitrary]
          attribute :g, :boolean
          attribute :h, :time_usec
          attribute :i, :datetime, constraints: [precision: :microsecond]
          attribute :j, :datetime
          attribute :k, :naive_datetime
          attribute :l, :uuid_v7
          attribute :m, :map
          attribute :n, :union, constraints: [types: []]
          attribute :o, :term
          attribute :p, :duration_name
          attribute :q, :vector, constraints: [dimensions: 3]
          attribute :r, :function
          attribute :s, :function, constraints: [mfa: true]
          attribute :t, Ash.Type.Integer
          attribute :u, AshPostgres.Timestamptz
          attribute :v, AshPostgres.TimestamptzUsec
          attribute :w, AshPostgres.Ltree
        end
        "#,
        expect![[r#"
            posts
              a text
              b citext
              c bigint
              d float
              e decimal(10,2)
              f decimal
              g boolean
              h time_usec
              i utc_datetime_usec
              j utc_datetime
              k naive_datetime
              l uuid
              m map
              n map
              o binary
              p text
              q vector(3)
              r binary
              s text
              t bigint
              u timestamptz
              v timestamptz(6)
              w ltree
        "#]],
    );
}

#[test]
fn arrays_lose_the_constraints_of_their_elements() {
    check_post(
        r#"
        attributes do
          attribute :a, {:array, :integer}
          attribute :b, {:array, {:array, :ci_string}}
          attribute :c, {:array, :utc_datetime_usec}
          attribute :d, {:array, :decimal}, constraints: [items: [precision: 3]]
        end
        "#,
        expect![[r#"
            posts
              a [bigint]
              b [[citext]]
              c [utc_datetime]
              d [decimal]
        "#]],
    );
}

#[test]
fn types_of_the_project() {
    check_post(
        r#"
        alias MyApp.Types
        attributes do
          attribute :a, Types.Status
          attribute :b, Types.Small
          attribute :c, Types.Smaller
          attribute :d, Types.At
          attribute :e, Types.Address
          attribute :f, Types.Item
          attribute :g, Types.Plain
          attribute :h, Types.Sized, constraints: [size: 5]
          attribute :i, Types.Sized
          attribute :j, {:array, Types.Small}
          attribute :k, Types.Loud
          attribute :l, :money
        end
        //- lib/types.ex
        defmodule MyApp.Types do
          defmodule Status do
            use Ash.Type.Enum, values: [:draft, :live]
          end
          defmodule Small do
            use Ash.Type.NewType, subtype_of: :integer, constraints: [max: 9]
          end
          defmodule Smaller do
            use Ash.Type.NewType, subtype_of: MyApp.Types.Small
          end
          defmodule At do
            use Ash.Type.NewType, subtype_of: :datetime, constraints: [precision: :microsecond]
          end
          defmodule Address do
            use Ash.Resource, data_layer: :embedded
          end
          defmodule Item do
            use Ash.TypedStruct
          end
          defmodule Plain do
            use Ash.Type
            @impl true
            def storage_type, do: :inet
          end
          defmodule Sized do
            use Ash.Type
            def constraints, do: [size: [type: :integer, default: 8]]
            def storage_type(_), do: :string
            def migration_type(constraints), do: {:varchar, constraints[:size]}
          end
          defmodule Loud do
            use Ash.Type.Enum, values: [:a]
            def storage_type(_), do: :citext
          end
        end
        //- config/config.exs
        import Config
        config :my_app, ash_domains: [MyApp.Blog], ecto_repos: [MyApp.Repo]
        config :ash, :custom_types, money: MyApp.Types.Small
        "#,
        expect![[r#"
            posts
              a text
              b integer
              c integer
              d utc_datetime_usec
              e map
              f map
              g inet
              h varchar(5)
              i varchar(8)
              j [integer]
              k citext
              l integer
        "#]],
    );
}

#[test]
fn a_wrapper_around_enums() {
    check_post(
        r#"
        attributes do
          attribute :a, MyApp.Color, default: :red
        end
        //- lib/color.ex
        defmodule MyApp.Enum do
          defmacro __using__(opts) do
            quote do
              use Ash.Type.Enum, unquote(opts)
            end
          end
        end
        defmodule MyApp.Color do
          use MyApp.Enum, values: [:red, :green]
        end
        "#,
        expect![[r#"
            posts
              a text = "red"
        "#]],
    );
}
