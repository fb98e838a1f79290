defmodule Helpdesk.Support.Ticket do
  @moduledoc """
  A question or a complaint of a customer.

  Tickets go through three states:

      open -> assigned -> closed

  They are never deleted:

      attributes do
        attribute :not_an_attribute, :string
      end
  """

  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer,
    authorizers: [Ash.Policy.Authorizer],
    extensions: [AshStateMachine]

  require Ash.Query
  alias Helpdesk.Support.{Agent, Comment, Queue}
  alias Helpdesk.Support.Ticket.Changes

  @statuses [:open, :assigned, :closed]
  @priorities ~w(low normal high urgent)a

  postgres do
    table "tickets"
    repo Helpdesk.Repo

    references do
      reference :queue, on_delete: :restrict
      reference :agent, on_delete: :nilify, on_update: :update, index?: true

      reference :customer do
        on_delete :delete
        deferrable :initially
        name "tickets_customer_fkey"
      end
    end

    custom_indexes do
      index [:status, :priority]
      index ["lower(subject)"], name: "tickets_subject_lower_index", unique: false

      index [:inserted_at] do
        name "tickets_recent_index"
        where "status <> 'closed'"
        using "brin"
      end
    end

    check_constraints do
      check_constraint :subject, "subject_not_empty",
        check: "length(subject) > 0",
        message: "must not be empty"

      check_constraint [:opened_at, :closed_at], "closed_after_opened",
        check: """
        closed_at IS NULL OR
          closed_at >= opened_at
        """,
        message: "must be closed after it was opened"
    end

    custom_statements do
      statement :subject_search do
        up """
        CREATE INDEX tickets_search ON tickets
          USING gin (to_tsvector('english', subject));
        """

        down """
        DROP INDEX tickets_search;
        """
      end
    end
  end

  state_machine do
    initial_states [:open]
    default_initial_state :open

    transitions do
      transition :assign, from: :open, to: :assigned
      transition :close, from: [:open, :assigned], to: :closed
      transition :reopen, from: :closed, to: :open
    end
  end

  attributes do
    uuid_v7_primary_key :id

    attribute :subject, :string do
      allow_nil? false
      public? true
      constraints min_length: 1, max_length: 200, trim?: true
    end

    attribute :body, :string, public?: true, constraints: [allow_empty?: true]

    # one of @statuses, kept by the state machine
    attribute :status, :atom do
      constraints one_of: @statuses
      default :open
      allow_nil? false
    end

    attribute :priority, :atom,
      constraints: [one_of: @priorities],
      default: :normal,
      allow_nil?: false,
      public?: true

    attribute :tags, {:array, :string} do
      default []
      constraints items: [match: ~r/^[a-z]+$/], max_length: 10
    end

    attribute :metadata, :map, default: %{source: "web", version: 1}
    attribute :token, :string, default: fn -> Base.encode16(:crypto.strong_rand_bytes(8)) end
    attribute :opened_at, :utc_datetime_usec, default: &DateTime.utc_now/0
    attribute :closed_at, :utc_datetime_usec
    attribute :score, :decimal, default: Decimal.new("0.5")

    timestamps()
  end

  relationships do
    belongs_to :queue, Queue do
      allow_nil? false
      public? true
    end

    belongs_to :agent, Agent, public?: true

    belongs_to :customer, Helpdesk.Accounts.Customer do
      domain Helpdesk.Accounts
      attribute_type :integer
      allow_nil? false
    end

    has_many :comments, Comment do
      sort inserted_at: :asc
      filter expr(is_nil(deleted_at) and not hidden)
    end

    has_one :last_comment, Comment, from_many?: true, sort: [inserted_at: :desc]
  end

  identities do
    identity :unique_token, [:token] do
      eager_check_with Helpdesk.Support
      message "is taken"
    end
  end

  actions do
    defaults [:read]

    create :open do
      description "Opens a ticket for a customer."
      accept [:subject, :body, :priority, :queue_id]
      argument :customer_id, :integer, allow_nil?: false
      change manage_relationship(:customer_id, :customer, type: :append)

      change fn changeset, context ->
        if context.actor do
          Ash.Changeset.force_change_attribute(changeset, :status, :open)
        else
          changeset
        end
      end
    end

    update :assign do
      accept []
      require_atomic? false

      argument :agent_id, :uuid do
        allow_nil? false
        description "Who takes the ticket"
      end

      change set_attribute(:status, :assigned)
      change manage_relationship(:agent_id, :agent, type: :append_and_remove)
      change {Changes.Notify, channel: "agents"}
      validate attribute_equals(:status, :open), message: "only open tickets can be assigned"
    end

    update :close do
      accept []
      change transition_state(:closed)
      change set_attribute(:closed_at, &DateTime.utc_now/0)
    end

    read :overdue do
      argument :days, :integer, default: 3
      pagination offset?: true, keyset?: true, default_limit: 20
      filter expr(status != :closed and opened_at < ago(^arg(:days), :day))
      prepare build(sort: [opened_at: :asc], load: [:comment_count])
    end
  end

  calculations do
    calculate :open?, :boolean, expr(status != :closed)

    calculate :title, :string, expr("#" <> type(id, :string) <> " " <> subject) do
      public? true
      description "Number and subject"
    end

    calculate :age_in_days, :integer, expr(fragment("date_part('day', now() - ?)", opened_at))
  end

  aggregates do
    count :comment_count, :comments do
      filter expr(not hidden)
      public? true
    end

    first :latest_comment_body, :comments, :body
    exists :has_comments?, :comments
  end

  policies do
    bypass actor_attribute_equals(:role, :admin) do
      authorize_if always()
    end

    policy action_type(:read) do
      description "Agents see the tickets of their queues"
      authorize_if relates_to_actor_via([:queue, :agents])
      authorize_if expr(customer_id == ^actor(:id))
    end

    policy action([:assign, :close]) do
      forbid_unless actor_present()
      authorize_if actor_attribute_equals(:role, :agent)
    end
  end

  code_interface do
    define :open, args: [:subject, :customer_id]
    define :assign, args: [:agent_id]
    define :overdue, args: [{:optional, :days}]
  end
end
