defmodule Helpdesk.Accounts.User do
  use Ash.Resource,
    domain: Helpdesk.Accounts,
    data_layer: AshPostgres.DataLayer

  alias Helpdesk.Accounts.{ApiKey, Membership, Organization, Team}

  postgres do
    table "users"
    repo Helpdesk.Repo

    references do
      reference :organization, on_delete: :delete, index?: true
    end
  end

  actions do
    defaults [:read, :destroy]

    create :invite do
      accept [:email, :name, :role]
      argument :organization_id, :uuid, allow_nil?: false
      change set_attribute(:organization_id, arg(:organization_id))
    end

    update :deactivate do
      change set_attribute(:active, false)
    end
  end

  attributes do
    uuid_primary_key :id

    attribute :email, :ci_string do
      allow_nil? false
      public? true
    end

    attribute :name, :string, public?: true

    attribute :role, :atom do
      constraints one_of: [:agent, :lead, :admin]
      default :agent
      allow_nil? false
    end

    attribute :active, :boolean, allow_nil?: false, default: true
    attribute :last_seen_at, :utc_datetime_usec

    timestamps()
  end

  relationships do
    belongs_to :organization, Organization, allow_nil?: false

    has_many :memberships, Membership
    has_many :api_keys, ApiKey
    many_to_many :teams, Team, through: Membership
  end

  identities do
    identity :unique_email, [:email]
  end
end
