defmodule Fieldnotes.Notes.Notebook do
  use Ash.Resource, domain: Fieldnotes.Notes, data_layer: AshSqlite.DataLayer

  sqlite do
    table "notebooks"
    repo Fieldnotes.Repo
  end

  actions do
    defaults [:read, :destroy, create: :*, update: :*]
  end

  attributes do
    uuid_primary_key :id
    attribute :title, :string, allow_nil?: false
    timestamps()
  end
end
