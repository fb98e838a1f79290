//! Where there are no migrations: a project that is new, or the wrong folder.

use crate::folder::Folder;
use crate::process::ashls;

const MIX: &str = "defmodule Shop.MixProject do\n  use Mix.Project\n\n  def project, do: [app: :shop]\nend\n";
const FILE: &str = "defmodule M do\n  use Ecto.Migration\n\n  def change do\n    create table(:notes)\n  end\nend\n";

/// A folder with a SQLite database, and the URL of that.
fn with_database() -> (Folder, String) {
    let folder = Folder::new("");
    let url = format!("sqlite:{}", folder.path().join("notes.db").display());
    ashls(folder.path(), &["create", "--database-url", &url]).ends_with(0);
    (folder, url)
}

#[test]
fn the_wrong_folder_is_told_so_with_the_right_ones() {
    let (folder, url) = with_database();
    let commands = [&["migrate"][..], &["rollback"], &["status"], &["migrate", "--dry-run"]];
    for command in commands {
        let ran = ashls(folder.path(), &[command, &["--database-url", &url]].concat()).ends_with(2);
        ran.says("nothing was done: there is no mix.exs in ");
        ran.says(" or above it, and there is no folder ");
        ran.says("/priv/repo/migrations\n  Run ashls in the project whose migrations are meant");
    }
    folder.file("apps/shop/mix.exs", MIX);
    folder.file("apps/shop/priv/repo/migrations/1_notes.exs", FILE);
    folder.file("apps/shop/deps/oban/priv/repo/migrations/1_oban.exs", FILE);
    folder.file("docs/priv/repo/migrations/README.md", "none here");
    for command in commands {
        let ran = ashls(folder.path(), &[command, &["--database-url", &url]].concat()).ends_with(2);
        ran.says("\n  Migrations lie in:\n    apps/shop/priv/repo/migrations\n  Give the path of the project that is meant, such as apps/shop, or");
        assert!(!ran.stderr.contains("oban") && !ran.stderr.contains("docs"), "{}", ran.stderr);
    }
    // Both ways that it names lead on, and so does a path without a project.
    let ran = ashls(
        folder.path(),
        &["migrate", "--database-url", &url, "--migrations-path", "apps/shop/priv/repo/migrations"],
    );
    ran.ends_with(0).shows("1 notes");
    ashls(folder.path(), &["status", "apps/shop", "--database-url", &url]).ends_with(0).shows("up    1 ");
    ashls(folder.path(), &["rollback", "apps/shop", "--database-url", &url]).ends_with(0).shows("1 notes");
    ashls(folder.path(), &["migrate", "apps/shop", "--database-url", &url]).ends_with(0).shows("1 notes");
    ashls(folder.path(), &["migrate", "apps/shup", "--database-url", &url])
        .ends_with(2)
        .says("apps/shup: no such file or folder");
}

#[test]
fn a_mistyped_folder_is_told_so() {
    let (folder, url) = with_database();
    folder.file("priv/repo/migrations/1_notes.exs", FILE);
    let ran = ashls(folder.path(), &["migrate", "--database-url", &url, "--migrations-path", "priv/repo/migration"]);
    let ran = ran.ends_with(2);
    ran.says("nothing was done: there is no folder ");
    ran.says("/priv/repo/migration\n  Migrations lie in:\n    priv/repo/migrations\n  Name the one that is meant: --migrations-path priv/repo/migrations");
}

#[test]
fn a_project_without_migrations_has_nothing_to_do() {
    let (folder, url) = with_database();
    folder.file("mix.exs", MIX);
    folder.file("lib/repo.ex", "defmodule Shop.Repo do\n  use AshSqlite.Repo, otp_app: :shop\nend\n");
    folder.file("config/config.exs", "import Config\n\nconfig :shop, ecto_repos: [Shop.Repo]\n");
    for (command, shown) in [
        ("migrate", "Nothing to migrate."),
        ("rollback", "Nothing to roll back."),
        ("status", "There are no migrations."),
    ] {
        let ran = ashls(folder.path(), &[command, "--database-url", &url]).ends_with(0);
        ran.shows(shown);
        ran.says("Shop.Repo has no migrations yet: priv/repo/migrations is not there");
    }
    folder.file("priv/repo/migrations/.gitkeep", "");
    ashls(folder.path(), &["migrate", "--database-url", &url]).ends_with(0).says("there are no migrations in ");
    // Without a repo of ours, where the migrations would be is a guess.
    folder.remove("priv/repo/migrations/.gitkeep");
    std::fs::remove_dir(folder.path().join("priv/repo/migrations")).expect("an empty folder");
    folder.file("lib/repo.ex", "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop\nend\n");
    let ran = ashls(folder.path(), &["migrate", "--database-url", &url]).ends_with(2);
    ran.says("uses AshPostgres.Repo or AshSqlite.Repo, and there is no folder");
}
