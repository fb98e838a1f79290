//! Reading migrations: control flow, values, reversal, refusals.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::render::sql::{Adapter, SqlError, statements};

fn lines(steps: &[Step], text: &str) -> String {
    let line = |statement: crate::render::sql::Statement| match statement.sql {
        Ok(sql) => format!("{sql}\n"),
        Err(SqlError::Raised { message }) => format!("! {message}\n"),
        Err(SqlError::Unknown { reason }) => format!("? {reason}: {}\n", statement.range.slice(text)),
    };
    statements(steps, Adapter::Postgres).into_iter().map(line).collect()
}

/// Checks both directions of a migration whose module has this body.
#[track_caller]
fn check(body: &str, expected: Expect) {
    let text = format!("defmodule App.Repo.Migrations.M do\n  use Ecto.Migration\n{body}\nend\n");
    let migration = read(&text, &Config::default()).unwrap();
    expected.assert_eq(&format!("-- up\n{}-- down\n{}", lines(&migration.up, &text), lines(&migration.down, &text)));
}

/// Checks lines of `up`.
#[track_caller]
fn check_lines(text: &str, expected: Expect) {
    expected.assert_eq(&lines(&read_snippet(text, &Config::default()), text));
}

#[test]
fn up_and_down() {
    check(
        "@disable_ddl_transaction true\n@moduledoc \"x\"\ndef up, do: drop(table(:a))\n\ndef down do\n  create table(:a)\nend",
        expect![[r#"
            -- up
            DROP TABLE "a"
            -- down
            CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))
        "#]],
    );
}

#[test]
fn module_settings() {
    let text = "defmodule Helper do\nend\ndefmodule A.B do\n  use Ecto.Migration\n  @disable_ddl_transaction true\n  def change, do: :ok\nend";
    let migration = read(text, &Config::default()).unwrap();
    assert_eq!(migration.module, "A.B");
    assert!(migration.disable_ddl_transaction);
    assert!(!migration.disable_migration_lock);
    assert_eq!((migration.up, migration.down), (vec![], vec![]));
}

