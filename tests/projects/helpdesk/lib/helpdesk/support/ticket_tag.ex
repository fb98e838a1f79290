defmodule Helpdesk.Support.TicketTag do
  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "ticket_tags"
    repo Helpdesk.Repo

    references do
      reference :ticket, on_delete: :delete
      reference :tag, on_delete: :delete
    end
  end

  actions do
    defaults [:read, :destroy, create: :*]
  end

  relationships do
    belongs_to :ticket, Helpdesk.Support.Ticket, primary_key?: true, allow_nil?: false

    belongs_to :tag, Helpdesk.Support.Tag,
      primary_key?: true,
      allow_nil?: false,
      attribute_type: :integer
  end
end
