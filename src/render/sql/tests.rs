//! SQL of small pieces of Ecto text. Everything the recorded cases show is checked in `tests/ecto_sql.rs` besides.

mod postgres;
mod sqlite;

use super::*;
use crate::migration::{Term, object::Options};

/// One line per statement: its SQL, or `!` and the message.
fn lines(statements: &[Statement]) -> String {
    let line = |statement: &Statement| match &statement.sql {
        Ok(sql) => format!("{sql}\n"),
        Err(SqlError::Raised { message }) => format!("! {message}\n"),
        Err(SqlError::Unknown { reason }) => format!("? {reason}\n"),
    };
    statements.iter().map(line).collect()
}

#[track_caller]
fn check(adapter: Adapter, ecto: &str, expected: expect_test::Expect) {
    expected.assert_eq(&lines(&snippet(ecto, &Config::default(), adapter)));
}

#[test]
fn ranges_are_those_of_the_calls() {
    let text = "create index(:posts, [:a])\nalter table(:posts) do\n  add :x, :text\n  add :y, :text\nend";
    let slices = |adapter| {
        let statements = snippet(text, &Config::default(), adapter);
        statements.iter().map(|statement| statement.range.slice(text).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(slices(Adapter::Sqlite), ["create index(:posts, [:a])", "add :x, :text", "add :y, :text"]);
    assert_eq!(slices(Adapter::Postgres), [&text[..26], &text[27..]]);
}

#[test]
fn an_exception_comes_before_what_is_queued_and_after_what_is_flushed() {
    check(
        Adapter::Postgres,
        "drop table(:a)\nflush()\ndrop table(:b)\nraise \"no way\"\ndrop table(:c)",
        expect_test::expect![[r#"
            DROP TABLE "a"
            ! no way
            DROP TABLE "b"
            DROP TABLE "c"
        "#]],
    );
}

#[test]
fn settings_of_the_repo_count() {
    let config = Config {
        prefix: Some("north".into()),
        primary_key: Term::keywords([("name".into(), Term::atom("uid")), ("type".into(), Term::atom("uuid"))]),
        foreign_key: Options(vec![("column".into(), Term::atom("uid"))]),
        timestamps: Options(vec![("type".into(), Term::atom("utc_datetime_usec"))]),
        ..Config::default()
    };
    let text = "create table(:a) do\n  add :b_id, references(:b)\n  timestamps(updated_at: false)\nend\n\
                execute(\"SET search_path TO #{prefix()}\")\ndrop index(:a, [:b_id], prefix: \"south\")";
    expect_test::expect![[r#"
        ! the :prefix option `south` does not match the migrator prefix `north`
        CREATE TABLE "north"."a" ("uid" uuid, "b_id" uuid, CONSTRAINT "a_b_id_fkey" FOREIGN KEY ("b_id") REFERENCES "north"."b"("uid"), "inserted_at" timestamp NOT NULL, PRIMARY KEY ("uid"))
        SET search_path TO north
    "#]]
    .assert_eq(&lines(&snippet(text, &config, Adapter::Postgres)));
}
