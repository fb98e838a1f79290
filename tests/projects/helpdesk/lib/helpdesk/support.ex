defmodule Helpdesk.Support do
  use Ash.Domain, otp_app: :helpdesk

  resources do
    resource Helpdesk.Support.Ticket do
      define :open_ticket, action: :open
      define :list_tickets, action: :read
    end

    resource Helpdesk.Support.Comment
    resource Helpdesk.Support.Attachment
    resource Helpdesk.Support.Tag
    resource Helpdesk.Support.TicketTag
    resource Helpdesk.Support.SlaPolicy
    resource Helpdesk.Support.Escalation
    resource Helpdesk.Support.CannedReply
  end
end
