//! Sources that are broken, endless or absurdly deep.

use ashls::project::Project;
use expect_test::expect;
use proptest::prelude::*;

use super::fixture::{check_post, project, show};

#[test]
fn nesting_does_not_exhaust_the_stack() {
    let depth = 390;
    let values = [
        format!("{}{}", "[".repeat(depth), "]".repeat(depth)),
        format!("{}1{}", "to_string(".repeat(depth), ")".repeat(depth)),
        format!("1{}", " |> to_string()".repeat(depth)),
        format!("{}1{}", "if true do ".repeat(depth), " end".repeat(depth)),
        format!("{}1{}", "MyApp.Deep.f(".repeat(depth), ")".repeat(depth)),
        format!("{}1{}", "fn -> ".repeat(depth), " end".repeat(depth)),
        format!("\"a\"{}", " <> \"a\"".repeat(depth)),
    ];
    for value in values {
        let text = format!(
            "//- lib/post.ex\ndefmodule MyApp.Post do\n  use Ash.Resource, domain: MyApp.Blog, data_layer: \
             AshPostgres.DataLayer\n  postgres do\n    table \"posts\"\n    repo MyApp.Repo\n  end\n  attributes do\n    \
             attribute :a, :string, default: {value}\n    {}attribute :b, :string{}\n  end\nend\ndefmodule MyApp.Deep do\n  def f(x), do: \
             f({}x{})\nend\n",
            "if true do ".repeat(380),
            " end".repeat(380),
            "g(".repeat(300),
            ")".repeat(300)
        );
        assert!(show(&project(&text)).starts_with("posts"), "{value}");
    }
}

#[test]
fn endless_macros_and_functions() {
    check_post(
        r#"
        use MyApp.Endless
        attributes do
          uuid_primary_key :id
          attribute :a, :string, default: MyApp.Endless.f(1)
          attribute :b, MyApp.Loop
        end
        //- lib/endless.ex
        defmodule MyApp.Endless do
          defmacro __using__(_) do
            quote do
              use MyApp.Endless
            end
          end
          def f(x), do: f(x + 1)
        end
        defmodule MyApp.Loop do
          use Ash.Type.NewType, subtype_of: MyApp.Loop
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              a text
              b unresolved
              ? "": macros expand too deeply (lib/post.ex)
              ? "attributes.a.default": MyApp.Endless.f/1 calls itself too deeply (lib/endless.ex)
              ? "attributes.b.type": the type MyApp.Loop refers to itself (lib/post.ex)
        "#]],
    );
}

#[test]
fn tuples_that_are_no_pairs() {
    check_post(
        r#"
        use MyApp.Odd
        attributes do
          uuid_primary_key :id
          attribute :a, MyApp.Short, constraints: [{}, {:max_length}]
        end
        //- lib/odd.ex
        defmodule MyApp.Odd do
          defmacro __using__(_) do
            quote bind_quoted: [{}, {:a}, {:b, 1, 2}] do
              attributes do
                attribute :b, :string
              end
            end
          end
        end
        defmodule MyApp.Short do
          use Ash.Type.NewType, subtype_of: :string, constraints: [max_length: 3]
        end
        "#,
        expect![[r#"
            posts
              b text
              id uuid! key = fragment("gen_random_uuid()")
              a text
        "#]],
    );
}

#[test]
fn a_resource_without_an_end() {
    let text = "//- lib/post.ex\ndefmodule MyApp.Post do\n  use Ash.Resource, domain: MyApp.Blog, data_layer: \
                AshPostgres.DataLayer\n  postgres do\n    table \"posts\"\n    repo MyApp.Repo\n  attributes do\n    attribute :a,\n";
    show(&project(text));
}

const SEED: &str = include_str!("hostile_seed.ex");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn damaged_sources_never_panic(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, "[a-z:(){}\\[\\]\"#,. \n]{0,6}"), 1..4)) {
        let mut text = SEED.to_owned();
        for (at, length, insert) in cuts {
            let mut start = at.index(text.len().max(1));
            while !text.is_char_boundary(start) { start -= 1; }
            let mut end = (start + length).min(text.len());
            while !text.is_char_boundary(end) { end += 1; }
            text.replace_range(start..end, &insert);
        }
        let files = [("lib/all.ex", text.as_str()), ("config/config.exs", text.as_str()), ("mix.exs", text.as_str())];
        Project::load(files.map(|(path, text)| (path.into(), text.into())));
        show(&project(&format!("//- lib/all.ex\n{text}")));
    }
}
