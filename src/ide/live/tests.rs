//! Projects under edit: what each file shows, and what an edit touches.

mod brought;
mod links;
mod previews;
mod repairs;
mod unlisted;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use expect_test::{Expect, expect};

use super::*;
use crate::ide::analysis::FileAnalysis;
use crate::ide::analyzer::{Cancellation, GenerateRequest, Generated, PreviewFormat, Scope};

pub(super) const MIX: &str = "defmodule Blog.MixProject do\n  use Mix.Project\n  def project, do: [app: :blog]\nend\n";
pub(super) const CONFIG: &str = "import Config\nconfig :blog, ash_domains: [Blog.Posts], ecto_repos: [Blog.Repo]\n";
pub(super) const REPO: &str = "defmodule Blog.Repo do\n  use AshPostgres.Repo, otp_app: :blog\nend\n";
pub(super) const DOMAIN: &str = "defmodule Blog.Posts do
  use Ash.Domain
  resources do
    resource Blog.Post
    resource Blog.Author
  end
end
";
pub(super) const AUTHOR: &str = "defmodule Blog.Author do
  use Ash.Resource, domain: Blog.Posts, data_layer: AshPostgres.DataLayer
  postgres do
    table \"authors\"
    repo Blog.Repo
  end
  attributes do
    uuid_primary_key :id
  end
end
";
pub(super) const POST: &str = "defmodule Blog.Post do
  use Ash.Resource, domain: Blog.Posts, data_layer: AshPostgres.DataLayer

  postgres do
    table \"posts\"
    repo Blog.Repo
  end

  attributes do
    uuid_primary_key :id
    attribute :title, :string, allow_nil?: false
    attribute :body, :string
  end

  relationships do
    belongs_to :author, Blog.Author
  end
end
";

pub(super) fn path(relative: &str) -> PathBuf {
    Path::new("/blog").join(relative)
}

pub(super) fn text(relative: &str, text: &str, open: bool) -> FileChange {
    FileChange::Text { path: path(relative), text: text.into(), open }
}

/// A project whose snapshots say what its sources say.
fn in_sync() -> LiveAnalyzer {
    let mut analyzer = LiveAnalyzer::default();
    analyzer.apply(vec![
        text("mix.exs", MIX, false),
        text("config/config.exs", CONFIG, false),
        text("lib/repo.ex", REPO, false),
        text("lib/posts.ex", DOMAIN, false),
        text("lib/post.ex", POST, false),
        text("lib/author.ex", AUTHOR, false),
    ]);
    let Generated::Files(files) = generate(&mut analyzer, &[]) else { panic!("files") };
    analyzer.apply(files.write.iter().map(|(path, contents)| text(path, contents, false)).collect());
    analyzer
}

fn generate(analyzer: &mut LiveAnalyzer, answers: &[(&str, &str)]) -> Generated {
    let request = GenerateRequest {
        scope: Scope::Project(path("lib/post.ex")),
        name: Some("change".into()),
        dev: false,
        answers: answers.iter().map(|(id, answer)| (id.to_string(), answer.to_string())).collect(),
        timestamp: "20240101000000".into(),
    };
    analyzer.snapshot().generate(&request, &Cancellation::never()).unwrap()
}

pub(super) fn analysis(analyzer: &mut LiveAnalyzer, relative: &str) -> Arc<FileAnalysis> {
    analyzer.snapshot().file(&path(relative), &Cancellation::never()).unwrap()
}

/// Draws everything that is shown in a file, each with the first line of the text it stands at.
fn check(analyzer: &mut LiveAnalyzer, relative: &str, expected: Expect) {
    let view = analyzer.snapshot();
    let source = view.text(&path(relative)).unwrap_or_default();
    let analysis = view.file(&path(relative), &Cancellation::never()).unwrap();
    let at = |range: crate::text::Range| range.slice(&source).lines().next().unwrap_or_default().trim().to_owned();
    let mut lines = Vec::new();
    for resource in &analysis.resources {
        lines.push(format!("{} {}", resource.module, resource.table.as_deref().unwrap_or("?")));
        for change in &resource.changes {
            lines.push(format!("  {} @ {} => {}", change.title, at(change.range), change.sql.join("; ")));
        }
        for question in &resource.questions {
            let answers: Vec<_> = question.answers.iter().map(|answer| answer.title.as_str()).collect();
            lines.push(format!("  {} @ {} [{}]", question.text, at(question.range), answers.join(" | ")));
        }
        for unresolved in &resource.unresolved {
            lines.push(format!("  {} @ {}: {}", unresolved.what, at(unresolved.range), unresolved.reason));
        }
        for issue in &resource.issues {
            lines.push(format!("  {} @ {}: {}", issue.code, at(issue.range), issue.message));
        }
    }
    lines.extend(analysis.issues.iter().map(|issue| format!("{}: {}", issue.code, issue.message)));
    if lines.is_empty() {
        lines.push("(nothing)".to_owned());
    }
    expected.assert_eq(&(lines.join("\n") + "\n"));
}

