//! A project of any size for the benches: plain text, the same for the same size.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use ashls::codegen::{FileChange, Options, Timestamp};
use ashls::diff::Answers;
use ashls::pending::{ProjectState, Request};

/// Resources per domain.
const DOMAIN_SIZE: usize = 25;

/// The source files of a project with `resources` resources of about 200 lines each, by path. The first resource is
/// made `first_lines` lines long.
pub fn sources(resources: usize, first_lines: usize) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let domains = resources.div_ceil(DOMAIN_SIZE);
    files.insert("mix.exs".to_owned(), MIX.to_owned());
    files.insert("mix.lock".to_owned(), LOCK.to_owned());
    files.insert(".formatter.exs".to_owned(), "[import_deps: [:ecto, :ecto_sql, :ash, :ash_postgres]]\n".to_owned());
    files.insert("config/config.exs".to_owned(), config(domains));
    files.insert("lib/bench/repo.ex".to_owned(), REPO.to_owned());
    for domain in 0..domains {
        let members: Vec<usize> = (0..resources).filter(|resource| resource / DOMAIN_SIZE == domain).collect();
        files.insert(format!("lib/bench/domain{domain}.ex"), domain_module(domain, &members));
    }
    for resource in 0..resources {
        let lines = if resource == 0 { first_lines } else { 200 };
        files.insert(path(resource), resource_module(resource, resources, lines));
    }
    files
}

/// The migration and the snapshots that go with the sources, and four older snapshots of every table.
pub fn snapshots(sources: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let texts = sources.iter().map(|(path, text)| (path.clone(), Arc::from(text.as_str()))).collect();
    let state = ProjectState::load(texts, BTreeMap::new());
    let options = Options { auto_name: true, quiet: true, ..Options::default() };
    let stamp = Timestamp::parse("20260101000000").expect("a time stamp");
    let request = Request { options: &options, answers: &Answers::default(), first_timestamp: &stamp, resources: None };
    let outcome = state.run(request);
    assert!(outcome.is_complete(), "{:?}", outcome.failure);
    let mut files = BTreeMap::new();
    for change in outcome.changes {
        let FileChange::Write { path, text } = change else { continue };
        if let Some((folder, _)) =
            path.rsplit_once('/').filter(|(_, name)| name.ends_with(".json") && name.starts_with('2'))
        {
            for year in 2022..2026 {
                files.insert(format!("{folder}/{year}0101000000.json"), text.clone());
            }
        }
        files.insert(path, text);
    }
    files
}

/// Where the source of a resource lies.
pub fn path(resource: usize) -> String {
    format!("lib/bench/domain{}/resource{resource}.ex", resource / DOMAIN_SIZE)
}

const MIX: &str = "defmodule Bench.MixProject do
  use Mix.Project

  def project do
    [app: :bench, version: \"0.1.0\", deps: [{:ash_postgres, \"~> 2.12\"}]]
  end
end
";

const LOCK: &str = "%{
  \"ash\": {:hex, :ash, \"3.32.0\", \"\", [:mix], [], \"hexpm\", \"\"},
  \"ash_postgres\": {:hex, :ash_postgres, \"2.12.0\", \"\", [:mix], [], \"hexpm\", \"\"},
}
";

const REPO: &str = "defmodule Bench.Repo do
  use AshPostgres.Repo, otp_app: :bench

  def installed_extensions, do: [\"citext\"]

  def min_pg_version, do: %Version{major: 16, minor: 0, patch: 0}
end
";

fn config(domains: usize) -> String {
    let names: Vec<String> = (0..domains).map(|domain| format!("Bench.Domain{domain}")).collect();
    format!("import Config\n\nconfig :bench, ash_domains: [{}], ecto_repos: [Bench.Repo]\n", names.join(", "))
}

fn domain_module(domain: usize, members: &[usize]) -> String {
    let mut text = format!("defmodule Bench.Domain{domain} do\n  use Ash.Domain, otp_app: :bench\n\n  resources do\n");
    for member in members {
        let _ = writeln!(text, "    resource Bench.Domain{domain}.Resource{member}");
    }
    text + "  end\nend\n"
}

fn resource_module(resource: usize, resources: usize, lines: usize) -> String {
    let domain = resource / DOMAIN_SIZE;
    let parent = (resource * 7 + 3) % resources;
    let owner = (resource * 13 + 5) % resources;
    let mut text = format!(
        "defmodule Bench.Domain{domain}.Resource{resource} do
  @moduledoc \"Resource number {resource}.\"

  use Ash.Resource,
    domain: Bench.Domain{domain},
    data_layer: AshPostgres.DataLayer

  alias Bench.Domain{}.Resource{parent}

  postgres do
    table \"resource{resource}s\"
    repo Bench.Repo

    references do
      reference :parent, on_delete: :delete, index?: true
      reference :owner, on_delete: :nilify
    end

    custom_indexes do
      index [:status, :inserted_at]
      index [:code], where: \"archived_at IS NULL\"
    end

    check_constraints do
      check_constraint :amount, \"amount_is_positive\", check: \"amount > 0\"
    end
  end

  attributes do
    uuid_primary_key :id
    attribute :code, :ci_string, allow_nil?: false, public?: true
    attribute :name, :string, public?: true
    attribute :amount, :integer, allow_nil?: false, default: 1

    attribute :status, :atom do
      allow_nil? false
      default :open
      constraints one_of: [:open, :pending, :closed]
    end

    attribute :price, :decimal
    attribute :settings, :map, default: %{{}}
    attribute :archived_at, :utc_datetime_usec
    timestamps()
  end

  relationships do
    belongs_to :parent, Resource{parent}, allow_nil?: false
    belongs_to :owner, Bench.Domain{}.Resource{owner}
  end

  identities do
    identity :unique_code, [:code]
  end

  actions do
    defaults [:read, :destroy]
",
        parent / DOMAIN_SIZE,
        owner / DOMAIN_SIZE,
    );
    let mut action = 0;
    while text.lines().count() + 14 < lines {
        action += 1;
        let _ = write!(
            text,
            "
    update :step{action} do
      description \"Step {action}.\"
      accept [:name, :amount]
      argument :note, :string, allow_nil?: false

      validate present(:note)

      change fn changeset, _context ->
        note = Ash.Changeset.get_argument(changeset, :note)
        Ash.Changeset.change_attribute(changeset, :name, \"#{{note}} {action}\")
      end
    end
"
        );
    }
    text + "  end\nend\n"
}
