//! What a fragment or wrapper makes pending in the tables of others is shown where it is declared.

use super::*;
use crate::ide::hover::hover;
use crate::ide::inlay_hints::{Config, inlay_hints};
use crate::text::Range;

const FRAGMENT: &str = "defmodule Blog.Owned do
  use Spark.Dsl.Fragment, of: Ash.Resource
  attributes do
    attribute :owner, :string
  end
end
";
const WRAPPER: &str = "defmodule Blog.Resource do
  defmacro __using__(opts) do
    quote do
      use Ash.Resource, [domain: Blog.Posts, data_layer: AshPostgres.DataLayer] ++ unquote(opts)

      attributes do
        uuid_primary_key :id
        attribute :stamp, :utc_datetime
      end

      relationships do
        belongs_to :parent, Blog.Author
      end
    end
  end
end
";

/// Posts and authors that take a part of their declarations from `relative`.
fn shared(relative: &str, part: &str, used: impl Fn(&str) -> String) -> LiveAnalyzer {
    let mut analyzer = in_sync();
    analyzer.apply(vec![
        text(relative, part, true),
        text("lib/post.ex", &used(POST), false),
        text("lib/author.ex", &used(AUTHOR), false),
    ]);
    analyzer
}

/// The hints of a file, each with the first line of its place, and the hover at the first of them.
fn check(analyzer: &mut LiveAnalyzer, relative: &str, expected: Expect) {
    let view = analyzer.snapshot();
    let source = view.text(&path(relative)).unwrap();
    let analysis = view.file(&path(relative), &Cancellation::never()).unwrap();
    let config = Config { locks: true, removals: true };
    let hints = inlay_hints(&analysis, &source, Range::new(0, source.len()), config);
    let line = |offset: usize| source[..offset].lines().last().unwrap_or_default().trim().to_owned();
    let mut drawn: Vec<String> = hints.iter().map(|hint| format!("{}  {}", line(hint.offset), hint.label)).collect();
    drawn.extend(hints.first().and_then(|hint| hover(&analysis, None, hint.offset)).map(|hover| hover.markdown));
    if drawn.is_empty() {
        drawn.push("(nothing)".to_owned());
    }
    expected.assert_eq(&(drawn.join("\n") + "\n"));
}

#[test]
fn of_a_fragment() {
    let used = |text: &str| text.replace("AshPostgres.DataLayer\n", "AshPostgres.DataLayer, fragments: [Blog.Owned]\n");
    let mut analyzer = shared("lib/owned.ex", FRAGMENT, used);
    check(
        &mut analyzer,
        "lib/owned.ex",
        expect![[r#"
        attribute :owner, :string  ▲ ALTER TABLE "authors" ADD COLUMN "owner" text (+1) · ACCESS EXCLUSIVE
        add column owner text to authors

        ```sql
        ALTER TABLE "authors" ADD COLUMN "owner" text;
        ```

        Takes ACCESS EXCLUSIVE: reads and writes wait, for a moment once it is its turn.

        add column owner text to posts

        ```sql
        ALTER TABLE "posts" ADD COLUMN "owner" text;
        ```

        Takes ACCESS EXCLUSIVE: reads and writes wait, for a moment once it is its turn.
    "#]],
    );
    // The declaration goes, and so do the hints; another one comes in its place.
    let other = FRAGMENT.replace(":owner, :string", ":owned_by, :integer");
    analyzer.apply(vec![text("lib/owned.ex", &other, true)]);
    check(
        &mut analyzer,
        "lib/owned.ex",
        expect![[r#"
        attribute :owned_by, :integer  ▲ ALTER TABLE "authors" ADD COLUMN "owned_by" bigint (+1) · ACCESS EXCLUSIVE
        add column owned_by bigint to authors

        ```sql
        ALTER TABLE "authors" ADD COLUMN "owned_by" bigint;
        ```

        Takes ACCESS EXCLUSIVE: reads and writes wait, for a moment once it is its turn.

        add column owned_by bigint to posts

        ```sql
        ALTER TABLE "posts" ADD COLUMN "owned_by" bigint;
        ```

        Takes ACCESS EXCLUSIVE: reads and writes wait, for a moment once it is its turn.
    "#]],
    );
    analyzer.apply(vec![text("lib/author.ex", AUTHOR, false), text("lib/post.ex", POST, false)]);
    check(&mut analyzer, "lib/owned.ex", expect![["(nothing)\n"]]);
}

#[test]
fn of_a_wrapper() {
    let used = |text: &str| {
        text.replace("use Ash.Resource, domain: Blog.Posts, data_layer: AshPostgres.DataLayer", "use Blog.Resource")
            .replace("    uuid_primary_key :id\n", "")
    };
    let mut analyzer = shared("lib/resource.ex", WRAPPER, used);
    check(
        &mut analyzer,
        "lib/resource.ex",
        expect![[r#"
            attribute :stamp, :utc_datetime  ▲ ALTER TABLE "authors" ADD COLUMN "stamp" timestamp(0) (+1) · ACCESS EXCLUSIVE
            belongs_to :parent, Blog.Author  ▲ ALTER TABLE "authors" ADD COLUMN "parent_id" uuid (+3) · ACCESS EXCLUSIVE
            add column stamp utc_datetime to authors

            ```sql
            ALTER TABLE "authors" ADD COLUMN "stamp" timestamp(0);
            ```

            Takes ACCESS EXCLUSIVE: reads and writes wait, for a moment once it is its turn.

            add column stamp utc_datetime to posts

            ```sql
            ALTER TABLE "posts" ADD COLUMN "stamp" timestamp(0);
            ```

            Takes ACCESS EXCLUSIVE: reads and writes wait, for a moment once it is its turn.
        "#]],
    );
    analyzer.apply(vec![text("lib/post.ex", POST, false), text("lib/author.ex", AUTHOR, false)]);
    check(&mut analyzer, "lib/resource.ex", expect![["(nothing)\n"]]);
}
