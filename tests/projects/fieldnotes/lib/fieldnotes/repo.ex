defmodule Fieldnotes.Repo do
  use AshSqlite.Repo, otp_app: :fieldnotes
end
