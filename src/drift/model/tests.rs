use expect_test::{Expect, expect};

use super::{Model, Touched};

fn check(statements: &[&str], expected: Expect) {
    let mut model = Model::default();
    let mut said = String::new();
    for sql in statements {
        if let Err(unmodelled) = model.run(sql) {
            let touched = match unmodelled.touched {
                Touched::Anything => "anything".to_owned(),
                Touched::Tables(tables) => tables.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            };
            said.push_str(&format!("! {} [{touched}]\n", unmodelled.reason));
        }
    }
    let catalogue = model.catalogue();
    for (name, table) in &catalogue.tables {
        said.push_str(&format!("{name}\n"));
        for (name, column) in &table.columns {
            said.push_str(&format!("  {name} {}\n", column.describe()));
        }
        for (name, definition) in &table.constraints {
            said.push_str(&format!("  {name}: {definition}\n"));
        }
        for index in table.indexes.values() {
            said.push_str(&format!("  {}\n", index.definition));
        }
    }
    for other in &catalogue.others {
        said.push_str(&format!("{other}\n"));
    }
    expected.assert_eq(&said);
}

#[test]
fn tables_are_made_and_changed() {
    check(
        &[
            "CREATE TABLE \"authors\" (\"id\" bigserial, \"name\" varchar(255) DEFAULT 'x' NOT NULL, PRIMARY KEY (\"id\"))",
            "CREATE TABLE \"posts\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"author_id\" bigint CONSTRAINT \"posts_author_id_fkey\" REFERENCES \"authors\"(\"id\") ON DELETE CASCADE, \"score\" integer CHECK (score > 0), PRIMARY KEY (\"id\"))",
            "ALTER TABLE \"posts\" ADD COLUMN \"at\" timestamp(0) DEFAULT (now() AT TIME ZONE 'utc') NOT NULL, ALTER COLUMN \"score\" TYPE bigint, ALTER COLUMN \"score\" SET DEFAULT 0, ADD CONSTRAINT \"named\" CHECK (\"score\" < 9)",
            "CREATE UNIQUE INDEX CONCURRENTLY \"posts_score_index\" ON \"posts\" (\"score\", lower(name) DESC NULLS FIRST) INCLUDE (\"at\") NULLS NOT DISTINCT WHERE (score IS NOT NULL);",
            "ALTER TABLE \"posts\" RENAME \"score\" TO \"points\"",
            "ALTER TABLE \"authors\" RENAME TO \"people\"",
            "ALTER TABLE \"people\" RENAME COLUMN \"id\" TO \"number\"",
        ],
        expect![[r#"
            people
              name character varying(255) not null default 'x'::character varying
              number bigint not null default nextval('public.authors_id_seq'::regclass)
              authors_pkey: PRIMARY KEY (number)
            posts
              at timestamp(0) without time zone not null default now() AT TIME ZONE 'utc'
              author_id bigint
              id uuid not null default gen_random_uuid()
              points bigint default 0
              named: CHECK ((points < 9))
              posts_author_id_fkey: FOREIGN KEY (author_id) REFERENCES public.people(number) ON DELETE CASCADE
              posts_pkey: PRIMARY KEY (id)
              posts_score_check: CHECK ((points > 0))
              CREATE UNIQUE INDEX posts_score_index ON public.posts USING btree (points, lower(name) DESC) INCLUDE (at) NULLS NOT DISTINCT WHERE (points IS NOT NULL)
        "#]],
    );
}

#[test]
fn what_goes_takes_what_hangs_on_it() {
    check(
        &[
            "CREATE TABLE a (id int PRIMARY KEY, b int, c int, UNIQUE (b, c), CHECK (c > 0))",
            "CREATE INDEX ON a (b)",
            "CREATE TABLE d (a_id int REFERENCES a)",
            "ALTER TABLE a DROP COLUMN b",
            "DROP TABLE a",
            "DROP TABLE a CASCADE",
            "DROP TABLE IF EXISTS a",
            "DROP INDEX IF EXISTS missing",
        ],
        expect![[r#"
            ! d refers to it [a]
            d
              a_id integer
        "#]],
    );
}

#[test]
fn a_statement_that_fails_changes_nothing() {
    check(
        &[
            "CREATE TABLE a (id int)",
            "ALTER TABLE a ADD COLUMN b int, DROP COLUMN missing",
            "CREATE TABLE a (id int)",
            "CREATE TABLE IF NOT EXISTS a (other int)",
            "CREATE INDEX i ON a (missing)",
            "ALTER TABLE nowhere ADD COLUMN x int",
        ],
        expect![[r#"
            ! there is no column missing in the model [a]
            ! there is a table a already [a]
            ! there is no column missing in the model [a]
            ! there is no table nowhere in the model [nowhere]
            a
              id integer
        "#]],
    );
}

#[test]
fn what_is_not_understood_says_what_it_touches() {
    check(
        &[
            "CREATE TABLE a (id int)",
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type) THEN CREATE TYPE mood AS ENUM ('x'); END IF; END $$",
            "DO $$ BEGIN ALTER TABLE a ADD COLUMN b int; EXCEPTION WHEN duplicate_column THEN NULL; END $$",
            "DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$",
            "SELECT create_hypertable('a', 'at')",
            "SELECT setval('a_id_seq', 1)",
            "UPDATE a SET id = 1; ",
            "CREATE TABLE c AS SELECT * FROM a",
            "ALTER TABLE a ATTACH PARTITION b DEFAULT",
            "DROP TYPE mood CASCADE",
            "SET search_path = other",
            "SELECT 1; SELECT 2",
        ],
        expect![[r#"
            ! DO [a]
            ! DO [anything]
            ! a query that calls create_hypertable [anything]
            ! a table that is made of something else [c]
            ! ALTER TABLE of this form [a]
            ! DROP TYPE … CASCADE [anything]
            ! SET SEARCH_PATH [anything]
            ! PostgreSQL takes one statement at a time [anything]
            a
              id integer
        "#]],
    );
}

#[test]
fn what_is_no_table_is_kept_in_words() {
    check(
        &[
            "CREATE EXTENSION IF NOT EXISTS \"citext\"",
            "CREATE OR REPLACE FUNCTION f(a int, b text) RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql",
            "CREATE VIEW shop.reports AS SELECT 1",
            "CREATE INDEX i ON shop.reports (x)",
            "CREATE TYPE mood AS ENUM ('a', 'b')",
            "CREATE TABLE a (m mood, ms mood[])",
            "ALTER TYPE mood RENAME TO humour",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()",
            "DROP VIEW shop.reports",
            "COMMENT ON TABLE a IS 'x'",
        ],
        expect![[r#"
            a
              m humour
              ms humour[]
            extension citext
            function f(a int, b text)
            trigger t on public.a
            type mood
        "#]],
    );
}
