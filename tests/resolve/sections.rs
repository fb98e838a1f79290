//! Identities and the other parts of the data layer's section.

use expect_test::expect;

use super::fixture::{check, check_post};

#[test]
fn identities() {
    check_post(
        r#"
        attributes do
          uuid_primary_key :id
          attribute :email, :string, source: :mail
          attribute :name, :string
        end
        calculations do
          calculate :key, :string, expr(string_downcase(name))
        end
        identities do
          identity :z_name, [:name], nils_distinct?: false, all_tenants?: true
          identity :email, :email do
            where expr(not is_nil(name))
          end
          identity :by_key, [:key, :email]
          identity :skipped, [:name]
        end
        postgres do
          skip_unique_indexes :skipped
          identity_index_names email: "mail_idx"
          identity_wheres_to_sql email: "name IS NOT NULL"
          calculations_to_sql key: "lower(name)"
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              mail text
              name text
              identity by_key posts_by_key_index [Expression("(lower(name))"), Column("mail")]
              identity email mail_idx [Column("mail")] where name IS NOT NULL
              identity z_name posts_z_name_index [Column("name")] all tenants nils equal
        "#]],
    );
}

#[test]
fn indexes() {
    check_post(
        r#"
        attributes do
          attribute :a, :string
        end
        postgres do
          custom_indexes do
            index :a
            index [:a, "lower(a)"], name: "lower_a", unique: true
            index [:a, desc: :b, asc: "c"], concurrently: true
            index ["a"] do
              using "gin"
              where "a IS NOT NULL"
              prefix "other"
              error_fields [:a]
            end
          end
        end
        "#,
        expect![[r#"
            posts
              a text
              index - [Column("a")] errors ["a"]
              index lower_a [Column("a"), Expression("lower(a)")] unique errors ["a"]
              index - [Column("a"), Directed { order: "desc", value: "b" }, DirectedExpression { order: "asc", value: "c" }] concurrently errors ["a", "b", "c"]
              index - [Expression("a")] using gin where a IS NOT NULL prefix other errors ["a"]
        "#]],
    );
}

#[test]
fn statements_and_checks() {
    check_post(
        r#"
        attributes do
          attribute :a, :integer, source: :amount
          attribute :b, :integer
        end
        postgres do
          base_filter_sql "b > 0"
          create_table_options "PARTITION BY HASH (b)"
          custom_statements do
            statement :view do
              up "CREATE VIEW v"
              down ~S"DROP VIEW v"
            end
          end
          check_constraints do
            check_constraint :a, "a_positive", check: "amount > 0", message: "must be positive"
            check_constraint [:a, :b], "both", check: "amount > b"
            check_constraint :b, "only_a_message", message: "no"
          end
        end
        resource do
          base_filter expr(b > 0)
        end
        actions do
          create :import do
            manual MyApp.Import
          end
        end
        "#,
        expect![[r#"
            posts where b > 0 options PARTITION BY HASH (b)
              amount bigint
              b bigint
              statement view up "CREATE VIEW v" down "DROP VIEW v"
              check a_positive ["amount"] amount > 0
              check both ["amount", "b"] amount > b
        "#]],
    );
}

#[test]
fn unmanaged_tables_and_create_actions() {
    check_post(
        r#"
        attributes do
          attribute :a, :string
        end
        postgres do
          migrate? false
          schema "legacy"
        end
        actions do
          defaults [:read, create: :*]
        end
        "#,
        expect![[r#"
            legacy.posts unmanaged creates
              a text
        "#]],
    );
}

#[test]
fn sqlite() {
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
            custom_indexes do
              index ["a"], unique: true
            end
            references do
              reference :parent, on_delete: :delete
            end
          end
          attributes do
            uuid_primary_key :id
            attribute :a, :string
          end
          relationships do
            belongs_to :parent, MyApp.Post
          end
          identities do
            identity :a, [:a]
            identity :by_calculation, [:key]
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key
              a text
              parent_id uuid -> posts.id posts_parent_id_fkey delete:delete
              identity a posts_a_index [Column("a")]
              index - [Column("a")] unique errors []
        "#]],
    );
}

#[test]
fn a_function_chooses_the_repo() {
    let post = |repo: &str| {
        format!(
            "//- lib/post.ex
             defmodule MyApp.Post do
               use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
               postgres do
                 table \"posts\"
                 repo {repo}
               end
               attributes do
                 uuid_primary_key :id
               end
             end
             //- lib/repos.ex
             defmodule MyApp.Repos do
               def choose(MyApp.Post, :mutate), do: MyApp.Repo
               def choose(_, :read), do: MyApp.Replica
             end"
        )
    };
    for repo in [
        "fn _resource, type -> if type == :read, do: MyApp.Replica, else: MyApp.Repo end",
        "fn _, :read -> MyApp.Replica\n _, :mutate -> MyApp.Repo end",
        "&MyApp.Repos.choose/2",
    ] {
        check(
            &post(repo),
            expect![[r#"
                posts
                  id uuid! key = fragment("gen_random_uuid()")
            "#]],
        );
    }
    check(
        &post("fn _, _ -> MyApp.Registry.current() end"),
        expect![[r#"
        unplaced MyApp.Post: MyApp.Registry.current/0 is not evaluated
    "#]],
    );
}
