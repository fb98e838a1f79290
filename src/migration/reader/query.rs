//! Queries that a migration asks by itself: `repo().query!("…")`, either at once or in a function that `execute` gets.
//!
//! What they tell the database is known; what it answers is not, and must not decide anything here.

use super::evaluator::{Evaluation, Evaluator, Scope, Stop, refuse};
use crate::migration::command::{Command, RawCommand, StepKind};
use crate::migration::term::Term;
use crate::syntax::{Call, Expr, Kind, Target};
use crate::text::Range;

/// Why the value of a query is refused.
const ANSWER: &str = "what the database answers to a query decides what happens";

impl Evaluator<'_> {
    /// `repo().query!(sql)`, recorded. Its value is not known.
    pub(super) fn query(&mut self, arguments: &[Term], range: Range) -> Evaluation<Term> {
        let (sql, parameters) = match arguments {
            [Term::String(sql)] => (sql, None),
            [Term::String(sql), parameters] | [Term::String(sql), parameters, Term::List(_)] => (sql, Some(parameters)),
            _ => return refuse(range, "a query of this form"),
        };
        if parameters.is_some_and(|parameters| *parameters != Term::List(Vec::new())) {
            return refuse(range, "a query with parameters");
        }
        if self.open.is_some() {
            return refuse(range, "a query inside a table block");
        }
        let sql = sql.clone();
        match &mut self.asked {
            Some(asked) => asked.push((sql, range)),
            None if self.reversed => return refuse(range, "a query that `change` asks also when it is rolled back"),
            None => self.push_at_once(StepKind::Command(Box::new(execute(sql))), range),
        }
        Err(Stop::Answer(range))
    }

    /// `execute(fn -> … end)` and `execute(&up/0, &down/0)`: Ecto calls the function when the queue gets to it.
    pub(super) fn execute_functions(&mut self, call: &Call, range: Range, scope: &mut Scope) -> Evaluation<Term> {
        if self.open.is_some() || self.asked.is_some() {
            return refuse(range, "`execute` with a function, in a place of this kind");
        }
        let (wanted, other) = match (call.arguments.as_slice(), self.reversed) {
            ([up], false) => (up, None),
            ([up, down], false) => (up, Some(down)),
            ([up, down], true) => (down, Some(up)),
            ([_], true) => {
                let message = "cannot reverse migration command: execute with one function. You will need to explicitly \
                               define up/0 and down/0 in your migration";
                self.push(StepKind::Irreversible(message.to_owned()), range);
                return Ok(Term::atom("ok"));
            }
            _ => return refuse(range, "`execute` of this form"),
        };
        if let Some(other) = other.filter(|other| !is_function(other)) {
            self.eval(other, scope)?;
        }
        let (asked, failure) = if is_function(wanted) {
            self.asked = Some(Vec::new());
            let result = self.invoke(wanted, &[], scope);
            let asked = self.asked.take().unwrap_or_default();
            match result {
                Ok(_) | Err(Stop::Answer(_)) => (asked, None),
                Err(Stop::Raised(range, message)) => (asked, Some((range, message))),
                Err(stop @ Stop::Refused(..)) => return Err(stop),
            }
        } else {
            match self.eval(wanted, scope)? {
                Term::String(sql) => (vec![(sql, range)], None),
                _ => return refuse(wanted.range, "`execute` of a value of this kind"),
            }
        };
        let mut steps: Vec<_> = asked
            .into_iter()
            .map(|(sql, range)| (StepKind::Command(Box::new(self.in_this_direction(sql))), range))
            .chain(failure.map(|(range, message)| (StepKind::Irreversible(message), range)))
            .collect();
        if self.reversed {
            // The whole queue is turned round later.
            steps.reverse();
        }
        for (kind, range) in steps {
            self.push(kind, range);
        }
        Ok(Term::atom("ok"))
    }

    fn in_this_direction(&self, sql: String) -> Command {
        match self.reversed {
            true => Command::Execute { up: RawCommand::Sql(String::new()), down: Some(RawCommand::Sql(sql)) },
            false => execute(sql),
        }
    }
}

fn execute(sql: String) -> Command {
    Command::Execute { up: RawCommand::Sql(sql), down: None }
}

/// A value that is needed, so that an answer of the database will not do.
pub(super) fn needed<T>(result: Evaluation<T>) -> Evaluation<T> {
    match result {
        Err(Stop::Answer(range)) => refuse(range, ANSWER),
        result => result,
    }
}

/// Whether an argument is written as a function.
pub(super) fn is_function(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Fn(_) => true,
        Kind::Capture(inner) => !matches!(inner.kind, Kind::Integer(_)),
        _ => false,
    }
}

