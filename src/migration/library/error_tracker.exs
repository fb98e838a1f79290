# What ErrorTracker's migrations do to a PostgreSQL database, version by version (ErrorTracker 0.9 and before).
defmodule ErrorTracker do
  use Ecto.Migration

  def step(:up, 1, o) do
    if o.create_schema, do: execute("CREATE SCHEMA IF NOT EXISTS #{o.prefix}")

    create table(:error_tracker_meta, primary_key: [name: :key, type: :string], prefix: o.prefix) do
      add(:value, :string, null: false)
    end

    create table(:error_tracker_errors, primary_key: [name: :id, type: :bigserial], prefix: o.prefix) do
      add(:kind, :string, null: false)
      for name <- [:reason, :source_line, :source_function], do: add(name, :text, null: false)
      for name <- [:status, :fingerprint], do: add(name, :string, null: false)
      add(:last_occurrence_at, :utc_datetime_usec, null: false)
      timestamps(type: :utc_datetime_usec)
    end

    create(unique_index(:error_tracker_errors, [:fingerprint], prefix: o.prefix))
    error = references(:error_tracker_errors, on_delete: :delete_all, column: :id, type: :bigserial)

    create table(:error_tracker_occurrences, primary_key: [name: :id, type: :bigserial], prefix: o.prefix) do
      add(:context, :map, null: false)
      add(:reason, :text, null: false)
      add(:stacktrace, :map, null: false)
      add(:error_id, error, null: false)
      timestamps(type: :utc_datetime_usec, updated_at: false)
    end

    create(index(:error_tracker_occurrences, [:error_id], prefix: o.prefix))
  end

  def step(:down, 1, o) do
    drop(table(:error_tracker_occurrences, prefix: o.prefix))
    drop(table(:error_tracker_errors, prefix: o.prefix))
    drop_if_exists(table(:error_tracker_meta, prefix: o.prefix))
  end

  def step(:up, 2, o) do
    create_if_not_exists table(:error_tracker_meta, primary_key: [name: :key, type: :string], prefix: o.prefix) do
      add(:value, :string, null: false)
    end

    describe(o, "")
  end

  def step(:down, 2, o), do: describe(o, "1")

  def step(:up, 3, o) do
    create_if_not_exists(index(:error_tracker_errors, [:last_occurrence_at], prefix: o.prefix))
  end

  def step(:down, 3, o) do
    drop_if_exists(index(:error_tracker_errors, [:last_occurrence_at], prefix: o.prefix))
  end

  def step(:up, 4, o) do
    alter table(:error_tracker_occurrences, prefix: o.prefix) do
      add(:breadcrumbs, {:array, :string}, default: [], null: false)
    end
  end

  def step(:down, 4, o) do
    alter table(:error_tracker_occurrences, prefix: o.prefix) do
      remove(:breadcrumbs)
    end
  end

  def step(:up, 5, o) do
    alter table(:error_tracker_errors, prefix: o.prefix) do
      add(:muted, :boolean, default: false, null: false)
    end
  end

  def step(:down, 5, o) do
    alter table(:error_tracker_errors, prefix: o.prefix) do
      remove(:muted)
    end
  end

  # The database's clock stands for the host's.
  def record(version, o) do
    execute("""
    INSERT INTO #{o.prefix}.error_tracker_meta (key, value)
    VALUES ('migration_version', '#{version}'), ('migration_timestamp', floor(extract(epoch FROM now()))::bigint::text)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
    """)
  end

  defp describe(o, text), do: execute("COMMENT ON TABLE #{o.quoted}.error_tracker_errors IS '#{text}'")
end
