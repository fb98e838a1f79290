[
  import_deps: [:ecto, :ecto_sql, :ash, :ash_postgres],
  inputs: ["*.{ex,exs}", "{config,lib,test,priv}/**/*.{ex,exs}"]
]
