//! Defaults and the text they become.

use expect_test::expect;

use super::fixture::{check, check_post};

#[test]
fn literals_are_cast_first() {
    check_post(
        r##"
        attributes do
          attribute :a, :string, default: "say \"#{"hi"}\""
          attribute :b, :string, default: :atom
          attribute :c, :integer, default: "7"
          attribute :d, :float, default: 1
          attribute :e, :decimal, default: "1.50"
          attribute :f, :decimal, default: 0
          attribute :g, :boolean, default: false
          attribute :h, :date, default: ~D[2024-02-03]
          attribute :i, :utc_datetime, default: ~U[2024-02-03 01:02:03.5Z]
          attribute :j, :utc_datetime_usec, default: ~U[2024-02-03 01:02:03Z]
          attribute :k, :map, default: %{}
          attribute :l, :map, default: %{a: 1}
          attribute :m, {:array, :string}, default: []
          attribute :n, {:array, :string}, default: ["x"]
          attribute :o, :ci_string, default: "x"
          attribute :p, :atom, default: :draft
          attribute :q, :string, default: nil
          attribute :r, :integer, default: -5
        end
        "##,
        expect![[r#"
            posts
              a text = "say \"hi\""
              b text = "atom"
              c bigint = 7
              d float = 1.0
              e decimal = "1.50"
              f decimal = "0"
              g boolean = false
              h date = fragment("'2024-02-03'")
              i utc_datetime = fragment("'2024-02-03 01:02:03Z'")
              j utc_datetime_usec = fragment("'2024-02-03 01:02:03.000000Z'")
              k map = %{}
              l map
              m [text] = []
              n [text]
              o citext
              p text = "draft"
              q text
              r bigint = -5
        "#]],
    );
}

/// `String.to_existing_atom/1`: it depends on what else the virtual machine has loaded.
#[test]
fn a_text_is_an_atom_only_where_it_is_known_to_be_one() {
    check_post(
        r#"
        attributes do
          attribute :a, :atom, default: "open", constraints: [one_of: [:open, :closed]]
          attribute :b, :atom, default: "open", constraints: [unsafe_to_atom?: true]
          attribute :c, :atom, default: "never_seen"
        end
        "#,
        expect![[r#"
            posts
              a text = "open"
              b text = "open"
              c text
              ? "attributes.c.default": never_seen cannot be cast to Atom (lib/post.ex)
        "#]],
    );
}

#[test]
fn durations_and_bytes() {
    check_post(
        r#"
        attributes do
          attribute :a, :duration, default: Duration.new!(hour: 1, minute: 30)
          attribute :b, :duration, default: "PT90M"
          attribute :c, :duration, default: Duration.new!(fortnight: 1)
          attribute :d, :duration, default: %Duration{day: 2}
          attribute :e, :duration, default: 5
          attribute :f, :binary, default: <<1, 2, 3>>
          attribute :g, :binary, default: <<255, 0>>
          attribute :h, :binary, default: <<"ab", 99>>
          attribute :i, :binary, default: <<258::16>>
          attribute :j, :binary, default: <<>>
          attribute :k, :string, default: <<104, 105>>
        end
        "#,
        expect![[r#"
            posts
              a duration
              b duration
              c duration
              d duration
              e duration
              f binary = <<1, 2, 3>>
              g binary = <<255, 0>>
              h binary = "abc"
              i binary
              j binary = ""
              k text = "hi"
              ? "attributes.c.default": Duration.new!/1 is not evaluated here (lib/post.ex)
              ? "attributes.e.default": 5 cannot be cast to Duration (lib/post.ex)
              ? "attributes.i.default": the operator :: is not evaluated on these values (lib/post.ex)
        "#]],
    );
}

#[test]
fn functions() {
    check_post(
        r#"
        attributes do
          attribute :a, :uuid, default: &Ash.UUID.generate/0
          attribute :b, :uuid, default: &Ecto.UUID.generate/0
          attribute :c, :uuid, default: &Ash.UUIDv7.generate/0
          attribute :d, :date, default: &Date.utc_today/0
          attribute :e, :utc_datetime, default: &DateTime.utc_now/0
          attribute :f, AshPostgres.Timestamptz, default: &DateTime.utc_now/0
          attribute :g, :string, default: &MyApp.Other.name/0
          attribute :h, :string, default: fn -> "x" end
          attribute :i, :string, default: {MyApp.Other, :name, []}
        end
        "#,
        expect![[r#"
            posts
              a uuid = fragment("gen_random_uuid()")
              b uuid = fragment("gen_random_uuid()")
              c uuid = fragment("uuid_generate_v7()")
              d date = fragment("CURRENT_DATE")
              e utc_datetime = fragment("(now() AT TIME ZONE 'utc')")
              f timestamptz = fragment("now()")
              g text
              h text
              i text
        "#]],
    );
}

#[test]
fn types_of_the_project() {
    check_post(
        r#"
        attributes do
          attribute :a, MyApp.Status, default: "live"
          attribute :b, MyApp.Name, default: "  x "
          attribute :c, MyApp.Rank, default: 2
          attribute :d, MyApp.Address, default: %{street: "s"}
          attribute :e, :integer, default: MyApp.Numbers.answer()
        end
        //- lib/types.ex
        defmodule MyApp.Status do
          use Ash.Type.Enum, values: [draft: "A draft", live: [label: "Live"]]
        end
        defmodule MyApp.Name do
          use Ash.Type.NewType, subtype_of: :string
        end
        defmodule MyApp.Rank do
          use Ash.Type
          use AshPostgres.Type
          def storage_type(_), do: :integer
          def cast_input(value, _) when is_integer(value), do: {:ok, value}
          def value_to_postgres_default(_, _, value), do: {:ok, "fragment(\"rank(#{value})\")"}
        end
        defmodule MyApp.Address do
          use Ash.Resource, data_layer: :embedded
        end
        defmodule MyApp.Numbers do
          @answer 42
          def answer, do: @answer
        end
        "#,
        expect![[r#"
            posts
              a text = "live"
              b text = "x"
              c integer = fragment("rank(2)")
              d map
              e bigint = 42
        "#]],
    );
}

#[test]
fn sqlite_writes_no_literals() {
    check(
        r#"
        //- lib/repo.ex
        defmodule MyApp.Repo do
          use AshSqlite.Repo, otp_app: :my_app
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshSqlite.DataLayer
          sqlite do
            table "posts"
            repo MyApp.Repo
            strict? true
          end
          attributes do
            uuid_primary_key :id
            attribute :a, :string, default: "x"
            attribute :b, :decimal, constraints: [precision: 3]
            attribute :c, :map, default: %{}
            attribute :d, :uuid_v7
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
            posts strict
              id uuid! key
              a text
              b decimal
              c map = %{}
              d uuid
        "#]],
    );
}
