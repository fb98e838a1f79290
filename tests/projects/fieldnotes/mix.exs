defmodule Fieldnotes.MixProject do
  use Mix.Project

  def project do
    [app: :fieldnotes, version: "0.1.0", elixir: "~> 1.17", deps: deps()]
  end

  defp deps do
    [
      {:ash, "~> 3.32"},
      {:ash_sqlite, "~> 0.2.17"}
    ]
  end
end
