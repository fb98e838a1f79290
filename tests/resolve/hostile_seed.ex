defmodule MyApp.Base do
  defmacro __using__(opts) do
    table = Keyword.fetch!(opts, :table)

    quote bind_quoted: [opts: opts, table: table] do
      use Ash.Resource, Keyword.put(opts, :data_layer, AshPostgres.DataLayer)

      postgres do
        table table
        repo MyApp.Repo
        references do
          reference :author, on_delete: {:nilify, [:author_id]}, index_where: :not_nil
        end
        custom_indexes do
          index [:title, desc: :inserted_at], where: "title IS NOT NULL"
        end
      end
    end
  end
end

defmodule MyApp.Post do
  use MyApp.Base, domain: MyApp.Blog, table: "posts", extensions: [AshArchival.Resource, MyApp.Tracked]
  @states ~w(draft live)a

  attributes do
    uuid_primary_key :id
    attribute :title, :string, allow_nil?: false, default: "a #{:b} c"
    attribute :price, :decimal, constraints: [precision: 10, scale: 2]
    attribute :state, :atom, default: hd(@states), constraints: [one_of: @states]
    for name <- [:x, :y], do: attribute(name, {:array, MyApp.Kind}, default: [])
    timestamps()
  end

  relationships do
    belongs_to :author, __MODULE__, attribute_type: :uuid
  end

  identities do
    identity :title, [:title], where: expr(not is_nil(title))
  end
end

defmodule MyApp.Kind do
  use Ash.Type.NewType, subtype_of: :map, constraints: [fields: [a: [type: :integer]]]
  def storage_type(constraints), do: if(constraints[:x], do: :jsonb, else: :map)
end

defmodule MyApp.Tracked do
  use Spark.Dsl.Extension, transformers: [MyApp.Tracked.Add]

  defmodule Add do
    def transform(dsl) do
      with {:ok, dsl} <- Ash.Resource.Builder.add_attribute(dsl, :tracked, :string) do
        {:ok, dsl}
      end
    end
  end
end
