//! A folder of migrations without a project, as in a container.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::process::{self, Ran};

pub struct Folder {
    folder: TempDir,
    url: String,
}

impl Folder {
    /// An empty folder; commands work on the database at `url`.
    pub fn new(url: impl Into<String>) -> Folder {
        Folder { folder: tempfile::tempdir().expect("a temporary folder"), url: url.into() }
    }

    /// Ten files, each of which makes two tables and an index.
    pub fn ten_files(url: impl Into<String>) -> Folder {
        let folder = Folder::new(url);
        for number in 1..=10 {
            let body = format!(
                "create table(:a{number}) do\n      add :name, :text\n    end\n\n    create table(:b{number}) do\n      add :a_id, \
                 references(:a{number})\n    end\n\n    create index(:b{number}, [:a_id])"
            );
            folder.migration(&format!("{number:03}_file_{number}"), &body);
        }
        folder
    }

    /// Writes a migration whose `change` has this body.
    pub fn migration(&self, name: &str, body: &str) {
        let module = name.replace(|character: char| !character.is_ascii_alphanumeric(), "");
        let text = format!(
            "defmodule Repo.Migrations.M{module} do\n  use Ecto.Migration\n\n  def change do\n    {body}\n  end\nend\n"
        );
        self.file(&format!("migrations/{name}.exs"), &text);
    }

    pub fn file(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.path().join(path)).expect("the file is there");
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// ashls with the folder and the database.
    pub fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut all = vec![name, "--database-url", &self.url];
        if !matches!(name, "create" | "drop") {
            all.extend(["--migrations-path", "migrations"]);
        }
        all.extend(arguments);
        process::command(self.path(), &all)
    }

    pub fn ashls(&self, name: &str, arguments: &[&str]) -> Ran {
        process::ran(self.command(name, arguments).output().expect("ashls runs"))
    }
}
