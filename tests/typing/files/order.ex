defmodule Shop.Sales.Order do
    use Ash.Resource,
        domain: Shop.Sales,
        data_layer: AshPostgres.DataLayer,
        fragments: [Shop.Sales.Order.Policies, Shop.Sales.Order.Actions]

    import Shop.Macros

    postgres do
        table "orders"
        repo Shop.Repo
        base_filter_sql "archived_at IS NULL"

        exclusion_constraint_names [{:period, "orders_no_overlap", "overlaps another order"}]
        identity_wheres_to_sql unique_number: "archived_at IS NULL"

        references do
            reference :customer, on_delete: {:nilify, [:customer_id]}, match_with: [shop_id: :shop_id]
            reference :shop, on_delete: :delete
        end

        custom_statements do
            statement :no_overlap do
                up "ALTER TABLE orders ADD CONSTRAINT orders_no_overlap EXCLUDE USING gist (shop_id WITH =, period WITH &&)"
                down "ALTER TABLE orders DROP CONSTRAINT orders_no_overlap"
            end
        end
    end

    resource do
        base_filter is_nil: :archived_at
        plural_name :orders
    end

    attributes do
        uuid_primary_key :id, writable?: true

        attribute :number, :string do
            allow_nil? false
            constraints match: ~r/\A[0-9]{4}-[0-9]+\z/
        end

        attribute :state, Shop.Sales.OrderState do
            default :cart
            allow_nil? false
        end

        attribute :period, :string
        attribute :archived_at, :utc_datetime_usec, public?: false

        attribute :shipping, :union do
            constraints types: [
                            pickup: [type: :atom, constraints: [one_of: [:pickup]]],
                            parcel: [
                                type: :map,
                                constraints: [
                                    fields: [
                                        carrier: [type: :string],
                                        weight: [type: :decimal]
                                    ]
                                ]
                            ]
                        ]
        end

        attribute :discount, :decimal, default: 0, description: "per cent (0..100)"
        money :total
        money :tax, default: 0
        timestamps type: :utc_datetime_usec
    end

    relationships do
        belongs_to :customer, Shop.Customer, define_attribute?: true, attribute_writable?: true
        belongs_to :shop, Shop.Shop do
            allow_nil? false
            primary_key? false
        end

        has_many :items, Shop.Sales.Item, destination_attribute: :order_id, sort: [position: :asc]
    end

    identities do
        identity :unique_number, [:number, :shop_id], where: expr(is_nil(archived_at))
    end

    calculations do
        calculate :item_count, :integer, Shop.Sales.Calculations.ItemCount
        calculate :label, :string, {Shop.Sales.Calculations.Label, format: :short} do
            argument :upcase?, :boolean, default: false
            public? true
        end
    end

    aggregates do
        sum :weight, :items, :weight, default: 0
        list :skus, [:items, :product], :sku do
            uniq? true
        end
    end

    changes do
        change Shop.Sales.Changes.Number, on: [:create]

        change fn changeset, _ ->
            changeset
            |> Ash.Changeset.before_action(&Shop.Sales.Stock.reserve/1)
            |> Ash.Changeset.after_action(fn _changeset, order ->
                {:ok, order}
            end)
        end
    end

    multitenancy do
        strategy :attribute
        attribute :shop_id
        parse_attribute {Shop.Tenants, :parse, []}
    end

    pub_sub do
        module ShopWeb.Endpoint
        prefix "orders"
        publish_all :create, ["created", :shop_id]
        publish :ship, ["shipped", :id], event: "order_shipped"
    end
end
