//! Multitenancy.

use expect_test::expect;

use super::fixture::{check, check_post};

#[test]
fn strategies() {
    check_post(
        r#"
        multitenancy do
          strategy :attribute
          attribute :org_id
          global? true
        end
        attributes do
          uuid_primary_key :id
        end
        relationships do
          belongs_to :org, MyApp.Org
          belongs_to :room, MyApp.Room
        end
        postgres do
          references do
            reference :room, match_tenant?: true
          end
        end
        //- lib/room.ex
        defmodule MyApp.Room do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "rooms"
            repo MyApp.Repo
          end
          multitenancy do
            strategy :context
          end
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule MyApp.Org do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
          postgres do
            table "orgs"
            repo MyApp.Repo
            manage_tenant do
              template ["org_", :id]
            end
          end
          attributes do
            uuid_primary_key :id
          end
        end
        "#,
        expect![[r#"
            posts by org_id global
              id uuid! key = fragment("gen_random_uuid()")
              org_id uuid -> public.orgs.id posts_org_id_fkey
              room_id uuid -> public.rooms.id posts_room_id_fkey tenant by schema
            rooms by schema
              id uuid! key = fragment("gen_random_uuid()")
            orgs
              id uuid! key = fragment("gen_random_uuid()")
        "#]],
    );
}

#[test]
fn an_injected_tenant() {
    check(
        r#"
        //- lib/base.ex
        defmodule MyApp.Resource do
          defmacro __using__(opts) do
            {tenant?, opts} = Keyword.pop(opts, :tenant?, true)

            quote do
              use Ash.Resource, unquote(Keyword.merge([domain: MyApp.Blog, data_layer: AshPostgres.DataLayer], opts))

              if unquote(tenant?) do
                multitenancy do
                  strategy :attribute
                  attribute :org_id
                end

                attributes do
                  attribute :org_id, :uuid, allow_nil?: false
                end
              end
            end
          end
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use MyApp.Resource
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule MyApp.Org do
          use MyApp.Resource, tenant?: false
          postgres do
            table "orgs"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Domain
          resources do
            resource MyApp.Post
            resource MyApp.Org
          end
        end
        "#,
        expect![[r#"
            posts by org_id
              org_id uuid!
              id uuid! key = fragment("gen_random_uuid()")
            orgs
              id uuid! key = fragment("gen_random_uuid()")
        "#]],
    );
}
