defmodule Helpdesk.Support.Ticket do
  @moduledoc "A question or problem that a customer reports."

  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer

  alias Helpdesk.Accounts
  alias Helpdesk.Support

  postgres do
    table "tickets"
    repo Helpdesk.Repo

    references do
      reference :organization, on_delete: :delete
      reference :assignee, on_delete: :nilify, index?: true
      reference :sla_policy, on_delete: :nilify
    end

    custom_indexes do
      index [:status, :inserted_at]
      index ["subject gin_trgm_ops"], name: "tickets_subject_trgm_index", using: "gin"
    end
  end

  actions do
    defaults [:read]

    create :open do
      accept [:subject, :body, :priority]
      change set_attribute(:status, :open)
    end

    update :close do
      accept []
      change set_attribute(:status, :closed)
      change fn changeset, _context ->
        Ash.Changeset.change_attribute(changeset, :closed_at, DateTime.utc_now())
      end
    end
  end

  attributes do
    uuid_primary_key :id
    attribute :number, :integer, generated?: true, allow_nil?: false
    attribute :subject, :string, allow_nil?: false, public?: true
    attribute :body, :string, public?: true
    attribute :status, Support.Ticket.Status, allow_nil?: false, default: :open, public?: true
    attribute :priority, :integer, allow_nil?: false, default: 3, public?: true
    attribute :channel, :string, allow_nil?: false, default: "email"
    attribute :urgent, :boolean, allow_nil?: false
    attribute :first_response_at, :utc_datetime_usec
    attribute :closed_at, :utc_datetime_usec
    timestamps()
  end

  relationships do
    belongs_to :organization, Accounts.Organization, allow_nil?: false
    belongs_to :requester, Accounts.User, allow_nil?: false
    belongs_to :assignee, Accounts.User
    belongs_to :sla_policy, Support.SlaPolicy

    has_many :comments, Support.Comment
    many_to_many :tags, Support.Tag, through: Support.TicketTag
  end

  calculations do
    calculate :open?, :boolean, expr(status != :closed)
  end

  aggregates do
    count :comment_count, :comments
  end

  identities do
    identity :unique_number, [:number]
  end
end