#[test]
fn change_is_reversed_from_its_end() {
    check(
        r#"def change do
  create table(:posts) do
    add :title, :text
  end
  alter table(:posts) do
    add :a, :text, null: false
    add :f, :binary, default: <<65, 0x42, "c">>
    modify :b, :bigint, null: false, from: {:integer, null: true}
    modify :c, references(:c), from: :bigint
    remove :d, :text, default: "x"
    remove :e_id, references(:e), null: false
  end
  create index(:posts, [:a])
  create_if_not_exists unique_index(:posts, [:b])
  drop index(:posts, [:c])
  drop_if_exists index(:posts, [:d])
  rename table(:posts), to: table(:articles)
  rename table(:articles), :a, to: :z
  rename index(:articles, [:z]), to: "by_z"
  create constraint(:articles, :positive, check: "z > 0")
  execute "UP", "DOWN"
end"#,
        expect![[r#"
            -- up
            CREATE TABLE "posts" ("id" bigserial, "title" text, PRIMARY KEY ("id"))
            ALTER TABLE "posts" ADD COLUMN "a" text NOT NULL, ADD COLUMN "f" bytea DEFAULT 'ABc', ALTER COLUMN "b" TYPE bigint, ALTER COLUMN "b" SET NOT NULL, ALTER COLUMN "c" TYPE bigint, ADD CONSTRAINT "posts_c_fkey" FOREIGN KEY ("c") REFERENCES "c"("id"), DROP COLUMN "d", DROP CONSTRAINT "posts_e_id_fkey", DROP COLUMN "e_id"
            CREATE INDEX "posts_a_index" ON "posts" ("a")
            CREATE UNIQUE INDEX IF NOT EXISTS "posts_b_index" ON "posts" ("b")
            DROP INDEX "posts_c_index"
            DROP INDEX IF EXISTS "posts_d_index"
            ALTER TABLE "posts" RENAME TO "articles"
            ALTER TABLE "articles" RENAME "a" TO "z"
            ALTER INDEX "articles_z_index" RENAME TO "by_z"
            ALTER TABLE "articles" ADD CONSTRAINT "positive" CHECK (z > 0)
            UP
            -- down
            DOWN
            ALTER TABLE "articles" DROP CONSTRAINT "positive"
            ALTER INDEX "by_z" RENAME TO "articles_z_index"
            ALTER TABLE "articles" RENAME "z" TO "a"
            ALTER TABLE "articles" RENAME TO "posts"
            CREATE INDEX IF NOT EXISTS "posts_d_index" ON "posts" ("d")
            CREATE INDEX "posts_c_index" ON "posts" ("c")
            DROP INDEX IF EXISTS "posts_b_index"
            DROP INDEX "posts_a_index"
            ALTER TABLE "posts" ADD COLUMN "e_id" bigint NOT NULL, ADD CONSTRAINT "posts_e_id_fkey" FOREIGN KEY ("e_id") REFERENCES "e"("id"), ADD COLUMN "d" text DEFAULT 'x', DROP CONSTRAINT "posts_c_fkey", ALTER COLUMN "c" TYPE bigint, ALTER COLUMN "b" TYPE integer, ALTER COLUMN "b" DROP NOT NULL, DROP COLUMN "f", DROP COLUMN "a"
            DROP TABLE "posts"
        "#]],
    );
}

#[test]
fn what_cannot_be_reversed() {
    check(
        "def change do\n  create table(:a)\n  drop table(:b)\n  execute \"X\"\n  alter table(:c) do\n    remove :x\n  end\nend",
        expect![[r#"
            -- up
            CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))
            DROP TABLE "b"
            X
            ALTER TABLE "c" DROP COLUMN "x"
            -- down
            ! cannot reverse migration command: alter table c. You will need to explicitly define up/0 and down/0 in your migration
            ! cannot reverse migration command: execute "X". You will need to explicitly define up/0 and down/0 in your migration
            ! cannot reverse migration command: drop table b. You will need to explicitly define up/0 and down/0 in your migration
            DROP TABLE "a"
        "#]],
    );
    check(
        "def change do\n  create table(:a)\n  flush()\nend",
        expect![[r#"
            -- up
            CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))
            -- down
            ! calling flush() inside change when doing rollback is not supported.
            DROP TABLE "a"
        "#]],
    );
    check(
        "def up, do: execute(\"X\")",
        expect![[r#"
            -- up
            X
            -- down
            ! App.Repo.Migrations.M does not implement a `down/0` or `change/0` function
        "#]],
    );
}

#[test]
fn direction_and_callbacks() {
    check(
        r#"def after_begin, do: execute("SET lock_timeout TO '5s'", "SET lock_timeout TO '9s'")
def change do
  if direction() == :up do
    execute "UP", ""
  else
    execute "", "DOWN"
  end
  unless direction() == :up, do: execute("", "LAST"), else: execute("FIRST", "")
  case direction() do
    :up -> execute "U", ""
    _ -> execute "", "D"
  end
end"#,
        expect![[r#"
            -- up
            SET lock_timeout TO '5s'
            UP
            FIRST
            U
            -- down
            SET lock_timeout TO '9s'
            D
            LAST
            DOWN
        "#]],
    );
}

#[test]
fn loops_attributes_and_local_functions() {
    check(
        r##"@tables ~w(a b)a
@more @tables ++ [:c]
def up do
  for table <- @more, table != :b do
    touch(table, "x")
  end
  Enum.each(@tables, fn table -> execute("VACUUM #{table}") end)
  [first: 1, second: 2] |> Enum.each(fn {name, n} -> execute "#{name}#{n + 1}" end)
  Enum.each([:x, :y], &drop(table(&1)))
  Enum.each([index(:i, [:a])], &create/1)
  columns = Enum.map_join(~w(p q), ", ", fn column -> "\"#{column}\"" end)
  execute("SELECT " <> columns <> ~s|"|)
end
defp touch(table, suffix, type \\ :text) do
  name = :"#{table}_#{suffix}"
  alter table(table) do
    add name, type
    timestamps(type: :utc_datetime, inserted_at: :made_at)
  end
end
@tables [:later]
def down, do: Enum.each(@tables, &undo/1)
defp undo(:later), do: execute("later")
defp undo(_other), do: raise(ArgumentError, "never")"##,
        expect![[r#"
            -- up
            ALTER TABLE "a" ADD COLUMN "a_x" text, ADD COLUMN "made_at" timestamp(0) NOT NULL, ADD COLUMN "updated_at" timestamp(0) NOT NULL
            ALTER TABLE "c" ADD COLUMN "c_x" text, ADD COLUMN "made_at" timestamp(0) NOT NULL, ADD COLUMN "updated_at" timestamp(0) NOT NULL
            VACUUM a
            VACUUM b
            first2
            second3
            DROP TABLE "x"
            DROP TABLE "y"
            CREATE INDEX "i_a_index" ON "i" ("a")
            SELECT "p", "q""
            -- down
            later
        "#]],
    );
}

#[test]
fn objects_are_values() {
    check_lines(
        "posts = table(:posts)\ncreate posts do\n  add(:a, :text)\nend\nposts |> drop()\nindex = index(:posts, [:a])\ncreate(index)\n\
         %{name: name} = %{name: \"n\"}\n[head | _] = [name, 1]\nexecute(head)",
        expect![[r#"
              CREATE TABLE "posts" ("id" bigserial, "a" text, PRIMARY KEY ("id"))
              DROP TABLE "posts"
              CREATE INDEX "posts_a_index" ON "posts" ("a")
              n
        "#]],
    );
}

#[test]
fn nested_commands_raise() {
    check_lines(
        "alter table(:a) do\n  add :x, :text\n  rename table(:a), :b, to: :c\nend\nadd :y, :text",
        expect![[r#"
              ! cannot execute nested commands
              ! cannot execute command outside of block
        "#]],
    );
}

#[test]
fn what_is_not_known_is_refused_where_it_stands() {
    check_lines(
        r##"repo().query!("SELECT $1", [1])
[[count]] = repo().query!("SELECT 2").rows
execute(fn -> MyApp.Backfill.run() end)
Vendor.Migration.up(version: 11)
size = System.get_env("SIZE")
alter table(:a) do
  add :b, :text, size: size
end
if MyApp.flag?(), do: drop(table(:b))
create table(:fine)
for x <- unknown(), do: drop(table(x))
prefix = "a"
prefix = MyApp.prefix()
execute "SET search_path TO #{prefix}""##,
        expect![[r#"
            SELECT 2
            ? a query with parameters: repo().query!("SELECT $1", [1])
            ? what the database answers to a query decides what happens: repo().query!("SELECT 2")
            ? a call of MyApp.Backfill.run while the migration runs: MyApp.Backfill.run()
            ? a call of Vendor.Migration.up while the migration runs: Vendor.Migration.up(version: 11)
            ? a call of System.get_env while the migration runs: System.get_env("SIZE")
            ? the value of `size` is not known: size
            ? a call of MyApp.flag? while the migration runs: MyApp.flag?()
            CREATE TABLE "fine" ("id" bigserial, PRIMARY KEY ("id"))
            ? `unknown/0` is not defined in this file: unknown()
            ? a call of MyApp.prefix while the migration runs: MyApp.prefix()
            ? the value of `prefix` is not known: prefix
        "#]],
    );
    check(
        "use MyApp.Migration\ndef change, do: create(table(:a))",
        expect![[r#"
            -- up
            ? `use` of a module other than Ecto.Migration adds code that is not in this file: use MyApp.Migration
            CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))
            -- down
            ? `use` of a module other than Ecto.Migration adds code that is not in this file: use MyApp.Migration
            DROP TABLE "a"
        "#]],
    );
}

#[test]
fn endless_and_huge_evaluations_end() {
    check(
        "def up, do: again(1)\ndefp again(x), do: again(x + 1)\ndef down do\n  Enum.reduce(1..9000, \"x\", fn _, text -> text <> text end)\nend",
        expect![[r#"
            -- up
            ? too much to evaluate: x
            -- down
            ? too much to evaluate: text <> text
        "#]],
    );
}

#[test]
fn deep_nesting_is_refused_without_exhausting_the_stack() {
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(300), close.repeat(300));
    for text in [
        nested("[", "]"),
        nested("{", "}"),
        nested("\"a\" <> ", ""),
        nested("if true do\n", "\nend"),
        nested("for x <- [1] do\n", "\nend"),
        nested("case 1 do\n1 -> ", "\nend"),
        nested("Enum.map([1], fn x -> ", " end)"),
        nested("\"#{", "}\""),
    ] {
        let steps = read_snippet(&text, &Config::default());
        assert!(matches!(steps.as_slice(), [Step { kind: StepKind::Refused(_), .. }]), "{}", &text[..20]);
    }
}

#[test]
fn texts_that_are_no_migration() {
    let reason = |text: &str| read(text, &Config::default()).unwrap_err().reason;
    assert_eq!(reason(""), "no module here says `use Ecto.Migration`");
    assert_eq!(reason("defmodule A do\n  def up, do: 1\nend"), "no module here says `use Ecto.Migration`");
    let text = "defmodule A do\n  use Ecto.Migration\n  def up do\n    create table(:a\n  end\nend";
    let error = read(text, &Config::default()).unwrap_err();
    assert_eq!(error.reason, "this is not well-formed Elixir");
    assert!(error.range.start > 40);
}

#[test]
fn tenants_are_shown_by_a_placeholder() {
    let config = Config { prefix: Some(TENANT_PLACEHOLDER.into()), ..Config::default() };
    let text = "create table(:a, prefix: prefix())";
    assert_eq!(
        lines(&read_snippet(text, &config), text),
        "CREATE TABLE \"<tenant>\".\"a\" (\"id\" bigserial, PRIMARY KEY (\"id\"))\n"
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = read(&text, &Config::default());
        read_snippet(&text, &Config::default());
    }

    #[test]
    fn no_broken_migration_panics(pieces in proptest::collection::vec(prop_oneof![
        Just("create table(:a) do\n"), Just("alter table(:a) do\n"), Just("end\n"), Just("add :b, "), Just("references(:c, "),
        Just("modify :x, "), Just(":text"), Just("from: "), Just("{"), Just("}"), Just("["), Just("]"), Just(", "), Just("\n"),
        Just("drop "), Just("index(:a, "), Just("execute "), Just("\"s\" "), Just("fn x -> "), Just("|> "), Just("Enum.each("),
        Just("&1"), Just("&"), Just(")"), Just("("), Just("1..9 "), Just("if x do\n"), Just("case 1 do\n"), Just("x = "),
        Just("-> "), Just("when "), Just("@a "), Just("raise "), Just("rename "), Just("to: "), Just("table(:b)"), Just("%{"),
        Just("nil"), Just("timestamps "), Just("flush()"), Just("~w(a b)a "), Just("\"#{"), Just("primary_key: true"),
    ], 0..40)) {
        let text: String = pieces.concat();
        read_snippet(&text, &Config::default());
        let module = format!("defmodule M do\nuse Ecto.Migration\n{text}\ndef change do\n{text}\nend\nend");
        let _ = read(&module, &Config::default());
        if let Ok(migration) = read(&module, &Config::default()) {
            for adapter in [Adapter::Postgres, Adapter::Sqlite] {
                statements(&migration.up, adapter);
                statements(&migration.down, adapter);
            }
        }
    }
}
