defmodule Helpdesk.Support.Escalation do
  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "escalations"
    repo Helpdesk.Repo

    references do
      reference :ticket, on_delete: :delete, on_update: :update, name: "escalations_ticket_fkey"
      reference :previous, on_delete: :nilify
    end
  end

  actions do
    defaults [:read, create: :*]
  end

  attributes do
    uuid_primary_key :id
    attribute :reason, :string
    attribute :level, :integer, allow_nil?: false, default: 1
    create_timestamp :inserted_at
  end

  relationships do
    belongs_to :ticket, Helpdesk.Support.Ticket, allow_nil?: false
    belongs_to :raised_by, Helpdesk.Accounts.User
    belongs_to :previous, __MODULE__
  end
end
