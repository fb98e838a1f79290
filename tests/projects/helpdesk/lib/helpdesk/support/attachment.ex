defmodule Helpdesk.Support.Attachment do
  use Ash.Resource,
    domain: Helpdesk.Support,
    data_layer: AshPostgres.DataLayer

  postgres do
    table "attachments"
    repo Helpdesk.Repo

    references do
      reference :comment, on_delete: :delete
    end

    check_constraints do
      check_constraint :size, "size_is_positive", check: "size > 0"
    end
  end

  actions do
    defaults [:read, :destroy, create: :*]
  end

  attributes do
    uuid_primary_key :id
    attribute :file_name, :string, allow_nil?: false
    attribute :content_type, :string, allow_nil?: false, default: "application/octet-stream"
    attribute :size, :integer, allow_nil?: false
    attribute :digest, :binary
    create_timestamp :inserted_at
  end

  relationships do
    belongs_to :comment, Helpdesk.Support.Comment, allow_nil?: false
  end
end
