defmodule Helpdesk.Accounts.Organization do
  use Ash.Resource,
    domain: Helpdesk.Accounts,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "organizations"
    repo Helpdesk.Repo

    check_constraints do
      check_constraint :seats, "seats_are_positive",
        check: "seats BETWEEN 1 AND 10000",
        message: "must be positive"
    end
  end

  actions do
    defaults [:read, :destroy, create: [:name, :domain, :seats], update: [:name, :seats]]
  end

  attributes do
    uuid_primary_key :id

    attribute :name, :string, allow_nil?: false, public?: true
    attribute :domain, :ci_string, allow_nil?: false, public?: true
    attribute :seats, :integer, allow_nil?: false, default: 5, public?: true
    attribute :settings, :map, default: %{}

    timestamps()
  end

  relationships do
    has_many :users, Helpdesk.Accounts.User
    has_many :teams, Helpdesk.Accounts.Team
  end

  identities do
    identity :unique_domain, [:domain]
  end
end
