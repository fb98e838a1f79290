defmodule Fieldnotes.Notes.Sighting do
  use Ash.Resource, domain: Fieldnotes.Notes, data_layer: AshSqlite.DataLayer

  sqlite do
    table "sightings"
    repo Fieldnotes.Repo

    custom_indexes do
      index [:seen_at]
    end

    references do
      reference :notebook, on_delete: :delete
    end
  end

  actions do
    defaults [:read, :destroy, create: :*]
  end

  attributes do
    uuid_primary_key :id
    attribute :seen_at, :utc_datetime, allow_nil?: false
    attribute :count, :integer, allow_nil?: false, default: 1
    attribute :remark, :string, allow_nil?: false, default: ""
    attribute :photo_path, :string
    timestamps()
  end

  relationships do
    belongs_to :notebook, Fieldnotes.Notes.Notebook, allow_nil?: false

    belongs_to :species, Fieldnotes.Notes.Species,
      allow_nil?: false,
      attribute_type: :integer
  end
end
