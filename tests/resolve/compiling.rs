//! What Spark would not compile, and what only looks like it.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::fixture::{check_post, project};

/// Checks what is refused of `MyApp.Post` with this body; `//- path` lines add further files.
#[track_caller]
fn check(uses: &str, body: &str, expected: Expect) {
    let (body, more) = match body.find("//- ") {
        Some(at) => body.split_at(at),
        None => (body, ""),
    };
    let text = format!("//- lib/post.ex\ndefmodule MyApp.Post do\n  {uses}\n{body}\nend\n{more}");
    let mut out = String::new();
    for issue in project(&text).issues().iter().filter(|issue| issue.kind.stops()) {
        let range = issue.origin.range;
        let source = text.strip_prefix("//- lib/post.ex\n").and_then(|text| text.get(range.start..range.end));
        let _ = writeln!(out, "{:?}: {} | {}", issue.kind, issue.message, source.unwrap_or("?").replace('\n', " "));
    }
    expected.assert_eq(&out);
}

const ASH: &str = "use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer\n  postgres do\n    table \
                   \"posts\"\n    repo MyApp.Repo\n  end";

#[test]
fn options_that_no_release_has() {
    check(
        ASH,
        r#"
        attributes do
          uuid_primary_key :id, allow_nil?: true
          attribute :title, :string, alow_nil?: false, public?: true
          attribute :body, :string do
            colour :red
            allow_nil? false
          end
          timestamps privat?: true
        end
        relationships do
          belongs_to :author, MyApp.Post, api: MyApp.Blog do
            on_delete :nilify
            filter expr(true)
          end
        end
        identities do
          identity :title, [:title], nulls_distinct: false
        end
        postgres do
          references do
            polymorphic_name "posts_fkey"
            reference :author, on_delte: :delete
          end
          custom_indexes do
            index [:title], uniq: true
          end
          check_constraints do
            check_constraint :title, "long", check: "true", where: "true"
          end
          tabel "blog_posts"
        end
        "#,
        expect![[r#"
            NoSuchName: `uuid_primary_key` has no option `allow_nil?`: it is always `false` | allow_nil?: true
            NoSuchName: `attribute` has no option `alow_nil?`; did you mean `allow_nil?`? | alow_nil?: false
            NoSuchName: `attribute` has no option `colour` | colour :red
            NoSuchName: `timestamps` has no option `privat?` | privat?: true
            NoSuchName: `belongs_to` has no option `on_delete` | on_delete :nilify
            NoSuchName: `identity` has no option `nulls_distinct` | nulls_distinct: false
            NoSuchName: `references` has no `polymorphic_name` | polymorphic_name "posts_fkey"
            NoSuchName: `reference` has no option `on_delte`; did you mean `on_delete`? | on_delte: :delete
            NoSuchName: `index` has no option `uniq` | uniq: true
            NoSuchName: `check_constraint` has no option `where` | where: "true"
            NoSuchName: `postgres` has no `tabel`; did you mean `table`? | tabel "blog_posts"
        "#]],
    );
}

#[test]
fn a_name_that_a_macro_of_the_project_gives() {
    check(
        ASH,
        r#"
        import MyApp.Columns
        attributes do
          uuid_primary_key :id
          named :title
          attribute :body, :string do
            optional true
            say "hello"
          end
        end
        //- lib/columns.ex
        defmodule MyApp.Columns do
          defmacro named(name) do
            quote do
              attribute unquote(name), :string, requird?: true
            end
          end
          defmacro optional(value) do
            quote do
              allow_nil? unquote(value)
            end
          end
          def say(text), do: text
        end
        "#,
        expect![[r#"
            NoSuchName: `attribute` has no option `requird?` | named :title
        "#]],
    );
}

#[test]
fn what_something_else_may_bring_is_not_refused() {
    let body = r#"
        attributes do
          uuid_primary_key :id
          money :price
          attribute :title, :string do
            labelled "Title"
            inspect :title
          end
        end
    "#;
    check(&format!("{ASH}\n  import SomeLibrary.Helpers"), body, expect![[""]]);
    check(&format!("{ASH}\n  use SomeLibrary"), body, expect![[""]]);
    check(&ASH.replace("domain:", "extensions: [SomeLibrary.Extension], domain:"), body, expect![""]);
    check(
        ASH,
        body,
        expect![[r#"
        NoSuchName: `attributes` has no `money` | money :price
        NoSuchName: `attribute` has no option `labelled` | labelled "Title"
    "#]],
    );
}

/// Only what is known of the release that the project has is told.
#[test]
fn releases_that_are_not_known_may_have_other_names() {
    let body = |lock: &str| {
        format!(
            "attributes do\nuuid_primary_key :id\nattribute :a, :string, private?: true\nend\npostgres do\nreferences \
             do\npolymorphic_name \"x\"\nend\nend\n//- mix.lock\n%{{{lock}}}\n"
        )
    };
    let ash = |version: &str| format!("\"ash\": {{:hex, :ash, \"{version}\", \"\"}},");
    let postgres = |version: &str| format!("\"ash_postgres\": {{:hex, :ash_postgres, \"{version}\", \"\"}},");
    check(
        ASH,
        &body(&(ash("3.5.1") + &postgres("2.6.0"))),
        expect![[r#"
        NoSuchName: `attribute` has no option `private?` | private?: true
        NoSuchName: `references` has no `polymorphic_name` | polymorphic_name "x"
    "#]],
    );
    check(ASH, &body(&(ash("2.14.21") + &postgres("1.3.66"))), expect![[""]]);
    check(ASH, &body(&(ash("3.33.0") + &postgres("2.13.0"))), expect![[""]]);
    check(
        ASH,
        &body("\"ash\": {:git, \"https://example.com\", \"abc\", []}, \"x\": {:hex, :x, \"1.0.0\", \"\"}"),
        expect![[""]],
    );
}

/// `Ash.Type.NewType` takes its subtype for a module.
#[test]
fn a_new_type_over_an_array() {
    check_post(
        r#"
        attributes do
          uuid_primary_key :id
          attribute :tags, MyApp.Tags
          attribute :more, {:array, MyApp.Renamed}
          attribute :late, MyApp.Lazy
          attribute :fine, {:array, MyApp.Tag}
        end
        //- lib/types.ex
        defmodule MyApp.Tag do
          use Ash.Type.NewType, subtype_of: :string
        end
        defmodule MyApp.Tags do
          use Ash.Type.NewType, subtype_of: {:array, :string}
        end
        defmodule MyApp.Renamed do
          use Ash.Type.NewType, subtype_of: MyApp.Tags
        end
        defmodule MyApp.Lazy do
          use Ash.Type.NewType, subtype_of: {:array, MyApp.Tag}, lazy_init?: true
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              tags unresolved
              more unresolved
              late unresolved
              fine [text]
              ? "attributes.tags.type": MyApp.Tags is a new type over an array, which Ash cannot use: say {:array, …} where the type is used (lib/post.ex)
              ? "attributes.more.type": MyApp.Tags is a new type over an array, which Ash cannot use: say {:array, …} where the type is used (lib/post.ex)
              ? "attributes.late.type": MyApp.Lazy is a new type over an array, which Ash cannot use: say {:array, …} where the type is used (lib/post.ex)
            Invalid at lib/types.ex: MyApp.Tags is a new type over an array, which Ash cannot use: say {:array, …} where the type is used
        "#]],
    );
}

#[test]
fn keys_that_may_be_null() {
    check(
        ASH,
        r#"
        attributes do
          uuid_primary_key :id
          attribute :a, :uuid, primary_key?: true
          attribute :b, :uuid, primary_key?: true, allow_nil?: false
        end
        relationships do
          belongs_to :c, MyApp.Post, primary_key?: true
          belongs_to :d, MyApp.Post, primary_key?: true, allow_nil?: false
        end
        "#,
        expect![[r#"
            Invalid: Could not create attribute for belongs_to c: "Relationship cannot be a primary key unless it is also marked as `allow_nil? false`" | belongs_to :c, MyApp.Post, primary_key?: true
            Invalid: Primary keys must not be allowed to be nil.

            The attribute `a` is set as a primary key and allows nil values. | attribute :a, :uuid, primary_key?: true
        "#]],
    );
}

#[test]
fn mistakes_that_the_vocabulary_shows_stop_where_the_release_is_known() {
    let body = r#"
        attributes do
          uuid_primary_key :id
          attribute :a, :string, allow_nil?: 3
          attribute :a, :string
          attribute :b, :string, public?: true do
            default "x"
          end
        end
        identities do
          identity :a, keys: [:a]
        end
        //- mix.lock
        %{"ash": {:hex, :ash, "VERSION", "abc", [:mix], [], "hexpm", "def"}}
        "#;
    let stops = expect![[r#"
        Mistake: `allow_nil?` of `attribute` must be `true` or `false` | 3
        Mistake: attribute `a` is declared twice | :a
        Mistake: `attribute` has a block: options stand in it, not before it | public?: true
    "#]];
    check(ASH, &body.replace("VERSION", "3.20.0"), stops);
    check(ASH, &body.replace("VERSION", "4.0.0"), expect![[r#""#]]);
}
