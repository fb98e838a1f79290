defmodule(Billing.Invoice) do
  use(Ash.Resource, domain: Billing, data_layer: AshPostgres.DataLayer)

  postgres do
    table("invoices")
    repo(Billing.Repo)
    schema("billing")

    migration_types(number: {:varchar, 20}, total: {:decimal, 12, 2})
    migration_defaults(total: "0", issued_on: "fragment(\"CURRENT_DATE\")")

    references do
      reference(:account, on_delete: :delete, on_update: :update)
      reference(:parent, ignore?: true)
    end

    custom_indexes do
      index([:account_id, :number], unique: true, message: "number is taken")
      index([:issued_on], where: "paid_on IS NULL", concurrently: true)
    end
  end

  attributes do
    uuid_primary_key(:id)
    attribute(:number, :string, allow_nil?: false, public?: true)

    attribute(:currency, :atom,
      constraints: [one_of: [:eur, :usd, :chf]],
      default: :eur,
      allow_nil?: false
    )

    attribute(:total, :decimal, default: Decimal.new(0), constraints: [min: 0, precision: 12, scale: 2])

    attribute(:lines, {:array, :map}) do
      default([])
      public?(true)
    end

    attribute(:address, :map) do
      constraints(
        fields: [
          street: [type: :string, allow_nil?: false],
          zip: [type: :string],
          city: [type: :string]
        ]
      )
    end

    attribute(:issued_on, :date)
    attribute(:paid_on, :date)
    create_timestamp(:inserted_at)
    update_timestamp(:updated_at)
  end

  relationships do
    belongs_to(:account, Billing.Account, allow_nil?: false)
    belongs_to(:parent, Billing.Invoice)

    has_many(:payments, Billing.Payment) do
      destination_attribute(:invoice_id)
      sort(received_on: :desc)
    end
  end

  identities do
    identity(:unique_number, [:number, :account_id])
  end

  multitenancy do
    strategy(:context)
    global?(false)
  end

  actions do
    defaults([:read, :destroy])

    create :draft do
      accept([:number, :currency, :issued_on])
      primary?(true)
    end

    update :pay do
      accept([:paid_on])
      change(set_attribute(:paid_on, &Date.utc_today/0))
      validate(present(:paid_on))
    end
  end

  validations do
    validate(compare(:paid_on, greater_than_or_equal_to: :issued_on), where: [present(:paid_on)])
    validate(match(:number, ~r/^[A-Z]{2}-\d+$/))
  end

  calculations do
    calculate(:paid?, :boolean, expr(not is_nil(paid_on)))
  end

  aggregates do
    sum(:paid_total, :payments, :amount)
    count(:payment_count, :payments)
  end
end
