# Every .exs file below the folder given must be Elixir, and must not be changed by Elixir's formatter below
# formatted/ (but for the line break at the end, which ash_sqlite does not write). Prints what is not so, then how many were looked at.
#
# Usage: elixir check.exs FOLDER LOCALS..., where LOCALS are NAME/ARITY as in locals_without_parens.

[folder | locals] = System.argv()

locals =
  for local <- locals do
    [name, arity] = String.split(local, "/")
    {String.to_atom(name), String.to_integer(arity)}
  end

files = Path.wildcard(Path.join(folder, "**/*.exs"))

for file <- files do
  text = File.read!(file)

  try do
    [kind | _] = file |> Path.relative_to(folder) |> Path.split()
    formatted = IO.iodata_to_binary(Code.format_string!(text, locals_without_parens: locals))
    same = formatted == String.trim_trailing(text, "\n")
    if kind == "formatted" and not same, do: IO.puts("changed #{Path.relative_to(file, folder)}\n#{formatted}")
  rescue
    error -> IO.puts("refused #{Path.relative_to(file, folder)}: #{Exception.message(error)}")
  end
end

IO.puts("looked at #{length(files)} files")
