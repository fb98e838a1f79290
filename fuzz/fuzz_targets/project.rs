//! A resource with any text in it: reading the project and comparing it does not panic.
#![no_main]

use std::collections::BTreeMap;

use ashls::codegen::{Options, Timestamp};
use ashls::diff::Answers;
use ashls::pending::{ProjectState, Request};
use libfuzzer_sys::fuzz_target;

const MIX: &str = "defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a]\nend\n";
const CONFIG: &str = "import Config\nconfig :a, ash_domains: [A.D], ecto_repos: [A.Repo]\n";
const DOMAIN: &str = "defmodule A.D do\n  use Ash.Domain\n  resources do\n    resource A.R\n  end\nend\n";
const REPO: &str = "defmodule A.Repo do\n  use AshPostgres.Repo, otp_app: :a\nend\n";
const HEAD: &str = "defmodule A.R do\n  use Ash.Resource, domain: A.D, data_layer: AshPostgres.DataLayer\n  postgres do\n    \
                    table \"rs\"\n    repo A.Repo\n  end\n";

fuzz_target!(|text: &str| {
    let resource = format!("{HEAD}{text}\nend\n");
    let files = [
        ("mix.exs", MIX),
        ("config/config.exs", CONFIG),
        ("lib/d.ex", DOMAIN),
        ("lib/repo.ex", REPO),
        ("lib/r.ex", &resource),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.into()));
    let state = ProjectState::load(files.into(), BTreeMap::new());
    let options = Options { auto_name: true, quiet: true, skip_extensions: true, ..Options::default() };
    let stamp = Timestamp::from_unix(0);
    let answers = Answers::default();
    state.run(Request { options: &options, answers: &answers, first_timestamp: &stamp, resources: None });
});
