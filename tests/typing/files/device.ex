defmodule Fleet.Device do
  use Ash.Resource, domain: Fleet, data_layer: AshSqlite.DataLayer, extensions: [
    AshArchival.Resource,
    AshPaperTrail.Resource
  ]

  sqlite do
    table "devices"
    repo Fleet.Repo
    strict? true
    references do
      reference :site, on_delete: :nothing
      reference :model, on_delete: :restrict, name: "device_model_fk"
    end
    custom_indexes do
      index [:serial], unique: true
      index [:site_id, :installed_at]
    end
  end
  paper_trail do
    primary_key_type :uuid_v7
    change_tracking_mode :changes_only
    ignore_attributes [:inserted_at, :updated_at]
  end
  attributes do
    integer_primary_key :id
    attribute :serial, :string, allow_nil?: false
    attribute :label, :string # shown in lists
    attribute :kind, Fleet.DeviceKind, default: :sensor
    attribute :latitude, :float
    attribute :longitude, :float
    attribute :settings, :map do default %{} end
    attribute :secret, :string, sensitive?: true, description: "Never shown; see \"Secrets\" in the handbook"
    attribute :interval, :integer do
      default 60
      constraints min: 1, max: 86_400
      description 'seconds between two readings'
    end
    attribute :installed_at, :utc_datetime
    attribute :notes, :string, default: ~S(none "yet")
    timestamps()
  end

  relationships do
    belongs_to :site, Fleet.Site, allow_nil?: false
    belongs_to :model, Fleet.Model do attribute_type :integer end
    has_many :readings, Fleet.Reading
    has_many :alarms, Fleet.Alarm, destination_attribute: :device_id
  end
  identities do
    identity :serial, [:serial], pre_check_with: Fleet
    identity :label_per_site, [:site_id, :label]
  end

  actions do
    defaults [:read, :destroy, create: [:serial, :label, :kind], update: [:label, :settings]]
    read :by_serial do
      get_by [:serial]
    end
    update :install do
      accept [:installed_at]
      argument :site_id, :integer, allow_nil?: false
      change manage_relationship(:site_id, :site, type: :append)
      change after_action(fn _changeset, device, _context ->
        Fleet.Events.publish("installed", device.id)
        {:ok, device}
      end)
    end
  end
  preparations do
    prepare build(sort: [:serial])
  end
  changes do
    change Fleet.Changes.Touch
    change {Fleet.Changes.Audit, only: [:label]}, on: [:update]
  end
end
