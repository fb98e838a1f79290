//! What a fragment or wrapper makes pending in the tables of others is shown where it is declared.

use super::*;
use crate::ide::code_lens::{self, code_lenses};
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

/// A wrapper of a wrapper, each with quotes under conditions.
const BASE: &str = "defmodule Blog.Base do
  defmacro __using__(opts) do
    table = opts[:table]

    quote do
      use Ash.Resource, domain: Blog.Posts, data_layer: AshPostgres.DataLayer

      postgres do
        table unquote(table)
        repo Blog.Repo

        custom_indexes do
          index [:inserted_at], where: \"inserted_at IS NOT NULL\"
        end

        check_constraints do
          check_constraint :id, \"named\", check: \"id IS NOT NULL\"
        end
      end

      attributes do
        uuid_primary_key :id
        timestamps()
      end
    end
  end
end
";
const NESTED: &str = "defmodule Blog.Resource do
  defmacro __using__(opts) do
    kind = if opts[:slug] do
      quote do
        attributes do
          attribute :kind, :string, allow_nil?: false
        end

        identities do
          identity :unique_kind, [:kind]
        end
      end
    else
      quote do
        attributes do
          attribute :kind, :integer
        end
      end
    end

    quote do
      use Blog.Base, unquote(opts)
      unquote(kind)
      require Blog.Stamps

      attributes do
        Blog.Stamps.stamp(:seen)
      end
    end
  end
end
";
const STAMPS: &str = "defmodule Blog.Stamps do
  defmacro stamp(name) do
    quote do
      attribute unquote(name), :utc_datetime
    end
  end
end
";

fn nested() -> LiveAnalyzer {
    let mut analyzer = in_sync();
    let user = |name: &str, options: &str| format!("defmodule Blog.{name} do\n  use Blog.Resource, {options}\nend\n");
    analyzer.apply(vec![
        text("lib/base.ex", BASE, true),
        text("lib/resource.ex", NESTED, true),
        text("lib/stamps.ex", STAMPS, true),
        text("lib/post.ex", &user("Post", "table: \"posts\", slug: true"), false),
        text("lib/author.ex", &user("Author", "table: \"authors\""), true),
    ]);
    analyzer
}

/// The hints of a file with the lines they stand at, and its lenses.
fn hints(analyzer: &mut LiveAnalyzer, relative: &str, expected: Expect) {
    let view = analyzer.snapshot();
    let source = view.text(&path(relative)).unwrap();
    let analysis = view.file(&path(relative), &Cancellation::never()).unwrap();
    let config = Config { locks: false, removals: true };
    let line = |offset: usize| source[..offset].lines().last().unwrap_or_default().trim().to_owned();
    let hints = inlay_hints(&analysis, &source, Range::new(0, source.len()), config).into_iter();
    let mut drawn: Vec<String> = hints.map(|hint| format!("{}  {}", line(hint.offset), hint.label)).collect();
    let lenses = code_lenses(&analysis, code_lens::Config { preview: false, generate: false }).into_iter();
    drawn.extend(lenses.map(|lens| format!("{} | {}", lens.range.slice(&source), lens.title)));
    expected.assert_eq(&(drawn.join("\n") + "\n"));
}

#[test]
fn of_wrappers_of_wrappers_and_macros() {
    let mut analyzer = nested();
    hints(
        &mut analyzer,
        "lib/base.ex",
        expect![[r#"
        index [:inserted_at], where: "inserted_at IS NOT NULL"  ▲ CREATE INDEX "authors_inserted_at_index" ON "authors" ("inserted_at") WH… (+1)
        check_constraint :id, "named", check: "id IS NOT NULL"  ▲ ALTER TABLE "authors" ADD CONSTRAINT "named" CHECK ( id IS NOT NULL ) (+1)
        timestamps()  ▲ ALTER TABLE "authors" ADD COLUMN "inserted_at" timestamp DEFAULT (now()… (+3)
        Blog.Base | 8 pending changes in 2 tables
    "#]],
    );
    hints(
        &mut analyzer,
        "lib/resource.ex",
        expect![[r#"
        attribute :kind, :string, allow_nil?: false  ▲ ALTER TABLE "posts" ADD COLUMN "kind" text NOT NULL
        identity :unique_kind, [:kind]  ▲ CREATE UNIQUE INDEX "posts_unique_kind_index" ON "posts" ("kind")
        attribute :kind, :integer  ▲ ALTER TABLE "authors" ADD COLUMN "kind" bigint
        Blog.Resource | 3 pending changes in 2 tables
    "#]],
    );
    hints(
        &mut analyzer,
        "lib/stamps.ex",
        expect![[r#"
        attribute unquote(name), :utc_datetime  ▲ ALTER TABLE "authors" ADD COLUMN "seen" timestamp(0) (+1)
        Blog.Stamps | 2 pending changes in 2 tables
    "#]],
    );
    // A line more in front: the places follow.
    analyzer.apply(vec![text("lib/base.ex", &format!("# All of them.\n{BASE}"), true)]);
    hints(
        &mut analyzer,
        "lib/base.ex",
        expect![[r#"
        index [:inserted_at], where: "inserted_at IS NOT NULL"  ▲ CREATE INDEX "authors_inserted_at_index" ON "authors" ("inserted_at") WH… (+1)
        check_constraint :id, "named", check: "id IS NOT NULL"  ▲ ALTER TABLE "authors" ADD CONSTRAINT "named" CHECK ( id IS NOT NULL ) (+1)
        timestamps()  ▲ ALTER TABLE "authors" ADD COLUMN "inserted_at" timestamp DEFAULT (now()… (+3)
        Blog.Base | 8 pending changes in 2 tables
    "#]],
    );
}

#[test]
fn the_declaration_in_a_wrapper_is_found() {
    let mut analyzer = nested();
    let post = "defmodule Blog.Post do\n  use Blog.Resource, table: \"posts\"\n  identities do\n    identity :one, [:kind, :inserted_at]\n  end\nend\n";
    analyzer.apply(vec![text("lib/post.ex", post, true)]);
    let view = analyzer.snapshot();
    let mut drawn = String::new();
    for name in ["kind,", "inserted_at]"] {
        let offset = post.find(name).unwrap();
        for target in view.definition(&path("lib/post.ex"), offset) {
            let source = view.text(&target.path).unwrap();
            let line = target.range.slice(&source).lines().next().unwrap_or_default();
            drawn.push_str(&format!("{name} {}: {line}\n", target.path.display()));
        }
    }
    expect![[r#"
        kind, /blog/lib/resource.ex: attribute :kind, :integer
        inserted_at] /blog/lib/base.ex: timestamps()
    "#]]
    .assert_eq(&drawn);
    // Others use the wrapper, too.
    let renamed =
        view.rename(&path("lib/post.ex"), post.find("kind,").unwrap(), "sort", &Cancellation::never()).unwrap();
    assert!(matches!(renamed, crate::ide::analyzer::Renamed::Refused(_)), "{renamed:?}");
}
