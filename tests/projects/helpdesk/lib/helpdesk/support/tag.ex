defmodule Helpdesk.Support.Tag do
  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "tags"
    repo Helpdesk.Repo
  end

  actions do
    defaults [:read, :destroy, create: [:name, :color], update: [:color]]
  end

  attributes do
    integer_primary_key :id
    attribute :name, :ci_string, allow_nil?: false
    attribute :color, :string, default: "#808080"
  end

  identities do
    identity :unique_name, [:name]
  end
end