/// `repo()` or `Ecto.Migration.repo()`, the repo that runs the migration.
pub(super) fn is_repo(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Identifier(name) => name == "repo",
        Kind::Call(call) => match &call.target {
            Target::Local(name) => name == "repo",
            Target::Remote { value, name } => {
                name == "repo" && matches!(&value.kind, Kind::Alias(parts) if parts.join(".") == "Ecto.Migration")
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Config, read};
    use crate::render::sql::{Adapter, SqlError, statements};

    #[track_caller]
    fn check(body: &str, expected: Expect) {
        let text = format!("defmodule App.Repo.Migrations.M do\n  use Ecto.Migration\n{body}\nend\n");
        let migration = read(&text, &Config { repo: Some("App.Repo".to_owned()), ..Config::default() }).unwrap();
        let lines = |steps| -> String {
            let line = |statement: crate::render::sql::Statement| match statement.sql {
                Ok(sql) => format!("{sql}\n"),
                Err(SqlError::Raised { message }) => format!("! {message}\n"),
                Err(SqlError::Unknown { reason }) => format!("? {reason}: {}\n", statement.range.slice(&text)),
            };
            statements(steps, Adapter::Postgres).into_iter().map(line).collect()
        };
        expected.assert_eq(&format!("-- up\n{}-- down\n{}", lines(&migration.up), lines(&migration.down)));
    }

    #[test]
    fn functions_run_in_their_place_in_the_queue() {
        check(
            r##"def change do
  create table(:a)
  execute(fn -> repo().query!("FIRST"); repo().query!("SECOND", [], log: :info) end, &back/0)
  execute("SQL", fn -> App.Repo.query!("NO SQL") end)
  create table(:b)
end
defp back do
  for name <- ["x", "y"], do: Ecto.Adapters.SQL.query!(repo(), "BACK #{name}", [])
end"##,
            expect![[r#"
                -- up
                CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))
                FIRST
                SECOND
                SQL
                CREATE TABLE "b" ("id" bigserial, PRIMARY KEY ("id"))
                -- down
                DROP TABLE "b"
                NO SQL
                BACK x
                BACK y
                DROP TABLE "a"
            "#]],
        );
    }

    #[test]
    fn queries_are_asked_before_what_is_queued() {
        check(
            r##"def up do
  create table(:a)
  execute "QUEUED"
  repo().query!("AT ONCE")
  Enum.each(["b", "c"], fn name -> repo().query!("AT ONCE #{name}") end)
  flush()
  result = helper()
  execute "AFTER"
end
def down, do: repo = repo() && repo.query!("LOST")
defp helper, do: repo().query!("AT ONCE, AFTER THE FLUSH")"##,
            expect![[r#"
                -- up
                AT ONCE
                AT ONCE b
                AT ONCE c
                CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))
                QUEUED
                AT ONCE, AFTER THE FLUSH
                AFTER
                -- down
                LOST
                ? what the database answers to a query decides what happens: repo.query!("LOST")
            "#]],
        );
    }

    #[test]
    fn answers_decide_nothing() {
        check(
            r##"def up do
  case repo().query!("A") do
    %{rows: []} -> execute "B"
  end
  found = repo().query!("C")
  execute(fn -> if found.num_rows > 0, do: repo().query!("D") end)
  if Enum.any?(["x"], fn _ -> repo().query!("E") end), do: execute "F"
  names = Enum.map(["x"], fn name -> repo().query!("G #{name}") end)
  execute(fn -> execute "H" end)
  execute(fn -> raise "no" end)
end
def change do
  repo().query!("I")
end
def down do
  create table(:a) do
    repo().query!("J")
  end
  execute(&missing/0)
  :code.priv_dir(:app)
end"##,
            expect![[r#"
                -- up
                A
                C
                E
                G x
                ? what the database answers to a query decides what happens: repo().query!("A")
                ? the value of `found` is not known: found
                ? what the database answers to a query decides what happens: repo().query!("E")
                ? what the database answers to a query decides what happens: repo().query!("G #{name}")
                ? a command in a function that `execute` runs: execute "H"
                ! no
                -- down
                ? a query inside a table block: repo().query!("J")
                ? `missing/0` is not defined in this file: &missing/0
                ? a call of :code.priv_dir while the migration runs: :code.priv_dir(:app)
            "#]],
        );
    }

    #[test]
    fn one_function_cannot_be_reversed() {
        check(
            r##"def change do
  execute fn -> repo().query!("A") end
  repo().query!("B")
end"##,
            expect![[r#"
                -- up
                B
                A
                -- down
                ? a query that `change` asks also when it is rolled back: repo().query!("B")
                ! cannot reverse migration command: execute with one function. You will need to explicitly define up/0 and down/0 in your migration
            "#]],
        );
    }
}
