//! What further published extensions add, by the version that is locked where it matters.

use expect_test::expect;

use super::fixture::check;

const LOCK: &str = r#"%{"PACKAGE": {:hex, :PACKAGE, "VERSION", "abc", [:mix], [], "hexpm", "def"}}"#;

fn locked(package: &str, version: &str, project: &str) -> String {
    format!("//- mix.lock\n{}\n{project}", LOCK.replace("PACKAGE", package).replace("VERSION", version))
}

#[test]
fn files_and_attachments() {
    check(
        r#"
        //- lib/blog.ex
        defmodule MyApp.Blog do
          use Ash.Domain
          resources do
            resource MyApp.File
            resource MyApp.Attachment
            resource MyApp.AnyAttachment
            resource MyApp.Post
          end
        end
        //- lib/storage.ex
        defmodule MyApp.File do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshStorage.BlobResource]
          postgres do
            table "files"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule MyApp.Attachment do
          use Ash.Resource,
            domain: MyApp.Blog,
            data_layer: AshPostgres.DataLayer,
            extensions: [AshStorage.AttachmentResource]
          postgres do
            table "attachments"
            repo MyApp.Repo
          end
          attachment do
            blob_resource MyApp.File
            belongs_to_resource :post, MyApp.Post, attribute_type: :integer
          end
          attributes do
            uuid_primary_key :id
          end
        end
        defmodule MyApp.AnyAttachment do
          use Ash.Resource,
            domain: MyApp.Blog,
            data_layer: AshPostgres.DataLayer,
            extensions: [AshStorage.AttachmentResource]
          postgres do
            table "any_attachments"
            repo MyApp.Repo
          end
          attachment do
            blob_resource MyApp.File
          end
        end
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshStorage]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          storage do
            blob_resource MyApp.File
            attachment_resource MyApp.Attachment
            has_one_attached :cover
          end
          attributes do
            integer_primary_key :id
          end
        end
        "#,
        expect![[r#"
            files creates
              id uuid! key = fragment("gen_random_uuid()")
              key text!
              filename text!
              content_type text
              byte_size bigint
              checksum text
              service_name text!
              service_opts map = %{}
              metadata map = %{}
              analyzers map = %{}
              pending_purge boolean! = false
              pending_analyzers boolean! = false
              pending_variants boolean! = false
              variant_of_blob_id uuid -> public.files.id files_variant_of_blob_id_fkey
              variant_name text
              variant_digest text
            attachments creates
              id uuid! key = fragment("gen_random_uuid()")
              name text!
              blob_id uuid! -> public.files.id attachments_blob_id_fkey
              post_id bigint -> public.posts.id attachments_post_id_fkey
            any_attachments creates
              name text!
              record_type text!
              record_id text!
              blob_id uuid! -> public.files.id any_attachments_blob_id_fkey
            posts
              id bigint! key generated
        "#]],
    );
}

