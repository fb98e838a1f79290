defmodule Helpdesk.Application do
  use Application

  @impl true
  def start(_type, _args) do
    Supervisor.start_link([Helpdesk.Repo], strategy: :one_for_one, name: Helpdesk.Supervisor)
  end
end
