defmodule Fieldnotes.Notes do
  use Ash.Domain, otp_app: :fieldnotes

  resources do
    resource Fieldnotes.Notes.Notebook
    resource Fieldnotes.Notes.Sighting
    resource Fieldnotes.Notes.Species
  end
end
