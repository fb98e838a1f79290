//! What is known of a project without its resources.

use std::sync::Arc;

use super::Project;

const FILES: [(&str, &str); 5] = [
    ("mix.exs", "defmodule Shop.MixProject do\n  use Mix.Project\n  def project, do: [app: :shop]\nend\n"),
    ("mix.lock", "%{\n  \"oban\": {:hex, :oban, \"2.19.0\", \"\", [:mix], [], \"hexpm\", \"\"},\n}\n"),
    ("config/config.exs", "import Config\nconfig :shop, ash_domains: [Shop.Sales], ecto_repos: [Shop.Repo]\n"),
    (
        "lib/repos.ex",
        "defmodule Shop.Repo do\n  use AshPostgres.Repo, otp_app: :shop\nend\n\
         defmodule Shop.Other do\n  use AshPostgres.Repo, otp_app: :shop\nend\n",
    ),
    (
        "lib/sales.ex",
        "defmodule Shop.Sales do\n  use Ash.Domain\n  resources do\n    resource Shop.Order\n  end\nend\n\
         defmodule Shop.Order do\n  use Ash.Resource, domain: Shop.Sales, data_layer: AshPostgres.DataLayer\n  \
         postgres do\n    table \"orders\"\n    repo Shop.Other\n  end\n  attributes do\n    uuid_primary_key :id\n  end\nend\n",
    ),
];

#[test]
fn repos_that_are_configured_need_no_resources() {
    let files = || FILES.into_iter().map(|(path, text)| (Arc::from(path), Arc::from(text)));
    let repos = |project: &Project| -> Vec<(String, bool)> {
        project.repos().into_iter().map(|repo| (repo.repo.module.clone(), repo.listed)).collect()
    };
    let (whole, part) = (Project::load(files()), Project::load_repos(files()));
    assert_eq!(repos(&whole), [("Shop.Repo".to_owned(), true), ("Shop.Other".to_owned(), false)]);
    // The other one is known by its resource only.
    assert_eq!(repos(&part), [("Shop.Repo".to_owned(), true)]);
    assert_eq!(part.locked_version("oban"), whole.locked_version("oban"));
    assert_eq!(part.repos()[0].repo, whole.repos()[0].repo);
}
