[
  import_deps: [:ecto, :ecto_sql, :ash, :ash_sqlite],
  inputs: ["*.{ex,exs}", "{config,lib,priv}/**/*.{ex,exs}"]
]
