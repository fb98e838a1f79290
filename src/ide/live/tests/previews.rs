//! Previews: each statement, and each clause of a combined one, leads to its declaration.

use super::*;

#[test]
fn the_preview_names_the_cause_of_each_statement() {
    let mut analyzer = in_sync();
    let edited = POST.replace("attribute :body, :string", "attribute :body, :string\n    attribute :views, :integer");
    analyzer.apply(vec![text("lib/post.ex", &edited, true)]);
    let scope = Scope::Resource { path: path("lib/post.ex"), module: "Blog.Post".into() };
    let view = analyzer.snapshot();
    let preview = view.preview(&scope, PreviewFormat::Sql, &Cancellation::never()).unwrap();
    expect![[r#"
        -- Blog.Repo

        -- lib/post.ex:13
        ALTER TABLE "posts" ADD COLUMN "views" bigint;

    "#]]
    .assert_eq(&preview.text);
    let [cause] = &preview.causes[..] else { panic!("one cause") };
    assert_eq!((cause.part.start, cause.part.end), (14, preview.text.len() - 1));
    assert_eq!(cause.declaration.slice(&edited), "attribute :views, :integer");
}

fn causes(edited: &str, format: PreviewFormat) -> Vec<(String, String)> {
    let mut analyzer = in_sync();
    analyzer.apply(vec![text("lib/post.ex", edited, true)]);
    let scope = Scope::Resource { path: path("lib/post.ex"), module: "Blog.Post".into() };
    let preview = analyzer.snapshot().preview(&scope, format, &Cancellation::never()).unwrap();
    let cause = |cause: &crate::ide::analyzer::PreviewCause| {
        (cause.declaration.slice(edited).to_owned(), cause.part.slice(&preview.text).to_owned())
    };
    preview.causes.iter().map(cause).collect()
}

#[test]
fn each_clause_of_a_combined_statement_has_its_own_cause() {
    let edited = POST.replace("allow_nil?: false\n    attribute :body, :string\n", "allow_nil?: true\n    attribute :body, :ci_string\n    attribute :views, :integer\n    attribute :tags, {:array, :string}, default: []\n");
    let drawn = |format| {
        let lines = causes(&edited, format).into_iter().map(|(declaration, part)| format!("{declaration} => {part}\n"));
        lines.collect::<String>()
    };
    expect![[r#"
        attribute :views, :integer => ADD COLUMN "views" bigint
        attribute :tags, {:array, :string}, default: [] => ADD COLUMN "tags" text[] DEFAULT ARRAY[]::text[]
        allow_nil?: true => ALTER COLUMN "title" TYPE text, ALTER COLUMN "title" DROP NOT NULL
        attribute :body, :ci_string => ALTER COLUMN "body" TYPE citext
    "#]]
    .assert_eq(&drawn(PreviewFormat::Sql));
    expect![[r#"
        attribute :views, :integer => add :views, :bigint
        attribute :tags, {:array, :string}, default: [] => add :tags, {:array, :text}, default: []
        allow_nil?: true => modify :title, :text, null: true
        attribute :body, :ci_string => modify :body, :citext
    "#]]
    .assert_eq(&drawn(PreviewFormat::Ecto));
}
