defmodule Fieldnotes.Notes.Species do
  use Ash.Resource, domain: Fieldnotes.Notes, data_layer: AshSqlite.DataLayer

  sqlite do
    table "species"
    repo Fieldnotes.Repo
  end

  actions do
    defaults [:read, create: :*]
  end

  attributes do
    integer_primary_key :id
    attribute :latin_name, :string, allow_nil?: false
    attribute :common_name, :string
  end

  identities do
    identity :unique_latin_name, [:latin_name]
  end
end
