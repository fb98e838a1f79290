//! Columns and foreign keys of relationships.

use expect_test::expect;

use super::fixture::{check, check_post};

const AUTHOR: &str = r#"
//- lib/author.ex
defmodule MyApp.Author do
  use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table "authors"
    repo MyApp.Repo
  end
  attributes do
    integer_primary_key :id
    attribute :slug, :string, source: :slug_text
  end
end
"#;

#[test]
fn belongs_to_adds_columns_behind_the_others() {
    check_post(
        &format!(
            r#"
        relationships do
          belongs_to :author, MyApp.Author, attribute_type: :integer, allow_nil?: false
          belongs_to :editor, MyApp.Author, define_attribute?: false
          belongs_to :critic, MyApp.Author do
            source_attribute :critic_slug
            destination_attribute :slug
            attribute_type :string
          end
          belongs_to :parent, __MODULE__
          has_many :children, __MODULE__
        end
        attributes do
          uuid_primary_key :id
          attribute :editor_id, :integer, source: :editor
        end
        {AUTHOR}"#
        ),
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              editor bigint -> public.authors.id posts_editor_fkey
              author_id bigint! -> public.authors.id posts_author_id_fkey
              critic_slug text -> public.authors.slug_text posts_critic_slug_fkey no-key
              parent_id uuid -> public.posts.id posts_parent_id_fkey
            authors
              id bigint! key generated
              slug_text text
        "#]],
    );
}

#[test]
fn a_key_that_is_a_relationship() {
    check_post(
        &format!(
            r#"
        relationships do
          belongs_to :author, MyApp.Author, attribute_type: :integer, primary_key?: true, allow_nil?: false
        end
        {AUTHOR}"#
        ),
        expect![[r#"
            posts
              author_id bigint! key -> public.authors.id posts_author_id_fkey
            authors
              id bigint! key generated
              slug_text text
        "#]],
    );
}

#[test]
fn references() {
    check_post(
        &format!(
            r#"
        attributes do
          uuid_primary_key :id
          attribute :region, :string
        end
        relationships do
          belongs_to :a, MyApp.Author
          belongs_to :b, MyApp.Author
          belongs_to :c, MyApp.Author
          belongs_to :d, MyApp.Author
        end
        postgres do
          references do
            reference :a, on_delete: :delete, on_update: :update, name: "fk_a", deferrable: :initially, index?: true
            reference :b do
              on_delete {{:nilify, :b_id}}
              match_with region: :slug
              match_type :full
              index? true
              index_where :not_nil
            end
            reference :c, ignore?: true
          end
        end
        {AUTHOR}"#
        ),
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              region text
              a_id uuid -> public.authors.id fk_a delete:delete update:update Initially index
              b_id uuid -> public.authors.id posts_b_id_fkey delete:nilify["b_id"] match:full where:b_id IS NOT NULL with{"region": "slug"} index
              c_id uuid
              d_id uuid -> public.authors.id posts_d_id_fkey
            authors
              id bigint! key generated
              slug_text text
        "#]],
    );
}

#[test]
fn the_default_type_is_configured() {
    check_post(
        &format!(
            r#"
        relationships do
          belongs_to :author, MyApp.Author
        end
        {AUTHOR}
        //- config/config.exs
        import Config
        config :my_app, ash_domains: [MyApp.Blog], ecto_repos: [MyApp.Repo]
        config :ash, default_belongs_to_type: :integer
        "#
        ),
        expect![[r#"
            posts
              author_id bigint -> public.authors.id posts_author_id_fkey
            authors
              id bigint! key generated
              slug_text text
        "#]],
    );
}

#[test]
fn no_foreign_key_out_of_the_repo() {
    check_post(
        r#"
        relationships do
          belongs_to :a, MyApp.Elsewhere
          belongs_to :b, MyApp.Memory
        end
        //- lib/other.ex
        defmodule MyApp.OtherRepo do
          use AshPostgres.Repo, otp_app: :my_app
        end
        defmodule MyApp.Elsewhere do
          use Ash.Resource, domain: nil, data_layer: AshPostgres.DataLayer
          postgres do
            table "elsewhere"
            repo MyApp.OtherRepo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule MyApp.Memory do
          use Ash.Resource, domain: nil
          attributes do
            uuid_primary_key :id
          end
        end
        "#,
        expect![[r#"
            posts
              a_id uuid
              b_id uuid
            elsewhere in MyApp.OtherRepo
              id uuid! key = fragment("gen_random_uuid()")
        "#]],
    );
}

#[test]
fn schemas_and_contexts() {
    check_post(
        r#"
        relationships do
          belongs_to :a, MyApp.Ledger
          belongs_to :b, MyApp.Ledger, relationship_context: %{data_layer: %{table: "old", schema: "past"}}
        end
        //- lib/ledger.ex
        defmodule MyApp.Ledger do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "ledgers"
            schema "billing"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        "#,
        expect![[r#"
            posts
              a_id uuid -> billing.ledgers.id posts_a_id_fkey
              b_id uuid -> past.old.id posts_b_id_fkey
            billing.ledgers
              id uuid! key = fragment("gen_random_uuid()")
        "#]],
    );
}

#[test]
fn one_snapshot_for_each_table_of_a_polymorphic_resource() {
    check(
        r#"
        //- lib/comment.ex
        defmodule MyApp.Comment do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            repo MyApp.Repo
            polymorphic? true
          end
          attributes do
            uuid_primary_key :id
            attribute :subject_id, :uuid
          end
          identities do
            identity :one, [:subject_id]
          end
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
            references do
              polymorphic_on_delete :delete
            end
          end
          attributes do
            uuid_primary_key :id
          end
          relationships do
            has_many :comments, MyApp.Comment,
              relationship_context: %{data_layer: %{table: "post_comments"}},
              destination_attribute: :subject_id
            has_many :notes, MyApp.Comment do
              destination_attribute :subject_id
              relationship_context %{data_layer: %{table: "post_notes", schema: "notes"}}
            end
          end
        end
        "#,
        expect![[r#"
            post_comments
              id uuid! key = fragment("gen_random_uuid()")
              subject_id uuid -> posts.id post_comments_subject_id_fkey delete:delete default:fragment("gen_random_uuid()")
              identity one post_comments_one_index [Column("subject_id")]
            notes.post_notes
              id uuid! key = fragment("gen_random_uuid()")
              subject_id uuid -> posts.id post_notes_subject_id_fkey delete:delete default:fragment("gen_random_uuid()")
              identity one post_notes_one_index [Column("subject_id")]
            posts
              id uuid! key = fragment("gen_random_uuid()")
        "#]],
    );
}