#[test]
fn uuids_with_prefixes() {
    check(
        r#"
        //- config/config.exs
        import Config
        config :my_app, ash_domains: [MyApp.Blog], ecto_repos: [MyApp.Repo]
        config :my_app, :ash_uuid, version: 7, migration_default?: true
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshUUID]
          postgres do
            table "posts"
            repo MyApp.Repo
            migration_defaults own: "fragment(\"own()\")"
          end
          attributes do
            uuid_attribute :id, prefix: "post"
            uuid_attribute :old, version: 4, primary_key?: false
            uuid_attribute :own, primary_key?: false
            uuid_attribute :other, primary_key?: false, allow_nil?: true, default: nil
            uuid_attribute :plain, primary_key?: false, migration_default?: false
          end
          relationships do
            belongs_to :parent, MyApp.Post
          end
        end
        "#,
        expect![[r#"
            posts
              id uuid! key = fragment("uuid_generate_v7()")
              old uuid! = fragment("uuid_generate_v4()")
              own uuid! = fragment("own()")
              other uuid
              plain uuid!
              parent_id uuid -> public.posts.id posts_parent_id_fkey
        "#]],
    );
}

#[test]
fn translations() {
    check(
        r#"
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshTranslation.Resource]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          translations do
            fields [:title]
            locales MyApp.Cldr.AshTranslation.locale_names()
          end
          attributes do
            uuid_primary_key :id
            attribute :title, :string
          end
        end
        "#,
        expect![[r#"
            posts
              translations map
              id uuid! key = fragment("gen_random_uuid()")
              title text
        "#]],
    );
}

const IDENTITY: &str = r#"
    //- lib/identity.ex
    defmodule MyApp.Identity do
      use Ash.Resource,
        domain: MyApp.Blog,
        data_layer: AshPostgres.DataLayer,
        extensions: [AshAuthentication.UserIdentity]
      postgres do
        table "identities"
        repo MyApp.Repo
        migration_ignore_attributes [:id, :uid, :strategy, :access_token, :access_token_expires_at, :refresh_token]
      end
      user_identity do
        user_resource MyApp.User
      end
    end
    defmodule MyApp.User do
      use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
      postgres do
        table "users"
        repo MyApp.Repo
      end
      attributes do
        uuid_primary_key :id
      end
    end
    "#;

#[test]
fn user_identities_before_one_belonged_to_one_user() {
    check(
        &locked("ash_authentication", "4.13.7", IDENTITY),
        expect![[r#"
        identities creates
          user_id uuid -> public.users.id identities_user_id_fkey
          identity unique_on_strategy_and_uid_and_user_id identities_unique_on_strategy_and_uid_and_user_id_index [Column("strategy"), Column("uid"), Column("user_id")]
        users
          id uuid! key = fragment("gen_random_uuid()")
    "#]],
    );
}

#[test]
fn user_identities() {
    check(
        &locked("ash_authentication", "4.14.0", IDENTITY),
        expect![[r#"
        identities creates
          user_id uuid -> public.users.id identities_user_id_fkey
          identity unique_on_strategy_and_uid identities_unique_on_strategy_and_uid_index [Column("strategy"), Column("uid")]
        users
          id uuid! key = fragment("gen_random_uuid()")
    "#]],
    );
}

#[test]
fn vectors_of_texts() {
    check(
        r#"
        //- lib/model.ex
        defmodule MyApp.Model do
          def dimensions(opts), do: if(opts[:large], do: 3072, else: 1536)
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshAi]
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          vectorize do
            full_text do
              text fn record -> record.title end
            end
            full_text do
              name :body_vector
            end
            attributes title: :title_vector
            embedding_model {MyApp.Model, large: true}
          end
        end
        defmodule MyApp.Note do
          use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshAi]
          postgres do
            table "notes"
            repo MyApp.Repo
          end
          vectorize do
            attributes text: :vector
            embedding_model Elsewhere.Model
          end
        end
        "#,
        expect![[r#"
            posts
              title_vector vector(3072)
              full_text_vector vector(3072)
              body_vector vector(3072)
            notes
              vector unresolved
              ? "attributes.vector.type": Elsewhere.Model.dimensions/1 is not evaluated (lib/post.ex)
        "#]],
    );
}

#[test]
fn connections_of_open_id() {
    check(
        r#"
        //- lib/connection.ex
        defmodule MyApp.Connection do
          use Ash.Resource,
            domain: MyApp.Blog,
            data_layer: AshPostgres.DataLayer,
            extensions: [AshAuthentication.OidcConnection]
          postgres do
            table "connections"
            repo MyApp.Repo
          end
          oidc_connection do
            base_url_field :issuer
          end
          attributes do
            attribute :encrypted_secret, :binary
          end
          calculations do
            calculate :client_secret, :string, MyApp.Decrypt
          end
        end
        "#,
        expect![[r#"
            connections
              icon_url text
              display_name text
              client_id text!
              issuer text!
              id uuid! key = fragment("gen_random_uuid()")
              encrypted_secret binary
        "#]],
    );
}

const EVENTS: &str = r#"
    //- lib/event.ex
    defmodule MyApp.Event do
      use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer, extensions: [AshEvents.EventLog]
      postgres do
        table "events"
        repo MyApp.Repo
        migration_ignore_attributes [:id, :record_id, :version, :occurred_at, :resource, :action, :action_type]
      end
    end
    "#;

#[test]
fn event_logs_before_changed_attributes_were_stored() {
    check(
        &locked("ash_events", "0.4.4", EVENTS),
        expect![[r#"
        events creates
          metadata map! = %{}
          data map! = %{}
    "#]],
    );
}

#[test]
fn event_logs() {
    check(
        &locked("ash_events", "0.5.0", EVENTS),
        expect![[r#"
        events creates
          metadata map! = %{}
          data map! = %{}
          changed_attributes map! = %{}
    "#]],
    );
}

#[test]
fn functions_as_defaults_in_the_first_ash_postgres() {
    let project = r#"
        //- lib/repo.ex
        defmodule MyApp.Repo do
          use AshPostgres.Repo, otp_app: :my_app
          def installed_extensions, do: ["uuid-ossp"]
        end
        //- lib/post.ex
        defmodule MyApp.Post do
          use Ash.Resource, data_layer: AshPostgres.DataLayer
          postgres do
            table "posts"
            repo MyApp.Repo
          end
          attributes do
            uuid_primary_key :id
            create_timestamp :inserted_at
          end
        end
        "#;
    check(
        &locked("ash_postgres", "1.3.52", project),
        expect![[r#"
        posts
          id uuid! key = fragment("uuid_generate_v4()")
          inserted_at utc_datetime_usec! = fragment("now()")
    "#]],
    );
}
