//! Projects to run ashls on: copies of the example projects, and a small one of one resource.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::process::{Ran, ashls};

/// A project in a folder of its own.
pub struct Project {
    _outer: TempDir,
    pub root: PathBuf,
}

impl Project {
    /// A copy of one of `tests/projects`.
    pub fn example(name: &str) -> Project {
        let project = Project::empty();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/projects").join(name), &project.root);
        project
    }

    /// The resource `Shop.Order` on the table `orders` with an id and a note. Nothing has been generated yet.
    pub fn shop() -> Project {
        let project = Project::empty();
        for (path, text) in SHOP {
            project.write(path, text);
        }
        project
    }

    /// The shop after its first migration.
    pub fn generated_shop() -> Project {
        let project = Project::shop();
        project.ashls(&["codegen", "create_orders", "--timestamp", "20260101000000"]).ends_with(0);
        project
    }

    /// A folder inside a folder, so that what is written outside of it would be seen.
    fn empty() -> Project {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap().join("outer/project");
        fs::create_dir_all(&root).unwrap();
        Project { _outer: outer, root }
    }

    pub fn ashls(&self, arguments: &[&str]) -> Ran {
        ashls(&self.root, arguments)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a part of a file that is there once.
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.root.join(path)).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{old} in {path}");
        self.write(path, text.replace(old, new));
    }

    /// The files below `folder` with their contents, by path relative to the project's parent folder.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let (mut found, base) = (BTreeMap::new(), self.root.parent().unwrap());
        let mut folders = vec![self.root.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        let name = path.strip_prefix(base).unwrap().display().to_string();
                        found.insert(name, fs::read(&path).unwrap());
                    }
                }
            }
        }
        found
    }

    /// Everything in and around the project.
    pub fn everything(&self) -> BTreeMap<String, Vec<u8>> {
        self.files("..")
    }

    /// Names below `priv/`.
    pub fn generated(&self) -> Vec<String> {
        self.files("priv").into_keys().map(|path| path.trim_start_matches("project/").to_owned()).collect()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

pub const ORDER: &str = "lib/shop/order.ex";

const SHOP: [(&str, &str); 6] = [
    (
        "mix.exs",
        "defmodule Shop.MixProject do\n  use Mix.Project\n\n  def project do\n    [app: :shop, version: \"0.1.0\"]\n  \
         end\nend\n",
    ),
    (
        "mix.lock",
        "%{\n  \"ash\": {:hex, :ash, \"3.32.0\", \"\", [:mix], [], \"hexpm\", \"\"},\n  \"ash_postgres\": {:hex, :ash_postgres, \"2.12.0\", \"\", [:mix], [], \"hexpm\", \"\"},\n}\n",
    ),
    ("config/config.exs", "import Config\n\nconfig :shop, ash_domains: [Shop.Sales], ecto_repos: [Shop.Repo]\n"),
    (
        "lib/shop/repo.ex",
        "defmodule Shop.Repo do\n  use AshPostgres.Repo, otp_app: :shop\n\n  def installed_extensions, do: \
      []\nend\n",
    ),
    (
        "lib/shop/sales.ex",
        "defmodule Shop.Sales do\n  use Ash.Domain, otp_app: :shop\n\n  resources do\n    resource Shop.Order\n  \
         end\nend\n",
    ),
    (
        ORDER,
        "defmodule Shop.Order do\n  use Ash.Resource, domain: Shop.Sales, data_layer: AshPostgres.DataLayer\n\n  \
         postgres do\n    table \"orders\"\n    repo Shop.Repo\n  end\n\n  attributes do\n    uuid_primary_key :id\n    \
         attribute :note, :string\n  end\nend\n",
    ),
];
