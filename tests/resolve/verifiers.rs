//! What the DSL or the generator refuses.

use expect_test::expect;

use super::fixture::check_post;

#[test]
fn references_and_checks() {
    check_post(
        r#"
        attributes do
          uuid_primary_key :id
        end
        relationships do
          has_many :children, MyApp.Post
        end
        postgres do
          references do
            reference :nobody, on_delete: :delete
            reference :children, on_delete: :delete
          end
          check_constraints do
            check_constraint :missing, "m", check: "true"
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              check m ["missing"] true
              ? "check_constraints.m": the generator refuses it (lib/post.ex)
            Warning at lib/post.ex: Found reference configuration for relationship `nobody`, but no such relationship exists
            Warning at lib/post.ex: Found reference configuration for relationship `children`, but it is a `has_many` relationship. References can only be configured for `belongs_to` relationships, because the foreign key is defined on the table with the `belongs_to` relationship. To configure the behavior of this foreign key, add the reference configuration to the resource with the corresponding `belongs_to` relationship.
            Generation at lib/post.ex: Check constraint `m` references attribute `missing`, but no such attribute exists on resource `MyApp.Post`.
        "#]],
    );
}

#[test]
fn names_of_indexes() {
    check_post(
        r#"
        attributes do
          attribute :a, :string
        end
        identities do
          identity :a_name_that_is_far_too_long_for_an_index_of_this_database_server, [:a]
          identity :x, [:a]
          identity :y, [:a]
        end
        postgres do
          identity_index_names x: "same", y: "same"
          custom_indexes do
            index ["lower(a)"]
            index [:a], name: "no-dash"
          end
        end
        "#,
        expect![[r#"
            posts
              a text
              identity a_name_that_is_far_too_long_for_an_index_of_this_database_server posts_a_name_that_is_far_too_long_for_an_index_of_this_database_server_index [Column("a")]
              identity x same [Column("a")]
              identity y same [Column("a")]
              index - [Expression("lower(a)")] errors []
              index no-dash [Column("a")] errors ["a"]
            Invalid at lib/post.ex: Custom index field lower(a) contains invalid index name characters.
            Invalid at lib/post.ex: Custom index name no-dash is not valid. Must have letters, numbers and underscores only
            Warning at lib/post.ex: Identity a_name_that_is_far_too_long_for_an_index_of_this_database_server has a name that is too long. Names must be 63 characters or less.
            Warning at lib/post.ex: Multiple identities would result in the same index name: same
        "#]],
    );
}

#[test]
fn sql_that_is_missing() {
    check_post(
        r#"
        attributes do
          attribute :a, :string
        end
        calculations do
          calculate :key, :string, expr(a)
        end
        identities do
          identity :where_without_sql, [:a], where: expr(is_nil(a))
          identity :calculated, [:key]
        end
        resource do
          base_filter expr(is_nil(a))
        end
        postgres do
          check_constraints do
            check_constraint :a, "c", check: "true"
          end
        end
        "#,
        expect![[r#"
            posts
              a text
              identity calculated posts_calculated_index []
              identity where_without_sql posts_where_without_sql_index [Column("a")]
              check c ["a"] true
              ? "identities.where_without_sql": the generator refuses it (lib/post.ex)
              ? "identities.calculated": the generator refuses it (lib/post.ex)
              ? "identities.calculated.keys": the generator refuses it (lib/post.ex)
              ? "identities.where_without_sql.where": the generator refuses it (lib/post.ex)
              ? "check_constraints.c": the generator refuses it (lib/post.ex)
            Generation at lib/post.ex: Cannot create a unique index for a resource with a base filter without also configuring `base_filter_sql`.
            Generation at lib/post.ex: Must define an entry for :key in `postgres.calculations_to_sql`, or skip this identity with `postgres.skip_unique_indexes`
            Generation at lib/post.ex: Must provide an entry for :where_without_sql in `postgres.identity_wheres_to_sql`, or skip this identity with `postgres.skip_unique_indexes`.
            Generation at lib/post.ex: Cannot create a check constraint for a resource with a base filter without also configuring `base_filter_sql`.
        "#]],
    );
}

#[test]
fn a_table_is_needed() {
    check_post(
        r#"
        postgres do
          table nil
        end
        "#,
        expect![[r#"
            Invalid at lib/post.ex: Must configure a table for MyApp.Post.
        "#]],
    );
}
