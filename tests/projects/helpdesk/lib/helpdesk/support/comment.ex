defmodule Helpdesk.Support.Comment do
  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "comments"
    repo Helpdesk.Repo

    references do
      reference :ticket, on_delete: :delete, index?: true
      reference :author, on_delete: :restrict
    end
  end

  actions do
    defaults [:read, :destroy, create: [:body, :internal]]
  end

  attributes do
    uuid_primary_key :id
    attribute :body, :string, allow_nil?: false, public?: true
    attribute :internal, :boolean, allow_nil?: false, default: false
    timestamps()
  end

  identities do
    identity :unique_body, [:ticket_id, :author_id, :body]
  end

  relationships do
    belongs_to :ticket, Helpdesk.Support.Ticket, allow_nil?: false
    belongs_to :author, Helpdesk.Accounts.User, allow_nil?: false
  end
end
