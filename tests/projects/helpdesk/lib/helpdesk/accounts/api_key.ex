defmodule Helpdesk.Accounts.ApiKey do
  use Ash.Resource,
    domain: Helpdesk.Accounts,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "api_keys"
    repo Helpdesk.Repo

    custom_indexes do
      index [:expires_at], where: "revoked_at IS NULL"
    end

    references do
      reference :user, on_delete: :delete
    end
  end

  actions do
    defaults [:read, :destroy]
  end

  attributes do
    uuid_primary_key :id
    attribute :key_hash, :binary, allow_nil?: false, sensitive?: true
    attribute :label, :string
    attribute :expires_at, :utc_datetime
    attribute :revoked_at, :utc_datetime
    create_timestamp :inserted_at
  end

  relationships do
    belongs_to :user, Helpdesk.Accounts.User, allow_nil?: false
  end

  identities do
    identity :unique_hash, [:key_hash]
  end
end