#[test]
fn a_project_in_sync_has_nothing_pending() {
    let mut analyzer = in_sync();
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
        Blog.Post posts
    "#]],
    );
    assert_eq!(generate(&mut analyzer, &[]), Generated::Nothing);
}

#[test]
fn an_edit_shows_its_change_on_its_line() {
    let mut analyzer = in_sync();
    let edited = POST
        .replace(
            "    attribute :body, :string\n",
            "    attribute :body, :string\n    attribute :views, :integer, default: 0\n",
        )
        .replace("belongs_to :author, Blog.Author", "belongs_to :author, Blog.Author, allow_nil?: false");
    analyzer.apply(vec![text("lib/post.ex", &edited, true)]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
        Blog.Post posts
          add column views bigint to posts @ attribute :views, :integer, default: 0 => ALTER TABLE "posts" ADD COLUMN "views" bigint DEFAULT 0
          change column author_id of posts: not null @ belongs_to :author, Blog.Author, allow_nil?: false => ALTER TABLE "posts" ALTER COLUMN "author_id" TYPE uuid, ALTER COLUMN "author_id" SET NOT NULL
    "#]],
    );
}

#[test]
fn a_removal_is_shown_on_its_section_and_may_be_a_rename() {
    let mut analyzer = in_sync();
    let edited = POST.replace("attribute :body, :string", "attribute :content, :string");
    analyzer.apply(vec![text("lib/post.ex", &edited, true)]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
        Blog.Post posts
          add column content text to posts @ attribute :content, :string => ALTER TABLE "posts" ADD COLUMN "content" text
          drop column body of posts @ attributes do => ALTER TABLE "posts" DROP COLUMN "body"
          Are you renaming posts.body to posts.content? @ attribute :content, :string [rename column body of posts to content | drop body and add content]
    "#]],
    );
    let question = "Are you renaming posts.body to posts.content?";
    assert!(matches!(generate(&mut analyzer, &[]), Generated::Questions(_)));
    let Generated::Files(files) = generate(&mut analyzer, &[(question, "content")]) else { panic!("files") };
    assert!(files.write[0].1.contains("table(:posts), :body, to: :content"), "{}", files.write[0].1);
}

#[test]
fn mistakes_and_unknown_facts_are_shown() {
    let mut analyzer = in_sync();
    let edited = POST.replace("attribute :body, :string", "attribute :body, Blog.Markdown, alow_nil?: false");
    analyzer.apply(vec![text("lib/post.ex", &edited, true)]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
        Blog.Post posts
          the type of body @ attribute :body, Blog.Markdown, alow_nil?: false: the type Blog.Markdown is not part of the project; taken to be as the newest snapshot has it
          unknown-option @ alow_nil?:: `attribute` has no option `alow_nil?`; did you mean `allow_nil?`?
    "#]],
    );
}

#[test]
fn other_files_keep_their_results() {
    let mut analyzer = in_sync();
    let before = (analysis(&mut analyzer, "lib/author.ex"), analysis(&mut analyzer, "lib/posts.ex"));
    let edited = POST.replace("attribute :body, :string", "attribute :body, :string, allow_nil?: false");
    analyzer.apply(vec![text("lib/post.ex", &edited, true)]);
    assert!(Arc::ptr_eq(&before.0, &analysis(&mut analyzer, "lib/author.ex")));
    assert!(Arc::ptr_eq(&before.1, &analysis(&mut analyzer, "lib/posts.ex")));
    assert_eq!(analysis(&mut analyzer, "lib/post.ex").resources[0].changes.len(), 1);
}

#[test]
fn a_change_of_a_table_reaches_the_tables_that_refer_to_it() {
    let mut analyzer = in_sync();
    let edited = AUTHOR.replace("table \"authors\"", "table \"authors\"\n    schema \"people\"");
    analyzer.apply(vec![text("lib/author.ex", &edited, true)]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
            Blog.Post posts
              drop foreign key posts_author_id_fkey of posts @ belongs_to :author, Blog.Author => ALTER TABLE "posts" DROP CONSTRAINT "posts_author_id_fkey"
              change column author_id of posts: foreign key to authors @ belongs_to :author, Blog.Author => ALTER TABLE "posts" ALTER COLUMN "author_id" TYPE uuid, ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "people"."authors"("id")
        "#]],
    );
}

