# Users, their tokens and their teams, in one file.

defmodule Portal.Accounts.User do
  use Portal.Resource, table: "users"

  attributes do
    uuid_primary_key :id
    attribute :email, :ci_string, allow_nil?: false, public?: true
    attribute :hashed_password, :string, sensitive?: true, allow_nil?: true
    attribute :confirmed_at, :utc_datetime_usec
    attribute :locale, :string, default: "en"
    attribute :admin?, :boolean, default: false, source: :is_admin
  end

  authentication do
    tokens do
      enabled? true
      token_resource Portal.Accounts.Token
      signing_secret fn _, _ -> Application.fetch_env(:portal, :token_signing_secret) end
    end

    strategies do
      password :password do
        identity_field :email

        resettable do
          sender Portal.Accounts.Senders.PasswordReset
        end
      end

      magic_link do
        identity_field :email
        registration_enabled? true
      end
    end
  end

  relationships do
    has_many :memberships, Portal.Accounts.Membership
    many_to_many :teams, Portal.Accounts.Team, through: Portal.Accounts.Membership
  end

  identities do
    identity :unique_email, [:email]
  end

  policies do
    policy always() do
      authorize_if AshAuthentication.Checks.AshAuthenticationInteraction
    end
  end

  def full_name(user) do
    case {user.first, user.last} do
      {nil, nil} -> "unknown"
      {first, nil} -> first
      {first, last} -> "#{first} #{last}"
    end
  end
end

defmodule Portal.Accounts.Token do
  use Portal.Resource, table: "tokens", extensions: [AshAuthentication.TokenResource]

  token do
    domain Portal.Accounts
    expunge_expired_action_name :expunge
  end

  attributes do
    attribute :note, :string
  end
end

defmodule Portal.Accounts.Team do
  use Portal.Resource, table: "teams"

  postgres do
    manage_tenant do
      template ["team_", :id]
      create? true
      update? false
    end
  end

  attributes do
    integer_primary_key :id, generated?: true
    attribute :name, :string, allow_nil?: false
    attribute :plan, Portal.Accounts.Plan, default: :free
    attribute :limits, Portal.Accounts.Limits
  end

  relationships do
    has_many :memberships, Portal.Accounts.Membership
  end

  identities do
    identity :unique_name, [:name]
  end
end

defmodule Portal.Accounts.Membership do
  use Portal.Resource, table: "memberships"

  attributes do
    attribute :role, :atom, constraints: [one_of: [:owner, :member]], default: :member
    create_timestamp :joined_at
  end

  relationships do
    belongs_to :user, Portal.Accounts.User, primary_key?: true, allow_nil?: false
    belongs_to :team, Portal.Accounts.Team, primary_key?: true, allow_nil?: false
  end

  actions do
    defaults [:read, :destroy]

    create :invite do
      accept [:role]
      argument :email, :string, allow_nil?: false

      validate fn changeset, _context ->
        case Ash.Changeset.get_argument(changeset, :email) do
          nil -> {:error, field: :email, message: "is missing"}
          email when is_binary(email) -> :ok
        end
      end

      change before_action(fn changeset, _ ->
               Portal.Accounts.normalize(changeset)
             end)
    end
  end
end
