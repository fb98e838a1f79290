//! An edit of what resources are made of recomputes those that use it: wrappers of wrappers, fragments, types,
//! extensions, configuration, locked versions.

use ashls::project::Recomputed;

use super::fixture::project;
use super::incremental::edit;

const PROJECT: &str = r#"
//- mix.lock
%{"ash_postgres": {:hex, :ash_postgres, "2.12.0", "a", [:mix], [], "hexpm", "b"}}
//- config/config.exs
import Config
config :my_app, ash_domains: [MyApp.Blog], ecto_repos: [MyApp.Repo]
config :ash, custom_types: [money: MyApp.Money]
config :my_app, colour: :red
//- lib/base.ex
defmodule MyApp.Base do
  defmacro __using__(opts) do
    quote do
      use Ash.Resource, [data_layer: AshPostgres.DataLayer] ++ unquote(opts)
    end
  end
end
//- lib/tenant.ex
defmodule MyApp.TenantBase do
  defmacro __using__(opts) do
    quote do
      use MyApp.Base, unquote(opts)
      multitenancy do
        strategy :attribute
        attribute :org_id
      end
    end
  end
end
//- lib/stamps.ex
defmodule MyApp.Stamps do
  use Spark.Dsl.Fragment, of: Ash.Resource
  attributes do
    create_timestamp :inserted_at
  end
end
//- lib/money.ex
defmodule MyApp.Money do
  use Ash.Type.NewType, subtype_of: :decimal, constraints: MyApp.Precision.constraints()
end
//- lib/precision.ex
defmodule MyApp.Precision do
  def constraints, do: [precision: 10, scale: 2]
end
//- lib/tracked.ex
defmodule MyApp.Tracked do
  use Spark.Dsl.Extension, transformers: [MyApp.AddTracked]
end
//- lib/add_tracked.ex
defmodule MyApp.AddTracked do
  use Spark.Dsl.Transformer
  def transform(dsl), do: Ash.Resource.Builder.add_new_attribute(dsl, MyApp.Names.tracked(), :string)
end
//- lib/names.ex
defmodule MyApp.Names do
  def tracked, do: :tracked_by
end
//- lib/post.ex
defmodule MyApp.Post do
  use MyApp.TenantBase, domain: MyApp.Blog, fragments: [MyApp.Stamps], extensions: [AshPaperTrail.Resource]
  postgres do
    table "posts"
    repo MyApp.Repo
  end
  attributes do
    uuid_primary_key :id
    attribute :org_id, :uuid
  end
end
//- lib/order.ex
defmodule MyApp.Order do
  use MyApp.Base, domain: MyApp.Blog, extensions: [MyApp.Tracked]
  postgres do
    table "orders"
    repo MyApp.Repo
  end
  attributes do
    uuid_primary_key :id
    attribute :total, :money
  end
  relationships do
    belongs_to :post, MyApp.Post
  end
end
//- lib/tag.ex
defmodule MyApp.Tag do
  use Ash.Resource, domain: MyApp.Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table "tags"
    repo MyApp.Repo
  end
  attributes do
    attribute :name, :string, primary_key?: true, allow_nil?: false
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
    resource MyApp.Order
    resource MyApp.Tag
  end
end
"#;

/// Replaces `from` by `to` in a file; counts the domains that are read again, the resources, and the snapshots.
#[track_caller]
fn check(path: &str, from: &str, to: &str, domains: usize, resources: usize, snapshots: usize) {
    let mut files = PROJECT.to_owned();
    let mut project = project(&files);
    let recomputed = edit(&mut project, &mut files, path, from, to);
    assert_eq!(recomputed, Recomputed { domains, repos: 0, resources, snapshots });
}

#[test]
fn a_wrapper_of_a_wrapper() {
    // The post, its versions and the order; the domain asks which of its resources have versions.
    check("lib/base.ex", "use Ash.Resource", "require Logger\n      use Ash.Resource", 1, 3, 3);
}

#[test]
fn the_wrapper_around_it() {
    check("lib/tenant.ex", "strategy :attribute", "strategy :attribute\n        global? true", 1, 2, 3);
}

#[test]
fn a_fragment() {
    // The order sees the attributes of the post.
    check("lib/stamps.ex", ":inserted_at", ":created_at", 1, 2, 3);
}

#[test]
fn what_a_type_is_made_of() {
    check("lib/precision.ex", "10", "12", 0, 1, 1);
}

#[test]
fn what_a_transformer_asks_for() {
    check("lib/names.ex", ":tracked_by", ":tracker", 0, 1, 1);
}

#[test]
fn a_transformer() {
    check("lib/add_tracked.ex", ":string", ":integer", 0, 1, 1);
}

#[test]
fn short_names_of_types() {
    check("config/config.exs", "money: MyApp.Money", "money: :decimal", 0, 1, 1);
}

#[test]
fn a_setting_that_concerns_nobody() {
    check("config/config.exs", ":red", ":blue", 0, 0, 0);
}

#[test]
fn a_resource_and_its_versions() {
    check("lib/post.ex", "uuid_primary_key", "integer_primary_key", 1, 2, 3);
}

#[test]
fn the_version_of_the_generator() {
    // Those with functions as defaults.
    check("mix.lock", "2.12.0", "1.3.52", 0, 4, 4);
}
