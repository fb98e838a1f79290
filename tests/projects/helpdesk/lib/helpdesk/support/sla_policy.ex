defmodule Helpdesk.Support.SlaPolicy do
  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "sla_policies"
    repo Helpdesk.Repo
  end

  actions do
    defaults [:read, :destroy, create: :*, update: :*]
  end

  attributes do
    uuid_primary_key :id
    attribute :name, :string, allow_nil?: false
    attribute :first_response_minutes, :integer, allow_nil?: false, default: 60
    attribute :resolve_within_minutes, :integer
    attribute :valid_from, :date, default: &Date.utc_today/0
    timestamps()
  end
end
