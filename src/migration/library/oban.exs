# What Oban's migrations do to a PostgreSQL database, version by version (Oban 2.23 and before).
# `step/3` takes the direction, the version and a map: prefix, quoted, escaped, create_schema, unlogged, states, tags.
defmodule Oban do
  use Ecto.Migration

  def step(:up, 1, o) do
    if o.create_schema, do: execute("CREATE SCHEMA IF NOT EXISTS #{o.quoted}")

    execute("""
    DO $$ BEGIN
      CREATE TYPE #{o.quoted}.oban_job_state AS ENUM (#{o.states});
    EXCEPTION WHEN duplicate_object THEN NULL;
    END $$
    """)

    now = fragment("timezone('UTC', now())")

    create_if_not_exists table(:oban_jobs, primary_key: false, prefix: o.prefix) do
      add(:id, :bigserial, primary_key: true)
      add(:state, :"#{o.quoted}.oban_job_state", null: false, default: "available")
      add(:queue, :text, null: false, default: "default")
      add(:worker, :text, null: false)
      add(:args, :map, null: false)
      add(:errors, {:array, :map}, null: false, default: [])
      add(:attempt, :integer, null: false, default: 0)
      add(:max_attempts, :integer, null: false, default: 20)
      add(:inserted_at, :utc_datetime_usec, null: false, default: now)
      add(:scheduled_at, :utc_datetime_usec, null: false, default: now)
      add(:attempted_at, :utc_datetime_usec)
      add(:completed_at, :utc_datetime_usec)
    end

    for column <- [:queue, :state, :scheduled_at] do
      create_if_not_exists(index(:oban_jobs, [column], prefix: o.prefix))
    end

    notify_of_changes(o)
  end

  def step(:down, 1, o) do
    drop_notify(o)
    drop_if_exists(table(:oban_jobs, prefix: o.prefix))
    execute("DROP TYPE IF EXISTS #{o.quoted}.oban_job_state")
  end

  def step(:up, 2, o) do
    drop_if_exists(index(:oban_jobs, [:scheduled_at], prefix: o.prefix))
    create(index_of_waiting(o))

    for column <- ["worker", "queue"] do
      check = "char_length(#{column}) > 0 AND char_length(#{column}) < 128"
      create(constraint(:oban_jobs, "#{column}_length", check: check, prefix: o.prefix))
    end

    create_wrap_id(o)
  end

  def step(:down, 2, o) do
    for name <- [:queue_length, :worker_length] do
      drop_if_exists(constraint(:oban_jobs, name, prefix: o.prefix))
    end

    drop_if_exists(index(:oban_jobs, [:scheduled_at], prefix: o.prefix))
    create(index(:oban_jobs, [:scheduled_at], prefix: o.prefix))
    drop_wrap_id(o)
  end

  def step(:up, 3, o) do
    alter table(:oban_jobs, prefix: o.prefix) do
      add_if_not_exists(:attempted_by, {:array, :text})
    end
  end

  def step(:down, 3, o) do
    alter table(:oban_jobs, prefix: o.prefix) do
      remove_if_exists(:attempted_by, {:array, :text})
    end
  end

  def step(:up, 4, o), do: drop_wrap_id(o)
  def step(:down, 4, o), do: create_wrap_id(o)

  def step(:up, 5, o) do
    for column <- [:scheduled_at, :queue, :state] do
      drop_if_exists(index(:oban_jobs, [column], prefix: o.prefix))
    end

    create_if_not_exists(index(:oban_jobs, [:queue, :state, :scheduled_at, :id], prefix: o.prefix))
  end

  def step(:down, 5, o) do
    drop_if_exists(index(:oban_jobs, [:queue, :state, :scheduled_at, :id], prefix: o.prefix))
    create_if_not_exists(index(:oban_jobs, [:queue], prefix: o.prefix))
    create_if_not_exists(index(:oban_jobs, [:state], prefix: o.prefix))
    create(index_of_waiting(o))
  end

  # Version 6 changed a table that is gone.
  def step(_direction, 6, _options), do: :ok

  def step(:up, 7, o) do
    where = "state in ('completed', 'discarded')"
    name = :oban_jobs_attempted_at_id_index
    columns = ["attempted_at desc", :id]
    create_if_not_exists(index(:oban_jobs, columns, where: where, prefix: o.prefix, name: name))
  end

  def step(:down, 7, o), do: drop_if_exists(index(:oban_jobs, [:attempted_at, :id], prefix: o.prefix))

  def step(:up, 8, o) do
    alter table(:oban_jobs, prefix: o.prefix) do
      add_if_not_exists(:discarded_at, :utc_datetime_usec)
      add_if_not_exists(:priority, :integer)
      add_if_not_exists(:tags, {:array, o.tags})
    end

    alter table(:oban_jobs, prefix: o.prefix) do
      modify(:priority, :integer, default: 0)
      modify(:tags, {:array, o.tags}, default: [])
    end

    drop_if_exists(index(:oban_jobs, [:queue, :state, :scheduled_at, :id], prefix: o.prefix))
    create_if_not_exists(index_of_fetching(o))
    notify_of_available(o)
  end

  def step(:down, 8, o) do
    drop_if_exists(index(:oban_jobs, [:queue, :state, :priority, :scheduled_at, :id], prefix: o.prefix))
    create_if_not_exists(index(:oban_jobs, [:queue, :state, :scheduled_at, :id], prefix: o.prefix))

    alter table(:oban_jobs, prefix: o.prefix) do
      remove_if_exists(:discarded_at, :utc_datetime_usec)
      remove_if_exists(:priority, :integer)
      remove_if_exists(:tags, {:array, :string})
    end

    notify_of_changes(o)
  end

  def step(:up, 9, o) do
    alter table(:oban_jobs, prefix: o.prefix) do
      add_if_not_exists(:meta, :map, default: %{})
      add_if_not_exists(:cancelled_at, :utc_datetime_usec)
    end

    execute("ALTER TYPE #{o.quoted}.oban_job_state ADD VALUE IF NOT EXISTS 'cancelled'")
    create_if_not_exists(index_of_fetching(o))
  end

  def step(:down, 9, o) do
    alter table(:oban_jobs, prefix: o.prefix) do
      remove_if_exists(:meta, :map)
      remove_if_exists(:cancelled_at, :utc_datetime_usec)
    end

    execute("UPDATE #{o.quoted}.oban_jobs SET state = 'discarded' WHERE state = 'cancelled'")
  end

  def step(:up, 10, o) do
    alter table(:oban_jobs, prefix: o.prefix) do
      modify(:args, :map, default: %{})
      modify(:priority, :integer, null: false)
    end

    checks = [
      priority_range: "priority between 0 and 3",
      positive_max_attempts: "max_attempts > 0",
      attempt_range: "attempt between 0 and max_attempts"
    ]

    for {name, check} <- checks do
      create(constraint(:oban_jobs, name, check: check, prefix: o.prefix))
    end

    for name <- [:oban_jobs_args_vector, :oban_jobs_worker_gist, :oban_jobs_attempted_at_id_index] do
      drop_if_exists(index(:oban_jobs, [:args], name: name, prefix: o.prefix))
    end

    create_if_not_exists(index(:oban_jobs, [:args], using: :gin, prefix: o.prefix))
    create_if_not_exists(index(:oban_jobs, [:meta], using: :gin, prefix: o.prefix))
  end

  def step(:down, 10, o) do
    alter table(:oban_jobs, prefix: o.prefix) do
      modify(:args, :map, default: nil)
      modify(:priority, :integer, null: true)
    end

    for name <- [:attempt_range, :positive_max_attempts, :priority_range] do
      drop_if_exists(constraint(:oban_jobs, name, prefix: o.prefix))
    end
  end

  def step(:up, 11, o) do
    create_if_not_exists table(:oban_peers, primary_key: false, prefix: o.prefix) do
      add(:name, :text, null: false, primary_key: true)
      add(:node, :text, null: false)
      add(:started_at, :utc_datetime_usec, null: false)
      add(:expires_at, :utc_datetime_usec, null: false)
    end

    if o.unlogged, do: execute("ALTER TABLE #{o.quoted}.oban_peers SET UNLOGGED")
  end

  def step(:down, 11, o), do: drop(table(:oban_peers, prefix: o.prefix))

  def step(:up, 12, o) do
    drop(constraint(:oban_jobs, :priority_range, prefix: o.prefix))
    check = "priority >= 0"
    create(constraint(:oban_jobs, :non_negative_priority, check: check, validate: false, prefix: o.prefix))
    drop_notify(o)
  end

  def step(:down, 12, o) do
    drop(constraint(:oban_jobs, :non_negative_priority, prefix: o.prefix))
    check = "priority between 0 and 3"
    create(constraint(:oban_jobs, :priority_range, check: check, validate: false, prefix: o.prefix))
    notify_of_available(o)
  end

  def step(:up, 13, o) do
    create_if_not_exists(index(:oban_jobs, [:state, :cancelled_at], prefix: o.prefix))
    create_if_not_exists(index(:oban_jobs, [:state, :discarded_at], prefix: o.prefix))
  end

  def step(:down, 13, o) do
    drop_if_exists(index(:oban_jobs, [:state, :discarded_at], prefix: o.prefix))
    drop_if_exists(index(:oban_jobs, [:state, :cancelled_at], prefix: o.prefix))
  end

  def step(:up, 14, o) do
    execute("ALTER TYPE #{o.quoted}.oban_job_state ADD VALUE IF NOT EXISTS 'suspended' BEFORE 'scheduled'")
  end

  def step(:down, 14, o) do
    execute("UPDATE #{o.quoted}.oban_jobs SET state = 'scheduled' WHERE state = 'suspended'")
  end

  def record(version, o), do: execute("COMMENT ON TABLE #{o.quoted}.oban_jobs IS '#{version}'")

  defp index_of_waiting(o) do
    type = "#{o.quoted}.oban_job_state"
    where = "state in ('available'::#{type}, 'scheduled'::#{type})"
    index(:oban_jobs, [:scheduled_at], where: where, prefix: o.prefix)
  end

  defp index_of_fetching(o) do
    index(:oban_jobs, [:state, :queue, :priority, :scheduled_at, :id], prefix: o.prefix)
  end

  defp create_wrap_id(o) do
    execute("""
    CREATE OR REPLACE FUNCTION #{o.quoted}.oban_wrap_id(value bigint) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
    BEGIN
      IF value > 2147483647 THEN
        RETURN (value % 2147483647)::int;
      END IF;
      RETURN value::int;
    END $$
    """)
  end

  defp drop_wrap_id(o), do: execute("DROP FUNCTION IF EXISTS #{o.quoted}.oban_wrap_id(value bigint)")

  # Until version 8: inserts of jobs that may run now, and every change of a job's state.
  defp notify_of_changes(o) do
    execute(o.notify_of_changes || """
    CREATE OR REPLACE FUNCTION #{o.quoted}.oban_jobs_notify() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        PERFORM pg_notify('#{o.escaped}.oban_update',
          json_build_object('queue', NEW.queue, 'new_state', NEW.state, 'old_state', OLD.state)::text);
      ELSIF NEW.scheduled_at IS NULL OR NEW.scheduled_at <= now() AT TIME ZONE 'utc' THEN
        PERFORM pg_notify('#{o.escaped}.oban_insert',
          json_build_object('queue', NEW.queue, 'state', NEW.state)::text);
      END IF;
      RETURN NULL;
    END $$
    """)

    create_trigger(o, "INSERT OR UPDATE OF state")
  end

  # From version 8: inserts of available jobs.
  defp notify_of_available(o) do
    execute(o.notify_of_available || """
    CREATE OR REPLACE FUNCTION #{o.quoted}.oban_jobs_notify() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.state = 'available' THEN
        PERFORM pg_notify('#{o.escaped}.oban_insert', json_build_object('queue', NEW.queue)::text);
      END IF;
      RETURN NULL;
    END $$
    """)

    create_trigger(o, "INSERT")
  end

  defp create_trigger(o, events) do
    execute("DROP TRIGGER IF EXISTS oban_notify ON #{o.quoted}.oban_jobs")

    execute("""
    CREATE TRIGGER oban_notify AFTER #{events} ON #{o.quoted}.oban_jobs
    FOR EACH ROW EXECUTE PROCEDURE #{o.quoted}.oban_jobs_notify()
    """)
  end

  defp drop_notify(o) do
    execute("DROP TRIGGER IF EXISTS oban_notify ON #{o.quoted}.oban_jobs")
    execute("DROP FUNCTION IF EXISTS #{o.quoted}.oban_jobs_notify()")
  end
end
