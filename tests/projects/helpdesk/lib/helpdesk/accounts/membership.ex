defmodule Helpdesk.Accounts.Membership do
  use Ash.Resource,
    domain: Helpdesk.Accounts,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "memberships"
    repo Helpdesk.Repo

    references do
      reference :user, on_delete: :delete
      reference :team, on_delete: :delete
    end
  end

  actions do
    defaults [:read, :destroy, create: :*]
  end

  attributes do
    create_timestamp :joined_at
  end

  relationships do
    belongs_to :user, Helpdesk.Accounts.User, primary_key?: true, allow_nil?: false
    belongs_to :team, Helpdesk.Accounts.Team, primary_key?: true, allow_nil?: false
  end
end
