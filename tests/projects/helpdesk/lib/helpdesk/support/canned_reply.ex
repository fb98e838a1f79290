defmodule Helpdesk.Support.CannedReply do
  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "canned_replies"
    repo Helpdesk.Repo
  end

  actions do
    defaults [:read, :destroy, create: :*, update: :*]
  end

  attributes do
    uuid_primary_key :id
    attribute :title, :string, allow_nil?: false
    attribute :body, :string, allow_nil?: false
    attribute :uses, :integer, allow_nil?: false, default: 0
    timestamps()
  end

  relationships do
    belongs_to :team, Helpdesk.Accounts.Team
  end

  identities do
    identity :unique_title, [:team_id, :title], nils_distinct?: false
  end
end
