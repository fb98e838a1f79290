//! What is known of a project without its resources.

use std::sync::Arc;

use super::{Project, mix};
use crate::syntax::parse_strictly;

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

#[test]
fn a_lock_is_read_as_mix_writes_it_or_as_elixir() {
    const ASH: &str =
        "  \"ash\": {:hex, :ash, \"3.4.1\", \"0c\", [:mix], [{:ets, \"~> 0.8\", [hex: :ets]}], \"hexpm\", \"5f\"},\n";
    const REST: &str = "  \"oban\": {:git, \"https://example.com/oban.git\", \"1a\", [tag: \"v2.1\"]},\n  \"pg\": {:hex, :postgrex, \"0.21.1-rc.1\", \"0c\", [:mix], [], \"hexpm\", \"5f\"},\n";
    let check = |text: &str, quick: bool| {
        let read = || mix::locked_versions(&parse_strictly(text).expect("well-formed Elixir"));
        assert_eq!(mix::versions_as_written(text), quick.then(read), "{text}");
    };
    check(&format!("%{{\n{ASH}{REST}}}\n"), true);
    check("%{\n}\n", true);
    check(&format!("%{{\n{ASH}{REST}}}"), false);
    check(&format!("%{{\n<<<<<<< HEAD\n{ASH}=======\n>>>>>>> x\n}}\n"), false);
    check(&format!("# mine\n%{{\n{ASH}}}\n"), false);
    check(&format!("%{{\n{}}}\n", ASH.replace("3.4.1", "3.\\x34.1")), false);
    check("%{\n  \"ash\": {:hex, :ash,\n    \"3.4.1\", \"0c\"},\n}\n", false);
}
