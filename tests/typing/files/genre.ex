defmodule Library.Catalog.Genre do
  use Ash.Resource,
    domain: Library.Catalog,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "genres"
    repo Library.Repo
  end

  actions do
    defaults [:read, :destroy, create: :*, update: :*]
  end

  attributes do
    uuid_primary_key :id

    attribute :name, :string do
      allow_nil? false
      public? true
    end

    attribute :slug, :ci_string, allow_nil?: false, public?: true
    attribute :position, :integer, default: 0

    create_timestamp :inserted_at
    update_timestamp :updated_at
  end

  relationships do
    belongs_to :parent, __MODULE__
    has_many :children, __MODULE__, destination_attribute: :parent_id

    many_to_many :books, Library.Catalog.Book do
      through Library.Catalog.BookGenre
      source_attribute_on_join_resource :genre_id
      destination_attribute_on_join_resource :book_id
    end
  end

  identities do
    identity :unique_slug, [:slug]
    identity :unique_name, [:name, :parent_id], nils_distinct?: false
  end
end
