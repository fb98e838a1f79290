import Config

config :helpdesk,
  ash_domains: [Helpdesk.Accounts, Helpdesk.Support],
  ecto_repos: [Helpdesk.Repo]

config :helpdesk, Helpdesk.Repo,
  username: "postgres",
  password: "postgres",
  hostname: "localhost",
  database: "helpdesk_#{config_env()}"
