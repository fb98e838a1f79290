defmodule Clinic.Patient do
	use Ash.Resource,
		domain: Clinic,
		data_layer: AshPostgres.DataLayer

	postgres do
		table "patients"
		repo Clinic.Repo

		check_constraints do
			check_constraint :born_on, "born_in_the_past", check: "born_on <= now()"
			check_constraint :weight, "weight_positive", check: "weight > 0", message: "must be > 0"
		end

		custom_indexes do
			index [:last_name, :first_name]
		end
	end

	attributes do
		uuid_primary_key :id
		attribute :first_name, :string, allow_nil?: false
		attribute :last_name, :string, allow_nil?: false
		attribute :born_on, :date do
			allow_nil? false
			description "Größe und Gewicht: 😀 \#{not} …"
		end

		attribute :weight, :decimal, constraints: [
			min: 0,
			max: 500
		]

		attribute :"blood group", :atom, constraints: [one_of: [:a, :b, :ab, :o]]
		attribute :straße, :string
		create_timestamp :inserted_at
	end

	relationships do
		belongs_to :doctor, Clinic.Doctor
		has_many :visits, Clinic.Visit do
			sort [date: :desc]
		end
	end

	identities do
		identity :person, [:first_name, :last_name, :born_on]
	end

	actions do
		defaults [:read, create: :*]

		update :weigh do
			accept [:weight]
			change fn changeset, _ ->
				Ash.Changeset.force_change_attribute(changeset, :weighed, true)
			end
		end
	end
end
