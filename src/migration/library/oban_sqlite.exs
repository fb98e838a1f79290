# What Oban's migration does to a SQLite database: one version only (Oban 2.23 and before).
defmodule ObanSqlite do
  use Ecto.Migration

  def step(:up, 1, _options) do
    now = fragment("(strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))")

    create_if_not_exists table(:oban_jobs, primary_key: false) do
      add(:id, :bigserial, primary_key: true)
      for {name, default} <- [state: "available", queue: "default"], do: add(name, :text, null: false, default: default)
      add(:worker, :text, null: false)

      for {name, default} <- [args: %{}, meta: %{}, tags: [], errors: []] do
        add(name, :json, null: false, default: default)
      end

      for {name, default} <- [attempt: 0, max_attempts: 20, priority: 0] do
        add(name, :integer, null: false, default: default)
      end

      for name <- [:inserted_at, :scheduled_at], do: add(name, :utc_datetime_usec, null: false, default: now)
      add(:attempted_at, :utc_datetime_usec)
      add(:attempted_by, :json, null: false, default: [])
      for name <- [:cancelled_at, :completed_at, :discarded_at], do: add(name, :utc_datetime_usec)
    end

    create_if_not_exists(index(:oban_jobs, [:state, :queue, :priority, :scheduled_at, :id]))
  end

  def step(:down, 1, _options), do: drop_if_exists(table(:oban_jobs))

  # It does not write down what it did: the table is there, or it is not.
  def record(_version, _options), do: :ok
end
