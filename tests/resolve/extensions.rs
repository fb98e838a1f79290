//! What extensions add.

use expect_test::expect;

use super::fixture::{check, check_post};

#[test]
fn archival_and_state_machine() {
    check(
        r#"
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource,
            domain: MyApp.Blog,
            data_layer: AshPostgres.DataLayer,
            extensions: [AshArchival.Resource, AshStateMachine, AshGraphql.Resource],
            authorizers: [Ash.Policy.Authorizer]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          state_machine do
            initial_states [:draft]
            default_initial_state :draft
            state_attribute :status
          end
          archive do
            attribute :deleted_at
          end
          attributes do
            uuid_primary_key :id
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
              deleted_at utc_datetime_usec
              status text! = "draft"
        "#]],
    );
}

#[test]
fn authentication() {
    check(
        r#"
        //- lib/accounts.ex
        defmodule MyApp.User do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshAuthentication]
          postgres do
            table "users"
            repo MyApp.Repo
          end
          authentication do
            add_ons do
              confirmation :confirm_new_user do
                monitor_fields [:email]
              end
            end
          end
          attributes do
            uuid_primary_key :id
            attribute :email, :ci_string, allow_nil?: false
          end
        end
        defmodule MyApp.Token do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshAuthentication.TokenResource]
          postgres do
            table "tokens"
            repo MyApp.Repo
          end
        end
        defmodule MyApp.UserIdentity do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshAuthentication.UserIdentity]
          postgres do
            table "user_identities"
            repo MyApp.Repo
          end
          user_identity do
            user_resource MyApp.User
          end
        end
        "#,
        expect![[r#"
            users
              confirmed_at utc_datetime_usec
              id uuid! key = fragment("gen_random_uuid()")
              email citext!
            tokens creates
              updated_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              created_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              extra_data map
              purpose text!
              expires_at utc_datetime!
              subject text!
              jti text! key
            user_identities creates
              refresh_token text
              access_token_expires_at utc_datetime_usec
              access_token text
              uid text!
              strategy text!
              id uuid! key = fragment("gen_random_uuid()")
              user_id uuid -> public.users.id user_identities_user_id_fkey
              identity unique_on_strategy_and_uid user_identities_unique_on_strategy_and_uid_index [Column("strategy"), Column("uid")]
        "#]],
    );
}

#[test]
fn cloak_events_and_double_entry() {
    check(
        r#"
        //- lib/all.ex
        defmodule MyApp.Secret do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshCloak]
          postgres do
            table "secrets"
            repo MyApp.Repo
          end
          cloak do
            vault MyApp.Vault
            attributes [:number]
          end
          attributes do
            uuid_primary_key :id
            attribute :number, :string, allow_nil?: false
            attribute :name, :string
          end
        end
        defmodule MyApp.Event do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshEvents.EventLog]
          postgres do
            table "events"
            repo MyApp.Repo
          end
          event_log do
            record_id_type :integer
            persist_actor_primary_key :user_id, MyApp.User
          end
        end
        defmodule MyApp.Balance do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshDoubleEntry.Balance]
          postgres do
            table "balances"
            repo MyApp.Repo
          end
          balance do
            transfer_resource MyApp.Transfer
            account_resource MyApp.Secret
          end
        end
        defmodule MyApp.Transfer do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshDoubleEntry.Transfer]
          postgres do
            table "transfers"
            repo MyApp.Repo
          end
          transfer do
            account_resource MyApp.Secret
            balance_resource MyApp.Balance
          end
        end
        "#,
        expect![[r#"
            secrets
              id uuid! key = fragment("gen_random_uuid()")
              name text
              encrypted_number binary!
            events creates
              id bigint! key generated
              record_id bigint!
              version bigint! = 1
              metadata map! = %{}
              data map! = %{}
              changed_attributes map! = %{}
              occurred_at utc_datetime_usec!
              resource text!
              action text!
              action_type text!
              user_id uuid
            balances creates
              id uuid! key generated = fragment("gen_random_uuid()")
              balance money_with_currency!
              transfer_id binary! -> public.transfers.id balances_transfer_id_fkey
              account_id uuid! -> public.secrets.id balances_account_id_fkey
              identity unique_references balances_unique_references_index [Column("account_id"), Column("transfer_id")]
            transfers creates
              id binary! key
              amount money_with_currency!
              timestamp utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              inserted_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              from_account_id uuid -> public.secrets.id transfers_from_account_id_fkey
              to_account_id uuid -> public.secrets.id transfers_to_account_id_fkey
        "#]],
    );
}

