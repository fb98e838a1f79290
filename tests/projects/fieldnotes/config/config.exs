import Config

config :fieldnotes,
  ash_domains: [Fieldnotes.Notes],
  ecto_repos: [Fieldnotes.Repo]

config :fieldnotes, Fieldnotes.Repo, database: "priv/fieldnotes.db"
