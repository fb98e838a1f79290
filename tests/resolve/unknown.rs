//! What cannot be read is said, with its place, and never guessed.

use expect_test::expect;

use super::fixture::{check, check_post};

#[test]
fn facts_of_columns() {
    check_post(
        r#"
        attributes do
          attribute :a, MyDep.Type
          attribute :b, :string, default: System.get_env("B")
          attribute :c, :string, allow_nil?: MyDep.flag?()
          attribute :d, :string, MyDep.options()
          attribute :e, :decimal, constraints: MyDep.constraints()
          attribute :f, :nonsense
          attribute :g, :string, source: MyDep.name()
        end
        "#,
        expect![[r#"
            posts
              a unresolved
              b text
              c text
              d text
              e unresolved
              f unresolved
              g text
              ? "attributes.a.type": the type MyDep.Type is not part of the project (lib/post.ex)
              ? "attributes.b.default": System.get_env/1 is not evaluated here (lib/post.ex)
              ? "attributes.c.allow_nil": MyDep.flag?/0 is not evaluated (lib/post.ex)
              ? "attributes": MyDep.options/0 is not evaluated (lib/post.ex)
              ? "attributes.d.default": MyDep.options/0 is not evaluated (lib/post.ex)
              ? "attributes.d.allow_nil": MyDep.options/0 is not evaluated (lib/post.ex)
              ? "attributes.d.primary_key": MyDep.options/0 is not evaluated (lib/post.ex)
              ? "attributes.d.generated": MyDep.options/0 is not evaluated (lib/post.ex)
              ? "attributes.e.type": MyDep.constraints/0 is not evaluated (lib/post.ex)
              ? "attributes.f.type": no type is called :nonsense (lib/post.ex)
              ? "attributes": MyDep.name/0 is not evaluated (lib/post.ex)
        "#]],
    );
}

#[test]
fn columns_that_may_be_missing() {
    check_post(
        r#"
        attributes do
          uuid_primary_key :id
          MyDep.fields()
          unknown_macro :x
          for name <- MyDep.names(), do: attribute(name, :string)
        end
        relationships do
          belongs_to :author, MyDep.Author
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              author_id uuid
              ? "attributes": MyDep.fields is not part of the project (lib/post.ex)
              ? "attributes": unknown_macro is not an entity of attributes (lib/post.ex)
              ? "attributes": MyDep.names/0 is not evaluated (lib/post.ex)
              ? "attributes.author_id.references": the resource MyDep.Author is not part of the project (lib/post.ex)
        "#]],
    );
}

#[test]
fn unknown_extensions_and_fragments() {
    check(
        r#"
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource,
            domain: MyApp.Blog,
            data_layer: AshPostgres.DataLayer,
            extensions: [MyDep.Extension],
            fragments: [MyDep.Fragment]
          use MyDep.Macro
          use Gettext, backend: MyApp.Gettext
          postgres do
            table "posts"
            repo MyApp.Repo
          end
        end
        "#,
        expect![[r#"
            posts
              ? "": use MyDep.Macro: the macro is not part of the project, it may add to the resource (lib/post.ex)
              ? "": the fragment MyDep.Fragment is not part of the project (lib/post.ex)
              ? "attributes": the extension MyDep.Extension is not known: it may add or change columns (lib/post.ex)
        "#]],
    );
}

#[test]
fn tables_that_cannot_be_named() {
    check(
        r#"
        //- lib/all.ex
        defmodule MyApp.One do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table MyDep.table()
            repo MyApp.Repo
          end
        end
        defmodule MyApp.Two do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "twos"
            repo fn _, _ -> "MyApp.Repo" end
          end
        end
        defmodule MyApp.Three do
          use Ash.Resource, domain: MyApp.Blog, data_layer: MyDep.layer()
        end
        defmodule MyApp.Four do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "fours"
          end
        end
        "#,
        expect![[r#"
            unplaced MyApp.One: MyDep.table/0 is not evaluated
            unplaced MyApp.Two: expected a function that gives a repo module
            unplaced MyApp.Three: MyDep.layer/0 is not evaluated
            unplaced MyApp.Four: no repo is given
        "#]],
    );
}

#[test]
fn the_section() {
    check_post(
        r#"
        attributes do
          attribute :a, :string
        end
        identities do
          identity :a, MyDep.keys()
        end
        postgres do
          schema nil
          base_filter_sql MyDep.sql()
          migration_types [{MyDep.name(), :text}]
          custom_indexes do
            index MyDep.fields()
            index [:a], unique: MyDep.unique?()
          end
          check_constraints do
            check_constraint :a, "check_a", check: MyDep.check()
          end
        end
        "#,
        expect![[r#"
            posts
              a unresolved
              identity a posts_a_index []
              index - [Column("a")] errors ["a"]
              ? "custom_indexes": MyDep.fields/0 is not evaluated (lib/post.ex)
              ? "custom_indexes.posts_a_index.unique": MyDep.unique?/0 is not evaluated (lib/post.ex)
              ? "attributes.a.type": MyDep.name/0 is not evaluated (lib/post.ex)
              ? "base_filter": MyDep.sql/0 is not evaluated (lib/post.ex)
              ? "identities.a.keys": MyDep.keys/0 is not evaluated (lib/post.ex)
              ? "check_constraints.check_a.check": MyDep.check/0 is not evaluated (lib/post.ex)
        "#]],
    );
}