#[test]
fn transformers_of_the_project() {
    check_post(
        r#"
        attributes do
          uuid_primary_key :id
        end
        //- lib/post_with.ex
        defmodule MyApp.Tracked do
          use Spark.Dsl.Extension, transformers: [MyApp.Tracked.AddColumns], add_extensions: [MyApp.Quiet]
        end
        defmodule MyApp.Quiet do
          use Spark.Dsl.Extension
        end
        defmodule MyApp.Opaque do
          use Spark.Dsl.Extension, transformers: [MyApp.Opaque.AddColumns]
        end
        defmodule MyApp.Tracked.AddColumns do
          use Spark.Dsl.Transformer
          alias Ash.Resource.Builder
          def transform(dsl) do
            dsl
            |> Builder.add_new_attribute(:id, :integer)
            |> Builder.add_new_attribute(:tracked_at, :utc_datetime, allow_nil?: false)
            |> Builder.add_new_relationship(:belongs_to, :tracker, MyApp.Post)
            |> add_more()
          end
          defp add_more({:ok, dsl}) do
            with {:ok, attribute} <-
                   Spark.Dsl.Transformer.build_entity(Ash.Resource.Dsl, [:attributes], :attribute,
                     name: :first, type: :string) do
              {:ok, Spark.Dsl.Transformer.add_entity(dsl, [:attributes], attribute)}
            end
          end
        end
        defmodule MyApp.Opaque.AddColumns do
          use Spark.Dsl.Transformer
          def transform(dsl) do
            Enum.reduce(MyApp.Opaque.Info.names(dsl), {:ok, dsl}, fn name, acc ->
              Ash.Resource.Builder.add_attribute(acc, name, :string)
            end)
          end
        end
        defmodule MyApp.One do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Tracked]
          postgres do
            table "ones"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule MyApp.Two do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [MyApp.Opaque]
          postgres do
            table "twos"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("gen_random_uuid()")
            ones
              first text
              id uuid! key = fragment("gen_random_uuid()")
              tracked_at utc_datetime!
              tracker_id uuid -> public.posts.id ones_tracker_id_fkey
            twos
              id uuid! key = fragment("gen_random_uuid()")
              ? "attributes": the transformer MyApp.Opaque.AddColumns may add or change columns: MyApp.Opaque.Info.names/1 is not evaluated (lib/post_with.ex)
        "#]],
    );
}

#[test]
fn versions_of_paper_trail() {
    check(
        r#"
        //- lib/all.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshPaperTrail.Resource]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          paper_trail do
            primary_key_type :uuid_v7
            attributes_as_attributes [:title]
            store_action_name? true
            belongs_to_actor :user, MyApp.User, domain: MyApp.Blog
            metadata :reason, :string, allow_nil?: false
            mixin MyApp.VersionMixin
          end
          multitenancy do
            strategy :attribute
            attribute :title
          end
          attributes do
            integer_primary_key :id
            attribute :title, :string, default: "x"
            attribute :body, :string
          end
        end
        defmodule MyApp.VersionMixin do
          defmacro __using__(_) do
            quote do
              postgres do
                custom_indexes do
                  index [:version_source_id]
                end
              end
            end
          end
        end
        defmodule MyApp.User do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshPaperTrail.Resource]
          postgres do
            table "users"
            repo MyApp.Repo
          end
          paper_trail do
            reference_source? false
            table_name "user_history"
          end
          attributes do
            uuid_primary_key :id
          end
        end
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Domain, extensions: [AshPaperTrail.Domain]
          paper_trail do
            include_versions? true
          end
          resources do
            resource MyApp.Post
            resource MyApp.User
          end
        end
        "#,
        expect![[r#"
            posts by title
              id bigint! key generated
              title text = "x"
              body text
            users
              id uuid! key = fragment("gen_random_uuid()")
            posts_versions creates by title
              id uuid! key = fragment("uuid_generate_v7()")
              version_action_type text!
              version_action_name text!
              reason text!
              title text = "x"
              version_source_id bigint! -> public.posts.id posts_versions_version_source_id_fkey by title
              changes map
              version_inserted_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              version_updated_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              user_id uuid -> public.users.id posts_versions_user_id_fkey delete:nothing update:update
              index - [Column("version_source_id")] errors ["version_source_id"]
            user_history creates
              id uuid! key = fragment("gen_random_uuid()")
              version_action_type text!
              version_source_id uuid!
              changes map
              version_inserted_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
              version_updated_at utc_datetime_usec! = fragment("(now() AT TIME ZONE 'utc')")
        "#]],
    );
}
