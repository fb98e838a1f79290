//! A small resource with every kind of finding, for the tests of the features.

use std::path::PathBuf;

use super::analysis::*;
use crate::text::Range;

const TEXT: &str = r#"defmodule Blog.Post do
  use Ash.Resource, data_layer: AshPostgres.DataLayer

  postgres do
    table "posts"
  end

  attributes do
    uuid_primary_key :id

    attribute :title, :string do
      allow_nil? false
    end

    attribute :price, Money
    attribute :kind, :atom, nope: 1
  end
end
"#;

/// The range of the first `part` in `text`.
pub fn at(text: &str, part: &str) -> Range {
    let start = text.find(part).expect("the fixture has this part");
    Range::new(start, start + part.len())
}

/// The text of a resource and what is known about it.
pub fn post() -> (&'static str, FileAnalysis) {
    let title = at(TEXT, "attribute :title, :string do\n      allow_nil? false\n    end");
    let remove = PendingChange {
        range: at(TEXT, "attributes do"),
        code: "remove-column".into(),
        title: "remove column body from posts".into(),
        sql: vec!["ALTER TABLE \"posts\" DROP COLUMN \"body\"".into()],
        ecto: "alter table(:posts) do\n  remove :body\nend".into(),
        lock: Some("ACCESS EXCLUSIVE".into()),
        effect: Effect::Destructive("every value in posts.body is lost".into()),
        findings: Vec::new(),
        related: Vec::new(),
        doubts: Vec::new(),
        settled: None,
    };
    let add = PendingChange {
        range: title,
        code: "add-column".into(),
        title: "add column title to posts".into(),
        sql: vec!["ALTER TABLE \"posts\" ADD COLUMN \"title\" text NOT NULL".into()],
        ecto: "alter table(:posts) do\n  add :title, :text, null: false\nend".into(),
        lock: Some("ACCESS EXCLUSIVE".into()),
        effect: Effect::Safe,
        findings: vec![Issue {
            range: at(TEXT, "allow_nil? false"),
            code: "not-null-without-default".into(),
            severity: Severity::Warning,
            message: "fails when posts has rows".into(),
            ..Issue::default()
        }],
        related: Vec::new(),
        doubts: Vec::new(),
        settled: None,
    };
    let option = at(TEXT, "nope: 1");
    let path = PathBuf::from("/blog/lib/post.ex");
    let fix = FixEdit { path, range: at(TEXT, ", nope: 1"), text: String::new() };
    let resource = ResourceView {
        range: Range::new(0, TEXT.len() - 1),
        name_range: at(TEXT, "Blog.Post"),
        module: "Blog.Post".into(),
        table: Some("posts".into()),
        columns: vec![
            ColumnView {
                range: at(TEXT, "uuid_primary_key :id"),
                name_range: at(TEXT, ":id"),
                column: "id".into(),
                is_object: false,
                current: Some("id uuid NOT NULL DEFAULT gen_random_uuid()".into()),
            },
            ColumnView {
                range: title,
                name_range: at(TEXT, ":title"),
                column: "title".into(),
                is_object: false,
                current: None,
            },
        ],
        changes: vec![remove, add],
        questions: vec![QuestionView {
            id: "rename posts.body".into(),
            range: title,
            text: "Are you renaming posts.body to posts.title?".into(),
            answers: vec![
                AnswerView { id: "title".into(), title: "rename column body to title".into(), rename: true },
                AnswerView { id: "no".into(), title: "remove body and add title".into(), rename: false },
            ],
            fixes: Vec::new(),
        }],
        unresolved: vec![Unresolved {
            range: at(TEXT, "attribute :price, Money"),
            what: "the type of price".into(),
            reason: "Money is not in this project".into(),
            fixes: Vec::new(),
        }],
        issues: vec![Issue {
            range: option,
            code: "unknown-option".into(),
            message: "attribute has no option nope".into(),
            fixes: vec![Fix { title: "Remove nope".into(), edits: vec![fix], preferred: true }],
            ..Issue::default()
        }],
    };
    (TEXT, FileAnalysis { resources: vec![resource], ..FileAnalysis::default() })
}