#[test]
fn a_broken_snapshot_is_said_and_the_rest_goes_on() {
    let mut analyzer = in_sync();
    let broken = text("priv/resource_snapshots/repo/posts/20250101000000.json", "{\n  \"table\": ", false);
    analyzer.apply(vec![broken]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
        Blog.Post posts
          unreadable-snapshot @ defmodule Blog.Post: priv/resource_snapshots/repo/posts/20250101000000.json:2: the JSON ends too early; restore the file from version control, or delete it to compare with the snapshot before it
    "#]],
    );
    check(
        &mut analyzer,
        "lib/author.ex",
        expect![[r#"
        Blog.Author authors
    "#]],
    );
}

#[test]
fn a_file_that_is_opened_before_its_project_is_read_finds_home() {
    let mut analyzer = LiveAnalyzer::default();
    analyzer.apply(vec![text("lib/post.ex", POST, true)]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
            (nothing)
        "#]],
    );
    analyzer.apply(vec![
        text("mix.exs", MIX, false),
        text("config/config.exs", CONFIG, false),
        text("lib/repo.ex", REPO, false),
        text("lib/posts.ex", DOMAIN, false),
        text("lib/author.ex", AUTHOR, false),
    ]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
            Blog.Post posts
              create table posts @ table "posts" => CREATE TABLE "posts" ("id" uuid DEFAULT gen_random_uuid() NOT NULL, "title" text NOT NULL, "body" text, "author_id" uuid, CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "public"."authors"("id"), PRIMARY KEY ("id"))
              add column id uuid to posts @ uuid_primary_key :id => CREATE TABLE "posts" (… "id" uuid DEFAULT gen_random_uuid() NOT NULL …)
              add column title text to posts @ attribute :title, :string, allow_nil?: false => CREATE TABLE "posts" (… "title" text NOT NULL …)
              add column body text to posts @ attribute :body, :string => CREATE TABLE "posts" (… "body" text …)
              add column author_id uuid to posts @ belongs_to :author, Blog.Author => CREATE TABLE "posts" (… "author_id" uuid …)
        "#]],
    );
}

#[test]
fn files_come_and_go() {
    let mut analyzer = in_sync();
    analyzer.apply(vec![FileChange::Unreadable { path: path("lib/post.ex"), reason: "is not UTF-8".into() }]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
        unreadable-file: this file is not UTF-8
    "#]],
    );
    analyzer.apply(vec![text("lib/post.ex", POST, false)]);
    check(
        &mut analyzer,
        "lib/post.ex",
        expect![[r#"
        Blog.Post posts
    "#]],
    );
    analyzer.apply(vec![FileChange::Remove { path: path("lib") }]);
    assert!(analyzer.snapshot().text(&path("lib/post.ex")).is_none());
}

#[test]
fn a_resource_alone_installs_no_extension_again() {
    let mut analyzer = in_sync();
    let repo = REPO.replace("\nend", "\n  def installed_extensions, do: [\"citext\"]\nend");
    let edited = POST.replace("attribute :body, :string", "attribute :body, :string\n    attribute :views, :integer");
    analyzer.apply(vec![
        text("lib/repo.ex", &repo, false),
        text("priv/resource_snapshots/repo/extensions.json", r#"{"installed": ["citext"]}"#, false),
        text("lib/post.ex", &edited, true),
    ]);
    let request = GenerateRequest {
        scope: Scope::Resource { path: path("lib/post.ex"), module: "Blog.Post".into() },
        name: Some("views".into()),
        dev: false,
        answers: Vec::new(),
        timestamp: "20240101000000".into(),
    };
    let view = analyzer.snapshot();
    let Generated::Files(files) = view.generate(&request, &Cancellation::never()).unwrap() else { panic!("files") };
    let written: Vec<_> = files.write.iter().map(|(path, _)| path.as_str()).collect();
    assert!(matches!(&written[..], [migration, _] if migration.ends_with("_views.exs")), "{written:?}");
}

#[test]
fn the_hover_says_what_a_rollback_does_not_restore() {
    let mut analyzer = in_sync();
    let edited = POST.replace("    attribute :title, :string, allow_nil?: false\n", "").replace(
        "    belongs_to :author, Blog.Author\n",
        "    belongs_to :author, Blog.Author, attribute_type: :string\n",
    );
    analyzer.apply(vec![text("lib/post.ex", &edited, true)]);
    let analysis = analysis(&mut analyzer, "lib/post.ex");
    let check = |place: &str, statement: &str, said: &str| {
        let hover = crate::ide::hover::hover(&analysis, None, edited.find(place).unwrap()).expect("a hover");
        let statement = hover.markdown.find(statement).unwrap_or_else(|| panic!("{}", hover.markdown));
        assert!(hover.markdown[statement..].contains(said), "{}", hover.markdown);
    };
    let said = "⚠ Rolling back fails if posts has rows: posts.title refuses null and has no default";
    check("attributes do", "DROP COLUMN \"title\"", said);
    let said = "⚠ Rolling back fails: posts.author_id cannot be cast from text to uuid automatically";
    check("belongs_to :author", "ALTER COLUMN \"author_id\" TYPE text", said);
}
