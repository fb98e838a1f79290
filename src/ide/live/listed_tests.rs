//! What is read only when somebody asks: pages of packages, and migrations.

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::super::analyzer::Located;
use super::tests::{CONFIG, DOMAIN, MIX, POST, REPO, analysis, path, text};
use super::*;

const PAGE: &str = "# AshBeds

## beds
Where things grow.

### Options
| Name | Type | Default | Docs |
|------|------|---------|------|
| [`soil`](#s){: #s } | `:clay \\| :sand` |  | What is in it. |
| [`old`](#o){: #o } | `atom` |  | Deprecated: use `soil`. |

## beds.row
```elixir
row name
```
One row of plants.

### Arguments
| [`name`](#n){: #n .spark-required} | `atom` |  | Its name. |
### Options
| [`length`](#l){: #l } | `pos_integer` |  | In metres. |
";

const MIGRATION: &str = "defmodule Blog.Repo.Migrations.Start do
  use Ecto.Migration
  def up do
    create table(:posts, primary_key: false) do
      add :id, :uuid, primary_key: true
      add :headline, :text
    end
    rename table(:posts), :headline, to: :title
  end
  def down, do: drop(table(:posts))
end
";

/// Files on a disk, and which were read.
#[derive(Default)]
struct Disk {
    files: Vec<(PathBuf, String)>,
    read: Mutex<Vec<String>>,
}

impl Disk {
    fn reads(&self) -> Vec<String> {
        std::mem::take(&mut self.read.lock().unwrap())
    }
}

impl TextSource for Disk {
    fn text(&self, path: &Path) -> Option<Arc<str>> {
        let (path, text) = self.files.iter().find(|(known, _)| known == path)?;
        self.read.lock().unwrap().push(path.strip_prefix("/blog").unwrap().display().to_string());
        Some(text.as_str().into())
    }
}

const BEDS: &str = "deps/ash_beds/documentation/dsls/DSL-AshBeds.md";
const OTHER: &str = "deps/ash_other/documentation/dsls/DSL-AshOther.md";
const START: &str = "priv/repo/migrations/20240101000000_start.exs";

fn analyzer(post: &str) -> (LiveAnalyzer, Arc<Disk>) {
    let files = [(BEDS, PAGE.to_owned()), (OTHER, PAGE.replace("AshBeds", "AshOther")), (START, MIGRATION.to_owned())];
    let files = files.map(|(name, text)| (path(name), text)).to_vec();
    let disk = Arc::new(Disk { files, ..Disk::default() });
    let mut analyzer = LiveAnalyzer::with_texts(disk.clone());
    let mut changes = vec![
        text("mix.exs", MIX, false),
        text("config/config.exs", CONFIG, false),
        text("lib/repo.ex", REPO, false),
        text("lib/posts.ex", DOMAIN, false),
        text("lib/post.ex", post, true),
    ];
    changes.extend([BEDS, OTHER, START].map(|name| FileChange::Listed { path: path(name) }));
    analyzer.apply(changes);
    (analyzer, disk)
}

fn with_beds(section: &str) -> String {
    let used = "data_layer: AshPostgres.DataLayer, extensions: [AshBeds]";
    POST.replace("data_layer: AshPostgres.DataLayer", used)
        .replace("  relationships do", &format!("  beds do\n{section}\n  end\n\n  relationships do"))
}

fn issues(analyzer: &mut LiveAnalyzer) -> Vec<String> {
    let analysis = analysis(analyzer, "lib/post.ex");
    analysis.resources[0].issues.iter().map(|issue| issue.message.clone()).collect()
}

#[test]
fn pages_of_extensions_in_use_give_words_texts_and_checks() {
    let post = with_beds("    soil :sand\n    row :first, lenght: 2");
    let (mut analyzer, disk) = analyzer(&post);
    let view = analyzer.snapshot();
    assert_eq!(disk.reads(), [BEDS], "only what is used");
    let offset = post.find("soil").unwrap();
    let found = view.documentation(&path("lib/post.ex"), offset).unwrap();
    assert_eq!((found.title.as_str(), found.text.as_str()), ("beds.soil", "What is in it.\n\nType: `:clay | :sand`"));
    let offset = post.find(", lenght").unwrap() + 5;
    let labels: Vec<_> = view.completions(&path("lib/post.ex"), offset).into_iter().map(|it| it.label).collect();
    assert_eq!(labels, ["length"]);
    assert_eq!(issues(&mut analyzer), ["`row` has no option `lenght`; did you mean `length`?"]);
    // Typing reads nothing again.
    analyzer.apply(vec![text("lib/post.ex", &with_beds("    soil :loam\n    old :x"), true)]);
    assert_eq!(
        issues(&mut analyzer),
        ["`soil` of `beds` must be `:clay | :sand`", "`old` of `beds` is deprecated: Deprecated: use `soil`."]
    );
    assert_eq!(disk.reads(), Vec::<String>::new());
}

#[test]
fn a_page_is_read_when_its_extension_comes_into_use() {
    let (mut analyzer, disk) = analyzer(POST);
    analyzer.snapshot();
    assert_eq!(disk.reads(), Vec::<String>::new());
    analyzer.apply(vec![text("lib/post.ex", &with_beds("    soil 1"), true)]);
    assert_eq!(issues(&mut analyzer), ["`soil` of `beds` must be `:clay | :sand`"]);
    assert_eq!(disk.reads(), [BEDS]);
    // After `mix deps.get` it is another one.
    analyzer.apply(vec![FileChange::Listed { path: path(BEDS) }]);
    analyzer.snapshot();
    assert_eq!(disk.reads(), [BEDS]);
    analyzer.apply(vec![FileChange::Remove { path: path("deps") }]);
    assert_eq!(issues(&mut analyzer), Vec::<String>::new());
}

fn implementations(analyzer: &mut LiveAnalyzer, source: &str, at: &str) -> Vec<String> {
    let view = analyzer.snapshot();
    let found = view.implementation(&path("lib/post.ex"), source.find(at).unwrap() + 1);
    let line = |it: &Located| {
        let text = view.text(&it.path).unwrap();
        format!("{} {}", it.path.file_name().unwrap().to_str().unwrap(), it.range.slice(&text).lines().next().unwrap())
    };
    found.iter().map(line).collect()
}

#[test]
fn declarations_lead_to_the_migrations_that_made_them() {
    let (mut analyzer, disk) = analyzer(POST);
    let table = ["20240101000000_start.exs create table(:posts, primary_key: false) do"];
    assert_eq!(implementations(&mut analyzer, POST, "posts\""), table);
    assert_eq!(implementations(&mut analyzer, POST, "Blog.Post do"), table);
    disk.reads();
    assert_eq!(
        implementations(&mut analyzer, POST, ":title"),
        [
            "20240101000000_start.exs add :headline, :text",
            "20240101000000_start.exs rename table(:posts), :headline, to: :title"
        ]
    );
    assert_eq!(implementations(&mut analyzer, POST, ":body"), Vec::<String>::new());
    assert_eq!(implementations(&mut analyzer, POST, "Blog.Repo"), ["repo.ex defmodule Blog.Repo do"]);
    // An edit of the migration counts, though it is not on the disk.
    let edited = MIGRATION.replace("add :headline, :text", "add :headline, :text\n      add :body, :text");
    analyzer.apply(vec![text(START, &edited, true)]);
    assert_eq!(implementations(&mut analyzer, POST, ":body"), ["20240101000000_start.exs add :body, :text"]);
}
