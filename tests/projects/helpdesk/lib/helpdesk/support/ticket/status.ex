defmodule Helpdesk.Support.Ticket.Status do
  use Ash.Type.Enum, values: [:open, :pending, :solved, :closed]
end
