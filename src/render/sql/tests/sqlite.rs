//! SQLite.

use expect_test::{Expect, expect};

use super::Adapter;

#[track_caller]
fn check(ecto: &str, expected: Expect) {
    super::check(Adapter::Sqlite, ecto, expected);
}

#[test]
fn tables() {
    check(
        r#"create table(:jars, options: "STRICT")
create_if_not_exists table(:jars, primary_key: false) do
  add :id, :uuid, primary_key: true, null: false
  add :shelf_id, references(:shelves, type: :uuid, on_delete: :nilify_all, on_update: :update_all)
end
create table(:pairs, primary_key: false) do
  add :a, :serial, primary_key: true
  add :b, :text, primary_key: true
  add :c_id, references(:c, with: [org: :org_id], on_delete: :delete_all)
end
drop table(:jars), mode: :cascade
drop_if_exists table(:jars)
rename table(:jars), to: table(:pots)
rename table(:jars), :label, to: :name"#,
        expect![[r#"
            CREATE TABLE "jars" ("id" INTEGER PRIMARY KEY AUTOINCREMENT) STRICT
            CREATE TABLE IF NOT EXISTS "jars" ("id" TEXT NOT NULL PRIMARY KEY, "shelf_id" TEXT CONSTRAINT "jars_shelf_id_fkey" REFERENCES "shelves"("id") ON DELETE SET NULL ON UPDATE CASCADE)
            CREATE TABLE "pairs" ("a" INTEGER, "b" TEXT, "c_id" INTEGER, PRIMARY KEY ("a","b"), FOREIGN KEY ("c_id","org") REFERENCES "c"("id","org_id") ON DELETE CASCADE)
            DROP TABLE "jars"
            DROP TABLE IF EXISTS "jars"
            ALTER TABLE "jars" RENAME TO "pots"
            ALTER TABLE "jars" RENAME COLUMN "label" TO "name"
        "#]],
    );
    check(
        "create table(:a, prefix: \"s\")\ncreate table(:a, options: [x: 1])\ndrop table(:a, options: [x: 1])",
        expect![[r#"
            ! SQLite3 does not support table prefixes
            ! SQLite3 adapter does not support keyword lists in :options
            ! SQLite3 adapter does not support keyword lists in :options
        "#]],
    );
}

#[test]
fn columns() {
    check(
        r#"alter table(:t) do
  add :a, :string, default: "it's \\ this", null: false
  add :b, :decimal, precision: 10, scale: 2
  add :c, {:array, :text}, default: ["x"]
  add :d, :map, default: %{a: 1}
  add :e, :utc_datetime, null: false
  add :f, :utc_datetime_usec, null: false
  add :g, :boolean, default: true
  add :h, :float, default: 0.5
  add :i, :binary, collate: :nocase
  add :j, :json_thing, check: %{name: "j_ok", expr: "j > 0"}
  add :k, :text, default: fragment("(lower('X'))")
  add :l_id, references(:l), null: true
  remove :m
  remove :n, :text
end"#,
        expect![[r#"
            ALTER TABLE "t" ADD COLUMN "a" TEXT DEFAULT 'it''s \\ this' NOT NULL
            ALTER TABLE "t" ADD COLUMN "b" DECIMAL(10,2)
            ALTER TABLE "t" ADD COLUMN "c" TEXT DEFAULT ('["x"]')
            ALTER TABLE "t" ADD COLUMN "d" TEXT DEFAULT ('{"a":1}')
            ALTER TABLE "t" ADD COLUMN "e" TEXT
            ALTER TABLE "t" ADD COLUMN "f" TEXT NOT NULL
            ALTER TABLE "t" ADD COLUMN "g" INTEGER DEFAULT true
            ALTER TABLE "t" ADD COLUMN "h" NUMERIC DEFAULT 0.5
            ALTER TABLE "t" ADD COLUMN "i" BLOB COLLATE NOCASE
            ALTER TABLE "t" ADD COLUMN "j" JSON_THING CONSTRAINT j_ok CHECK (j > 0)
            ALTER TABLE "t" ADD COLUMN "k" TEXT DEFAULT (lower('X'))
            ALTER TABLE "t" ADD COLUMN "l_id" INTEGER NULL CONSTRAINT "t_l_id_fkey" REFERENCES "l"("id")
            ALTER TABLE "t" DROP COLUMN "m"
            ALTER TABLE "t" DROP COLUMN "n"
        "#]],
    );
}

#[test]
fn one_impossible_line_stops_the_whole_block() {
    check(
        "alter table(:t) do\n  add :a, :text\n  modify :b, :text\n  remove_if_exists :c\nend",
        expect![[r#"
            ! ALTER COLUMN not supported by SQLite3
            ! Not supported by SQLite3
            ALTER TABLE "t" ADD COLUMN "a" TEXT
        "#]],
    );
}

#[test]
fn indexes_constraints_and_raw_sql() {
    check(
        r#"create unique_index(:t, [:a, "lower(b)"], where: "a > 0")
create_if_not_exists index(:t, [:a])
drop index(:t, [:a])
drop_if_exists index(:t, [:a])
rename index(:t, [:a]), to: "t_a"
create index(:t, [:a], concurrently: true)
create index(:t, [:a], using: "gin")
drop index(:t, [:a], include: [:b])
create unique_index(:t, [:a], nulls_distinct: false)
create index(:t, [:a], only: true)
create constraint(:t, :c, check: "a")
drop_if_exists constraint(:t, :c)
execute "PRAGMA x"
execute [a: 1]"#,
        expect![[r#"
            CREATE UNIQUE INDEX "t_a_lower_b_index" ON "t" ("a", lower(b)) WHERE a > 0
            CREATE INDEX IF NOT EXISTS "t_a_index" ON "t" ("a")
            DROP INDEX "t_a_index"
            DROP INDEX IF EXISTS "t_a_index"
            DROP INDEX "t_a_index"
            CREATE INDEX "t_a" ON "t" ("a")
            ! `concurrently` is not supported with SQLite3
            ! `using` is not supported with SQLite3
            ! `include` is not supported with SQLite3
            ! `nulls_distinct` is not supported with SQLite3
            ! `only` is not supported with SQLite3
            ! SQLite3 does not support ALTER TABLE ADD CONSTRAINT.
            ! SQLite3 does not support ALTER TABLE DROP CONSTRAINT.
            PRAGMA x
            ! SQLite3 adapter does not support keyword lists in execute
        "#]],
    );
}
