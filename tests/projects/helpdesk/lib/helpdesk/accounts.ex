defmodule Helpdesk.Accounts do
  use Ash.Domain, otp_app: :helpdesk

  resources do
    resource Helpdesk.Accounts.Organization
    resource Helpdesk.Accounts.User
    resource Helpdesk.Accounts.Team
    resource Helpdesk.Accounts.Membership
    resource Helpdesk.Accounts.ApiKey
  end
end
