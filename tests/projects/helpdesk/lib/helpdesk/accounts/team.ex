defmodule Helpdesk.Accounts.Team do
  use Ash.Resource,
    domain: Helpdesk.Accounts,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "teams"
    repo Helpdesk.Repo
  end

  actions do
    defaults [:read, :destroy, create: [:name, :description], update: [:name, :description]]
  end

  attributes do
    uuid_primary_key :id
    attribute :name, :string, allow_nil?: false
    attribute :description, :string
    attribute :working_hours, {:array, :map}, default: []
    timestamps()
  end

  relationships do
    belongs_to :organization, Helpdesk.Accounts.Organization, allow_nil?: false
    belongs_to :lead, Helpdesk.Accounts.User
  end

  identities do
    identity :unique_name, [:organization_id, :name]
  end
end
